"""A training step as a graph of a few of torch's operations, which any program can execute: the formulas, recorded.

torch passes every operation that a formula runs to the recorder. The result is therefore what the formulas compute,
whatever Python code calls them. It is free of sizes: m and α are inputs, and an operation that takes a size is
rejected.
"""

from collections.abc import Callable, Mapping, Sequence
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
    """Nodes in an order in which they can be computed, and the number of the node of each output."""

    nodes: list[Node]
    outputs: dict[str, int]

    def as_record(self) -> dict[str, Any]:
        """The graph as JSON writes it."""
        return {"nodes": self.nodes, "outputs": self.outputs}


class Recorder(TorchDispatchMode):
    """Records every operation on the inputs, and on what is made of them. Equal operations become one node."""

    def __init__(self, inputs: Mapping[str, Tensor]) -> None:
        super().__init__()
        self.nodes: dict[Node, int] = {}
        self.kept: list[Tensor] = []  # an address must not be given to a second tensor
        self.numbers: dict[int, int] = {}
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
        same = name in IDENTITIES
        self._name(made, reads[0] if same else self._number(Node(name.rstrip("_"), tuple(reads), tuple(axes))))
        return result

    def graph(self, outputs: Mapping[str, Tensor]) -> Graph:
        """The nodes that the outputs need. Raises ValueError if they need a size, or a tensor that no input makes."""
        every = list(self.nodes)
        wanted = {name: self._number_of(tensor) for name, tensor in outputs.items()}
        needed = set(wanted.values())
        for number in range(len(every) - 1, -1, -1):
            if number in needed:
                needed.update(every[number].reads)
        for node in (every[number] for number in needed):
            if node.operation == REFUSED:
                raise ValueError(node.others[0])
        new = {old: number for number, old in enumerate(sorted(needed))}
        nodes = [every[old]._replace(reads=tuple(new[read] for read in every[old].reads)) for old in new]
        return Graph(nodes, {name: new[number] for name, number in wanted.items()})

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


@torch.no_grad()
def step_graph(network: DeepNetwork) -> Graph:
    """One step of gradient descent on all examples (notes 1.3, 3.2), for every m and all widths of the hidden layers.

    The inputs are X, Y, m, alpha, and of each layer l W[l], b[l] and, if there is one, slope[l]. The outputs are J, of
    each layer Z[l], A[l], dZ[l], dA[l], dW[l], db[l] and, if the slope is learned, dslope[l], and the parameters after
    the update, as "new W[l]".
    """
    network = deepcopy(network).double()
    X, Y = (torch.ones(EXAMPLES, network.layer_sizes[l], dtype=torch.float64) for l in (0, -1))
    m, alpha = InputNumber(EXAMPLES), InputNumber(1.0)
    g, output, layers = network.hidden_activation.by_product(), network.output, network.tensors()
    named = {
        f"{kind}[{l}]": tensor
        for l, layer in enumerate(layers, start=1)
        for kind, tensor in layer._asdict().items()
        if tensor is not None
    }
    outputs: dict[str, Tensor | None] = {}
    with Recorder({"X": X, "Y": Y, "m": m.tensor, "alpha": alpha.tensor, **named}) as recorder:
        caches = forward_propagation(X, layers, g, output)
        outputs["J"] = output.cost(caches[-1].Z, Y, m)
        steps = backward_propagation(Y, layers, caches, g, output, m=m)
        for l, (layer, cache, step) in enumerate(zip(layers, caches, steps, strict=True), start=1):
            outputs |= {f"Z[{l}]": cache.Z, f"A[{l}]": cache.A, f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev}
            for kind, tensor, gradient in zip(layer._fields, layer.learned(), step.gradients, strict=False):
                assert gradient is not None
                outputs |= {f"d{kind}[{l}]": gradient, f"new {kind}[{l}]": update(tensor, gradient, alpha)}
        return recorder.graph({name: tensor for name, tensor in outputs.items() if tensor is not None})
