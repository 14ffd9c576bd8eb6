"""The suspects of dW = (1/m) dZᵀ A_prev are the mistakes written out in NumPy."""

from math import inf

import numpy as np
import pytest

from course_torch.verification.catalogue.weights import WEIGHTS
from tests.verification.catalogue.in_numpy import Layer, assert_makes, dW_of


def Z_for_input(n: Layer) -> list:
    """Z of the layer below, or of the layer itself. X has no Z."""
    return [*([dW_of(n.dZ, n.at(n.l - 1).Z)] if n.l > 1 else []), dW_of(n.dZ, n.Z)]


def input_of_another_layer(n: Layer) -> list:
    """A[1] to A[L-1] without A[l-1] and A[l], which are mistakes of their own."""
    return [dW_of(n.dZ, n.at(k).A) for k in range(1, n.L) if k not in (n.l - 1, n.l)]


def entry_by_entry(n: Layer) -> list:
    """dZ * A_prev, where NumPy broadcasts the shapes, and the first column of dZ times A_prev."""
    widths = {n.dZ.shape[1], n.A_prev.shape[1]}
    whole = [n.dZ * n.A_prev / n.m] if len(widths) == 1 or 1 in widths else []
    return [*whole, [dz[0] * a / n.m for dz, a in zip(n.dZ, n.A_prev, strict=True)]]


def reshaped(n: Layer) -> list:
    """The numbers row by row in the other shape: of dZ, of dW, of A_prev."""
    dZ, A_prev = (np.array(list(table.flat)).reshape(-1, n.m) for table in (n.dZ, n.A_prev))
    scrambled = np.array(list(n.dW.T.flat)).reshape(n.dW.shape)
    return [dZ @ n.A_prev / n.m, scrambled, np.einsum("ij,jo->oi", A_prev, n.dZ) / n.m]


def another_order(n: Layer) -> list:
    return [dW_of(n.dZ, n.A_prev[order]) for order in ([4, 3, 2, 1, 0], [4, 0, 1, 2, 3], [1, 2, 3, 4, 0])]


IN_NUMPY = {
    "A[l] for A[l-1]": lambda n: [dW_of(n.dZ, n.A)],
    "Z for A_prev": Z_for_input,
    "A of another layer": input_of_another_layer,
    "X for A_prev": lambda n: [dW_of(n.dZ, n.at(1).A_prev)] if n.l > 1 else [],
    "product entry by entry": entry_by_entry,
    "reshape for a transpose": reshaped,
    "examples in another order": another_order,
    "db for dW": lambda n: [np.repeat(n.db.T, n.dW.shape[1], axis=1)],
    "L1 term": lambda n: [np.where(n.W > 0, 1, -1)],
}


@pytest.mark.parametrize("cause", WEIGHTS, ids=lambda cause: cause.key)
def test_the_suspects_and_terms_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)


def test_an_L1_term_has_any_factor_and_no_error() -> None:
    (term,) = (cause for cause in WEIGHTS if cause.terms)
    assert (term.key, term.limits, term.slack) == ("L1 term", (-inf, inf), 0)
