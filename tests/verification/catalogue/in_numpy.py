"""Networks in which no mistake hides, and their layers in NumPy, in which the tests write the mistakes out."""

from collections.abc import Callable, Collection
from functools import lru_cache
from types import SimpleNamespace

import numpy as np
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.mistakes.context import TensorName
from course_torch.verification.backward_tensors import by_autograd
from course_torch.verification.comparison import forward_pass

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
DERIVATIVES = {
    "tanh": lambda Z, A, slope: 1 - A**2,
    "sigmoid": lambda Z, A, slope: A * (1 - A),
    "relu": lambda Z, A, slope: np.where(Z > 0, 1, 0),
    "leaky_relu": lambda Z, A, slope: np.where(Z > 0, 1, slope),
}
"""g'(Z), from Z or from A = g(Z)."""


class Layer(SimpleNamespace):
    """Layer l of L: A_prev, W, Z, A, Y, dZ, dW, db, dA, dA_prev, the activation's name and the slope.

    `kind` is the kind of the tensor in which the mistake is made; `layers` are layers 1 to L of the same network.
    """

    def g(self, Z: Array) -> Array:
        return VALUES[self.activation](Z, self.slope)

    def derivative(self, Z: Array, A: Array) -> Array:
        """g' as the code has it: from Z or from A."""
        return DERIVATIVES[self.activation](Z, A, self.slope)

    @property
    def g_prime(self) -> Array:
        return self.derivative(self.Z, self.A)

    @property
    def right(self) -> Array:
        return {"dZ": self.dZ, "dW": self.dW, "db": self.db, "dA": self.dA_prev}[self.kind]

    def at(self, l: int) -> "Layer":
        return self.layers[l - 1]

    def others(self) -> list["Layer"]:
        """The other layers, from layer L down to layer 1."""
        return [layer for layer in reversed(self.layers) if layer.l != self.l]


def dW_of(dZ: Array, A_prev: Array) -> Array:
    """(1/m) Σ of dzᵀ a over the examples."""
    return sum(np.outer(dz, a) for dz, a in zip(dZ, A_prev, strict=True)) / len(dZ)


def db_of(dZ: Array) -> Array:
    """(1/m) Σ of dz over the examples."""
    return sum(dz[None] for dz in dZ) / len(dZ)


@lru_cache
def steps_of(places: Collection[str]) -> list[Step]:
    """The backward steps that make the tensors of these places, in all networks."""
    return [step for index in range(len(NETWORKS)) for step in network_steps(index) if step.place in places]


@lru_cache
def network_steps(index: int) -> list[Step]:
    """The backward steps of all tensors of a network.

    For the first example, the first unit of layer 1 has Z = 0, and a first sigmoid output has Z = 0 and A = ½.
    """
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
        forward = forward_pass(network, network.caches(X), Y)
    right = by_autograd(network, X, Y)
    return [Step(name, right, forward) for name in right]


def in_numpy(step: Step) -> Layer:
    """The layer whose backward step makes the tensor."""
    forward, right, L = step.forward, step.right, len(step.forward.W)
    Y = numbers(forward.Y)
    layers: list[Layer] = []
    for l in range(1, L + 1):
        A_prev, Z, A = map(numbers, forward.caches[l - 1])
        layer = Layer(kind=step.name.kind, l=l, L=L, m=len(Y), A_prev=A_prev, Z=Z, A=A, Y=Y, layers=layers)
        layer.activation, layer.W = forward.hidden_activation.name, numbers(forward.W[l - 1])
        layer.slope = None if forward.slopes[l - 1] is None else forward.slopes[l - 1].item()
        layer.dZ, layer.dW, layer.db = (numbers(right[TensorName(kind, l)]) for kind in ("dZ", "dW", "db"))
        layer.dA = numbers(right[TensorName("dA", l)]) if l < L else -Y / A + (1 - Y) / (1 - A)
        layer.dA_prev = numbers(right[TensorName("dA", l - 1)])
        layers.append(layer)
    kind, l = step.name
    return layers[l if kind == "dA" else l - 1]


def numbers(tensor: Tensor) -> Array:
    return tensor.detach().numpy()


def assert_makes(cause: Cause, written: dict[str, Callable[[Layer], list]]) -> None:
    """The tensors that the cause makes are those of the mistake in NumPy, one by one, in each tensor it can spoil."""
    make = cause.suspects or cause.terms
    for step in steps_of(cause.places):
        made, expected = list(make(step)), written[cause.key](in_numpy(step))
        assert [tuple(tensor.shape) for tensor in made] == [np.shape(array) for array in expected], step.name
        for tensor, array in zip(made, expected, strict=True):
            np.testing.assert_allclose(numbers(tensor), array, rtol=1e-10, atol=1e-14, err_msg=str(step.name))
