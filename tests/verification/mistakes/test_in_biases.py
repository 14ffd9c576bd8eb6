"""Mistakes in db = (1/m) Σ dZ make what the catalogue says of them."""

import pytest

from course_torch.verification.breakable import Mistake
from course_torch.verification.mistakes.in_biases import IN_BIASES
from tests.verification.mistakes.layer_by_layer import assert_makes_what_its_causes_make


@pytest.mark.parametrize("mistake", IN_BIASES, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake)
