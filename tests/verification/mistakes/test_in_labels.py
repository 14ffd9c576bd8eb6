"""Mistakes with the labels in dZ[L] = A - Y make what the catalogue says of them."""

import pytest
import torch
from torch import Tensor

from course_torch.verification.breakable import Mistake
from course_torch.verification.catalogue.labels import LABELS
from course_torch.verification.mistakes.in_labels import IN_LABELS
from tests.verification.mistakes.layer_by_layer import assert_makes_what_its_causes_make


def shuffled(step: Step) -> Tensor:
    """Labels 1 2 3 4 … m become labels 4 1 3 5 … m 2."""
    first, second, third, fourth, *rest = step.Y
    return step.A - torch.stack([fourth, first, third, *rest, second])


def smoothed(step: Step) -> Tensor:
    """A tenth of a label is shared out between the two classes of one output, or between the k outputs."""
    (cause,) = (cause for cause in LABELS if cause.key == "labels smoothed")
    between_two, between_k = cause.terms(step)
    return step.reference + 0.1 * (between_two if step.Y.shape[1] == 1 else between_k)


OWN = {
    "labels shuffled": shuffled,
    "labels smoothed by 0.1": smoothed,
    "class weights 1 and 3": lambda step: torch.where(step.Y[:, :1] == 1, 3 * step.reference, step.reference),
}


@pytest.mark.parametrize("mistake", IN_LABELS, ids=lambda mistake: mistake.name)
def test_it_makes_what_its_causes_make(mistake: Mistake) -> None:
    assert_makes_what_its_causes_make(mistake, OWN)
