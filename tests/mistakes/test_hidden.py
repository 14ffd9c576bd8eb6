"""The edits of dZ = dA * g'(Z) and of dA[l-1] = dZ[l] W[l] compute the mistakes written out in NumPy."""

import numpy as np
import pytest

from course_torch.mistakes.record import Mistake
from course_torch.mistakes.records.hidden import DERIVATIVE, HIDDEN, INPUTS
from tests.mistakes.in_numpy import DERIVATIVES, VALUES, Array, Layer, assert_makes


def of_tanh(n: Layer, *derivatives: Array) -> list:
    return [n.dA * derivative for derivative in derivatives] if n.activation == "tanh" else []


def of_sigmoid(n: Layer, *derivatives: Array) -> list:
    return [n.dA * derivative for derivative in derivatives] if n.activation == "sigmoid" else []


def of_leaky(n: Layer, dZ: Array) -> list:
    return [dZ] if n.activation == "leaky_relu" else []


def reversed_mask(n: Layer) -> list:
    """Only an activation with a kink has a mask: 1 where Z ≤ 0, or all the activation's values exchanged."""
    if n.activation not in ("relu", "leaky_relu"):
        return []
    return [np.where(n.Z <= 0, n.dA, 0), n.dA * n.derivative(-n.Z, -n.A)]


def of_activation(name: str, n: Layer) -> list:
    """From that activation's own A, and from the layer's A. Without a slope of its own, leaky ReLU has the course's."""
    if name == n.activation:
        return []
    derivative, A = DERIVATIVES[name], VALUES[name](n.Z, 0.01)
    return [n.dA * derivative(n.Z, A, 0.01), n.dA * derivative(n.Z, n.A, 0.01)]


def at_A_prev(n: Layer) -> list:
    """g' of A_prev, and 1 - A² or A (1 - A) with A_prev for A. One unit's A_prev is broadcast over the units."""
    A_prev = n.A_prev
    if A_prev.shape[1] not in (1, n.Z.shape[1]) and n.Z.shape[1] > 1:
        return []
    at = [n.dA * n.derivative(A_prev, n.g(A_prev))]
    return at + of_tanh(n, 1 - A_prev**2) + of_sigmoid(n, A_prev * (1 - A_prev))


def dZ_of_layer_above(n: Layer) -> list:
    """The dZ of one unit is broadcast over the units of the layer, and the dZ of several units over one unit."""
    dZ = n.at(n.l + 1).dZ
    return [dZ * n.g_prime] if n.dA.shape[1] in (1, dZ.shape[1]) or dZ.shape[1] == 1 else []


def top_dA(n: Layer) -> list:
    """In the top hidden layer itself dA is right."""
    top = n.at(n.L - 1).dA
    return [top * n.g_prime] if n.dA.shape[1] in (1, top.shape[1]) else []


def dA_prev(dZ: Array, W: Array) -> Array:
    return np.einsum("io,oj->ij", dZ, W)


def dA_for_dZ(n: Layer) -> list:
    """At the output -Y/A alone may stand for dA."""
    return [dA_prev(n.dA, n.W)] + ([dA_prev(-n.Y / n.A, n.W)] if n.l == n.L else [])


IN_NUMPY = {
    "no g'": lambda n: [n.dA],
    "A for g'": lambda n: [n.dA * n.A],
    "Z for g'": lambda n: [n.dA * n.Z],
    "g' squared": lambda n: [n.dA * n.g_prime**2] if n.activation != "relu" else [],
    "sign in g'": lambda n: of_tanh(n, 1 + n.A**2) + of_sigmoid(n, n.A + n.A**2),
    "1 left out": lambda n: of_tanh(n, n.A**2) + of_sigmoid(n, n.A**2),
    "A not squared": lambda n: of_tanh(n, 1 - n.A),
    "another power of A": lambda n: of_tanh(n, 1 - n.A**3, 1 - n.A**4),
    "A left out": lambda n: of_sigmoid(n, 1 - n.A),
    "mask reversed": reversed_mask,
    "no slope": lambda n: of_leaky(n, np.where(n.Z > 0, n.dA, 0)),
    "slope everywhere": lambda n: of_leaky(n, n.dA * (0.1 * n.l)),
    "another slope": lambda n: [np.where(n.Z > 0, 0, n.dA)] if n.activation in ("relu", "leaky_relu") else [],
    "g'(A)": lambda n: [n.dA * n.derivative(n.A, n.g(n.A))] if n.activation in ("tanh", "sigmoid") else [],
    "Z for A in g'": lambda n: of_tanh(n, 1 - n.Z**2) + of_sigmoid(n, n.Z - n.Z**2),
    "g' of another layer": lambda n: n.from_others(lambda other: n.dA * other.g_prime),
    "g' at A_prev": at_A_prev,
    "g' of sigmoid": lambda n: of_activation("sigmoid", n),
    "g' of tanh": lambda n: of_activation("tanh", n),
    "g' of relu": lambda n: of_activation("relu", n),
    "g' of leaky_relu": lambda n: of_activation("leaky_relu", n),
    "top dA reused": top_dA,
    "dA of another layer": lambda n: n.from_others(lambda other: other.dA * n.g_prime),
    "dZ for dA": dZ_of_layer_above,
    "A for dA": lambda n: [n.A * n.g_prime],
    "g' without dA": lambda n: [n.g_prime],
    "W for Wᵀ": lambda n: [dA_prev(n.dZ, n.W.T)] if n.W.shape in ((4, 4), (1, 1)) else [],
    "dW for W": lambda n: [dA_prev(n.dZ, n.dW)],
    "W of another layer": lambda n: n.from_others(lambda other: n.dZ @ other.W),
    "g' of the layer below in dA": lambda n: [n.dA_prev * n.at(n.l - 1).g_prime] if n.l > 1 else [],
    "W updated too early": lambda n: [dA_prev(n.dZ, n.dW)],
}


@pytest.mark.parametrize("mistake", [*DERIVATIVE, *HIDDEN, *INPUTS], ids=lambda mistake: mistake.key)
def test_the_edits_make_the_mistake_in_NumPy(mistake: Mistake) -> None:
    assert_makes(mistake, IN_NUMPY)
