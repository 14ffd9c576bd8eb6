"""The edits of dZ[L] = A - Y compute the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.mistakes.record import Mistake
from course_torch.mistakes.records.output import OUTPUT
from tests.mistakes.in_numpy import VALUES, Array, Layer, assert_makes


def through_softmax(dA: Array, A: Array) -> Array:
    """dZ from dA by the Jacobian matrix ∂a_j / ∂z_k = a_j (δ_jk - a_k) of each example."""
    return np.stack([(np.diag(a) - np.outer(a, a)) @ da for da, a in zip(dA, A, strict=True)])


def softmax_of(rows: Array) -> Array:
    return np.stack([np.exp(z) / np.exp(z).sum() for z in rows])


def squared_error(n: Layer) -> list:
    """Softmax outputs may be derived as a whole, or one by one like sigmoid outputs. It is the loss of the identity."""
    one_by_one, whole = (n.A - n.Y) * (n.A - n.A**2), through_softmax(n.A - n.Y, n.A)
    return {"sigmoid": [one_by_one], "softmax": [one_by_one, whole], "identity": []}[n.output]


def true_class_only(n: Layer) -> list:
    """One output has no other class."""
    return [np.where(n.Y == 1, n.dZ, 0), np.where(n.Y == 0, n.dZ, 0)] if n.Y.shape[1] > 1 else []


def labels_of_rank_1(n: Layer) -> list:
    """A - Y of one output broadcasts a vector of the labels, or a vector of the answers, to an (m, m) table."""
    if n.A.shape[1] > 1:
        return []
    return [[[a - y for [y] in n.Y] for [a] in n.A], [[a - y for [a] in n.A] for [y] in n.Y]]


def decided(n: Layer) -> list:
    """1 for each probability above ½, or for the largest of several probabilities of an example."""
    if n.output == "identity":
        return []
    largest = [[int(k == np.argmax(a)) for k in range(len(a))] for a in n.A]
    return [np.where(n.A > 0.5, 1, 0) - n.Y, *([largest - n.Y] if n.A.shape[1] > 1 else [])]


def another_function(n: Layer) -> list:
    names = ("tanh", "relu") if n.output == "sigmoid" else ("sigmoid", "tanh", "relu")
    return [VALUES[name](n.Z, None) - n.Y for name in names]


def epsilon(n: Layer) -> list:
    """The derivatives by ε, at ε = 0, of dZ with an ε in both logarithms or one, in the denominator, in softmax's log.

    d/dε of -Y/(A + ε) is Y/A², and d/dε of (1 - Y)/(1 - A + ε) is -(1 - Y)/(1 - A)²; dZ has the factor A (1 - A). In
    dW an ε is added to m.
    """
    if n.kind == "dW":
        return [n.dW / (1 + 1e-8 / n.m)]
    A, Y, g_prime = n.A, n.Y, n.A * (1 - n.A)
    first, second = Y / A**2 * g_prime, (1 - Y) / (1 - A) ** 2 * g_prime
    return {
        "sigmoid": [first - second, first, second, n.dZ / g_prime],
        "softmax": [through_softmax(Y / A**2, A)],
        "identity": [],
    }[n.output]


IN_NUMPY = {
    "sign at the output": lambda n: [n.Y - n.A],
    "no g' at the output": lambda n: [] if n.output == "identity" else [-n.Y / n.A + (1 - n.Y) / (1 - n.A), -n.Y / n.A],
    "squared error": squared_error,
    "sign of (1 - Y)": lambda n: [-n.Y + n.Y * n.A - n.A + n.Y * n.A] if n.output == "sigmoid" else [],
    "no (1 - Y) term": lambda n: [n.Y * n.A - n.Y] if n.output == "sigmoid" else [],
    "no Y term": lambda n: [n.A - n.Y * n.A] if n.output == "sigmoid" else [],
    "|A - Y|": lambda n: [np.where(n.dZ < 0, -n.dZ, n.dZ)],
    "(A - Y)²": lambda n: [n.dZ * n.dZ],
    "true class only": true_class_only,
    "labels of rank 1": labels_of_rank_1,
    "Y left out": lambda n: [n.A],
    "A + Y": lambda n: [n.A + n.Y],
    "labels inverted": lambda n: [n.A + n.Y - 1] if n.output != "identity" else [],
    "labels of ±1": lambda n: [n.A - 2 * n.Y + 1] if n.output != "identity" else [],
    "labels smoothed": lambda n: [n.Y - 1 / 2, n.Y - 1 / n.Y.shape[1]] if n.output != "identity" else [],
    "labels shuffled": lambda n: [
        n.A - n.Y[order] for order in ([3, 0, 2, 4, 1], [4, 3, 2, 1, 0], [4, 0, 1, 2, 3], [1, 2, 3, 4, 0])
    ],
    "class weights": lambda n: [n.dZ * np.where(n.Y[:, :1] == 1, 3, 1)] if n.output != "identity" else [],
    "Z for A at the output": lambda n: [n.Z - n.Y] if n.output != "identity" else [],
    "decided labels for A": decided,
    "softmax along the examples": lambda n: [softmax_of(n.Z.T).T - n.Y] if n.output == "softmax" else [],
    "softmax for the output": lambda n: [softmax_of(n.Z) - n.Y] if n.output != "softmax" and n.Z.shape[1] > 1 else [],
    "another function at the output": another_function,
    "epsilon": epsilon,
}


@pytest.mark.parametrize("mistake", OUTPUT, ids=lambda mistake: mistake.key)
def test_the_edits_make_the_mistake_in_NumPy(mistake: Mistake) -> None:
    assert_makes(mistake, IN_NUMPY)
