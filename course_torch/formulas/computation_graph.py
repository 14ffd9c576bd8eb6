"""Derivatives of numbers (notes 1.4): the slope that a nudge measures, and the chain rule along a computation graph.

The graph has named nodes, and runs one node at a time. Training does not use it.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import exp, log, nan
from typing import Any, NamedTuple, TypeVar

from torch import Tensor

from course_torch.errors import InputError, check_name

Number = TypeVar("Number", float, Tensor)


def slope_by_nudge(f: Callable[[float], float], a: float, nudge: float = 0.001) -> float:
    """(f(a + nudge) - f(a)) / nudge: the lecture's slope. The error is about f''(a) · nudge / 2."""
    return (f(a + nudge) - f(a)) / nudge


def slope_from_both_sides(f: Callable[[Any], Number], a: float, nudge: Any = 0.001) -> Number:
    """(f(a + nudge) - f(a - nudge)) / (2 nudge): the error is only f'''(a) · nudge² / 6, so gradient checks use it.

    All are numbers, or nudge and the values of f are tensors of one number.
    """
    return (f(a + nudge) - f(a - nudge)) / (2 * nudge)


class Operation(NamedTuple):
    """The value of a node from its inputs, the derivative by each input, and the formula as text."""

    value: Callable[..., float]
    slopes: Callable[..., tuple[float, ...]]
    text: str


def sigma(z: float) -> float:
    """σ(z) = 1 / (1 + exp(-z)): the sigmoid of a number."""
    return 1 / (1 + exp(-z))


OPERATIONS = {
    "add": Operation(lambda a, b: a + b, lambda a, b: (1, 1), "{} + {}"),
    "subtract": Operation(lambda a, b: a - b, lambda a, b: (1, -1), "{} − {}"),
    "multiply": Operation(lambda a, b: a * b, lambda a, b: (b, a), "{} · {}"),
    "cube": Operation(lambda a: a**3, lambda a: (3 * a**2,), "{}³"),
    "sigmoid": Operation(sigma, lambda z: (sigma(z) * (1 - sigma(z)),), "σ({})"),
    "negative_log": Operation(lambda a: -log(a), lambda a: (-1 / a,), "−log {}"),
}


@dataclass
class Node:
    """A named value. `inputs` are names of nodes or constants; `derivative` is d(last node)/d(this node)."""

    name: str
    operation: str | None = None
    inputs: tuple[str | float, ...] = ()
    value: float = nan
    derivative: float = nan

    @property
    def text(self) -> str:
        """The node as a formula, such as "u = b · c". An input node is written as its name."""
        if self.operation is None:
            return self.name
        inputs = (each if isinstance(each, str) else f"{each:g}" for each in self.inputs)
        return f"{self.name} = {OPERATIONS[self.operation].text.format(*inputs)}"


@dataclass
class ComputationGraph:
    """Input nodes with their values, then computed nodes in the order of computation. The last node is the result.

    Raises InputError for an unknown node name or operation and for a duplicate node name.
    """

    inputs: Mapping[str, float]
    formulas: Mapping[str, tuple[str | float, ...]]
    nodes: dict[str, Node] = field(init=False)

    def __post_init__(self) -> None:
        self.nodes = {name: Node(name, value=float(value)) for name, value in self.inputs.items()}
        for name, (operation, *inputs) in self.formulas.items():
            check_name(f"node {name}", str(operation), OPERATIONS)
            unknown = [each for each in inputs if isinstance(each, str) and each not in self.nodes]
            if unknown or name in self.nodes:
                raise InputError(
                    f"node {name}: found {unknown or 'a second one'}, expected nodes above it, named once",
                    f"节点 {name}：得到 {unknown or '第二个同名节点'}，应为它之前的节点，且名称只用一次",
                )
            self.nodes[name] = Node(name, str(operation), tuple(inputs))

    def forward(self) -> Iterator[Node]:
        """Compute the values node by node, from the inputs to the result, and yield each node."""
        for node in self.nodes.values():
            if node.operation is not None:
                node.value = OPERATIONS[node.operation].value(*self._values(node))
            yield node

    def backward(self) -> Iterator[Node]:
        """Compute the derivatives node by node, from the result to the inputs, and yield each node.

        The derivative of the result is 1. By the chain rule each node adds derivative · slope to its inputs.
        """
        *others, result = self.nodes.values()
        for node in others:
            node.derivative = 0.0
        result.derivative = 1.0
        for node in (result, *reversed(others)):
            if node.operation is not None:
                slopes = OPERATIONS[node.operation].slopes(*self._values(node))
                for each, slope in zip(node.inputs, slopes, strict=True):
                    if isinstance(each, str):
                        self.nodes[each].derivative += node.derivative * slope
            yield node

    def _values(self, node: Node) -> list[float]:
        return [self.nodes[each].value if isinstance(each, str) else each for each in node.inputs]


def course_graph() -> ComputationGraph:
    """J = 3 (a + b c): the lecture's graph, at a = 5, b = 3, c = 2."""
    return ComputationGraph(
        inputs={"a": 5, "b": 3, "c": 2},
        formulas={"u": ("multiply", "b", "c"), "v": ("add", "a", "u"), "J": ("multiply", 3, "v")},
    )
