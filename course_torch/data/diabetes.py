"""Disease progression of diabetes patients, as real labels: scikit-learn's copy of the diabetes set."""

import torch

from course_torch.data.data_set import DataSet, Quantity
from course_torch.data.split import Split

SPLIT_SEED = 1
SIZES = [296, 73, 73]


def load_diabetes() -> DataSet:
    """Load 442 patients; a fixed seed draws 296 for training, 73 for validation, 73 for the test.

    X (m, 10) is age, sex, body mass index, blood pressure and six blood values. scikit-learn has scaled each feature
    to mean 0 and sum of squares 1 over all patients. The measured value is the progression of the disease after one
    year, a number from 25 to 346. Y (m, 1) = (value - mean) / std, with the mean (155.7) and the standard deviation
    (78.2) of the training split: the usual initial parameters and learning rates suit labels of order 1. The `quantity`
    of the DataSet holds both numbers and converts outputs back to the unit of the measured values.
    """
    from sklearn import datasets

    patients, progression = map(torch.from_numpy, datasets.load_diabetes(return_X_y=True))
    order = torch.randperm(len(patients), generator=torch.Generator().manual_seed(SPLIT_SEED))
    X, values = patients[order], progression[order].reshape(-1, 1)
    std, mean = torch.std_mean(values[: SIZES[0]], correction=0)
    quantity = Quantity("disease progression after one year", mean.item(), std.item())
    Y = ((values - mean) / std).float()  # some devices have no float64
    train, validation, test = (Split(*rows) for rows in zip(X.split(SIZES), Y.split(SIZES), strict=True))
    return DataSet(train=train, validation=validation, test=test, quantity=quantity)
