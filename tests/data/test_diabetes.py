"""The set with labels that are real numbers."""

import torch
from sklearn import datasets

from course_torch.data.data_set import Quantity
from course_torch.data.table import load_data_set


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
    assert data.validation.Y.std() != 1
    assert data.class_names == ()
    assert data.picture_shape is None


def test_a_quantity_turns_answers_into_measured_values() -> None:
    A = torch.tensor([[0.0], [-1.0], [0.5]])
    assert Quantity("price", shift=300.0, scale=50.0).values(A).tolist() == [[300.0], [250.0], [325.0]]
