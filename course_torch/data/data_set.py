"""The class DataSet, its checks, and the conversion of rows to features and labels (notes 1.1)."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import torch
from jaxtyping import Float, Float64, Int, Num, UInt8
from torch import Tensor
from torch.nn.functional import one_hot

from course_torch.data.split import Split
from course_torch.errors import InputError
from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.text import html_table, shown

MOST_SHOWN = 10  # names of classes that the text and the table of a set show


@dataclass(frozen=True)
class Quantity:
    """What real labels measure: measured value = shift + scale · Y."""

    name: str
    shift: float
    scale: float

    def values(self, A: Float[Tensor, "m n_y"]) -> Float[Tensor, "m n_y"]:
        """Convert the network's outputs to the unit of the measured values."""
        return self.shift + self.scale * A


@dataclass(frozen=True)
class DataSet:
    """The splits of a data set, and the meaning of its rows and labels. A split that does not exist is None.

    scale           the largest value of integer features, 255 for pictures: X / scale is in [0, 1];
                    floating-point features are not divided
    class_names     names of the labels 0 and 1 if n_y = 1, otherwise of the n_y classes; empty for real labels
    quantity        what real labels measure; None for classes
    picture_shape   (height, width, channels) if each row is a picture, otherwise None
    centered        whether the mean over the training split is subtracted from the features
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
        """Name -> split in the order train, validation, test, without the splits that do not exist."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: split for name, split in named.items() if split is not None}

    def __repr__(self) -> str:
        sizes = ", ".join(f"{name} {split.m}" for name, split in self.splits.items())
        return f"DataSet: {sizes} examples of {self.train.shape[1]} features; {self.meaning}"

    @property
    def meaning(self) -> str:
        """What the labels mean, and how the features are made, in words."""
        names = [shown(name) for name in self.class_names]
        if len(names) > MOST_SHOWN:
            names = [*names[: MOST_SHOWN - 1], "…", names[-1]]
        labels = f"{len(self.class_names)} classes: {', '.join(names)}" if names else "labels are real numbers"
        if self.quantity is not None:
            labels = f"label: {shown(self.quantity.name)}"
        picture = "" if self.picture_shape is None else f"; pictures of {'×'.join(map(str, self.picture_shape))}"
        return labels + picture + ("; centred" if self.centered else "")

    def _repr_html_(self) -> str:
        """A row for each split with its examples, and those of each class, for a notebook."""
        few = 0 < len(self.class_names) <= MOST_SHOWN
        rows = [
            (name, split.m, *split.shape[1:], tuple(split.Y.shape), *(examples_of_classes(split.Y) if few else []))
            for name, split in self.splits.items()
        ]
        columns = ("split", "examples", "features", "shape of Y", *(self.class_names if few else ()))
        return html_table(f"DataSet: {self.meaning}", columns, rows)

    @cached_property
    def mean(self) -> Float64[Tensor, "1 n_x"] | None:
        """The mean of each feature over the training split if the set is centred, otherwise None."""
        return mean_features(self.train, self.scale) if self.centered else None

    def features(self, X: Num[Tensor, "m n_x"], dtype: torch.dtype) -> Float[Tensor, "m n_x"]:
        """Convert rows of any split to the network's input. The mean of a centred set is that of the training split."""
        return features(X, self.scale, dtype, self.mean)

    def names_of(self, Y: Num[Tensor, "m n_y"]) -> list[str]:
        """The name of each row's class."""
        classes = Y[:, 0] if Y.shape[1] == 1 else Y.argmax(dim=1)
        return [self.class_names[number] for number in classes.tolist()]

    def batches(self, split: Split, dtype: torch.dtype) -> Iterator[tuple[Tensor, Tensor]]:
        """Yield all examples of a split, one chunk at a time: the network's input and Y."""
        for X, Y in split.in_chunks():
            yield self.features(X, dtype), Y


def examples_of_classes(Y: Num[Tensor, "m n_y"]) -> list[int]:
    """The number of examples of each class. A single column holds 1 for the second class."""
    counts = [int(count) for count in Y.sum(dim=0)]
    return counts if len(counts) > 1 else [len(Y) - counts[0], counts[0]]


def one_hot_classes(data: DataSet) -> int:
    """The number of classes if there are at least 3 and every row of the training Y is one-hot, otherwise 0."""
    Y = data.train.Y
    one_hot_rows = data.quantity is None and bool(((Y == 1).sum(dim=1) == 1).all() and (Y.sum(dim=1) == 1).all())
    return Y.shape[1] if one_hot_rows and Y.shape[1] > 2 else 0


def check_data_set(name: str, data: DataSet) -> DataSet:
    """Check that each split has examples, one label for each example, and finite features; return the set.

    Raises InputError if a check fails. Which labels are allowed depends on the loss, so `Output.check_labels` checks
    the labels as soon as the network is known.
    """
    for split_name, split in data.splits.items():
        where = Text(f"data set '{name}', split '{split_name}'", f"数据集 '{name}' 的划分 '{split_name}'")
        m, labels = split.m, len(split.Y)
        if m == 0 or m != labels:
            raise InputError(
                f"{where.en}: found {m} examples and {labels} labels, expected equal numbers of at least 1",
                f"{where.zh}：有 {m} 个样本和 {labels} 个标签，两者应当相等，且至少为 1",
            )
        if split.dtype.is_floating_point and not split.X.isfinite().all():
            example = int((~split.X.isfinite()).any(dim=1).nonzero()[0]) + 1  # counted from 1, as in the notes
            raise InputError(
                f"{where.en}: features of example {example} are not finite (nan or inf)",
                f"{where.zh}：样本 {example} 的特征不是有限的数（nan 或 inf）",
            )
    return data


def pictures_to_rows(pictures: UInt8[Tensor, "m height width channels"]) -> UInt8[Tensor, "m n_x"]:
    """Flatten each picture to a row: 64×64×3 gives n_x = 12288 (notes 1.1)."""
    return pictures.flatten(start_dim=1)


def rows_to_pictures(X: Num[Tensor, "m n_x"], picture_shape: tuple[int, int, int]) -> Num[Tensor, "m h w channels"]:
    """Reshape each row to a picture: the inverse of `pictures_to_rows`."""
    return X.reshape(len(X), *picture_shape)


def label_columns(classes: Int[Tensor, " m"], number: int) -> UInt8[Tensor, "m n_y"]:
    """Class numbers to Y: one 0/1 column for two classes, else one-hot columns."""
    return (classes.reshape(-1, 1) if number == 2 else one_hot(classes, number)).to(torch.uint8)


def features(
    X: Num[Tensor, "m n_x"], scale: int, dtype: torch.dtype, mean: Float[Tensor, "1 n_x"] | None = None
) -> Float[Tensor, "m n_x"]:
    """X / scale - mean in `dtype`. Floating-point X is not divided by the scale. mean=None subtracts nothing."""
    scaled = X.to(dtype) if X.is_floating_point() else X.to(dtype) / scale
    # Convert the mean to `dtype` before it moves to the device: some devices have no float64.
    return scaled if mean is None else scaled - mean.to(dtype).to(X.device)


def mean_features(split: Split, scale: int) -> Float64[Tensor, "1 n_x"]:
    """Compute the mean of each feature over all rows of a split. Sums of integers are exact."""
    dtype = torch.float64 if split.dtype.is_floating_point else torch.int64
    sums = [X.sum(dim=0, keepdim=True, dtype=dtype) for X, _ in split.in_chunks()]  # the sum converts what it adds
    return average(features(torch.stack(sums).sum(dim=0), scale, torch.float64), split.m)
