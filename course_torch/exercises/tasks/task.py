"""A function that a learner writes: its text, and the calls that judge it.

Everything here is in the project's own form: torch tensors in float64, rows are examples. `sandbox/layout.py` converts
calls and results into the learner's form.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import torch
from torch import Tensor

from course_torch.exercises.tasks.cases import Sizes, TestCase, course_parameters, drawn_case
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.solution import in_layout
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import TensorName
from course_torch.places import place_of_call

LAYOUTS = {"rows": Text("rows are examples", "样本为行"), "columns": Text("columns are examples", "样本为列")}
FREE = object()
"""Stands in a right result for a part that is not judged, such as a cache, whose content the learner chooses."""
Value = Any
"""An argument or a result: a tensor, number or text, or a tuple, list or dict of values. A namedtuple is a tuple whose
parts have names. The name of a tensor, such as dW2, says whether columns transpose it."""
NOT_TRANSPOSED = ("W", "dW", "w", "dw", "column", "row", "x", "s", "v")
"""Tensors that have the same shape for rows and for columns: weights, vectors that are named by their shape, and the
tables of chapter basics, whose rows are examples in both layouts."""
FURTHER_SEED = 10_000
"""Of the test cases on which a cause is tried again, or looked for if the first test cases show none."""
SHAPE = re.compile(r"(\w+)((?:\{l\}'\])?) \(([^(),]+), ([^(),]+)\)")
"""A tensor with its shape in the formulas of a task, such as A (m, n_in)."""


def is_transposed(name: str) -> bool:
    """Whether columns transpose the tensor of this name. A number at the end of the name is the layer."""
    return name.rstrip("0123456789") not in NOT_TRANSPOSED


class Costs(list[Value]):
    """The first cost in a right result. It is judged only if the learner records costs, and how many is free."""


class Cache(dict[str, Value]):
    """A cache in a right result. An entry is judged only if the learner's cache is a dict with this key."""


@dataclass(frozen=True)
class Call:
    """One call of the function on consistent input, and the right result.

    arguments    name -> value, in the order of the signature
    right        the right result
    also_right   other right results, such as those with ReLU's slope 1 at 0
    names        name in the result -> tensor of the test case's backward pass; the diagnosis explains these tensors
    learners     argument -> how the learner's own functions make it, for learners whose caches have other content
    initial      how initial parameters are judged, if the result is such; `right` then gives structure and shapes only
    otherwise    the call in place of this call if this call raises an exception
    solutions    name -> value of arguments that the solutions are given after, or in place of, the learner's
    """

    arguments: Mapping[str, Value]
    right: Value
    case: TestCase
    also_right: tuple[Value, ...] = ()
    names: Mapping[str, TensorName] = field(default_factory=dict)
    learners: Mapping[str, "LearnersCache"] = field(default_factory=dict)
    initial: "Initial | None" = None
    otherwise: "Call | None" = None
    solutions: Mapping[str, Value] = field(default_factory=dict)


class Initial(NamedTuple):
    """How initial parameters are judged, which are drawn at random.

    fails   returns what is wrong with them, or None
    then    makes of them the call that is judged, with the same random numbers
    """

    fails: Callable[[Mapping[str, Tensor]], "Finding | None"]
    then: Callable[[Mapping[str, Tensor]], Call] | None = None


class LearnersCache(NamedTuple):
    """A cache that the learner's own function makes: the second value that `function` returns for the arguments."""

    function: str
    arguments: Mapping[str, Value]


@dataclass(frozen=True)
class Finding:
    """What is wrong with a result: the key of the cause, the sentence, and the section of the notes.

    adds   whether the cause adds to the other causes of the result; otherwise each of them alone gives the result
    maker  the code that found it: a file of the package and a line, or the row of a table
    """

    key: str
    text: Text
    section: str
    adds: bool = False
    maker: str = field(default="", compare=False)


