"""Rows, features and the checks that every data set passes."""

import re

import pytest
import torch

from course_torch.data.data_set import (
    DataSet,
    check_data_set,
    features,
    label_columns,
    pictures_to_rows,
    rows_to_pictures,
)
from course_torch.data.split import Split
from course_torch.errors import InputError


def test_a_64_by_64_colour_picture_is_a_row_of_12288_numbers_from_0_to_1() -> None:
    """All values of picture i are i. A row that is not constant would mix values of several pictures."""
    pictures = torch.arange(3, dtype=torch.uint8).reshape(3, 1, 1, 1).expand(3, 64, 64, 3)
    X = pictures_to_rows(pictures)
    assert X.shape == (3, 12288)
    assert (torch.arange(3).reshape(3, 1) == X).all()
    assert features(torch.tensor([[0, 51, 255]], dtype=torch.uint8), 255, torch.float64).tolist() == [[0.0, 0.2, 1.0]]
    assert torch.equal(rows_to_pictures(X, (64, 64, 3)), pictures)


def test_features_of_the_target_dtype_are_not_copied() -> None:
    X = torch.ones(2, 2)
    assert features(X, 1, torch.float32) is X


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        ([[1.0], [float("nan")]], [[0], [1]], "features of example 1 are not finite"),
        ([[1.0], [float("inf")]], [[0], [1]], "features of example 1 are not finite"),
        ([[1.0], [2.0]], [[1]], "found 2 examples and 1 labels, expected equal numbers"),
    ],
)
def test_invalid_data_is_rejected(X: list, Y: list, message: str) -> None:
    data = DataSet(train=Split(torch.tensor(X), torch.tensor(Y)), class_names=("a", "b"))
    with pytest.raises(InputError, match=re.escape(f"data set 'mine', split 'train': {message}")):
        check_data_set("mine", data)


@pytest.mark.parametrize(("classes", "found", "largest"), [([0, 1, 2], 2, 1), ([1, -1], -1, 1), ([0, 3], 3, 2)])
def test_a_class_beyond_the_number_of_classes_is_rejected(classes: list[int], found: int, largest: int) -> None:
    with pytest.raises(InputError, match=f"found the class number {found}, expected 0 to {largest}"):
        label_columns(torch.tensor(classes), largest + 1)
