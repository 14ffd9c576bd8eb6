"""The LightningDataModule of every data set."""

from dataclasses import asdict
from functools import cached_property
from math import ceil
from typing import Any, cast

import lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from course_torch.data.config import DataConfig, check_fit
from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import as_numbers
from course_torch.training.batches import Batch, Minibatches, RowsOf, Shard
from course_torch.training.loaders import BatchLoader, TrainLoader

FULL_BATCH_STEPS = 100
"""Parameter updates in an epoch of full-batch descent: an epoch costs Lightning several times the work of a step."""


class CourseData(lightning.LightningDataModule):
    """Load the data set `name`, and make full batches or minibatches for training and one batch for validation.

    The arguments are those of DataConfig, and so are the options `--data.*` of train.py.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__()
        self.config = DataConfig(*arguments, **options)
        # Lightning logs one `seed`, the model's; config.yaml has both.
        self.save_hyperparameters(asdict(self.config), logger=False)

    @cached_property
    def data_set(self) -> DataSet:
        return self.config.load()

    def setup(self, stage: str) -> None:
        """Compute the mean of the training split before the workers of the loaders start."""
        _ = self.data_set.mean

    def check_fit(self, network: DeepNetwork) -> None:
        """Reject a network whose layer sizes or output do not fit the data set. Raises InputError."""
        check_fit(self.config.name, self.data_set, network)

    def updates_per_epoch(self, micro_batches: int) -> int:
        """Return the number of parameter updates in an epoch, each from `micro_batches` batches."""
        size = self.config.batch_size
        return FULL_BATCH_STEPS if size is None else ceil(self.data_set.train.m / (size * micro_batches))

    def state_dict(self) -> dict[str, Any]:
        """Return the meaning of rows and outputs, which the checkpoint stores for predictions."""
        data, quantity = self.data_set, self.data_set.quantity
        return {
            "picture_shape": data.picture_shape,
            "class_names": data.class_names,
            "quantity": quantity and asdict(quantity),
            "mean": data.mean,
        }

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
        return TrainLoader(RowsOf(split), batches, self._trainer, split.workers)

    def val_dataloader(self) -> DataLoader | list:
        split = self.data_set.validation
        if split is None:
            return []
        if split.stays_on_disk:
            return BatchLoader(RowsOf(split), [self._shard.of_chunk(chunk) for chunk in split.chunks], split.workers)
        return BatchLoader(self._whole(split), [0])

    def transfer_batch_to_device(self, batch: Batch, device: torch.device, dataloader_idx: int) -> Batch:
        """Move X and Y. Lightning would search the batch for tensors, which takes as long as the product of a layer."""
        X, Y = (each.to(device, non_blocking=device.type == "cuda") for each in (batch.X, batch.Y))
        return batch._replace(X=X, Y=Y)

    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:
        """Scale and centre integers on the device. Floating-point rows are features already."""
        return batch if batch.X.is_floating_point() else batch._replace(X=self._features(batch.X))

    def _whole(self, split: Split, micro_batches: int = 1) -> list[Batch]:
        """Divide a split into micro-batches: scaled, centred, with signed labels, and moved to the device once."""
        device = self._trainer.strategy.root_device
        return [
            Batch(self._features(X).to(device), as_numbers(Y).to(device), m)
            for X, Y, m in (shard.of(split) for shard in self._shard.micro_batches(micro_batches))
        ]

    def _features(self, X: Tensor) -> Tensor:
        return self.data_set.features(X, cast(torch.dtype, self._trainer.lightning_module.dtype))

    @property
    def _trainer(self) -> lightning.Trainer:
        assert self.trainer is not None
        return self.trainer

    @property
    def _shard(self) -> Shard:
        return Shard(self._trainer.global_rank, self._trainer.world_size)
