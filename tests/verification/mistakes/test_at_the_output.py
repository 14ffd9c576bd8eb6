"""Mistakes in dZ[L] = A - Y make what the catalogue says of them."""

import pytest
import torch

from course_torch.verification.breakable import Mistake
from course_torch.verification.mistakes.at_the_output import AT_THE_OUTPUT
from tests.verification.mistakes.layer_by_layer import adds, assert_makes_what_its_causes_make

OWN = {
    "log(A + 1e-8)": adds("epsilon", lambda m: 1e-8),
    "dZ[L] in float32": lambda step: step.A.to(torch.float32) - step.Y.to(torch.float32),
}


@pytest.mark.parametrize("mistake", AT_THE_OUTPUT, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake, OWN)
