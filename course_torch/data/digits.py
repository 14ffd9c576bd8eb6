"""Handwritten digits of 8×8 pixels in ten classes: scikit-learn's copy of the UCI set."""

import torch
from torch.nn.functional import one_hot

from course_torch.data.data_set import DataSet
from course_torch.data.split import Split

SPLIT_SEED = 1
SIZES = [1197, 300, 300]


def load_digits() -> DataSet:
    """Load 1797 digits, values 0 to 16; a fixed seed draws 1197 for training, 300 for validation, 300 for the test.

    Y (m, 10) is one-hot.
    """
    from sklearn import datasets

    pixels, digit = datasets.load_digits(return_X_y=True)
    order = torch.randperm(len(pixels), generator=torch.Generator().manual_seed(SPLIT_SEED))
    X, Y = torch.from_numpy(pixels)[order].to(torch.uint8), one_hot(torch.from_numpy(digit)[order]).to(torch.uint8)
    train, validation, test = (Split(*rows) for rows in zip(X.split(SIZES), Y.split(SIZES), strict=True))
    return DataSet(
        train=train,
        validation=validation,
        test=test,
        class_names=tuple("0123456789"),
        scale=16,
        picture_shape=(8, 8, 1),
        centered=True,
    )
