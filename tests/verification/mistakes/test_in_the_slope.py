"""Mistakes in dslope = (1/m) Σ dA * min(0, Z) make what the catalogue says of them."""

import pytest

from course_torch.verification.breakable import Mistake
from course_torch.verification.mistakes.in_the_slope import IN_THE_SLOPE
from tests.verification.mistakes.layer_by_layer import assert_makes_what_its_causes_make


@pytest.mark.parametrize("mistake", IN_THE_SLOPE, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake)
