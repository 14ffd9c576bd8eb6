"""Mistakes in dW = (1/m) dZᵀ A_prev make what the catalogue says of them."""

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import TensorName
from course_torch.verification.breakable import Mistake
from course_torch.verification.mistakes.in_weights import IN_WEIGHTS
from tests.verification.mistakes.layer_by_layer import adds, assert_makes_what_its_causes_make


def computed_in(dtype: torch.dtype, step: Step) -> Tensor:
    return (step.dZ.to(dtype).T @ step.A_prev.to(dtype)).double() / step.m


def other_of_the_formula(step: Step) -> Tensor:
    return step.right[TensorName("db" if step.name.kind == "dW" else "dW", step.layer)]


OWN = {
    "return db, dW": other_of_the_formula,
    "L2 term in dW": adds("L2 term", lambda m: 0.7 / m),
    "dW in float32": lambda step: computed_in(torch.float32, step),
    "dW in bfloat16": lambda step: computed_in(torch.bfloat16, step),
}


@pytest.mark.parametrize("mistake", IN_WEIGHTS, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake, OWN)
