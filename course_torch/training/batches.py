"""Whole batches cut from tensors by index, the same in one process as in several."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

import torch
from torch import Tensor
from torch.utils.data import Dataset, Sampler

from course_torch.data.data_set import Part


class Batch(NamedTuple):
    """The rows of one share, and the m that the cost divides by: the examples of the whole batch / the shares.

    The mean over the shares of (1/m) Σ (own rows) is then the mean over all examples, however uneven the rows are.
    """

    X: Tensor
    Y: Tensor
    m: float


class Share(NamedTuple):
    """Which of several processes this one is, or which of several batches in one of them that make up an update."""

    rank: int = 0
    world_size: int = 1

    def in_turns(self, turns: int) -> list["Share"]:
        """This share cut into as many: gradients accumulate over turns as they are averaged over processes."""
        return [Share(self.rank * turns + turn, self.world_size * turns) for turn in range(turns)]

    def rows(self, m: int) -> slice:
        """This share of m rows in a row; shares differ by one row at most."""
        return slice(self.rank * m // self.world_size, (self.rank + 1) * m // self.world_size)

    def of_chunk(self, chunk: slice) -> tuple[slice, float]:
        """This process's rows of a chunk of a part, and the m of a Batch."""
        m = chunk.stop - chunk.start
        own = self.rows(m)
        return slice(chunk.start + own.start, chunk.start + own.stop), m / self.world_size

    def of(self, part: Part) -> Batch:
        """This share of a whole part, a view of its tensors."""
        return RowsOf(part)[self.of_chunk(slice(0, part.m))]


class Minibatches(Sampler[tuple[Tensor, float]]):
    """Each epoch's examples in a new order, cut into updates of `turns` batches of `batch_size`.

    The last update has what is left, in as many, smaller batches, so that each update is a mean over its examples.
    Every process draws the same order from (seed, epoch), cuts the same updates and keeps its own rows of each. The
    first epoch begins at batch `first`, where a resumed run goes on.
    """

    def __init__(self, examples: int, batch_size: int, seed: int, share: Share, turns: int = 1) -> None:
        self.examples, self.seed, self.shares = examples, seed, share.in_turns(turns)
        self.update_size = batch_size * turns
        self.epoch = self.first = 0

    def set_epoch(self, epoch: int) -> None:
        """Lightning calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return ceil(self.examples / self.update_size) * len(self.shares)

    def __iter__(self) -> Iterator[tuple[Tensor, float]]:
        # Far apart for neighbouring seeds, and within the 32 bits that torch's generator looks at.
        generator = torch.Generator().manual_seed((self.seed * 1_000_003 + self.epoch) % 2**32)
        order = torch.randperm(self.examples, generator=generator)
        done, self.first = self.first // len(self.shares), 0
        for update in order.split(self.update_size)[done:]:
            for share in self.shares:
                yield update[share.rows(len(update))], len(update) / share.world_size


class RowsOf(Dataset[Batch]):
    """A part, indexed by the rows of a batch at a time."""

    def __init__(self, part: Part) -> None:
        self.part = part

    def __getitem__(self, index: tuple[Tensor | slice, float]) -> Batch:
        rows, m = index
        X, Y = self.part.rows(rows)
        return Batch(X, Y, m)
