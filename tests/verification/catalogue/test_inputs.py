"""The suspects of dA[l-1] = dZ[l] W[l] are the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.verification.catalogue.inputs import INPUTS
from tests.verification.catalogue.in_numpy import Array, Layer, assert_makes


def dA_prev(dZ: Array, W: Array) -> Array:
    return np.einsum("io,oj->ij", dZ, W)


def dA_for_dZ(n: Layer) -> list:
    """At the output dA is -Y/A + (1 - Y)/(1 - A) for sigmoid outputs and -Y/A for softmax."""
    return [dA_prev(n.dA, n.W)] + ([dA_prev(-n.Y / n.A, n.W)] if n.l == n.L else [])


def derivative_of_the_layer_below(n: Layer) -> list:
    return [dA_prev(n.dZ, n.W) * n.at(n.l - 1).g_prime] if n.l > 1 else []


IN_NUMPY = {
    "W for Wᵀ": lambda n: [dA_prev(n.dZ, n.W.T)] if n.W.shape in ((4, 4), (1, 1)) else [],
    "dW for W": lambda n: [dA_prev(n.dZ, n.dW)],
    "W of another layer": lambda n: [
        dA_prev(n.dZ, other.W) for other in reversed(n.others()) if other.W.shape == n.W.shape
    ],
    "dA for dZ": dA_for_dZ,
    "A for dZ": lambda n: [dA_prev(n.A, n.W)],
    "Z for dZ": lambda n: [dA_prev(n.Z, n.W)],
    "g' of the layer below in dA": derivative_of_the_layer_below,
    "W updated too early": lambda n: [dA_prev(n.dZ, n.dW)],
}


@pytest.mark.parametrize("cause", INPUTS, ids=lambda cause: cause.key)
def test_the_suspects_and_terms_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
