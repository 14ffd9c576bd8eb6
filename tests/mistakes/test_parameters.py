"""The edits of dW = (1/m) dZᵀ A_prev, of db = (1/m) Σ dZ and of dslope compute the mistakes written out in NumPy."""

from collections.abc import Callable

import numpy as np
import pytest

from course_torch.mistakes.record import Mistake
from course_torch.mistakes.records.parameters import PARAMETERS
from tests.mistakes.in_numpy import Array, Layer, assert_makes, db_of, dW_of


def gradient(n: Layer, dZ: Array) -> Array:
    """What another dZ makes: dW, db or dA_prev."""
    return {"dW": lambda: dW_of(dZ, n.A_prev), "db": lambda: db_of(dZ), "dA": lambda: dZ @ n.W}[n.kind]()


def dA_for_dZ(n: Layer) -> list:
    """At the output -Y/A alone may stand for dA."""
    return [gradient(n, n.dA)] + ([gradient(n, -n.Y / n.A)] if n.l == n.L else [])


def of_examples(n: Layer, *choices: list[int]) -> list:
    """The sum over these examples alone."""
    if n.kind == "dslope":
        return [total(n, right, examples) for examples in choices]
    return [
        gradient(n, np.array([dz if i in examples else 0 * dz for i, dz in enumerate(n.dZ)])) for examples in choices
    ]


def parameter(n: Layer) -> list:
    """Z - A_prev Wᵀ is b in every row."""
    return [n.W if n.kind == "dW" else np.mean(n.Z - n.A_prev @ n.W.T, axis=0, keepdims=True)]


def g_prime_again(n: Layer) -> list:
    return [gradient(n, n.dA * n.g_prime**2)] if n.l < n.L and n.activation != "relu" else []


def Z_for_input(n: Layer) -> list:
    """Z of the layer below, or of the layer itself. X has no Z."""
    return [*([dW_of(n.dZ, n.at(n.l - 1).Z)] if n.l > 1 else []), dW_of(n.dZ, n.Z)]


def entry_by_entry(n: Layer) -> list:
    """The first column of dZ times A_prev, and dZ * A_prev where NumPy broadcasts the shapes."""
    widths = {n.dZ.shape[1], n.A_prev.shape[1]}
    whole = [n.dZ * n.A_prev / n.m] if len(widths) == 1 or 1 in widths else []
    return [[dz[0] * a / n.m for dz, a in zip(n.dZ, n.A_prev, strict=True)], *whole]


def reshaped(n: Layer) -> list:
    """The numbers row by row in the other shape: of dZ, of dW, of A_prev."""
    dZ, A_prev = (np.array(list(table.flat)).reshape(-1, n.m) for table in (n.dZ, n.A_prev))
    scrambled = np.array(list(n.dW.T.flat)).reshape(n.dW.shape)
    return [dZ @ n.A_prev / n.m, scrambled, np.einsum("ij,jo->oi", A_prev, n.dZ) / n.m]


def another_order(n: Layer) -> list:
    return [dW_of(n.dZ, n.A_prev[order]) for order in ([4, 3, 2, 1, 0], [4, 0, 1, 2, 3], [1, 2, 3, 4, 0])]


def all_entries(n: Layer) -> list:
    entries = sum(entry for dz in n.dZ for entry in dz) / n.m
    return [[[entries]], entries, np.full_like(n.db, entries)]


def total(n: Layer, term: Callable[[float, float], float], examples: object = range(5)) -> float:
    """(1/m) Σ of the terms of dA and Z over units and examples."""
    return sum(term(da, z) for i in examples for da, z in zip(n.dA[i], n.Z[i], strict=True)) / n.m


def right(da: float, z: float) -> float:
    return da * min(0, z)


IN_NUMPY = {
    "dA for dZ": dA_for_dZ,
    "A for dZ": lambda n: [gradient(n, n.A)],
    "Z for dZ": lambda n: [gradient(n, n.Z)],
    "dZ of another layer": lambda n: n.from_others(lambda other: gradient(n, other.dZ)),
    "g' multiplied in again": g_prime_again,
    "an example lost": lambda n: of_examples(n, [1, 2, 3, 4], [0, 1, 2, 3]),
    "one example only": lambda n: of_examples(n, [4], [0]),
    "sum over the layers": lambda n: n.from_others(lambda other: getattr(n, n.kind) + getattr(other, n.kind)),
    "L2 term": parameter,
    "A[l] for A[l-1]": lambda n: [dW_of(n.dZ, n.A)],
    "Z for A_prev": Z_for_input,
    "A of another layer": lambda n: n.from_others(lambda other: dW_of(n.dZ, other.A)),
    "X for A_prev": lambda n: [dW_of(n.dZ, n.at(1).A_prev)],
    "product entry by entry": entry_by_entry,
    "reshape for a transpose": reshaped,
    "examples in another order": another_order,
    "db for dW": lambda n: [np.repeat(n.db.T, n.dW.shape[1], axis=1)],
    "L1 term": lambda n: [np.where(n.W > 0, 1, -1)],
    "all entries summed": all_entries,
    "wrong axis": lambda n: [[[sum(dz) / n.m] for dz in n.dZ], [sum(dz) / n.m for dz in n.dZ]],
    "not summed": lambda n: [[dz / n.m for dz in n.dZ]],
    "dW for db": lambda n: [[[sum(row) for row in n.dW]], [[sum(row) / len(row) for row in n.dW]]],
    "db of another layer": lambda n: n.from_others(lambda other: other.db),
    "Z > 0 only": lambda n: [total(n, lambda da, z: da * max(0, z))],
    "all Z": lambda n: [total(n, lambda da, z: da * z)],
    "dZ for dA in dslope": lambda n: [
        np.where(n.Z <= 0, dA * Z, 0).sum() / n.m for dA, Z in ((n.dZ, n.Z), (n.dA, n.A))
    ],
    "no Z in dslope": lambda n: [total(n, lambda da, z: da if z <= 0 else 0)],
    "|Z| in dslope": lambda n: [total(n, lambda da, z: da * abs(z))],
    "no dA in dslope": lambda n: [total(n, lambda da, z: min(0, z))],
}


@pytest.mark.parametrize("mistake", PARAMETERS, ids=lambda mistake: mistake.key)
def test_the_edits_make_the_mistake_in_NumPy(mistake: Mistake) -> None:
    assert_makes(mistake, IN_NUMPY)
