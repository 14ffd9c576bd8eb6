"""The formulas recorded as graphs of a few of torch's operations, which a program in any language can execute.

torch tells the recorder every operation that a formula runs. The graph is therefore what the formulas compute,
whatever Python code calls them. It is free of sizes: m and α are inputs, and an operation that takes a size is
rejected.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from copy import deepcopy
from typing import Any, NamedTuple

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode

from course_torch.formulas.update import update
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import backward_propagation, forward_propagation

IDENTITIES = ("detach", "clone", "alias", "_to_copy", "scalar_tensor", "lift_fresh")
"""Operations whose result has the numbers of their argument. A graph has one dtype, and no number is overwritten."""
NUMBERS = ("number", "Optional[number]", "Tensor")
"""Types of arguments that may be a number. None stands for the end of a range that is open."""
AXES = ("dim", "dims", "dim0", "dim1", "keepdim")
"""Arguments that name axes, and whether an axis stays."""
FORM = ("dtype", "layout", "device", "pin_memory", "memory_format", "non_blocking", "half_to_float")
"""Arguments that change the form of a tensor, and no number."""
REFUSED = "refused"
EXAMPLES = 5
"""m while the step is recorded."""


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


class Recorder(TorchDispatchMode):
    """Records every operation on the inputs, and on what is made of them. Equal operations become one node."""

    def __init__(self, inputs: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.nodes: dict[Node, int] = {}
        self.kept: list[Tensor] = []  # an address must not be given to a second tensor
        self.numbers: dict[int, int] = {}
        self.dtypes = {torch.bool, *(tensor.dtype for tensor in inputs.values())}
        for name, tensor in inputs.items():
            self._name(tensor, self._number(Node("input", others=(name,))))

    def __torch_dispatch__(
        self, function: Any, types: object, args: Sequence[Any] = (), kwargs: Mapping[str, Any] | None = None
    ) -> Any:
        """Run an operation and record it."""
        result = function(*args, **(kwargs or {}))
        name = function._schema.name.partition("::")[2]
        made = result[0] if isinstance(result, tuple) else result  # logsigmoid also returns a buffer
        if not isinstance(made, Tensor):  # a number for a decision of Python's, such as `if m == 1`
            return result
        named = {each.name: each for each in function._schema.arguments}
        values = {**dict(zip(named, args, strict=False)), **(kwargs or {})}
        reads, axes = [], []
        for key, value in values.items():
            if isinstance(value, Tensor):
                reads.append(self._number_of(value))
            elif str(named[key].type) in NUMBERS:
                reads.append(self._number(Node("constant", others=(value,))))
            elif key in AXES:
                axes.append(tuple(value) if isinstance(value, list) else value)
            elif key not in FORM:
                reads.append(self._refused(f"{name}: found {key}={value}, expected neither sizes nor other arguments"))
        if name != "scalar_tensor" and not any(isinstance(value, Tensor) for value in values.values()):
            reads.append(self._refused(f"{name}: found a tensor of a size of its own"))
        if made.dtype not in self.dtypes:
            reads.append(self._refused(f"{name}: found a tensor of {made.dtype}, which rounds"))
        same = name in IDENTITIES
        self._name(
            made,
            reads[0] if same and len(reads) == 1 else self._number(Node(name.rstrip("_"), tuple(reads), tuple(axes))),
        )
        return result

    def graph(self, outputs: Mapping[str, Tensor], mistakes: Mapping[str, Mapping[str, Tensor]] = {}) -> Graph:
        """The nodes that the outputs need. Raises ValueError if they need a size, or a tensor that no input makes.

        A mistake that needs such a node is left out, and so is what it has in common with the formulas.
        """
        every = list(self.nodes)
        wanted, needed = self._with_needs(outputs)
        if why := next((every[number].others[0] for number in needed if every[number].operation == REFUSED), None):
            raise ValueError(why)
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
        return self.nodes.setdefault(node, len(self.nodes))

    def _name(self, tensor: Tensor, number: int) -> None:
        self.kept.append(tensor)
        self.numbers[id(tensor)] = number

    def _number_of(self, tensor: Tensor) -> int:
        if id(tensor) not in self.numbers:
            self._name(tensor, self._refused(f"found a tensor of shape {tuple(tensor.shape)} that no input makes"))
        return self.numbers[id(tensor)]

    def _refused(self, why: str) -> int:
        """A node that no output may need. Checks of shapes run operations too, on which no output depends."""
        return self._number(Node(REFUSED, others=(why,)))


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


@torch.no_grad()
def step_graph(network: DeepNetwork, mistakes: Mapping[str, Mistake] = {}) -> Graph:
    """Both passes on all examples (notes 3.2), for every m and all widths of the hidden layers.

    The inputs are X, Y, m, and of each layer l W[l], b[l] and, if there is one, slope[l]. The outputs are J, and of
    each layer Z[l], A[l], dZ[l], dA[l], dW[l], db[l] and, if the slope is learned, dslope[l]. A mistake that stops or
    that needs a size is left out.
    """
    network = deepcopy(network).double()
    draw = torch.Generator().manual_seed(1)
    X = torch.randn(EXAMPLES, network.layer_sizes[0], dtype=torch.float64, generator=draw)
    Y = torch.eye(EXAMPLES, network.layer_sizes[-1], dtype=torch.float64)
    m = InputNumber(EXAMPLES)
    g, layers = network.hidden_activation.by_product(), network.tensors()
    named = {
        f"{kind}[{l}]": tensor
        for l, layer in enumerate(layers, start=1)
        for kind, tensor in layer._asdict().items()
        if tensor is not None
    }
    with Recorder({"X": X, "Y": Y, "m": m.tensor, **named}) as recorder:
        caches = forward_propagation(X, layers, g, network.output)

        def backward() -> dict[str, Tensor]:
            """The tensors of the backward pass."""
            made: dict[str, Tensor | None] = {}
            for l, step in enumerate(backward_propagation(Y, layers, caches, g, network.output, m=m), start=1):
                gradients = {f"{kind}[{l}]": tensor for kind, tensor in step.gradients._asdict().items()}
                made |= {f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev, **gradients}
            return {name: tensor for name, tensor in made.items() if tensor is not None}

        right = backward()
        wrong = {}
        for name, mistake in mistakes.items():
            with suppress(RuntimeError, TypeError), mistake(network, X, Y, m):
                made = backward()
                if all(made[key].shape == right[key].shape for key in right):
                    wrong[name] = made
        forward = {f"{kind}[{l}]": getattr(cache, kind) for l, cache in enumerate(caches, start=1) for kind in "ZA"}
        return recorder.graph({"J": network.output.cost(caches[-1].Z, Y, m), **forward, **right}, wrong)


@torch.no_grad()
def update_graph() -> Graph:
    """The update of a parameter from W, dW and alpha (notes 1.3)."""
    W, dW, alpha = torch.ones(2, 2), torch.ones(2, 2), InputNumber(1.0)
    with Recorder({"W": W, "dW": dW, "alpha": alpha.tensor}) as recorder:
        return recorder.graph({"W": update(W, dW, alpha)})
