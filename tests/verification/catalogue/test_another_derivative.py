"""The suspects of dZ with g' at another point or of another function are the mistakes written out in NumPy."""

import pytest

from course_torch.verification.catalogue.another_derivative import ANOTHER_DERIVATIVE
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


IN_NUMPY = {
    "g'(A)": lambda n: [n.dA * n.derivative(n.A, n.g(n.A))],
    "Z for A in g'": lambda n: [n.dA * n.derivative(n.Z, n.Z)],
    "g' of another layer": of_another_layer,
    "g' at A_prev": at_A_prev,
    "g' of sigmoid": lambda n: of_activation("sigmoid", n),
    "g' of tanh": lambda n: of_activation("tanh", n),
    "g' of relu": lambda n: of_activation("relu", n),
    "g' of leaky_relu": lambda n: of_activation("leaky_relu", n),
}


@pytest.mark.parametrize("cause", ANOTHER_DERIVATIVE, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
