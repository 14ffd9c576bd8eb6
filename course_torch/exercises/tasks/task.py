"""A function that a learner writes: its text, and the calls that judge it.

Everything here is in the project's own form: torch tensors in float64, rows are examples. `form.py` converts calls and
results into the learner's form.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from torch import Tensor

from course_torch.exercises.tasks.cases import Setting
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork

FREE = object()
"""Stands in a right result for a part that is not judged, such as a cache, whose content the learner chooses."""
Value = Any
"""An argument or a result: a tensor, number or text, or a tuple, list or dict of values. A NamedTuple is a tuple whose
parts have names. The name of a tensor, such as dW2, says whether columns transpose it (`form.py`)."""


class Cache(dict[str, Value]):
    """A cache in a right result. An entry is judged only if the learner's cache is a dict with this key."""


@dataclass(frozen=True)
class Call:
    """One call of the function on consistent input, and the right result.

    arguments    name -> value, in the order of the signature
    right        the right result
    also_right   other right results, such as those with ReLU's slope 1 at 0
    names        name in the result -> tensor of the setting's backward pass; the diagnosis explains these tensors
    given        the tensors of the backward pass that the arguments contain
    own          argument -> how the learner's own functions make it, for learners whose caches have other content
    further      name -> value of arguments that some forms of the function have after the others
    fails        a test of a result that is drawn at random: returns what is wrong, or None. `right` then gives the
                 structure and the shapes only
    """

    arguments: Mapping[str, Value]
    right: Value
    setting: Setting
    also_right: tuple[Value, ...] = ()
    names: Mapping[str, TensorName] = field(default_factory=dict)
    given: tuple[TensorName, ...] = ()
    own: Mapping[str, "Own"] = field(default_factory=dict)
    further: Mapping[str, Value] = field(default_factory=dict)
    fails: Callable[[Mapping[str, Tensor]], "Finding | None"] | None = None


class Own(NamedTuple):
    """An argument that the learner's own function makes: the part of that number of what `function` returns."""

    function: str
    arguments: Mapping[str, Value]
    part: int


@dataclass(frozen=True)
class Finding:
    """What is wrong with a result: the key of the cause, the sentence, and the section of the notes."""

    key: str
    text: Text
    section: str


def finding(key: str, **values: object) -> Finding:
    """The finding of a known mistake, with values in its sentence."""
    mistake = MISTAKES[key]
    return Finding(key, mistake.sentence.fill(**values), mistake.section)


@dataclass(frozen=True)
class Task:
    """A function to write.

    name            as in the course's assignments, where they have the function
    section         the section of the notes
    signature       the arguments, as in "A_prev, W, b"
    result          the name of the result if it is one tensor or number, such as "Z"
    formulas        layout -> the lines of formulas and shapes in its docstring
    text            what the function computes, the first line of its docstring
    calls           yields the calls that judge the function in a setting
    in_assignment   whether the course's assignment has the function; otherwise an assignment need not define it
    gives_cost      whether the result is the cost
    changes         whether the function may change its arguments
    other_way       another right way to write it, shown after the first success
    """

    name: str
    section: str
    signature: str
    result: str
    formulas: Mapping[str, str]
    text: Text
    calls: Callable[[Setting], Iterator[Call]]
    other_way: Text
    in_assignment: bool = True
    gives_cost: bool = False
    changes: bool = False

    def calls_in(self, setting: Setting) -> list[Call]:
        """The calls that judge the function in a setting, computed once."""
        return setting.once(self.calls)


@dataclass(frozen=True)
class Training:
    """How a chapter's training function is called on the flower.

    function       its name
    network        builds the network with its initial parameters
    arguments      network, X, Y -> name -> argument
    parameters     result -> the trained parameters by name, W1, b1, …
    note           a remark on what is reached
    """

    function: str
    network: Callable[[], DeepNetwork]
    arguments: Callable[[DeepNetwork, Tensor, Tensor], Mapping[str, Value]]
    parameters: Callable[[Any], Mapping[str, Any]]
    note: Text = NOTHING


@dataclass(frozen=True)
class Chapter:
    """The functions of some sections of the notes, in the order in which they are written.

    settings    the networks and examples on which they are judged, for a seed
    all_equal   settings whose sizes are all equal: they help to explain a product of the wrong shapes
    smallest    settings of few examples and fewer units a layer, for hints in numbers
    helpers     name -> key of a helper that the course's notebooks import (`helpers.py`)
    whole_pass  the function `course_torch_pass(X, Y, parameters)`, which calls the learner's functions and returns a
                dict with cost, dW1, db1, …; empty if the chapter has no backward pass
    training    how the chapter's training function is called on the flower, or None
    hidden_activation, layers   of the networks that the whole pass computes; any number of layers if None
    """

    name: str
    title: Text
    sections: str
    tasks: tuple[Task, ...]
    settings: Callable[[int], list[Setting]]
    all_equal: Callable[[int], list[Setting]]
    smallest: Callable[[], list[Setting]] = list
    helpers: Mapping[str, str] = field(default_factory=dict)
    whole_pass: str = ""
    hidden_activation: str = ""
    layers: int | None = None
    training: Training | None = None
