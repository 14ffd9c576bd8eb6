"""The formulas recorded as graphs of a few of torch's operations, which a program in any language can execute.

torch tells the recorder every operation that a formula runs. The graph is therefore what the formulas compute,
whatever Python code calls them. It is free of sizes: m and α are inputs, and an operation that takes a size is
rejected, and so is an operation that the page's executor lacks.
"""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from functools import cache
from itertools import islice
from pathlib import Path
from traceback import walk_stack
from types import CodeType
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.formulas.layers import BackwardStep, LayerCache
from course_torch.formulas.update import update
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import backward_propagation, forward_propagation

IDENTITIES = ("detach", "clone", "alias", "_to_copy", "scalar_tensor", "lift_fresh", "to", "conj_physical")
"""Operations whose result has the numbers of their argument. A graph has one dtype, and no number is overwritten."""
NUMBERS = ("number", "Optional[number]", "Tensor")
"""Types of arguments that may be a number. None stands for the end of a range that is open."""
AXES = ("dim", "dims", "dim0", "dim1", "keepdim")
"""Arguments that name axes, and whether an axis stays."""
FORM = ("dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking", "half_to_float")
"""Arguments that change the form of a tensor, and no number."""
OPERATIONS = (
    *("neg", "sigmoid", "log_sigmoid_forward", "tanh", "relu", "reciprocal", "exp", "sqrt", "sin", "sign", "abs"),
    *("ones_like", "add", "sub", "rsub", "mul", "div", "pow", "hypot", "lt", "gt", "le", "eq", "where", "clamp"),
    *("addmm", "mm", "permute", "unsqueeze", "flip", "sum", "all", "linalg_vector_norm", "_softmax", "_log_softmax"),
)
"""The operations that `web/graph/graph.js` executes."""
FORMULAS = tuple(str(Path(__file__).parents[1] / name) for name in ("formulas", "network"))
"""The folders of the formulas and of their calls."""
REFUSED = "refused"
EXAMPLES = 5
"""m while the step is recorded."""


class Sizes(NamedTuple):
    """The sizes of a recorded step: m, the number of features, and the width of each hidden layer."""

    m: int
    n_x: int
    width: int


GENERAL = Sizes(EXAMPLES, 2, 4), Sizes(8, 5, 7)
"""Sizes of which no two are equal."""


class Node(NamedTuple):
    """An operation with the numbers of the nodes that it reads, and its other arguments, such as the axis of a sum.

    An input is the operation "input" with its name, and a number in a formula the operation "constant".
    """

    operation: str
    reads: tuple[int, ...] = ()
    others: tuple[Any, ...] = ()


class Graph(NamedTuple):
    """Nodes in an order in which they can be computed, and the number of the node of each output.

    `mistakes` has the outputs that a mistake replaces: its own nodes follow those that it shares with the formulas.
    """

    nodes: list[Node]
    outputs: dict[str, int]
    mistakes: dict[str, dict[str, int]]


class RecordingError(ValueError):
    """A formula that no graph can hold. The message names the formula."""


Place = tuple[tuple[CodeType, int], ...]
"""A function of `formulas` or `network` with its line, and its caller there."""


def place() -> Place:
    """Where an operation runs. Most places are never told, so their text is made later."""
    frames = ((frame.f_code, line) for frame, line in walk_stack(None))
    return tuple(islice((each for each in frames if each[0].co_filename.startswith(FORMULAS)), 2))


def told(where: Place) -> str:
    """A place in words: "average (average.py:9) in linear_backward (layers.py:77)"."""
    return " in ".join(f"{code.co_name} ({Path(code.co_filename).name}:{line})" for code, line in where)


