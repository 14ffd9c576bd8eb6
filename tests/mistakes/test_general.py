"""Mistakes that can occur in any tensor, written out in NumPy."""

import numpy as np
import pytest
import torch

from course_torch.mistakes.record import Mistake, edited, evaluated
from course_torch.mistakes.records.general import EXAMPLES, FACTORS, LAYOUTS, PATTERNS
from tests.mistakes.in_numpy import Layer, assert_makes, backward_contexts


def example_at_0(n: Layer) -> list:
    return [[np.zeros_like(row) if i == lost else row for i, row in enumerate(n.right)] for lost in (0, 4)]


def rows_summed(n: Layer) -> list:
    total = sum(n.right)
    return [[total], [total] * n.m]


IN_NUMPY = {
    "an example left at 0": example_at_0,
    "examples summed": rows_summed,
    "sign": lambda n: [-n.right] if n.kind != "dZ" or n.activation == "tanh" else [],
    "no 1/m": lambda n: [5 * n.right],
    "1/m twice": lambda n: [n.right / 5],
    "1/m in dZ": lambda n: [n.right / 5],
    "1/m in dA": lambda n: [n.right / 5],
    "m - 1": lambda n: [n.right * 5 / 4],
    "m of the features": lambda n: [n.right * 5 / n.A_prev.shape[1]],
    "m of the units": lambda n: [n.right * 5 / n.Z.shape[1]],
    "another m": lambda n: [n.right * 5 / 209],
    "factor": lambda n: [n.right * {"dZ": 2, "dW": 0.075, "db": 0.5}[n.kind]],
    "transposed": lambda n: [n.dW.T],
    "keepdim missing": lambda n: [n.db[0]],
    "swapped": lambda n: [n.db if n.kind == "dW" else n.dW],
    "constant added": lambda n: [n.dA_prev + 1],
    "constant rounded": lambda n: [n.right * 5 * float(np.float16(0.2))],
}
NARROW = {"float32": 2.0**-23, "bfloat16": 2.0**-7}
"""dtype -> ε."""


@pytest.mark.parametrize(
    "mistake",
    [each for each in (*EXAMPLES, *FACTORS, *LAYOUTS, *PATTERNS) if each.edits and each.key not in NARROW],
    ids=lambda mistake: mistake.key,
)
def test_the_edits_make_the_mistake_in_NumPy(mistake: Mistake) -> None:
    assert_makes(mistake, IN_NUMPY)


@pytest.mark.parametrize("mistake", [each for each in PATTERNS if each.key in NARROW], ids=lambda mistake: mistake.key)
def test_a_narrower_dtype_leaves_the_digits_of_that_dtype(mistake: Mistake) -> None:
    for edit in mistake.edits:
        for context in backward_contexts():
            if context.place == edit.place and context.right.any():
                made = evaluated(edited(edit, context.function), context)
                off = (made - context.right).norm() / context.right.norm()
                assert made.dtype == torch.float64
                assert NARROW[mistake.key] / 100 < off < NARROW[mistake.key], context.name
