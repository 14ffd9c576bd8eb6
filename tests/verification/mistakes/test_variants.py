"""Right functions in another spelling make the right tensors."""

import pytest
import torch

from course_torch.verification.breakable import Variant
from course_torch.verification.mistakes.variants import VARIANTS
from tests.verification.mistakes.layer_by_layer import is_same, made_by, problem_with_zeros, steps_of


@pytest.mark.parametrize("variant", VARIANTS, ids=lambda variant: variant.name)
def test_it_makes_the_right_tensors(variant: Variant) -> None:
    """At Z = 0 the derivative of ReLU is 0 or 1."""
    for seed in (0, 1):
        for output in variant.outputs:
            problem = problem_with_zeros(seed, variant.need, output)
            steps, made = steps_of(problem), made_by(variant, problem)
            assert made
            for name, tensor in made.items():
                step = steps[name]
                right = torch.where(step.Z == 0, step.dA, step.reference) if variant.need == "zeros" else step.reference
                assert is_same(tensor, right), (name, seed, output)
