"""The suspects of dslope = (1/m) Σ dA * min(0, Z) are the mistakes written out in NumPy."""

from collections.abc import Callable

import numpy as np
import pytest

from course_torch.verification.catalogue.slope import SLOPE
from tests.verification.catalogue.in_numpy import Layer, assert_makes


def total(n: Layer, term: Callable[[float, float], float], examples: range = range(5)) -> float:
    """(1/m) Σ of the terms of dA and Z over units and examples."""
    return sum(term(da, z) for i in examples for da, z in zip(n.dA[i], n.Z[i], strict=True)) / n.m


def right(da: float, z: float) -> float:
    return da * min(0, z)


IN_NUMPY = {
    "Z > 0 only": lambda n: [total(n, lambda da, z: da * max(0, z))],
    "all Z": lambda n: [total(n, lambda da, z: da * z)],
    "dZ for dA in dslope": lambda n: [np.where(n.Z <= 0, n.dZ * n.Z, 0).sum() / n.m],
    "no Z in dslope": lambda n: [total(n, lambda da, z: da if z <= 0 else 0)],
    "A for Z in dslope": lambda n: [np.where(n.A <= 0, n.dA * n.A, 0).sum() / n.m],
    "|Z| in dslope": lambda n: [total(n, lambda da, z: da * abs(z))],
    "no dA in dslope": lambda n: [total(n, lambda da, z: min(0, z))],
    "an example lost": lambda n: [total(n, right, range(1, 5)), total(n, right, range(4))],
    "one example only": lambda n: [total(n, right, range(1)), total(n, right, range(4, 5))],
}


@pytest.mark.parametrize("cause", SLOPE, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)
