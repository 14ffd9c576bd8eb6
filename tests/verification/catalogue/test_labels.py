"""The suspects of dZ[L] = A - Y with wrong labels are the mistakes written out in NumPy."""

import pytest

from course_torch.verification.catalogue.labels import LABELS
from tests.verification.catalogue.in_numpy import Layer, assert_makes


def labels_of_rank_1(n: Layer) -> list:
    """A - Y of one output broadcasts a vector of the labels, or a vector of the answers, to an (m, m) table."""
    if n.A.shape[1] > 1:
        return []
    return [[[a - y for [y] in n.Y] for [a] in n.A], [[a - y for [a] in n.A] for [y] in n.Y]]


IN_NUMPY = {
    "labels of rank 1": labels_of_rank_1,
    "Y left out": lambda n: [n.A],
    "A + Y": lambda n: [n.A + n.Y],
    "labels inverted": lambda n: [n.A + n.Y - 1],
    "labels of ±1": lambda n: [n.A - 2 * n.Y + 1],
    "labels smoothed": lambda n: [n.Y - 1 / 2, n.Y - 1 / n.Y.shape[1]],
    "labels shuffled": lambda n: [n.A - n.Y[[4, 3, 2, 1, 0]], n.A - n.Y[[4, 0, 1, 2, 3]], n.A - n.Y[[1, 2, 3, 4, 0]]],
}


@pytest.mark.parametrize("cause", LABELS, ids=lambda cause: cause.key)
def test_the_suspects_and_terms_are_the_mistake_in_NumPy(cause: Cause) -> None:
    assert_makes(cause, IN_NUMPY)


def test_labels_are_smoothed_by_a_fraction() -> None:
    (smoothed,) = (cause for cause in LABELS if cause.terms)
    assert (smoothed.key, smoothed.limits, smoothed.slack) == ("labels smoothed", (0, 1), 0)
