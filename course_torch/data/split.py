"""The examples of a split as rows (notes 1.1), and random draws of rows."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import torch
from jaxtyping import Int
from torch import Tensor

SPLIT_SEED = 1  # of the splits of sets that everybody has
CHUNK_VALUES = 2**23  # largest number of features in a chunk of rows: 32 MiB in float32


class Batch(NamedTuple):
    """Rows of a split, or one shard of them, and the m by which the cost divides: m = all rows / number of shards.

    The mean over the shards of (1/m) Σ over a shard's rows is then the mean over all examples, even if the shards have
    different numbers of rows.
    """

    X: Tensor
    Y: Tensor
    m: float


class Split:
    """Examples as rows: X (m, n_x) of any dtype, and Y (m, n_y), which holds 0 and 1 or real numbers.

    `X, Y = split` unpacks the two tensors.
    """

    def __init__(self, X: Tensor, Y: Tensor) -> None:
        self.X, self.Y = X, Y

    def __repr__(self) -> str:
        Y = self.Y
        return f"Split: X {self.shape} {self.dtype}, Y {tuple(Y.shape)} {Y.dtype}".replace("torch.", "")

    def __iter__(self) -> Iterator[Tensor]:
        return iter((self.X, self.Y))

    @property
    def shape(self) -> tuple[int, int]:
        """(m, n_x)"""
        m, n_x = self.X.shape
        return m, n_x

    @property
    def m(self) -> int:
        """The number of examples."""
        return self.shape[0]

    @property
    def dtype(self) -> torch.dtype:
        """The dtype of X."""
        return self.X.dtype

    @property
    def chunks(self) -> list[slice]:
        """Slices that cover all rows in order. A chunk has one row or at most CHUNK_VALUES features."""
        return slices(self.m, max(1, CHUNK_VALUES // self.shape[1]))

    def rows(self, chosen: slice | Tensor) -> "Split":
        """Return the chosen rows."""
        return Split(self.X[chosen], self.Y[chosen])

    def evenly_spaced(self, count: int) -> "Split":
        """Return at most `count` rows, evenly spaced from the first to the last."""
        return self.rows(torch.linspace(0, self.m - 1, min(count, self.m), dtype=torch.float64).round().long())

    def in_chunks(self) -> Iterable["Split"]:
        """Iterate over all rows in order, one chunk at a time."""
        return map(self.rows, self.chunks)


def slices(m: int, size: int) -> list[slice]:
    """Cut m rows into slices of `size` rows; the last slice may be shorter."""
    return [slice(start, min(start + size, m)) for start in range(0, m, size)]


def stratified_split(classes: Int[Tensor, " m"], fractions: Sequence[float], seed: int) -> list[Int[Tensor, " rows"]]:
    """Draw the sorted row numbers of the training split, then of one split for each fraction, class by class.

    A class with n examples gives round(fraction · n) examples to the split of a fraction, and the rest to the training
    split. If the fractions sum to less than a half, the training split gets at least one example of every class.
    """
    generator = torch.Generator().manual_seed(seed)
    drawn = []
    for number in classes.unique():
        rows = (classes == number).nonzero()[:, 0]
        sizes = [round(fraction * len(rows)) for fraction in fractions]
        shuffled = rows[torch.randperm(len(rows), generator=generator)]
        drawn.append(shuffled.split([len(rows) - sum(sizes), *sizes]))
    return [torch.cat(split).sort().values for split in zip(*drawn, strict=True)]


def epoch_order(examples: int, seed: int, epoch: int) -> Int[Tensor, " examples"]:
    """Draw the order of the examples in an epoch: every process, and every tool, draws the same order.

    The factor keeps the epochs of neighbouring seeds apart; torch's generator uses 32 bits of a seed.
    """
    generator = torch.Generator().manual_seed((seed * 1_000_003 + epoch) % 2**32)
    return torch.randperm(examples, generator=generator)
