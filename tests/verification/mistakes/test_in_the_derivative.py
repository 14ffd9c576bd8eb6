"""Mistakes in g'(Z) make what the catalogue says of them."""

import pytest
import torch

from course_torch.verification.breakable import Mistake
from course_torch.verification.mistakes.in_the_derivative import IN_THE_DERIVATIVE
from tests.verification.mistakes.layer_by_layer import assert_makes_what_its_causes_make

OWN = {"another leaky slope": lambda step: torch.where(step.Z > 0, step.dA, 0.3 * step.dA)}


@pytest.mark.parametrize("mistake", IN_THE_DERIVATIVE, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake, OWN)
