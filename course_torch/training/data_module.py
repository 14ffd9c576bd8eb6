"""The LightningDataModule of every data set."""

from dataclasses import asdict, replace
from functools import cached_property
from math import ceil
from typing import Any, cast

import lightning
import torch
from torch import Tensor
from torch.utils.data import DataLoader

from course_torch.data.data_set import DataSet
from course_torch.data.source import Source
from course_torch.data.split import Split
from course_torch.data.table import DATA_SETS, load_data_set
from course_torch.errors import InputError, one_of
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import check_batch
from course_torch.training.batches import Batch, Minibatches, RowsOf, Shard
from course_torch.training.loaders import BatchLoader, TrainLoader

FULL_BATCH_STEPS = 100
"""Parameter updates in an epoch of full-batch descent: an epoch costs Lightning several times the work of a step."""


class CourseData(lightning.LightningDataModule):
    """Load the data set `name`, and make full batches or minibatches for training and one batch for validation.

    Pictures that do not fit into memory stay on disk; both splits are then read one batch at a time.

    Raises InputError if the name is unknown, or if the data are missing, damaged or invalid.

    Args:
        name: {data_sets} (your own pictures)
        root: folder of a set that is not shipped
        batch_size: number of examples in a batch; null for full batches, with 100 updates in an epoch. With
            trainer.accumulate_grad_batches k, an update consists of k batches; null then splits the full batch into k
        seed: seed of the order of minibatches, of sets that are drawn (1 gives the course's flower), and of the split
            of your own pictures
        download: whether missing or damaged files of a published set may be downloaded into root
        picture_size: height and width to which the pictures of pets and folder are resized, 1 to 1024
        memory: largest size of the decoded pictures of pets or folder in GiB; a larger set stays on disk
        workers: number of processes that decode pictures; null for one process per core
        center: whether the mean over the training split is subtracted from the features; null for the set's default:
            true for pictures, false for points, and false for cats, whose published figures come from X / 255
    """

    def __init__(
        self,
        name: str = "pictures",
        root: str | None = None,
        batch_size: int | None = None,
        seed: int = 1,
        download: bool = False,
        picture_size: int = 64,
        memory: float = 4.0,
        workers: int | None = None,
        center: bool | None = None,
    ) -> None:
        super().__init__()
        if batch_size is not None and batch_size < 1:
            raise InputError(f"batch_size: found {batch_size}, expected at least 1, or null for all examples at once")
        self.source = Source(root, seed, download, picture_size, memory, workers)
        self.save_hyperparameters(logger=False)  # Lightning logs one `seed`, the model's; config.yaml has both

    @cached_property
    def data_set(self) -> DataSet:
        data, center = load_data_set(self.hparams["name"], self.source), self.hparams["center"]
        return data if center is None else replace(data, centered=center)

    def setup(self, stage: str) -> None:
        """Compute the mean of the training split before the workers of the loaders start."""
        _ = self.data_set.mean

    def check_fit(self, network: DeepNetwork) -> None:
        """Reject a network whose layer sizes or output do not fit the data set. Raises InputError."""
        name = self.hparams["name"]
        for split in self.data_set.splits.values():
            Y = split.Y
            try:
                check_batch(network.layer_sizes, torch.empty(split.shape, device="meta"), Y)
            except InputError as error:
                sizes = f"layer_sizes: {network.layer_sizes} do not fit the data set '{name}'"
                raise InputError(f"{sizes}: {error}") from error
            try:
                network.output.check_labels(Y)
            except InputError as error:
                output = network.output.name
                raise InputError(f"output: {output} does not fit the data set '{name}': {error}") from error

    def updates_per_epoch(self, micro_batches: int) -> int:
        """Return the number of parameter updates in an epoch, each from `micro_batches` batches."""
        size = self.hparams["batch_size"]
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
        size, seed = self.hparams["batch_size"], self.hparams["seed"]
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

    def on_after_batch_transfer(self, batch: Batch, dataloader_idx: int) -> Batch:
        """Scale and centre integers on the device. Floating-point rows are features already."""
        return batch if batch.X.is_floating_point() else batch._replace(X=self._features(batch.X))

    def _whole(self, split: Split, micro_batches: int = 1) -> list[Batch]:
        """Divide a split into micro-batches, scaled, centred and moved to the device once."""
        device = self._trainer.strategy.root_device
        return [
            Batch(self._features(X).to(device), Y.to(device), m)
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


# The help of train.py and of the commands is this docstring.
CourseData.__doc__ = (CourseData.__doc__ or "").format(data_sets=one_of(DATA_SETS))
