"""What all mistakes have in common."""

import pytest
import torch

from course_torch.verification.breakable import Mistake
from course_torch.verification.difference import difference
from course_torch.verification.mistakes import MISTAKES
from course_torch.verification.scoring import first_wrong, problem_with_reference
from tests.verification.mistakes.layer_by_layer import made_by


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_only_mistakes_that_can_be_seen_in_float32_are_made_in_float32(mistake: Mistake) -> None:
    problem, reference = problem_with_reference(0, mistake.need, mistake.outputs[0], torch.float32)
    first = first_wrong(mistake, len(problem[0].layers))
    (name,) = (name for name in reference.tensors if str(name) == first)
    made = made_by(mistake, problem)[name]
    assert difference(made, reference.tensors[name], reference.errors[name]).agrees != mistake.float32
