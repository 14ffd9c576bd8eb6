"""The data set that ships with the package: drawings of 64×64×3, animal or not (credits in pictures_credits.md)."""

from pathlib import Path

import numpy as np
import torch

from course_torch.data.data_set import DataSet, pictures_to_rows
from course_torch.data.split import Split

FILE = Path(__file__).with_name("pictures.npz")
SHA256 = "4c74306a31c361bbf1f4f930b6b11f997b36b5357ccdec5a7a5512b7892aae55"
"""Checksum of the published file."""


def load_pictures() -> DataSet:
    """Load 1218 drawings of 268 motifs: y = 1 for 130 animals, y = 0 for 138 vehicles and places.

    Each motif has three or five drawings, from different sources. The file says which split a drawing is in. All
    drawings of a motif are in the same split, so that no network is tested on a motif that it was trained on.
    """
    with np.load(FILE) as file:
        pictures, is_animal, split = (torch.from_numpy(file[key]) for key in ("pictures", "is_animal", "part"))
    X, Y = pictures_to_rows(pictures), is_animal.reshape(-1, 1)
    train, validation, test = (Split(X[split == number], Y[split == number]) for number in range(3))
    return DataSet(
        train=train,
        validation=validation,
        test=test,
        class_names=("no animal", "animal"),
        scale=255,
        picture_shape=(64, 64, 3),
        centered=True,
    )
