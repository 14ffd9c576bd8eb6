"""What every set of examples gives, and the checks that all of them pass (notes 1.1)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Float64, Int, Num, UInt8
from torch import Tensor
from torch.nn.functional import one_hot

from course_torch.data.workers import by_workers, with_progress
from course_torch.errors import InputError

CHUNK_VALUES = 2**23
"""Features in a chunk of a tensor: 32 MiB of float32."""


class Split:
    """Examples in memory as rows: X (m, n_x) in the dtype it comes in, Y (m, n_y) of 0 and 1 or of real numbers.

    `X, Y = split` unpacks the two tensors. The subclass SplitOnDisk reads its rows from files and has no X.
    """

    stays_on_disk = False

    def __init__(self, X: Tensor, Y: Tensor) -> None:
        self._X, self.Y = X, Y

    @property
    def X(self) -> Tensor:
        """All rows at once. A split that stays on disk raises InputError."""
        return self._X

    def __iter__(self) -> Iterator[Tensor]:
        return iter((self.X, self.Y))

    @property
    def shape(self) -> tuple[int, int]:
        """(m, n_x)"""
        m, n_x = self._X.shape
        return m, n_x

    @property
    def m(self) -> int:
        """The number of examples."""
        return self.shape[0]

    @property
    def dtype(self) -> torch.dtype:
        """The dtype of X."""
        return self._X.dtype

    @property
    def workers(self) -> int:
        """The number of processes that read rows ahead: a tensor needs none."""
        return 0

    @property
    def chunks(self) -> list[slice]:
        """All rows in order, in chunks that take little memory."""
        return slices(self.m, max(1, CHUNK_VALUES // self.shape[1]))

    def rows(self, chosen: slice | Tensor) -> "Split":
        """The chosen rows, in memory."""
        return Split(self._X[chosen], self.Y[chosen])

    def in_chunks(self) -> Iterable["Split"]:
        """All rows in order, a chunk at a time; the workers read ahead."""
        return by_workers(self.rows, self.chunks, self.workers)


def slices(m: int, size: int) -> list[slice]:
    """m rows in order, `size` rows in a slice, fewer in the last one."""
    return [slice(start, min(start + size, m)) for start in range(0, m, size)]


@dataclass(frozen=True)
class Quantity:
    """What real labels measure: the measured value is shift + scale · Y."""

    name: str
    shift: float
    scale: float

    def values(self, A: Float[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
        """Answers in the unit of the measured values."""
        return self.shift + self.scale * A


@dataclass(frozen=True)
class DataSet:
    """The splits of one set: training, and validation and test where the set has them.

    scale           what the largest value of whole-numbered features is (255 for pictures): X / scale is in [0, 1];
                    floating-point features are taken as they are
    class_names     names of the labels 0 and 1 where n_y = 1, else of the n_y classes; empty for real labels
    quantity        what real labels measure; None for classes
    picture_shape   (height, width, channels) of a row that is a picture, else None
    centered        whether a network takes the features minus their mean over the training split
    """

    train: Split
    class_names: tuple[str, ...] = ()
    validation: Split | None = None
    test: Split | None = None
    scale: int = 1
    picture_shape: tuple[int, int, int] | None = None
    quantity: Quantity | None = None
    centered: bool = False

    @property
    def splits(self) -> dict[str, Split]:
        """Name -> split, in the order train, validation, test, without those that the set lacks."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: split for name, split in named.items() if split is not None}

    @cached_property
    def mean(self) -> Float64[Tensor, "1 n_x"] | None:
        """The mean of each feature over the training split if the set is centred, else None."""
        return mean_features(self.train, self.scale) if self.centered else None

    def features(self, X: Num[Tensor, "m n_x"], dtype: torch.dtype) -> Float[Tensor, "m n_x"]:
        """Rows of any split as a network takes them: every split is centred by the training mean."""
        return features(X, self.scale, dtype, self.mean)

    def batches(self, split: Split, dtype: torch.dtype) -> Iterator[tuple[Tensor, Tensor]]:
        """All examples of a split, a chunk at a time: X as a network takes it, and Y."""
        for X, Y in split.in_chunks():
            yield self.features(X, dtype), Y


def check_data_set(name: str, data: DataSet) -> DataSet:
    """The set itself, if its features are finite and each row has a label. Raises InputError if not.

    Which labels are right depends on the loss: `Output.check_labels` checks them where a network meets the set.
    """
    for split_name, split in data.splits.items():
        where = f"data set '{name}', split '{split_name}'"
        m, labels = split.m, len(split.Y)
        if m == 0 or m != labels:
            raise InputError(f"{where}: found {m} examples and {labels} labels, expected as many, at least 1")
        if split.dtype.is_floating_point and not split.X.isfinite().all():
            row = int((~split.X.isfinite()).any(dim=1).nonzero()[0])
            raise InputError(f"{where}: features of example {row} are not finite (nan or inf), expected numbers")
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


def features(
    X: Num[Tensor, "m n_x"], scale: int, dtype: torch.dtype, mean: Float[Tensor, "1 n_x"] | None = None
) -> Float[Tensor, "m n_x"]:
    """X / scale - mean in `dtype`. Floating-point X is not divided by the scale; mean None stands for 0."""
    scaled = X.to(dtype) if X.is_floating_point() else X.to(dtype) / scale
    # The dtype first: some devices have no float64.
    return scaled if mean is None else scaled - mean.to(dtype).to(X.device)


def mean_features(split: Split, scale: int) -> Float64[Tensor, "1 n_x"]:
    """The mean of each feature over all rows of a split, from one pass over the chunks.

    Sums of whole numbers are exact: the mean of pictures is the same on every rank, in memory and on disk.
    """
    total = torch.zeros(1, split.shape[1], dtype=torch.float64 if split.dtype.is_floating_point else torch.int64)
    try:
        for X, _ in with_progress(split.in_chunks(), "mean of the training pictures", shown=split.stays_on_disk):
            total += X.sum(dim=0, dtype=total.dtype)
    except InputError as error:
        raise error.with_traceback(None) from None  # the traceback would keep the workers of the loader alive
    return features(total, scale, torch.float64) / split.m
