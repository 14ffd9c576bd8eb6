"""Rows, features and their mean, the checks of a data set, and what a notebook shows of it."""

import re

import numpy as np
import pytest
import torch

from course_torch.data.data_set import DataSet, Quantity, check_data_set, features, pictures_to_rows, rows_to_pictures
from course_torch.data.split import Split
from course_torch.errors import InputError
from tests.support.fixture_types import Monkeypatch
from tests.support.html_cells import cells

Y = torch.tensor([[0], [1], [1]])
PIXELS = torch.tensor([[0, 51], [102, 255], [51, 0]], dtype=torch.uint8)
"""Divided by 255: (0, 0.2), (0.4, 1), (0.2, 0). The mean is (0.2, 0.4)."""
CENTERED = [[-0.2, -0.2], [0.2, 0.6], [0.0, -0.4]]


def test_a_64_by_64_colour_picture_is_a_row_of_12288_numbers_from_0_to_1() -> None:
    """The row holds the pixels line by line, and of each pixel red, green and blue, as NumPy's reshape does."""
    pictures = torch.arange(3 * 12288).remainder(251).to(torch.uint8).reshape(3, 64, 64, 3)
    X = pictures_to_rows(pictures)
    assert X.shape == (3, 12288)
    line, column, blue = 5, 7, 2
    assert X[1, (line * 64 + column) * 3 + blue] == pictures[1, line, column, blue]
    assert np.array_equal(X.numpy(), pictures.numpy().reshape(3, -1))
    assert features(torch.tensor([[0, 51, 255]], dtype=torch.uint8), 255, torch.float64).tolist() == [[0.0, 0.2, 1.0]]
    assert torch.equal(rows_to_pictures(X, (64, 64, 3)), pictures)
    points = torch.ones(2, 2)
    assert features(points, 1, torch.float32) is points, "features of the target dtype are not copied"


@pytest.mark.parametrize(
    ("X", "Y", "message"),
    [
        ([[1.0], [float("nan")]], [[0], [1]], "features of example 2 are not finite"),
        ([[float("inf")], [1.0]], [[0], [1]], "features of example 1 are not finite"),
        ([], [], "found 0 examples and 0 labels, expected equal numbers of at least 1"),
        ([[1.0], [2.0]], [[1]], "found 2 examples and 1 labels, expected equal numbers"),
    ],
)
def test_invalid_data_is_rejected(X: list, Y: list, message: str) -> None:
    data = DataSet(train=Split(torch.tensor(X).reshape(-1, 1), torch.tensor(Y)), class_names=("a", "b"))
    with pytest.raises(InputError, match=re.escape(f"data set 'mine', split 'train': {message}")):
        check_data_set("mine", data)


def pixels_set(centered: bool = True) -> DataSet:
    validation = Split(torch.tensor([[255, 0]], dtype=torch.uint8), Y[:1])
    return DataSet(Split(PIXELS, Y), ("a", "b"), validation=validation, scale=255, centered=centered)


def assert_features(X: torch.Tensor | None, expected: list[list[float]]) -> None:
    assert X is not None
    torch.testing.assert_close(X, torch.tensor(expected, dtype=torch.float64))


@pytest.mark.parametrize("chunk", [2**23, 4])
def test_all_rows_are_centred_by_the_mean_of_the_training_rows(chunk: int, monkeypatch: Monkeypatch) -> None:
    """Chunks do not change the mean: with four values a chunk has two rows, and the last has one."""
    monkeypatch.setattr("course_torch.data.split.CHUNK_VALUES", chunk)
    data = pixels_set()
    assert_features(data.mean, [[0.2, 0.4]])
    assert_features(torch.cat([X for X, _ in data.batches(data.train, torch.float64)]), CENTERED)
    assert_features(data.features(PIXELS, torch.float64), CENTERED)
    ((X, _),) = data.batches(data.splits["validation"], torch.float64)
    assert_features(X, [[0.8, -0.4]])


def test_floating_point_features_are_centred_without_the_scale_and_only_a_centred_set_has_a_mean() -> None:
    points = Split(torch.tensor([[1.0, 2.0], [3.0, 6.0], [5.0, -2.0]]), Y)
    data = DataSet(points, ("a", "b"), scale=255, centered=True)
    assert_features(data.features(points.X, torch.float64), [[-2.0, 0.0], [0.0, 4.0], [2.0, -4.0]])
    assert points.X[0].tolist() == [1.0, 2.0]
    data = pixels_set(centered=False)
    assert data.mean is None
    assert_features(data.features(PIXELS, torch.float64), [[0.0, 0.2], [0.4, 1.0], [0.2, 0.0]])


def data_set(class_names: tuple[str, ...], Y: list, **options: object) -> DataSet:
    labels = torch.tensor(Y)
    train, test = Split(torch.zeros(len(Y), 12), labels), Split(torch.zeros(1, 12), labels[:1])
    return DataSet(train, class_names, test=test, **options)


def test_the_class_of_a_row_has_a_name_in_one_column_or_in_one_hot_columns() -> None:
    split = Split(PIXELS, Y)
    assert DataSet(split, class_names=("no cat", "cat")).names_of(Y) == ["no cat", "cat", "cat"]
    three = torch.tensor([[0, 0, 1], [1, 0, 0]])
    assert DataSet(split, class_names=("a", "b", "c")).names_of(three) == ["c", "a"]


def test_a_set_is_described_in_one_line() -> None:
    pictures = data_set(("no", "yes"), [[1], [0]], picture_shape=(2, 2, 3), centered=True)
    assert repr(pictures) == (
        "DataSet: train 2, test 1 examples of 12 features; 2 classes: no, yes; pictures of 2×2×3; centred"
    )
    assert repr(pictures.train) == "Split: X (2, 12) float32, Y (2, 1) int64"
    prices = data_set((), [[1.5]], quantity=Quantity("price", 0.0, 1.0))
    assert repr(prices) == "DataSet: train 1, test 1 examples of 12 features; label: price"
    assert len(cells(prices._repr_html_())[0]) == 4
    head, train, test = cells(data_set(("a", "<b>", "c"), [[1, 0, 0], [0, 0, 1], [1, 0, 0]])._repr_html_())
    assert [*head[4:], *train] == ["a", "&lt;b&gt;", "c", "train", "3", "12", "(3, 3)", "2", "0", "1"]
    assert test[:3] == ["test", "1", "12"]
    assert cells(data_set(("no", "yes"), [[1], [0], [1]])._repr_html_())[1][4:] == ["1", "2"]
    many = data_set(tuple(f"breed {i}" for i in range(37)), torch.eye(37).tolist())
    assert "37 classes: breed 0, breed 1, " in repr(many)
    assert repr(many).endswith("breed 8, …, breed 36")
    assert len(cells(many._repr_html_())[0]) == 4
