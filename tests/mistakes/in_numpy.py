"""Networks in which no mistake hides, and their layers in NumPy, in which the tests write the mistakes out."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.mistakes.context import BackwardContext, ForwardContext, ForwardPass
from course_torch.mistakes.record import Mistake, tensors_of
from course_torch.network.propagation import TensorName
from course_torch.verification.networks.calls.reference import VALUES as TRUE_VALUES
from course_torch.verification.networks.right_pass import by_autograd

Array = np.ndarray
NETWORKS = (
    ("tanh", "sigmoid", (4, 4, 2, 4, 4, 1), [[0], [1], [1], [0], [1]]),
    ("sigmoid", "identity", (4, 4, 2, 4, 4, 1), [[0.3], [-1.2], [0.8], [1.9], [-0.4]]),
    ("relu", "softmax", (4, 4, 1, 4, 4, 3), [[0, 0, 1], [1, 0, 0], [0, 1, 0], [1, 0, 0], [0, 0, 1]]),
    ("leaky_relu", "sigmoid", (4, 4, 2, 4, 4, 3), [[0, 0, 1], [1, 0, 1], [1, 1, 0], [1, 0, 0], [0, 0, 0]]),
)
"""Hidden activation, output, layer sizes and Y. Some layers are square and some are not; m = 5 is no layer size."""
VALUES = {
    "tanh": lambda Z, slope: np.tanh(Z),
    "sigmoid": lambda Z, slope: 1 / (1 + np.exp(-Z)),
    "relu": lambda Z, slope: np.maximum(Z, 0),
    "leaky_relu": lambda Z, slope: np.where(Z > 0, Z, slope * Z),
}
"""g(Z)."""
FORWARD_VALUES = VALUES | {
    "identity": lambda Z, slope: Z,
    "softmax": lambda Z, slope: np.stack([np.exp(z) / np.exp(z).sum() for z in Z]),
}
DERIVATIVES = {
    "tanh": lambda Z, A, slope: 1 - A**2,
    "sigmoid": lambda Z, A, slope: A * (1 - A),
    "relu": lambda Z, A, slope: np.where(Z > 0, 1, 0),
    "leaky_relu": lambda Z, A, slope: np.where(Z > 0, 1, slope),
}
"""g'(Z), from Z or from A = g(Z)."""


class Layer(SimpleNamespace):
    """Layer l of L: A_prev, W, Z, A, Y, dZ, dW, db, dA, dA_prev, the names of activation and output, and the slope.

    `kind` is the kind of the tensor in which the mistake is made; `layers` are layers 1 to L of the same network.
    """

    def g(self, Z: Array) -> Array:
        return VALUES[self.activation](Z, self.slope)

    def derivative(self, Z: Array, A: Array) -> Array:
        """g' as the code has it: from Z or from A."""
        return DERIVATIVES[self.activation](Z, A, self.slope)

    @property
    def g_prime(self) -> Array:
        if self.l == self.L:
            raise LookupError("the output layer has no g'")
        return self.derivative(self.Z, self.A)

    @property
    def dslope(self) -> Array:
        if self.l == self.L:
            raise LookupError("the output layer has no slope")
        return np.sum(self.dA * np.minimum(self.Z, 0)) / self.m

    @property
    def right(self) -> Array:
        return self.dA_prev if self.kind == "dA" else getattr(self, self.kind)

    def at(self, l: int) -> "Layer":
        return self.layers[l - 1]

    def from_others(self, made: Callable[["Layer"], Array]) -> list:
        """What is made from each other layer, from layer L down, without the layers whose shapes or tensors fail."""
        return [*possible(lambda other=other: made(other) for other in reversed(self.layers) if other.l != self.l)]


def possible(made: Iterator[Callable[[], Array]]) -> Iterator[Array]:
    for make in made:
        try:
            yield make()
        except (ValueError, LookupError):
            continue


def dW_of(dZ: Array, A_prev: Array) -> Array:
    """(1/m) Σ of dzᵀ a over the examples."""
    return sum(np.outer(dz, a) for dz, a in zip(dZ, A_prev, strict=True)) / len(dZ)


def db_of(dZ: Array) -> Array:
    """(1/m) Σ of dz over the examples."""
    return sum(dz[None] for dz in dZ) / len(dZ)


@lru_cache
def backward_contexts() -> list[BackwardContext]:
    """The backward steps that compute the tensors of all networks.

    For the first example, the first unit of layer 1 has Z = 0, and a first sigmoid output has Z = 0 and A = ½.
    """
    return [context for index in range(len(NETWORKS)) for context in contexts_of_network(index)]


