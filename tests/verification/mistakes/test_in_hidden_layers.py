"""Mistakes in dZ = dA * g'(Z) and dA_prev = dZ W make what the catalogue says of them."""

import pytest

from course_torch.verification.breakable import Mistake
from course_torch.verification.mistakes.in_hidden_layers import IN_HIDDEN_LAYERS
from tests.verification.mistakes.layer_by_layer import adds, assert_makes_what_its_causes_make

OWN = {
    "W updated too early": adds("W updated too early", lambda m: -0.1),
    "dZ W + 1": lambda step: step.reference + 1,
}


@pytest.mark.parametrize("mistake", IN_HIDDEN_LAYERS, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake, OWN)
