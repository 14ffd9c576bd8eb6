"""The mistakes of Z = A_prev Wᵀ + b, of A = g(Z) and of the losses L, written out in NumPy: key -> what is made."""

from types import SimpleNamespace

import numpy as np

from tests.mistakes.in_numpy import DERIVATIVES, FORWARD_VALUES, Array


def g_prime(n: SimpleNamespace) -> list:
    """Softmax has no g'(Z) of one number."""
    derivatives = DERIVATIVES | {"identity": lambda Z, A, slope: np.ones_like(Z)}
    return [derivatives[n.name](n.Z, n.A, n.slope)] if n.name != "softmax" else []


def of_multiples(n: SimpleNamespace) -> list:
    """The other functions double with Z."""
    return [n.g(2 * n.Z), n.g(n.Z / 2)] if n.name in ("sigmoid", "tanh", "softmax") else []


def sides_swapped(n: SimpleNamespace) -> list:
    if n.name == "leaky_relu":
        return [np.where(n.Z < 0, n.Z, n.slope * n.Z)]
    return [np.where(n.Z < 0, n.Z, 0)] if n.name == "relu" else []


def reciprocal(n: SimpleNamespace) -> list:
    with np.errstate(divide="ignore"):
        return [1 / n.A]


def of_softmax(n: SimpleNamespace, *made: Array) -> list:
    return [*made] if n.name == "softmax" else []


def over_the_examples(n: SimpleNamespace) -> list:
    """A, or the losses of this A."""
    if n.name != "softmax":
        return []
    A = n.g(n.Z.T).T
    return [A if n.place == "A" else -np.sum(n.Y * np.log(A), axis=1)]


def sigmoid_losses(n: SimpleNamespace, ones: float, zeros: float, A: Array | None = None) -> Array:
    """-(ones Y log A + zeros (1 - Y) log(1 - A)) of sigmoid, summed over the outputs."""
    A = FORWARD_VALUES["sigmoid"](n.Z, None) if A is None else A
    return -np.sum(ones * n.Y * np.log(A) + zeros * (1 - n.Y) * np.log(1 - A), axis=1)


def softmax_losses(n: SimpleNamespace, epsilon: float = 0.0) -> Array:
    return -np.sum(n.Y * np.log(FORWARD_VALUES["softmax"](n.Z, None) + epsilon), axis=1)


def epsilons(n: SimpleNamespace) -> list:
    numbers = [10.0**-power for power in range(5, 16)]
    if n.name == "sigmoid":
        return [-np.sum(n.Y * np.log(n.A + e) + (1 - n.Y) * np.log(1 - n.A + e), axis=1) for e in numbers]
    return of_softmax(n, *(softmax_losses(n, e) for e in numbers))


def no_logarithm(n: SimpleNamespace) -> list:
    if n.name == "sigmoid":
        return [-np.sum(np.where(n.Y == 1, n.A, 1 - n.A), axis=1)]
    return of_softmax(n, -np.sum(n.Y * n.A, axis=1))


def another_loss(n: SimpleNamespace) -> list:
    """Absolute and squared errors, and the cross-entropy of the other output."""
    off = n.A - n.Y
    squares = [np.sum(off**2, axis=1), np.sum(off**2, axis=1) / 2] if n.name != "identity" else []
    of_sigmoid = [sigmoid_losses(n, 1, 1)] if n.name != "sigmoid" else []
    of_others = [softmax_losses(n)] if n.name != "softmax" and n.Z.shape[1] > 1 else []
    return [np.sum(abs(off), axis=1), *squares, *of_sigmoid, *of_others]


def of_sigmoid(n: SimpleNamespace, *made: tuple[float, float]) -> list:
    return [sigmoid_losses(n, *factors) for factors in made] if n.name == "sigmoid" else []


IN_NUMPY = {
    "no b": lambda n: [n.A_prev @ n.W.T],
    "b twice": lambda n: [n.A_prev @ n.W.T + n.b + n.b],
    "b subtracted": lambda n: [n.A_prev @ n.W.T - n.b],
    "W not transposed": lambda n: [n.A_prev @ n.W + n.b] if n.W.shape == (4, 4) else [],
    "no W": lambda n: [n.A_prev + n.b] if n.W.shape == (4, 4) else [],
    **{
        f"{name} computed": lambda n, name=name: [FORWARD_VALUES[name](n.Z, n.slope or 0.01)] if n.name != name else []
        for name in FORWARD_VALUES
    },
    "g' for g": g_prime,
    "sign of Z": lambda n: [n.g(-n.Z)] if n.name not in ("tanh", "identity") else [],
    "factor in Z": of_multiples,
    "fraction upside down": reciprocal,
    "denominator of tanh": lambda n: (
        [(np.exp(n.Z) - np.exp(-n.Z)) / 2, np.exp(n.Z) - np.exp(-n.Z)] if n.name == "tanh" else []
    ),
    "sign in sigmoid": lambda n: [1 / (1 - np.exp(-n.Z))] if n.name == "sigmoid" else [],
    "sides swapped": sides_swapped,
    "another slope of A": lambda n: [np.where(n.Z > 0, 0, n.Z)] if n.name == "leaky_relu" else [],
    "|Z|": lambda n: [np.where(n.Z < 0, -n.Z, n.Z)] if n.name in ("relu", "leaky_relu") else [],
    "softmax over the examples": over_the_examples,
    "one sum for all examples": lambda n: of_softmax(n, np.exp(n.Z) / np.exp(n.Z).sum()),
    "not divided by the sum": lambda n: of_softmax(n, np.exp(n.Z), np.exp(n.Z - np.max(n.Z, axis=1, keepdims=True))),
    "no (1 - Y) term of the loss": lambda n: of_sigmoid(n, (1, 0)),
    "no Y term of the loss": lambda n: of_sigmoid(n, (0, 1)),
    "epsilon in the loss": epsilons,
    "sign in the loss": lambda n: of_sigmoid(n, (1, -1), (-1, 1)),
    "labels inverted in the loss": lambda n: [sigmoid_losses(n, 1, 1, 1 - n.A)] if n.name == "sigmoid" else [],
    "no logarithm": no_logarithm,
    "another loss": another_loss,
    "no square": lambda n: [np.sum(n.A - n.Y, axis=1), np.sum(n.A - n.Y, axis=1) / 2] if n.name == "identity" else [],
}
