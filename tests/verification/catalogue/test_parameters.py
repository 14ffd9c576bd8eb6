"""The suspects that dW and db have in common are the mistakes written out in NumPy."""

from math import inf

import numpy as np
import pytest

from course_torch.verification.catalogue.parameters import PARAMETERS
from tests.verification.catalogue.in_numpy import Array, Layer, assert_makes, db_of, dW_of


def gradient(n: Layer, dZ: Array) -> Array:
    """dW or db of another dZ."""
    return dW_of(dZ, n.A_prev) if n.kind == "dW" else db_of(dZ)


def dA_for_dZ(n: Layer) -> list:
    """At the output dA is -Y/A + (1 - Y)/(1 - A) for sigmoid outputs and -Y/A for softmax."""
    return [gradient(n, n.dA)] + ([gradient(n, -n.Y / n.A)] if n.l == n.L else [])


def without(n: Layer, examples: list[int]) -> Array:
    dZ = n.dZ.copy()
    dZ[examples] = 0
    return dZ


def parameter(n: Layer) -> list:
    """Z - A_prev Wᵀ is b in every row."""
    return [n.W if n.kind == "dW" else np.mean(n.Z - n.A_prev @ n.W.T, axis=0, keepdims=True)]


IN_NUMPY = {
    "dA for dZ": dA_for_dZ,
    "A for dZ": lambda n: [gradient(n, n.A)],
    "Z for dZ": lambda n: [gradient(n, n.Z)],
    "dZ of another layer": lambda n: [gradient(n, other.dZ) for other in n.others()],
    "g' multiplied in again": lambda n: [gradient(n, n.dA * n.g_prime**2)] if n.l < n.L else [],
    "an example lost": lambda n: [gradient(n, without(n, [0])), gradient(n, without(n, [4]))],
    "one example only": lambda n: [gradient(n, without(n, [1, 2, 3, 4])), gradient(n, without(n, [0, 1, 2, 3]))],
    "L2 term": parameter,
}


@pytest.mark.parametrize("cause", PARAMETERS, ids=lambda cause: cause.key)
def test_the_suspects_and_terms_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)


def test_an_L2_term_has_any_factor_and_no_error() -> None:
    (term,) = (cause for cause in PARAMETERS if cause.terms)
    assert (term.key, term.limits, term.slack) == ("L2 term", (-inf, inf), 0)
