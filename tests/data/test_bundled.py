"""Drawings, digits and diabetes: shapes, labels, and splits that share no example."""

import numpy as np
import torch
from sklearn import datasets

from course_torch.data import bundled
from course_torch.data.data_set import Quantity
from course_torch.data.table import load_data_set


def test_the_shapes_of_pictures() -> None:
    data = load_data_set("pictures")
    shapes = {name: tuple(split.X.shape) for name, split in data.splits.items()}
    assert shapes == {"train": (850, 12288), "validation": (179, 12288), "test": (189, 12288)}
    assert data.picture_shape == (64, 64, 3)
    assert all(0.45 < split.Y.float().mean() < 0.55 for split in data.splits.values())


def test_all_drawings_of_a_motif_are_in_the_same_split() -> None:
    with np.load(bundled.FILE) as file:
        motifs, split, hand = file["motif"], file["part"], file["hand"]
    splits_of_motif = {motif: set(split[motifs == motif]) for motif in motifs}
    assert len(splits_of_motif) == 268
    assert all(len(splits) == 1 for splits in splits_of_motif.values())
    assert len(set(zip(motifs, hand, strict=True))) == len(motifs)
    counts = dict(zip(*np.unique(hand, return_counts=True), strict=True))
    assert counts == {"google": 268, "twitter": 268, "fluent": 268, "noto_v1": 207, "emojione": 207}


def test_no_picture_is_in_two_splits() -> None:
    splits = load_data_set("pictures").splits.values()
    rows = [bytes(row.numpy()) for split in splits for row in split.X]
    assert len(set(rows)) == len(rows) == 1218


def test_the_splits_of_digits() -> None:
    data = load_data_set("digits")
    assert [len(split.X) for split in data.splits.values()] == [1197, 300, 300]
    assert (data.train.Y.sum(dim=1) == 1).all()


def test_every_patient_of_scikit_learn_is_in_one_split() -> None:
    """Each row of features comes back with its measured value from the standardised label."""
    data = load_data_set("diabetes")
    assert data.quantity is not None
    assert [split.m for split in data.splits.values()] == [296, 73, 73]
    found = {
        tuple(x): round(value, 3)
        for split in data.splits.values()
        for x, (value,) in zip(split.X.tolist(), data.quantity.values(split.Y).tolist(), strict=True)
    }
    patients, progression = datasets.load_diabetes(return_X_y=True)
    assert found == {tuple(x): value for x, value in zip(patients.tolist(), progression.tolist(), strict=True)}


def test_labels_are_standardised_by_the_training_split_alone() -> None:
    data = load_data_set("diabetes")
    std, mean = torch.std_mean(data.train.Y.double(), correction=0)
    assert abs(mean.item()) < 1e-6
    assert abs(std.item() - 1) < 1e-6
    assert data.splits["validation"].Y.std() != 1
    assert data.class_names == ()
    assert data.picture_shape is None
    A = torch.tensor([[0.0], [-1.0], [0.5]])
    assert Quantity("price", shift=300.0, scale=50.0).values(A).tolist() == [[300.0], [250.0], [325.0]]
