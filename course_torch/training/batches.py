"""Whole batches cut from tensors by index, the same in one process as in several."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from course_torch.data.data_set import Part


class Batch(NamedTuple):
    """This process's rows of a batch, and the m that the cost divides by: the batch's examples / the processes.

    The mean over the processes of (1/m) Σ (own rows) is then the mean over all examples, however uneven the rows are.
    """

    X: Tensor
    Y: Tensor
    m: float


class Share(NamedTuple):
    """Which of several processes this one is."""

    rank: int = 0
    world_size: int = 1

    def rows(self, m: int) -> slice:
        """This process's part of m rows in a row; parts differ by one row at most."""
        return slice(self.rank * m // self.world_size, (self.rank + 1) * m // self.world_size)

    def of_chunk(self, chunk: slice) -> tuple[slice, float]:
        """This process's rows of a chunk of a part, and the m of a Batch."""
        m = chunk.stop - chunk.start
        own = self.rows(m)
        return slice(chunk.start + own.start, chunk.start + own.stop), m / self.world_size

    def of(self, part: Part) -> Batch:
        """This process's rows of a whole part, a view of its tensors."""
        return RowsOf(part)[self.of_chunk(slice(0, len(part.X)))]


class Minibatches(Sampler[tuple[Tensor, float]]):
    """Each epoch's examples in a new order, cut into batches of `batch_size` (the last one has what is left).

    Every process draws the same order from (seed, epoch), cuts the same batches and keeps its own rows of each. The
    first epoch begins at batch `first`, where a resumed run goes on.
    """

    def __init__(self, examples: int, batch_size: int, seed: int, share: Share) -> None:
        self.examples, self.batch_size, self.seed, self.share = examples, batch_size, seed, share
        self.epoch = self.first = 0

    def set_epoch(self, epoch: int) -> None:
        """Lightning calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return ceil(self.examples / self.batch_size)

    def __iter__(self) -> Iterator[tuple[Tensor, float]]:
        # Far apart for neighbouring seeds, and within the 32 bits that torch's generator looks at.
        generator = torch.Generator().manual_seed((self.seed * 1_000_003 + self.epoch) % 2**32)
        order = torch.randperm(self.examples, generator=generator)
        first, self.first = self.first, 0
        for batch in order.split(self.batch_size)[first:]:
            yield batch[self.share.rows(len(batch))], len(batch) / self.share.world_size


class RowsOf(Dataset[Batch]):
    """A part, indexed by the rows of a batch at a time."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def __getitem__(self, index: tuple[Tensor | slice, float]) -> Batch:
        rows, m = index
        return Batch(self.part.X[rows], self.part.Y[rows], m)
