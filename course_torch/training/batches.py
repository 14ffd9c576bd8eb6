"""Batches indexed from tensors: one process and several processes make the same parameter updates."""

from collections.abc import Iterator
from math import ceil
from typing import NamedTuple

from torch import Tensor
from torch.utils.data import Dataset, Sampler

from course_torch.data.sampling import epoch_order
from course_torch.data.split import Split


class Batch(NamedTuple):
    """The rows of one shard, and the m by which the cost divides: m = examples of the whole batch / number of shards.

    The mean over the shards of (1/m) Σ over a shard's rows is then the mean over all examples, even if the shards have
    different numbers of rows.
    """

    X: Tensor
    Y: Tensor
    m: float


class Shard(NamedTuple):
    """The shard of a rank: of a DDP process, or of a micro-batch within an accumulated update."""

    rank: int = 0
    world_size: int = 1

    def micro_batches(self, number: int) -> list["Shard"]:
        """Split this shard into `number` micro-batches: accumulation averages over them as DDP averages over ranks."""
        return [Shard(self.rank * number + i, self.world_size * number) for i in range(number)]

    def rows(self, m: int) -> slice:
        """The rows of this shard among m consecutive rows; the sizes of two shards differ by at most one row."""
        return slice(self.rank * m // self.world_size, (self.rank + 1) * m // self.world_size)

    def of_chunk(self, chunk: slice) -> tuple[slice, float]:
        """The rows of this shard within a chunk of a split, and the m of their Batch."""
        m = chunk.stop - chunk.start
        own = self.rows(m)
        return slice(chunk.start + own.start, chunk.start + own.stop), m / self.world_size

    def of(self, split: Split) -> Batch:
        """The rows of this shard of a whole split, as a view of its tensors."""
        return RowsOf(split)[self.of_chunk(slice(0, split.m))]


class Minibatches(Sampler[tuple[Tensor, float]]):
    """Shuffle the examples in each epoch and split them into updates of `micro_batches` batches of `batch_size`.

    The last update of an epoch holds the remaining examples, in the same number of smaller micro-batches. Every update
    is therefore a mean over its examples. Every rank draws the same order from (seed, epoch), forms the same updates
    and keeps its own rows of each update. The first epoch starts at batch `first`: a resumed run sets it.
    """

    def __init__(self, examples: int, batch_size: int, seed: int, shard: Shard, micro_batches: int = 1) -> None:
        self.examples, self.seed, self.shards = examples, seed, shard.micro_batches(micro_batches)
        self.update_size = batch_size * micro_batches
        self.epoch = self.first = 0

    def set_epoch(self, epoch: int) -> None:
        """Set the epoch that determines the order. Lightning calls this before each epoch."""
        self.epoch = epoch

    def __len__(self) -> int:
        return ceil(self.examples / self.update_size) * len(self.shards)

    def __iter__(self) -> Iterator[tuple[Tensor, float]]:
        order = epoch_order(self.examples, self.seed, self.epoch)
        done, self.first = self.first // len(self.shards), 0
        for update in order.split(self.update_size)[done:]:
            for shard in self.shards:
                yield update[shard.rows(len(update))], len(update) / shard.world_size


class RowsOf(Dataset[Batch]):
    """A split as a dataset whose index is the rows of a whole batch and their m."""

    def __init__(self, split: Split) -> None:
        self.split = split

    def __getitem__(self, index: tuple[Tensor | slice, float]) -> Batch:
        rows, m = index
        X, Y = self.split.rows(rows)
        return Batch(X, Y, m)
