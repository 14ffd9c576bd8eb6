"""The suspects of dZ[L] = A - Y are the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.verification.catalogue.output import OUTPUT
from tests.verification.catalogue.in_numpy import Array, Layer, assert_makes


def through_softmax(dA: Array, A: Array) -> Array:
    """dZ from dA by the Jacobian matrix ∂a_j / ∂z_k = a_j (δ_jk - a_k) of each example."""
    return np.stack([(np.diag(a) - np.outer(a, a)) @ da for da, a in zip(dA, A, strict=True)])


def true_class_only(n: Layer) -> list:
    """One output has no other class."""
    return [np.where(n.Y == 1, n.dZ, 0), np.where(n.Y == 0, n.dZ, 0)] if n.Y.shape[1] > 1 else []


def epsilon(n: Layer) -> list:
    """The derivatives by ε, at ε = 0, of dZ with an ε in both logarithms or one, in the denominator, in softmax's log.

    d/dε of -Y/(A + ε) is Y/A², and d/dε of (1 - Y)/(1 - A + ε) is -(1 - Y)/(1 - A)²; dZ has the factor A (1 - A).
    """
    A, Y, g_prime = n.A, n.Y, n.A * (1 - n.A)
    first, second = Y / A**2 * g_prime, (1 - Y) / (1 - A) ** 2 * g_prime
    return [first - second, first, second, n.dZ / g_prime, through_softmax(Y / A**2, A)]


IN_NUMPY = {
    "no g' at the output": lambda n: [-n.Y / n.A + (1 - n.Y) / (1 - n.A), -n.Y / n.A],
    "squared error": lambda n: [(n.A - n.Y) * (n.A - n.A**2), through_softmax(n.A - n.Y, n.A)],
    "sign of (1 - Y)": lambda n: [-n.Y + n.Y * n.A - n.A + n.Y * n.A],
    "no (1 - Y) term": lambda n: [n.Y * n.A - n.Y],
    "no Y term": lambda n: [n.A - n.Y * n.A],
    "|A - Y|": lambda n: [np.where(n.dZ < 0, -n.dZ, n.dZ)],
    "(A - Y)²": lambda n: [n.dZ * n.dZ],
    "true class only": true_class_only,
    "epsilon": epsilon,
}


@pytest.mark.parametrize("cause", OUTPUT, ids=lambda cause: cause.key)
def test_the_suspects_and_terms_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)


def test_an_epsilon_is_small_and_its_term_of_first_order() -> None:
    (epsilon,) = (cause for cause in OUTPUT if cause.terms)
    assert (epsilon.key, epsilon.limits, epsilon.slack) == ("epsilon", (-1e-4, 1e-4), 0.01)