def finding(key: str, *, section: str | None = None, **values: object) -> Finding:
    """The finding of a known mistake, with values in its sentence, and the mistake's section if no other is given."""
    mistake, section = MISTAKES[key], MISTAKES[key].section if section is None else section
    return Finding(key, mistake.sentence.fill(**values), section, maker=place_of_call())


@dataclass(frozen=True, eq=False)
class Task:
    """A function to write.

    name            as in the course's assignments, where they have the function
    names           all names under which it may be written; the first is that of the solution and the records
    section         the section of the notes
    signature       the arguments, as in "A_prev, W, b"
    result          the name of the result if it is one tensor or number, such as "Z"
    formulas        layout -> the lines of formulas and shapes in its docstring
    text            what the function computes, the first line of its docstring
    calls           yields the calls that judge the function in a test case
    in_assignment   whether the course's assignment has the function; otherwise an assignment need not define it
    gives_cost      whether the result is the cost
    changes         whether the function may change its arguments
    further         arguments that some forms of the function have after the others: attributes of the test case
    by_arguments    whether only the arguments of the learner's function show the task, and no word of its name
    """

    name: str
    names: tuple[str, ...]
    section: str
    signature: str
    result: str
    formulas: Mapping[str, str]
    text: Text
    calls: Callable[[TestCase], Iterator[Call]]
    in_assignment: bool = True
    gives_cost: bool = False
    changes: bool = False
    further: tuple[str, ...] = ()
    by_arguments: bool = False

    @property
    def key(self) -> str:
        """The name of the function in solutions, records and the table of grades, whatever its name in a file is."""
        return self.names[0]

    @property
    def argument_names(self) -> list[str]:
        """The names in the signature, without defaults such as "learning_rate=1.2"."""
        return [argument.partition("=")[0] for argument in self.signature.split(", ")]

    def calls_in(self, case: TestCase) -> list[Call]:
        """The calls that judge the function in a test case, computed once."""
        if self.calls not in case.calls:
            case.calls[self.calls] = list(self.calls(case))
        return case.calls[self.calls]


def task(
    section: str,
    arrow: str,
    *,
    formulas: str,
    en: str,
    zh: str,
    name: str = "",
    also: tuple[str, ...] = (),
    **options: Any,
) -> Callable[[Callable[[TestCase], Iterator[Call]]], Task]:
    """Make a task of the function that yields its calls. Its name is that of the function, if no other is given.

    arrow      the signature and the name of the result, as in "A, W, b -> Z"
    formulas   written for rows. Columns exchange the sizes of a shape, except for weights, and where a line ends in
               "  # columns: OLD -> NEW; OLD -> NEW" they replace pieces of it
    en, zh     what the function computes
    also       other names under which it may be written, such as those of older notebooks
    options    `in_assignment`, `gives_cost`, `changes` and `further` of the task
    """
    signature, _, result = arrow.partition(" -> ")
    words = {layout: formulas_in(layout, formulas) for layout in LAYOUTS}

    def made(calls: Callable[[TestCase], Iterator[Call]]) -> Task:
        names = (name or calls.__name__, *also)
        return Task(names[0], names, section, signature, result, words, Text(en, zh), calls, **options)

    return made


def formulas_in(layout: str, formulas: str) -> str:
    """The formulas and shapes of a task, written for rows, in a layout."""
    lines = "\n".join(in_layout(line, layout) for line in formulas.split("\n"))
    return SHAPE.sub(transposed, lines) if layout == "columns" else lines


def transposed(shape: re.Match[str]) -> str:
    """A tensor with the shape that it has if columns are examples."""
    name, rest, rows, columns = shape.groups()
    return f"{name}{rest} ({columns}, {rows})" if is_transposed(name) else shape[0]


