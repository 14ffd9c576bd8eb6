"""The sets that come with this package or with scikit-learn: drawings of animals, handwritten digits, diabetes."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from course_torch.data.data_set import DataSet, Quantity, label_columns, pictures_to_rows
from course_torch.data.split import SPLIT_SEED, Split

FILE = Path(__file__).with_name("pictures.npz")
DIGITS_SIZES, DIABETES_SIZES = (1197, 300, 300), (296, 73, 73)  # training, validation, test


def load_pictures() -> DataSet:
    """Load 1218 drawings of 64×64×3 of 268 motifs: y = 1 for 130 animals, y = 0 for 138 vehicles and places.

    Each motif has three or five drawings, from different sources (credits in pictures_credits.md). The file says which
    split a drawing is in. All drawings of a motif are in the same split, so that no network is tested on a motif that
    it was trained on.
    """
    with np.load(FILE) as file:
        pictures, is_animal, split = (torch.from_numpy(file[key]) for key in ("pictures", "is_animal", "part"))
    X, Y = pictures_to_rows(pictures), is_animal.reshape(-1, 1)
    train, validation, test = (Split(X[split == number], Y[split == number]) for number in range(3))
    names, shape = ("no animal", "animal"), (64, 64, 3)
    return DataSet(train, names, validation, test, scale=255, picture_shape=shape, centered=True)


def load_digits() -> DataSet:
    """Load scikit-learn's 1797 digits of 8×8 pixels, values 0 to 16, split by a fixed seed; Y (m, 10) is one-hot."""
    from sklearn import datasets

    X, digit = shuffled(*map(torch.from_numpy, datasets.load_digits(return_X_y=True)))
    train, validation, test = splits_of(X.to(torch.uint8), label_columns(digit, 10), DIGITS_SIZES)
    return DataSet(train, tuple("0123456789"), validation, test, scale=16, picture_shape=(8, 8, 1), centered=True)


def load_diabetes() -> DataSet:
    """Load 442 patients; a fixed seed draws 296 for training, 73 for validation, 73 for the test.

    X (m, 10) is age, sex, body mass index, blood pressure and six blood values. scikit-learn has scaled each feature
    to mean 0 and sum of squares 1 over all patients. The measured value is the progression of the disease after one
    year, a number from 25 to 346. Y (m, 1) = (value - mean) / std, with the mean (155.7) and the standard deviation
    (78.2) of the training split: the usual initial parameters and learning rates suit labels of order 1. The `quantity`
    of the DataSet holds both numbers and converts outputs back to the unit of the measured values.
    """
    from sklearn import datasets

    X, progression = shuffled(*map(torch.from_numpy, datasets.load_diabetes(return_X_y=True)))
    std, mean = torch.std_mean(progression[: DIABETES_SIZES[0]], correction=0)
    Y = ((progression - mean) / std).float().reshape(-1, 1)  # some devices have no float64
    train, validation, test = splits_of(X, Y, DIABETES_SIZES)
    quantity = Quantity("disease progression after one year", mean.item(), std.item())
    return DataSet(train, validation=validation, test=test, quantity=quantity)


def shuffled(*tensors: Tensor) -> list[Tensor]:
    order = torch.randperm(len(tensors[0]), generator=torch.Generator().manual_seed(SPLIT_SEED))
    return [tensor[order] for tensor in tensors]


def splits_of(X: Tensor, Y: Tensor, sizes: Sequence[int]) -> list[Split]:
    return [Split(*rows) for rows in zip(X.split(list(sizes)), Y.split(list(sizes)), strict=True)]
