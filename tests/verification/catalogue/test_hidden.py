"""The suspects of dZ = dA * g'(Z) with a wrong dA are the mistakes written out in NumPy."""

import pytest

from course_torch.verification.catalogue.hidden import HIDDEN
from tests.verification.catalogue.in_numpy import Layer, assert_makes


def top_dA(n: Layer) -> list:
    """Only a lower layer with as many units can take dA of the top hidden layer for its own."""
    top = n.at(n.L - 1).dA
    return [top * n.g_prime] if n.l < n.L - 1 and top.shape == n.dA.shape else []


def dA_of_another_layer(n: Layer) -> list:
    """dA[L-1] down to dA[0]: dA[k] is dA_prev of layer k + 1."""
    others = [layer.dA_prev for layer in reversed(n.layers) if layer.l - 1 != n.l]
    return [dA * n.g_prime for dA in others if dA.shape == n.dA.shape]


def dZ_of_layer_above(n: Layer) -> list:
    """The dZ of one unit is broadcast over the units of the layer."""
    dZ = n.at(n.l + 1).dZ
    return [dZ * n.g_prime] if dZ.shape[1] in (1, n.dA.shape[1]) else []


IN_NUMPY = {
    "top dA reused": top_dA,
    "dA of another layer": dA_of_another_layer,
    "dZ for dA": dZ_of_layer_above,
    "A for dA": lambda n: [n.A * n.g_prime],
    "g' without dA": lambda n: [n.g_prime],
}


@pytest.mark.parametrize("cause", HIDDEN, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
