"""The suspects of dZ = dA * g'(Z) with a wrong value of g' are the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.verification.catalogue.derivative import DERIVATIVE
from tests.verification.catalogue.in_numpy import Layer, assert_makes


def reversed_mask(n: Layer) -> list:
    """Only an activation with a kink has a mask: 1 where Z ≤ 0, or all the activation's values exchanged."""
    if n.activation not in ("relu", "leaky_relu"):
        return []
    return [np.where(n.Z <= 0, n.dA, 0), n.dA * n.derivative(-n.Z, -n.A)]


def slope_everywhere(n: Layer) -> list:
    return [n.dA * (0.1 * n.l)] if n.activation == "leaky_relu" else []


IN_NUMPY = {
    "no g'": lambda n: [n.dA],
    "A for g'": lambda n: [n.dA * n.A],
    "Z for g'": lambda n: [n.dA * n.Z],
    "g' squared": lambda n: [n.dA * n.g_prime**2],
    "sign in g'": lambda n: [n.dA * (1 + n.A**2), n.dA * (n.A + n.A**2)],
    "1 left out": lambda n: [n.dA * n.A**2],
    "A not squared": lambda n: [n.dA - n.dA * n.A] if n.activation != "sigmoid" else [],
    "another power of A": lambda n: [n.dA - n.dA * n.A**k for k in (3, 4)] if n.activation == "tanh" else [],
    "A left out": lambda n: [n.dA - n.dA * n.A] if n.activation == "sigmoid" else [],
    "mask reversed": reversed_mask,
    "no slope": lambda n: [np.where(n.Z > 0, n.dA, 0)] if n.activation == "leaky_relu" else [],
    "slope everywhere": slope_everywhere,
}


@pytest.mark.parametrize("cause", DERIVATIVE, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