def contexts_of_network(index: int) -> list[BackwardContext]:
    activation, output, layer_sizes, labels = NETWORKS[index]
    generator = torch.Generator().manual_seed(index)
    network = DeepNetwork(layer_sizes, activation, output, learn_slope=True, dtype=torch.float64, generator=generator)
    X, Y = torch.randn(5, 4, dtype=torch.float64, generator=generator), torch.tensor(labels, dtype=torch.float64)
    X[0] = torch.tensor([1, 0, 0, 0])
    with torch.no_grad():
        for l, layer in enumerate(network.layers, start=1):
            layer.W.normal_(std=layer.W.shape[1] ** -0.5, generator=generator)
            layer.b.normal_(generator=generator)
            if layer.slope is not None:
                layer.slope.fill_(0.1 * l)
        network.layers[0].b[0, 0] = -network.layers[0].W[0, 0]
        while output == "sigmoid" and (Z := network.caches(X)[-1].Z[0, 0]) != 0:
            network.layers[-1].b[0, 0] -= Z
        forward = ForwardPass.of(network, network.caches(X), Y)
    right = by_autograd(network, X, Y)
    return [BackwardContext(name, right, forward) for name in right]


@lru_cache
def in_numpy(context: BackwardContext) -> Layer:
    """The layer whose backward step computes the tensor."""
    forward, right, L = context.forward, context.tensors, context.L
    Y = numbers(forward.Y)
    layers: list[Layer] = []
    for l in range(1, L + 1):
        A_prev, Z, A = map(numbers, forward.caches[l - 1])
        layer = Layer(kind=context.name.kind, l=l, L=L, m=len(Y), A_prev=A_prev, Z=Z, A=A, Y=Y, layers=layers)
        layer.activation, layer.output = forward.hidden_activation.name, forward.output
        layer.slope = None if forward.slopes[l - 1] is None else forward.slopes[l - 1].item()
        layer.W = numbers(forward.W[l - 1])
        layer.dZ, layer.dW, layer.db = (numbers(right[TensorName(kind, l)]) for kind in ("dZ", "dW", "db"))
        layer.dA = numbers(right[TensorName("dA", l)]) if l < L else dA_of_output(layer)
        layer.dA_prev = numbers(right[TensorName("dA", l - 1)])
        layers.append(layer)
    return layers[context.layer - 1]


def dA_of_output(n: Layer) -> Array:
    """The derivative of the loss by A: of both logarithms, of softmax's one logarithm, of ½ (A - Y)²."""
    return {"sigmoid": -n.Y / n.A + (1 - n.Y) / (1 - n.A), "softmax": -n.Y / n.A, "identity": n.A - n.Y}[n.output]


def numbers(tensor: Tensor) -> Array:
    return tensor.detach().numpy()


def value_of(name: str, slope: Tensor | None = None) -> Callable[[Tensor], Tensor]:
    """g(Z) as the reference computes it."""
    return lambda Z: TRUE_VALUES[name](Z, slope)


@lru_cache
def forward_contexts() -> list[tuple[str, ForwardContext]]:
    """(place, context) of formulas of the forward pass: Z of a square and another W, A and L of all functions."""
    generator = torch.Generator().manual_seed(9)

    def random(*shape: int) -> Tensor:
        return torch.randn(*shape, dtype=torch.float64, generator=generator)

    contexts = [("Z", ForwardContext(A_prev=random(5, 4), W=random(n, 4), b=random(1, n))) for n in (4, 2)]
    for name in FORWARD_VALUES:
        slope = torch.tensor(0.2, dtype=torch.float64) if name == "leaky_relu" else None
        contexts.append(("A", ForwardContext(name, value_of(name, slope), Z=random(5, 3), slope=slope)))
    for _, output, (*_, n), labels in NETWORKS:
        Y = torch.tensor(labels, dtype=torch.float64)
        contexts.append(("L", ForwardContext(output, value_of(output), Z=random(5, n), Y=Y)))
    return contexts


def assert_makes(mistake: Mistake, written: dict[str, Callable[[Layer], list]]) -> None:
    """In each tensor that the mistake can spoil, its edits compute the tensors that are written in NumPy."""
    for context in backward_contexts():
        if any(edit.place == context.place for edit in mistake.edits):
            edits_alone = replace(mistake, recognized="tensor")
            made = [tensor for _, tensor in tensors_of(edits_alone, context.place, context)]
            assert_same(made, written[mistake.key](in_numpy(context)), f"{mistake.key}: {context.name}")


def assert_same(made: list[Tensor], expected: list, where: str) -> None:
    assert [tuple(tensor.shape) for tensor in made] == [np.shape(array) for array in expected], where
    for tensor, array in zip(made, expected, strict=True):
        assert tensor.dtype == torch.float64, where
        np.testing.assert_allclose(numbers(tensor), array, rtol=1e-10, atol=1e-14, err_msg=where)