class Recorder(TorchDispatchMode):
    """Records every operation on the inputs, and on what is made of them. Equal operations become one node.

    repeats   whether a tensor that torch repeats to a larger size stands for the repeated one. That is right where its
              entries are computed, as by autograd, and wrong where they are added up
    """

    def __init__(self, inputs: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.nodes: dict[Node, int] = {}
        self.places: list[Place] = []  # where each node was made first
        self.repeats = False
        self.kept: list[Tensor] = []  # an address must not be given to a second tensor
        self.numbers: dict[Hashable, int] = {}
        self.dtypes = {torch.bool, torch.int64, *(tensor.dtype for tensor in inputs.values())}
        for name, tensor in inputs.items():
            self._name(tensor, self._number(Node("input", others=(name,))))

    def __torch_dispatch__(
        self, function: Any, types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run an operation and record it."""
        name, may_be_number = signature(function)
        if "_backward" in name:  # of autograd: recorded as the operations that it is made of
            from torch._decomp import decomposition_table

            anew = [each if not isinstance(each, Tensor) or self._knows(each) else each.new_empty(0) for each in args]
            with self:
                return decomposition_table[function](*anew, **(kwargs or {}))
        try:
            result = function(*args, **(kwargs or {}))
        except RuntimeError as error:  # shapes that do not fit
            raise RecordingError(f"{told(place())}: {' '.join(str(error).split())}") from error
        made = result[0] if isinstance(result, tuple) else result  # logsigmoid also returns a buffer
        if not isinstance(made, Tensor):  # a number for a decision of Python's, such as `if m == 1`
            return result
        values = {**dict(zip(may_be_number, args, strict=False)), **(kwargs or {})}
        reads, axes = [], []
        same = name in IDENTITIES or (name == "expand" and self.repeats)
        for key, value in values.items():
            if isinstance(value, Tensor):
                reads.append(self._number_of(value))
            elif may_be_number[key]:
                reads.append(self._number(Node("constant", others=(value,))))
            elif key in AXES:
                axes.append(tuple(value) if isinstance(value, list) else value)
            elif key not in FORM and not same:
                reads.append(self._refused(f"{name}: found {key}={value}, expected neither sizes nor other arguments"))
        if name != "scalar_tensor" and not any(isinstance(value, Tensor) for value in values.values()):
            reads.append(self._refused(f"{name}: found a tensor of a size of its own"))
        rounds = same and made.dtype == torch.int64 and args[0].is_floating_point()
        if made.dtype not in self.dtypes or rounds:
            reads.append(self._refused(f"{name}: found a tensor of {made.dtype}, which rounds"))
        if same and len(reads) == 1:
            self._name(made, reads[0])
        elif self._knows(made) and not name.endswith("_") and memory_of(made) in memories(values.values()):
            pass  # a matrix of one number is its own transpose
        elif name == "t":
            self._name(made, self._number(Node("permute", tuple(reads), ((1, 0),))))
        else:
            operation = name.rstrip("_")
            if operation not in OPERATIONS:
                reads.append(self._refused(f"{operation}: an operation that the page does not have"))
            self._name(made, self._number(Node(operation, tuple(reads), tuple(axes))))
        return result

    def graph(self, outputs: Mapping[str, Tensor], mistakes: Mapping[str, Mapping[str, Tensor]] = {}) -> Graph:
        """The nodes that the outputs need. Raises RecordingError if one of them is refused.

        A mistake that needs such a node is left out, and so is what it has in common with the formulas.
        """
        every = list(self.nodes)
        wanted, needed = self._with_needs(outputs)
        if why := next((every[each].others[0] for each in sorted(needed) if every[each].operation == REFUSED), None):
            raise RecordingError(why)
        replaced = {}
        for name, made in mistakes.items():
            numbers, more = self._with_needs(made)
            if all(every[number].operation != REFUSED for number in more):
                replaced[name] = {key: number for key, number in numbers.items() if number != wanted[key]}
                needed |= more
        new = {old: number for number, old in enumerate(sorted(needed))}
        nodes = [every[old]._replace(reads=tuple(new[read] for read in every[old].reads)) for old in new]

        def renumbered(numbers: Mapping[str, int]) -> dict[str, int]:
            return {name: new[number] for name, number in numbers.items()}

        return Graph(nodes, renumbered(wanted), {name: renumbered(made) for name, made in replaced.items()})

    def _with_needs(self, outputs: Mapping[str, Tensor]) -> tuple[dict[str, int], set[int]]:
        """The numbers of outputs, and of all nodes that they need."""
        every, wanted = list(self.nodes), {name: self._number_of(tensor) for name, tensor in outputs.items()}
        needed, waiting = set[int](), [*wanted.values()]
        while waiting:
            number = waiting.pop()
            if number not in needed:
                needed.add(number)
                waiting += every[number].reads
        return wanted, needed

    def _number(self, node: Node) -> int:
        if node not in self.nodes:
            self.nodes[node] = len(self.nodes)
            self.places.append(place())
        return self.nodes[node]

    def _name(self, tensor: Tensor, number: int) -> None:
        self.kept.append(tensor)
        self.numbers[memory_of(tensor)] = number

    def _knows(self, tensor: Tensor) -> bool:
        return memory_of(tensor) in self.numbers

    def _number_of(self, tensor: Tensor) -> int:
        number = self.numbers.get(memory_of(tensor))
        if number is None:
            number = self._refused(f"found a tensor of shape {tuple(tensor.shape)} that no input makes")
            self._name(tensor, number)
        return number

    def _refused(self, why: str) -> int:
        """A node that no output may need. Checks of shapes run operations too, on which no output depends."""
        where = told(place())
        return self._number(Node(REFUSED, others=(f"{where}: {why}" if where else why,)))


@cache
def signature(operation: Any) -> tuple[str, dict[str, bool]]:
    """The name of an operation, and for each of its arguments whether it may be a number."""
    schema = operation._schema
    return schema.name.partition("::")[2], {each.name: str(each.type) in NUMBERS for each in schema.arguments}


def memory_of(tensor: Tensor) -> Hashable:
    """Where the numbers of a tensor are: autograd returns a tensor that it saved as another object."""
    return tensor.data_ptr(), tensor.shape, tensor.stride()


def memories(values: Iterable[object]) -> list[Hashable]:
    """Where the numbers of the tensors among some values are."""
    return [memory_of(value) for value in values if isinstance(value, Tensor)]


class InputNumber(float):
    """A number that is an input: torch's operations get a tensor in its place, and do not record its value."""

    def __init__(self, number: float) -> None:
        self.tensor = torch.tensor(number, dtype=torch.float64)

    @classmethod
    def __torch_function__(
        cls, function: Callable[..., Any], types: object, args: Sequence[Any], kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        given = [each.tensor if isinstance(each, InputNumber) else each for each in args]
        return function(*given, **(kwargs or {}))


def from_tensor(name: str) -> Callable[..., Any]:
    """An operation of Python's on the number, such as 1 / m, as the operation on its tensor."""

    def operation(number: InputNumber, *others: Any) -> Any:
        return getattr(number.tensor, name)(*others)

    return operation


for name in ("add", "radd", "sub", "rsub", "mul", "rmul", "truediv", "rtruediv", "pow", "neg"):
    setattr(InputNumber, f"__{name}__", from_tensor(f"__{name}__"))


Mistake = Callable[[DeepNetwork, Tensor, Tensor, InputNumber], AbstractContextManager[object]]
"""From the network, X, Y and m to a context in which the backward pass makes the mistake."""
More = Callable[[DeepNetwork, Sequence[LayerCache], Sequence[BackwardStep], Tensor, InputNumber], Mapping[str, Tensor]]
"""From the network, its caches, the steps of its backward pass, Y and m to further outputs."""


def step_graph(network: DeepNetwork, mistakes: Mapping[str, Mistake] = {}, more: More | None = None) -> Graph:
    """Both passes on all examples (notes 3.2) of every network of this form: m and all widths are free.

    The inputs are X, Y, m, and of each layer l W[l], b[l] and, if there is one, slope[l]. The outputs are J, and of
    each layer Z[l], A[l], dZ[l], dA[l], dW[l], db[l] and, if the slope is learned, dslope[l]; the gradients also as
    autograd computes them, such as "autograd dW[1]". `more` adds outputs. A mistake that stops or that needs a size is
    left out; it may make a gradient of another shape. Python reads sizes unseen, so the graphs of two networks of other
    sizes are compared. Raises RecordingError if a formula needs a size, or returns a derivative of a wrong shape.
    """
    first, second = (recorded(network, sizes, mistakes, more) for sizes in GENERAL)
    forms: dict[Node, int] = {}
    (right, wrong), (other, others) = (
        forms_of(recorder.graph(outputs, made), forms) for recorder, outputs, made in (first, second)
    )
    recorder, outputs, made = first
    if right != other:
        raise RecordingError(f"{first_difference(first, second)}: found a size that Python reads")
    return recorder.graph(
        outputs, {name: made[name] for name in wrong if wrong[name] and others.get(name) == wrong[name]}
    )


Outputs = dict[str, Tensor]
Recording = tuple[Recorder, Outputs, dict[str, Outputs]]


def first_difference(one: Recording, other: Recording) -> str:
    """The formula that makes the first node in which the graphs of two recordings differ."""
    (recorder, outputs, _), (second, others, _) = one, other
    pairs = zip(recorder.graph(outputs).nodes, second.graph(others).nodes, strict=False)
    at = next((i for i, (node, counterpart) in enumerate(pairs) if node != counterpart), -1)
    return told(recorder.places[sorted(recorder._with_needs(outputs)[1])[at]])


@torch.no_grad()
def recorded(
    network: DeepNetwork, sizes: Sizes, mistakes: Mapping[str, Mistake], more: More | None = None
) -> Recording:
    """Record a step of a network of this form with random parameters, and what each mistake makes of it.

    Raises RecordingError for a derivative that has another shape than its tensor.
    """
    (examples, n_x, width), n_y = sizes, network.layer_sizes[-1]
    draw = torch.Generator().manual_seed(1)
    network = DeepNetwork(
        [n_x, *(width for layer in network.layers[1:]), n_y],
        network.hidden_activation.name,
        network.output.name,
        learn_slope=isinstance(network.layers[0].slope, nn.Parameter),
        dtype=torch.float64,
        generator=draw,
    )
    for layer in network.layers:
        layer.b.normal_(generator=draw)
    X = torch.randn(examples, n_x, dtype=torch.float64, generator=draw)
    Y = torch.eye(examples, n_y, dtype=torch.float64)
    m = InputNumber(examples)
    g, layers = network.hidden_activation.by_product(), network.tensors()
    named = {
        f"{kind}[{l}]": tensor
        for l, layer in enumerate(layers, start=1)
        for kind, tensor in layer._asdict().items()
        if tensor is not None
    }
    with Recorder({"X": X, "Y": Y, "m": m.tensor, **named}) as recorder:
        caches = forward_propagation(X, layers, g, network.output)

        def backward() -> list[BackwardStep]:
            return backward_propagation(Y, layers, caches, g, network.output, m=m, input_derivative=True)

        steps = backward()
        right, wrong = tensors_of(steps), {}
        values = {f"{kind}[{l}]": getattr(cache, kind) for l, cache in enumerate(caches, start=1) for kind in "ZA"}
        for name, tensor in right.items():
            if tensor.shape != (shape := (named | values | {"A[0]": X})[name[1:]].shape):
                where = told(recorder.places[recorder._number_of(tensor)])
                raise RecordingError(f"{where}: {name} has shape {tuple(tensor.shape)}, expected {tuple(shape)}")
        for name, mistake in mistakes.items():
            with suppress(RecordingError, RuntimeError, TypeError), mistake(network, X, Y, m):
                made = tensors_of(backward())
                if all(made[key].shape == right[key].shape for key in right if key.startswith(("dZ", "dA"))):
                    wrong[name] = made
        recorder.repeats = True
        outputs = {"J": network.output.cost(caches[-1].Z, Y, m), **right, **by_autograd(network, X, Y, m), **values}
        outputs |= more(network, caches, steps, Y, m) if more else {}
    return recorder, outputs, wrong


def forms_of(graph: Graph, forms: dict[Node, int]) -> tuple[dict[str, int], dict[str, dict[str, int]]]:
    """A number for what each output, and each output of a mistake, computes: the same number in all graphs."""
    numbers: list[int] = []
    for node in graph.nodes:
        numbers.append(forms.setdefault(node._replace(reads=tuple(numbers[read] for read in node.reads)), len(forms)))

    def of(outputs: Mapping[str, int]) -> dict[str, int]:
        return {name: numbers[number] for name, number in outputs.items()}

    return of(graph.outputs), {name: of(made) for name, made in graph.mistakes.items()}


def tensors_of(steps: Sequence[BackwardStep]) -> dict[str, Tensor]:
    """The tensors of a backward pass by name."""
    made: dict[str, Tensor | None] = {}
    for l, step in enumerate(steps, start=1):
        gradients = {f"{kind}[{l}]": tensor for kind, tensor in step.gradients._asdict().items()}
        made |= {f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev, **gradients}
    return {name: tensor for name, tensor in made.items() if tensor is not None}


@torch.enable_grad()
def by_autograd(network: DeepNetwork, X: Tensor, Y: Tensor, m: InputNumber) -> dict[str, Tensor]:
    """The gradients by autograd on the same forward pass."""
    layers = network.tensors()
    J = network.output.cost(forward_propagation(X, layers, network.hidden_activation, network.output)[-1].Z, Y, m)
    learned = {
        f"autograd d{kind}[{l}]": tensor
        for l, layer in enumerate(layers, start=1)
        for kind, tensor in zip(layer._fields, layer.learned(), strict=False)
    }
    return dict(zip(learned, torch.autograd.grad(J, [*learned.values()]), strict=True))


@torch.no_grad()
def update_graph() -> Graph:
    """The update of a parameter from W, dW and alpha (notes 1.3)."""
    W, dW, alpha = torch.ones(2, 2), torch.ones(2, 2), InputNumber(1.0)
    with Recorder({"W": W, "dW": dW, "alpha": alpha.tensor}) as recorder:
        return recorder.graph({"W": update(W, dW, alpha)})


def packed(graphs: Mapping[str, Graph]) -> dict[str, Any]:
    """The graphs for a page, which unpacks a graph when it needs it (`web/graph/packed.js`).

    Most nodes of two graphs, and of two layers, differ only in the numbers of the nodes that they read. So a node is
    the number of its form, and the distances to what it reads. Numbers are written as characters: the texts compress to
    a third of JSON's numbers.
    """
    forms: dict[Node, int] = {}
    packs = {}
    for name, (nodes, outputs, mistakes) in graphs.items():
        chosen = [forms.setdefault(node._replace(reads=(0,) * len(node.reads)), len(forms)) for node in nodes]
        distances = [number - read for number, node in enumerate(nodes) for read in node.reads]
        packs[name] = {
            "forms": as_characters(chosen),
            "reads": as_characters(distances),
            "names": list(outputs),
            "outputs": as_characters(outputs.values()),
            "mistakes": {name: as_characters(steps_between(made, outputs)) for name, made in mistakes.items()},
        }
    return {"forms": [[form.operation, len(form.reads), form.others] for form in forms], "graphs": packs}


def steps_between(made: Mapping[str, int], outputs: Mapping[str, int]) -> Iterator[int]:
    """For each output 0 if the mistake leaves it, else 1 + the step from the last node: 2n forward, 2n - 1 back."""
    last = 0
    for name in outputs:
        if name in made:
            step, last = made[name] - last, made[name]
            yield 1 + (2 * step if step >= 0 else -2 * step - 1)
        else:
            yield 0


def as_characters(numbers: Iterable[int]) -> str:
    """A character for each number, from "#" for 0."""
    return "".join(chr(ord("#") + number) for number in numbers)
