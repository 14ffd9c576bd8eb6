"""The table of calories of the lecture, and what a vector of rank 1 does."""

import pytest
import torch

from course_torch.formulas.broadcasting import CALORIES, as_column, compared_with_rank_1, percentages


def test_percentages_of_the_lectures_table() -> None:
    """Apples have 56 of 59 calories from carbohydrates; beef has 104 and 135 of 239. Each column sums to 100.

    155.4 calories of eggs are 4.4 + 52 + 99, and 76.9 calories of potatoes are 68 + 8 + 0.9.
    """
    table = percentages(CALORIES)
    for column, parts in enumerate(((56, 1.2, 1.8), (0, 104, 135), (4.4, 52, 99), (68, 8, 0.9))):
        assert table[:, column].tolist() == pytest.approx([100 * part / sum(parts) for part in parts], rel=1e-6)


def test_a_vector_of_rank_1_becomes_a_column() -> None:
    assert as_column(torch.tensor([1.0, 2.0, 3.0])).tolist() == [[1], [2], [3]]


def test_labels_of_rank_1_make_a_table_and_a_false_accuracy() -> None:
    """3 of 4 predictions and 1 of 4 labels are 1, and no prediction is right: true accuracy 0, false accuracy 6/16."""
    predicted = torch.tensor([[1], [1], [1], [0]], dtype=torch.bool)
    label = torch.tensor([0, 0, 0, 1], dtype=torch.bool)
    table = compared_with_rank_1(predicted, label)
    assert table.shape == (4, 4)
    assert table.double().mean().item() == 6 / 16
    assert (predicted == as_column(label.double())).double().mean().item() == 0.0
