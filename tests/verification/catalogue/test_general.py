"""Mistakes that can occur in any tensor, written out in NumPy, and the names of what needs no suspects."""

import numpy as np
import pytest

from course_torch.verification.catalogue.general import FACTORS, GENERAL, LAYOUTS
from course_torch.verification.catalogue.shown import SHOWN, VAGUE
from tests.verification.catalogue.in_numpy import Layer, assert_makes


def example_at_0(n: Layer) -> list:
    return [[np.zeros_like(row) if i == lost else row for i, row in enumerate(n.right)] for lost in (0, 4)]


def rows_summed(n: Layer) -> list:
    total = sum(n.right)
    return [[total], [total] * n.m]


IN_NUMPY = {"an example left at 0": example_at_0, "examples summed": rows_summed}


@pytest.mark.parametrize("cause", GENERAL, ids=lambda cause: cause.key)
def test_the_suspects_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)


@pytest.mark.parametrize(
    ("causes", "keys"),
    [
        (FACTORS[:6], ["sign", "sign at the output", "no 1/m", "1/m twice", "1/m in dZ", "1/m in dA"]),
        (FACTORS[6:], ["m - 1", "m of the features", "m of the units", "epsilon"]),
        (LAYOUTS, ["transposed", "keepdim missing", "another shape"]),
        (SHOWN, ["swapped", "class weights", "labels shuffled", "constant added", "float32", "bfloat16", "float16"]),
        (VAGUE, ["Z ≤ 0 only", "Y = 0 only", "all 0", "not finite", "shape", "unknown"]),
    ],
)
def test_causes_that_show_in_the_numbers_have_names_alone(causes: list[Cause], keys: list[str]) -> None:
    assert [cause.key for cause in causes] == keys
    assert not any(cause.suspects or cause.terms for cause in causes)
