"""The formulas recorded as graphs of a few of torch's operations, which a program in any language can execute.

torch tells the recorder every operation that a formula runs. The graph is therefore what the formulas compute,
whatever Python code calls them. It is free of sizes: m and α are inputs, and an operation that takes a size is
rejected, and so is an operation that the page's executor lacks.
"""

from collections.abc import Callable, Hashable, Mapping, Sequence
from functools import cache
from inspect import currentframe
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

IDENTITIES = ("detach", "clone", "alias", "_to_copy", "scalar_tensor", "lift_fresh", "to", "conj_physical")
"""Operations whose result has the numbers of their argument. A graph has one dtype, and no number is overwritten."""
NUMBERS = ("number", "Optional[number]", "Tensor")
"""Types of arguments that may be a number. None stands for the end of a range that is open."""
AXES = ("dim", "dims", "dim0", "dim1", "keepdim")
"""Arguments that name axes, and whether an axis stays."""
FORM = ("dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking", "half_to_float")
"""Arguments that change the form of a tensor, and no number."""
OPERATIONS = (
    *("neg", "sigmoid", "log_sigmoid_forward", "tanh", "relu", "reciprocal", "exp", "expm1", "sqrt", "sin", "sign"),
    *("abs", "ones_like", "add", "sub", "rsub", "mul", "div", "pow", "hypot", "lt", "gt", "le", "eq", "where"),
    *("clamp", "addmm", "mm", "permute", "unsqueeze", "flip", "sum", "all", "linalg_vector_norm", "_softmax"),
    "_log_softmax",
)
"""The operations that `web/graph/graph.js` executes."""
FORMULAS = tuple(str(Path(__file__).parents[1] / name) for name in ("formulas", "network"))
"""The folders of the formulas and of their calls."""
REFUSED = "refused"


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
    found: Place = ()
    frame = currentframe()
    while frame is not None and len(found) < 2:
        if frame.f_code.co_filename.startswith(FORMULAS):
            found += ((frame.f_code, frame.f_lineno),)
        frame = frame.f_back
    return found


def told(where: Place) -> str:
    """A place in words: "average (average.py:9) in linear_backward (layers.py:77)"."""
    return " in ".join(f"{code.co_name} ({Path(code.co_filename).name}:{line})" for code, line in where)


class Recorder(TorchDispatchMode):
    """Records every operation on the inputs, and on what is made of them. Equal operations become one node.

    repeats   whether `expand` makes no node. That is right for operations entry by entry, as autograd's are. A sum
              would miss the copies
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

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        """Nothing is compiled here. Otherwise torch loads its compiler, which takes seconds."""
        return False

    def __torch_dispatch__(
        self, function: Any, types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run an operation and record it."""
        name, may_be_number = signature(function)
        if "_backward" in name:
            return self._decomposed(function, args, kwargs or {})
        try:
            result = function(*args, **(kwargs or {}))
        except RuntimeError as error:  # shapes that do not fit
            raise RecordingError(f"{told(place())}: {' '.join(str(error).split())}") from error
        made = result[0] if isinstance(result, tuple) else result  # logsigmoid also returns a buffer
        if isinstance(made, Tensor):  # otherwise a number for a decision of Python's, such as `if m == 1`
            self._record(name, may_be_number, {**dict(zip(may_be_number, args, strict=False)), **(kwargs or {})}, made)
        return result

    def _decomposed(self, function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> Any:
        """Run an operation of autograd as the operations that it is made of, which are recorded."""
        from torch._decomp import decomposition_table

        anew = [each if not isinstance(each, Tensor) or self._knows(each) else each.new_empty(0) for each in args]
        with self:
            return decomposition_table[function](*anew, **kwargs)

    def _record(self, name: str, may_be_number: Mapping[str, bool], values: Mapping[str, Any], made: Tensor) -> None:
        """Make the node of an operation from its arguments, for the tensor that it made."""
        given = [value for value in values.values() if isinstance(value, Tensor)]
        same = name in IDENTITIES or (name == "expand" and self.repeats)
        reads, axes = self._arguments(name, may_be_number, values, same)
        if name != "scalar_tensor" and not given:
            reads.append(self._refused(f"{name}: found a tensor of a size of its own"))
        rounds = same and made.dtype == torch.int64 and given[0].is_floating_point()
        if made.dtype not in self.dtypes or rounds:
            reads.append(self._refused(f"{name}: found a tensor of {made.dtype}, which rounds"))
        if same and len(reads) == 1:
            self._name(made, reads[0])
        elif self._knows(made) and not name.endswith("_") and memory_of(made) in map(memory_of, given):
            pass  # a matrix of one number is its own transpose
        elif name == "t":
            self._name(made, self._number(Node("permute", tuple(reads), ((1, 0),))))
        else:
            operation = name.rstrip("_")
            if operation not in OPERATIONS:
                reads.append(self._refused(f"{operation}: an operation that the page does not have"))
            self._name(made, self._number(Node(operation, tuple(reads), tuple(axes))))

    def _arguments(
        self, name: str, may_be_number: Mapping[str, bool], values: Mapping[str, Any], same: bool
    ) -> tuple[list[int], list[Any]]:
        """The nodes that an operation reads, and its axes. `same` if the result has the numbers of the argument."""
        reads, axes = [], []
        for key, value in values.items():
            if isinstance(value, Tensor):
                reads.append(self.number_of(value))
            elif may_be_number[key]:
                reads.append(self._number(Node("constant", others=(value,))))
            elif key in AXES:
                axes.append(tuple(value) if isinstance(value, list) else value)
            elif key not in FORM and not same:
                reads.append(self._refused(f"{name}: found {key}={value}, expected neither sizes nor other arguments"))
        return reads, axes

    def graph(self, outputs: Mapping[str, Tensor], mistakes: Mapping[str, Mapping[str, Tensor]] = {}) -> Graph:
        """The nodes that the outputs need. Raises RecordingError if one of them is refused.

        A mistake that needs such a node is left out, and so is what it has in common with the formulas.
        """
        every = list(self.nodes)
        wanted, needed = self.with_needs(outputs)
        if why := next((every[each].others[0] for each in sorted(needed) if every[each].operation == REFUSED), None):
            raise RecordingError(why)
        replaced = {}
        for name, made in mistakes.items():
            numbers, more = self.with_needs(made)
            if all(every[number].operation != REFUSED for number in more):
                replaced[name] = {key: number for key, number in numbers.items() if number != wanted[key]}
                needed |= more
        new = {old: number for number, old in enumerate(sorted(needed))}
        nodes = [every[old]._replace(reads=tuple(new[read] for read in every[old].reads)) for old in new]

        def renumbered(numbers: Mapping[str, int]) -> dict[str, int]:
            return {name: new[number] for name, number in numbers.items()}

        return Graph(nodes, renumbered(wanted), {name: renumbered(made) for name, made in replaced.items()})

    def with_needs(self, outputs: Mapping[str, Tensor]) -> tuple[dict[str, int], set[int]]:
        """The numbers of outputs, and of all nodes that they need."""
        every, wanted = list(self.nodes), {name: self.number_of(tensor) for name, tensor in outputs.items()}
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

    def number_of(self, tensor: Tensor) -> int:
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
