"""Features minus their mean over the training split, in every split."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from course_torch.data.data_set import DataSet
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.data.table import load_data_set

Y = torch.tensor([[0], [1], [1]])
PIXELS = torch.tensor([[0, 51], [102, 255], [51, 0]], dtype=torch.uint8)
"""Divided by 255: (0, 0.2), (0.4, 1), (0.2, 0). The mean is (0.2, 0.4)."""
CENTERED = [[-0.2, -0.2], [0.2, 0.6], [0.0, -0.4]]


def pixels_set(centered: bool = True) -> DataSet:
    validation = Split(torch.tensor([[255, 0]], dtype=torch.uint8), Y[:1])
    return DataSet(Split(PIXELS, Y), ("a", "b"), validation=validation, scale=255, centered=centered)


def assert_features(X: torch.Tensor, expected: list[list[float]]) -> None:
    torch.testing.assert_close(X, torch.tensor(expected, dtype=torch.float64))


def test_the_mean_is_that_of_the_training_rows() -> None:
    data = pixels_set()
    assert data.mean is not None
    assert_features(data.mean, [[0.2, 0.4]])
    assert_features(data.features(PIXELS, torch.float64), CENTERED)


def test_validation_rows_are_centred_by_the_training_mean() -> None:
    data = pixels_set()
    assert data.validation is not None
    ((X, _),) = data.batches(data.validation, torch.float64)
    assert_features(X, [[0.8, -0.4]])


def test_chunks_do_not_change_the_mean(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("course_torch.data.split.CHUNK_VALUES", 4)  # two rows, and one
    data = pixels_set()
    assert_features(torch.cat([X for X, _ in data.batches(data.train, torch.float64)]), CENTERED)


def test_floating_point_features_are_centred_without_the_scale() -> None:
    points = Split(torch.tensor([[1.0, 2.0], [3.0, 6.0], [5.0, -2.0]]), Y)
    data = DataSet(points, ("a", "b"), scale=255, centered=True)
    assert_features(data.features(points.X, torch.float64), [[-2.0, 0.0], [0.0, 4.0], [2.0, -4.0]])
    assert points.X[0].tolist() == [1.0, 2.0]


def test_a_set_that_is_not_centred_has_no_mean() -> None:
    data = pixels_set(centered=False)
    assert data.mean is None
    assert_features(data.features(PIXELS, torch.float64), [[0.0, 0.2], [0.4, 1.0], [0.2, 0.0]])
    assert replace(data, centered=True).mean is not None


@pytest.mark.parametrize(
    ("name", "centered"), [("pictures", True), ("digits", True), ("planar", False), ("moons", False)]
)
def test_sets_of_pictures_are_centred(name: str, centered: bool) -> None:
    assert load_data_set(name).centered == centered


def test_cats_are_not_centred(cats_folder: Path) -> None:
    assert not load_data_set("cats", Source(str(cats_folder))).centered
