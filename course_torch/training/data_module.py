"""The LightningDataModule of every data set, its loaders, and the shards by which processes train as one."""

from collections.abc import Iterator
from dataclasses import asdict
from functools import cached_property
from math import ceil
from typing import Any, NamedTuple, cast

import lightning
import torch
from lightning import Trainer
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from course_torch.data.data_set import DataSet
from course_torch.data.split import Batch, Split, epoch_order
from course_torch.data.table import DataConfig
from course_torch.network.dimensions import as_numbers
from course_torch.training.lightning_private import position


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


class BatchLoader(DataLoader[Batch]):
    """Load batches[i] unchanged for each i of `indices`. It leaves torch's global generator unchanged."""

    def __init__(self, batches: Any, indices: Any) -> None:
        options = {"batch_size": None, "collate_fn": lambda batch: batch, "generator": torch.Generator()}
        super().__init__(batches, sampler=indices, **cast(Any, options))


class TrainLoader(BatchLoader):
    """The loader of the training split. Its state is the position of the training."""

    def __init__(self, batches: Any, indices: Any, trainer: Trainer) -> None:
        super().__init__(batches, indices)
        self.trainer = trainer

    def state_dict(self) -> dict[str, int]:
        return position(self.trainer)._asdict()

    def load_state_dict(self, state: dict[str, int]) -> None:
        """Start at the saved epoch and batch."""
        if isinstance(self.sampler, Minibatches):
            self.sampler.set_epoch(state["epoch"])
            self.sampler.first = state["batch"]


FULL_BATCH_STEPS = 100  # updates in an epoch of full batches: an epoch costs Lightning several times a step


class CourseData(lightning.LightningDataModule):
    """Full batches or minibatches for training, one batch for validation. The options are those of DataConfig."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__()
        self.config = DataConfig(*arguments, **options)
        # Lightning logs one `seed`, the model's; config.yaml has both.
        self.save_hyperparameters(asdict(self.config), logger=False)

    @cached_property
    def data_set(self) -> DataSet:
        return self.config.load()

    def updates_per_epoch(self, micro_batches: int) -> int:
        """Return the number of parameter updates in an epoch, each from `micro_batches` batches."""
        size = self.config.batch_size
        return FULL_BATCH_STEPS if size is None else ceil(self.data_set.train.m / (size * micro_batches))

    def state_dict(self) -> dict[str, Any]:
        """Return the meaning of rows and outputs, which the checkpoint stores for predictions."""
        data, quantity = self.data_set, self.data_set.quantity
        about = {"picture_shape": data.picture_shape, "class_names": data.class_names, "mean": data.mean}
        return about | {"quantity": quantity and asdict(quantity)}

    def train_dataloader(self) -> DataLoader:
        split, micro_batches = self.data_set.train, self._trainer.accumulate_grad_batches
        size, seed = self.config.batch_size, self.config.seed
        if size is None:
            indices = list(range(micro_batches)) * FULL_BATCH_STEPS
            return TrainLoader(self._whole(split, micro_batches), indices, self._trainer)
        batches = Minibatches(split.m, size, seed, self._shard, micro_batches)
        # Integers move to the device unchanged, because they are small. Floating-point features are converted to the
        # network's dtype before they move, because some devices have no float64.
        if split.dtype.is_floating_point:
            split = Split(self._features(split.X), split.Y)
        return TrainLoader(RowsOf(split), batches, self._trainer)

    def val_dataloader(self) -> DataLoader | list:
        split = self.data_set.validation
        return [] if split is None else BatchLoader(self._whole(split), [0])

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        """Move X and Y. Lightning would search the batch for tensors, which takes as long as the product of a layer."""
        X, Y = (each.to(device, non_blocking=device.type == "cuda") for each in (batch.X, batch.Y))
        return batch._replace(X=X, Y=Y)

    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:
        """Scale and centre integers on the device. Floating-point rows are features already."""
        return batch if batch.X.is_floating_point() else batch._replace(X=self._features(batch.X))

    def _whole(self, split: Split, micro_batches: int = 1) -> list[Batch]:
        """Divide a split into micro-batches: scaled, centred, with signed labels, and moved to the device once."""
        device, rows = self._trainer.strategy.root_device, RowsOf(split)
        shards = self._shard.micro_batches(micro_batches)
        views = (rows[shard.rows(split.m), split.m / shard.world_size] for shard in shards)
        return [Batch(self._features(X).to(device), as_numbers(Y).to(device), m) for X, Y, m in views]

    def _features(self, X: Tensor) -> Tensor:
        return self.data_set.features(X, cast(torch.dtype, self._trainer.lightning_module.dtype))

    @property
    def _trainer(self) -> lightning.Trainer:
        assert self.trainer is not None
        return self.trainer

    @property
    def _shard(self) -> Shard:
        return Shard(self._trainer.global_rank, self._trainer.world_size)
