"""What every set of examples gives, and the checks that all of them pass (notes 1.1)."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from jaxtyping import Float, Int, Num, UInt8
from torch import Tensor
from torch.nn.functional import one_hot

from course_torch.data.pictures_on_disk import PicturesOnDisk
from course_torch.errors import InputError


class Part(NamedTuple):
    """Examples as rows: X (m, n_x) in the dtype it comes in, or on disk; Y (m, n_y) of 0 and 1."""

    X: Tensor | PicturesOnDisk
    Y: Tensor

    @property
    def workers(self) -> int:
        """Processes that should read its examples ahead: none for a tensor, which is there."""
        return self.X.workers if isinstance(self.X, PicturesOnDisk) else 0


@dataclass(frozen=True)
class DataSet:
    """Parts of one set: training, and validation and test where the set has them.

    scale           what the largest value of whole-numbered features is (255 for pictures): X / scale is in [0, 1];
                    floating-point features are taken as they are
    class_names     names of the labels 0 and 1 where n_y = 1, else of the n_y classes
    picture_shape   (height, width, channels) of a row that is a picture, else None
    """

    train: Part
    class_names: tuple[str, ...]
    validation: Part | None = None
    test: Part | None = None
    scale: int = 1
    picture_shape: tuple[int, int, int] | None = None

    @property
    def parts(self) -> dict[str, Part]:
        """Name -> part, in the order train, validation, test, without those that the set lacks."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}


def check_data_set(name: str, data: DataSet) -> DataSet:
    """The set itself, if its features are finite and its labels 0 or 1, one label a row. Raises InputError if not."""
    for part_name, (X, Y) in data.parts.items():
        where = f"data set '{name}', part '{part_name}'"
        if len(X) == 0 or len(X) != len(Y):
            raise InputError(f"{where}: found {len(X)} examples and {len(Y)} labels, expected as many, at least 1")
        if isinstance(X, Tensor) and not X.isfinite().all():
            row = int((~X.isfinite()).any(dim=1).nonzero()[0])
            raise InputError(f"{where}: features of example {row} are not finite (nan or inf), expected numbers")
        wrong = Y[(Y != 0) & (Y != 1)]
        if len(wrong) > 0:
            raise InputError(f"{where}: found the label {wrong[0].item():g}, expected 0 or 1")
    return data


def pictures_to_rows(pictures: UInt8[Tensor, "m height width channels"]) -> UInt8[Tensor, "m n_x"]:
    """Each picture's values one after another as a row: 64×64×3 gives n_x = 12288 (notes 1.1)."""
    return pictures.flatten(start_dim=1)


def rows_to_pictures(
    X: Num[Tensor, "m n_x"], picture_shape: tuple[int, int, int]
) -> Num[Tensor, "m height width channels"]:
    """The inverse of `pictures_to_rows`, for showing."""
    return X.reshape(len(X), *picture_shape)


def label_columns(classes: Int[Tensor, " m"], number: int) -> UInt8[Tensor, "m n_y"]:
    """Y from the number of each example's class: for two classes one column (1 for the second), else one a class."""
    return (classes.reshape(-1, 1) if number == 2 else one_hot(classes, number)).to(torch.uint8)


def features(X: Num[Tensor, "m n_x"] | PicturesOnDisk, scale: int, dtype: torch.dtype) -> Float[Tensor, "m n_x"]:
    """What a network takes: whole numbers as X / scale, floating-point numbers as they are, both in `dtype`.

    Raises InputError for pictures that stay on disk, since they do not fit into memory all at once.
    """
    if isinstance(X, PicturesOnDisk):
        raise InputError(
            f"X: found {len(X)} pictures that stay on disk, since they take more than data.memory; "
            "expected fewer or smaller ones, or more memory"
        )
    return X.to(dtype) if X.is_floating_point() else X.to(dtype) / scale
