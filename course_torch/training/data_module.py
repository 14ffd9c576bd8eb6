"""One data module for every set."""

from functools import cached_property
from typing import Any, cast

import lightning
import torch
from torch.utils.data import DataLoader

from course_torch.data.data_set import DataSet, Part, features
from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from course_torch.training.batches import Batch, Minibatches, RowsOf, Share

FULL_BATCH_STEPS = 100
"""Updates in an epoch of full-batch descent: Lightning's work for an epoch is several times that for a step."""


class CourseData(lightning.LightningDataModule):
    """Feeds the set called `name` to Lightning: training in full batches or minibatches, validation in one batch.

    Raises InputError for an unknown name and for data that is missing, damaged or does not hold up.

    Args:
        name: pictures, planar, moons, circles, blobs, gaussian_quantiles, digits or cats
        root: folder of a set that is not shipped (cats)
        batch_size: examples in a batch; null for all of them at once, and 100 updates an epoch
        seed: of the order of minibatches, and of sets that are drawn (1 gives the course's flower)
    """

    def __init__(
        self, name: str = "pictures", root: str | None = None, batch_size: int | None = None, seed: int = 1
    ) -> None:
        super().__init__()
        if batch_size is not None and batch_size < 1:
            raise InputError(f"batch_size: found {batch_size}, expected at least 1, or null for all examples at once")
        if not 0 <= seed < 2**31:
            raise InputError(f"data.seed: found {seed}, expected 0 to {2**31 - 1}")
        self.save_hyperparameters(logger=False)  # Lightning logs one `seed`, the model's; config.yaml has both

    @cached_property
    def data_set(self) -> DataSet:
        return load_data_set(self.hparams["name"], self.hparams["root"], self.hparams["seed"])

    def train_dataloader(self) -> DataLoader:
        part = self.data_set.train
        if self.hparams["batch_size"] is None:
            return self._whole(part, FULL_BATCH_STEPS)
        batches = Minibatches(len(part.X), self.hparams["batch_size"], self.hparams["seed"], self._share)
        return DataLoader(RowsOf(part), sampler=batches, batch_size=None, collate_fn=as_it_is)

    def val_dataloader(self) -> DataLoader | list:
        part = self.data_set.validation
        return [] if part is None else self._whole(part, steps=1)

    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:
        return self._scaled(batch)

    def _whole(self, part: Part, steps: int) -> DataLoader:
        """A part as one batch, moved to the device and scaled once, that each step hands out as it is."""
        X, Y, m = self._share.of(part)
        device = self._trainer.strategy.root_device
        batch = self._scaled(Batch(X.to(device), Y.to(device), m))
        return DataLoader([batch], sampler=[0] * steps, batch_size=None, collate_fn=as_it_is)  # type: ignore[arg-type]

    def _scaled(self, batch: Batch) -> Batch:
        dtype = self._trainer.lightning_module.dtype
        return batch._replace(X=features(batch.X, self.data_set.scale, cast(torch.dtype, dtype)))

    @property
    def _trainer(self) -> lightning.Trainer:
        assert self.trainer is not None
        return self.trainer

    @property
    def _share(self) -> Share:
        return Share(self._trainer.global_rank, self._trainer.world_size)


def as_it_is(batch: Any) -> Any:
    """Collates nothing: a batch comes whole."""
    return batch