@dataclass(frozen=True)
class Training:
    """How a chapter's training function is called on the flower.

    function       its name
    layer_sizes, initialization   of the network with the initial parameters
    arguments      network, X, Y -> name -> argument
    parameters     result -> the trained parameters by name, W1, b1, …
    note           a remark on what is reached
    """

    function: str
    layer_sizes: list[int]
    initialization: str
    arguments: Callable[[DeepNetwork, Tensor, Tensor], Mapping[str, Value]]
    parameters: Callable[[Any], Mapping[str, Any]] = lambda result: result[0]
    note: Text = NOTHING


def by_train(layer_sizes: list[int], initialization: str, learning_rate: float, iterations: int) -> Training:
    """A call of train(X, Y, parameters, learning_rate, iterations), which returns (parameters, costs)."""
    numbers = {"learning_rate": learning_rate, "iterations": iterations}
    return Training(
        "train",
        layer_sizes,
        initialization,
        lambda network, X, Y: {"X": X, "Y": Y, "parameters": course_parameters(network), **numbers},
    )


@dataclass(frozen=True)
class Chapter:
    """The functions of some sections of the notes, in the order in which they are written.

    tasks               the functions
    hidden_activation   of the networks
    sizes               the test cases on which the functions are judged
    equal_sizes         test cases whose sizes are all equal: they help to explain a product of the wrong shapes
    smallest_size       few examples and fewer units a layer, for hints in numbers
    layers              of the networks that the whole pass computes; any number of layers if None
    whole_pass          the function `course_torch_pass(X, Y, parameters)`, which calls the learner's functions and
                        returns a dict with cost, dW1, db1, …; empty if the chapter has no backward pass
    training            how the chapter's training function is called on the flower, or None
    assignment          what only the course's assignment has
    """

    class Assignment(NamedTuple):
        """What the course's assignment of the chapter has, and the file of `course-torch exercise` has not.

        helpers      name -> key of a helper that the notebook imports (`sandbox/helpers.py`)
        only_used    functions that the others only use: right ones stand in if the notebook imports them
        asks_too     other chapter -> its functions for which the assignment asks too
        other_part   other chapter -> its functions that are the other part of the assignment: a file may hold both
        """

        helpers: Mapping[str, str] = {}
        only_used: frozenset[str] = frozenset()
        asks_too: Mapping[str, tuple[str, ...]] = {}
        other_part: Mapping[str, tuple[str, ...]] = {}

    name: str
    title: Text
    sections: str
    tasks: tuple[Task, ...]
    sizes: tuple[Sizes, ...]
    equal_sizes: tuple[Sizes, ...]
    smallest_size: Sizes
    hidden_activation: str = "relu"
    layers: int | None = None
    whole_pass: str = ""
    training: Training | None = None
    assignment: Assignment = field(default_factory=Assignment)

    def cases(self, seed: int) -> list[TestCase]:
        """The test cases, drawn from this seed and the next."""
        return [drawn_case(sizes, self.hidden_activation, seed + i) for i, sizes in enumerate(self.sizes)]

    def equal_cases(self, seed: int) -> list[TestCase]:
        """The test cases whose sizes are all equal, drawn from the seeds after those of `cases`."""
        first = seed + len(self.sizes)
        return [drawn_case(sizes, self.hidden_activation, first + i) for i, sizes in enumerate(self.equal_sizes)]

    def further_cases(self) -> tuple[list[TestCase], list[TestCase]]:
        """Draw test cases of another seed, the same for every file, and those whose sizes are equal."""
        return self.cases(FURTHER_SEED), self.equal_cases(FURTHER_SEED)

    def smallest_case(self) -> TestCase:
        return drawn_case(self.smallest_size, self.hidden_activation, 3)

    def flower_network(self) -> DeepNetwork:
        """The network that the chapter's training function trains."""
        assert self.training is not None
        return DeepNetwork(
            self.training.layer_sizes,
            self.hidden_activation,
            initialization=self.training.initialization,
            dtype=torch.float64,
            generator=torch.Generator().manual_seed(1),
        )
