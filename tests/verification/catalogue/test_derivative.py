"""The suspects of dZ = dA * g'(Z) with a wrong g' are the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.catalogue.derivative import DERIVATIVE
from tests.verification.catalogue.in_numpy import DERIVATIVES, VALUES, Layer, assert_makes


def of_activation(name: str, n: Layer) -> list:
    """From that activation's own A, and from the layer's A. Without a slope of its own, leaky ReLU has the course's."""
    if name == n.activation:
        return []
    derivative, A = DERIVATIVES[name], VALUES[name](n.Z, 0.01)
    return [n.dA * derivative(n.Z, A, 0.01), n.dA * derivative(n.Z, n.A, 0.01)]


def of_another_layer(n: Layer) -> list:
    """g' of each other hidden layer with as many units, from layer 1 upwards; a learned slope is its own as well."""
    hidden = [other for other in reversed(n.others()) if other.l < n.L]
    return [n.dA * other.g_prime for other in hidden if other.Z.shape == n.Z.shape]


def at_A_prev(n: Layer) -> list:
    if n.A_prev.shape != n.Z.shape:
        return []
    return [n.dA * n.derivative(n.A_prev, n.A_prev), n.dA * n.derivative(n.A_prev, n.g(n.A_prev))]


def reversed_mask(n: Layer) -> list:
    """Only an activation with a kink has a mask: 1 where Z ≤ 0, or all the activation's values exchanged."""
    if n.activation not in ("relu", "leaky_relu"):
        return []
    return [np.where(n.Z <= 0, n.dA, 0), n.dA * n.derivative(-n.Z, -n.A)]


def slope_everywhere(n: Layer) -> list:
    return [n.dA * (0.1 * n.l)] if n.activation == "leaky_relu" else []


IN_NUMPY = {
    "no g'": lambda n: [n.dA],
    "g'(A)": lambda n: [n.dA * n.derivative(n.A, n.g(n.A))],
    "Z for A in g'": lambda n: [n.dA * n.derivative(n.Z, n.Z)],
    "A for g'": lambda n: [n.dA * n.A],
    "Z for g'": lambda n: [n.dA * n.Z],
    "g' squared": lambda n: [n.dA * n.g_prime**2],
    "sign in g'": lambda n: [n.dA * (1 + n.A**2), n.dA * (n.A + n.A**2)],
    "A not squared": lambda n: [n.dA - n.dA * n.A],
    "mask reversed": reversed_mask,
    "no slope": lambda n: [np.where(n.Z > 0, n.dA, 0)] if n.activation == "leaky_relu" else [],
    "slope everywhere": slope_everywhere,
    "g' of another layer": of_another_layer,
    "g' at A_prev": at_A_prev,
    "g' of sigmoid": lambda n: of_activation("sigmoid", n),
    "g' of tanh": lambda n: of_activation("tanh", n),
    "g' of relu": lambda n: of_activation("relu", n),
    "g' of leaky_relu": lambda n: of_activation("leaky_relu", n),
}


@pytest.mark.parametrize("cause", DERIVATIVE, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
