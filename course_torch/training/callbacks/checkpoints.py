"""What a run saves in its folder: config.yaml, last.ckpt and best.ckpt, each written atomically."""

import time
from math import inf
from pathlib import Path
from typing import Any

import torch
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint, ModelCheckpoint
from lightning.pytorch.plugins.io import CheckpointIO
from lightning.pytorch.utilities import rank_zero_only

from course_torch.checkpoint import read_checkpoint
from course_torch.training.callbacks.interrupt import InterruptError
from course_torch.training.callbacks.ranks import Asking
from course_torch.training.lightning_private import between_batches, position
from course_torch.training.run_folder import LAST, RunFolder
from course_torch.writing import replacing, write_text


class AtomicCheckpointIO(CheckpointIO):
    """Lightning's checkpoint plugin: loads by `read_checkpoint`, writes atomically by `writing.replacing`."""

    def save_checkpoint(self, checkpoint: dict[str, Any], path: Any, storage_options: Any = None) -> None:
        Path(path).parent.mkdir(parents=True, exist_ok=True)
        with replacing(Path(path)) as file:
            torch.save(checkpoint, file)

    def load_checkpoint(self, path: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return read_checkpoint(Path(path))

    def remove_checkpoint(self, path: Any) -> None:
        Path(path).unlink(missing_ok=True)


class KeepConfig(Callback):
    """Write config.yaml, which `--resume` loads, when Lightning has accepted the settings."""

    def __init__(self, folder: RunFolder, config: str) -> None:
        self.folder, self.config = folder, config

    @rank_zero_only
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        write_text(self.folder.path / "config.yaml", self.config)


class KeepLast(Asking, Checkpoint):
    """Save last.ckpt, for `--resume`, between two batches: after the first update, every `seconds`, and at the end."""

    def __init__(self, folder: RunFolder, seconds: float) -> None:
        self.folder, self.seconds = folder, seconds

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self.saved_at = time.monotonic() if trainer.global_step > 0 else -inf

    def asks(self, trainer: Trainer) -> bool:
        return time.monotonic() - self.saved_at >= self.seconds

    def on_train_batch_start(self, trainer: Trainer, *args: Any) -> None:
        # All earlier batches are completed and logged here.
        if trainer.global_step > 0 and self.granted(trainer):
            self._save(trainer)

    def on_train_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._save(trainer)

    def on_exception(self, trainer: Trainer, pl_module: LightningModule, exception: BaseException) -> None:
        if isinstance(exception, InterruptError):
            self._save(trainer)

    def _save(self, trainer: Trainer) -> None:
        trainer.save_checkpoint(self.folder.path / LAST)
        self.saved_at = time.monotonic()

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        between_batches(checkpoint["loops"], trainer.global_step, position(trainer))


class BestCheckpoint(ModelCheckpoint):
    """Save best.ckpt, the parameters with the lowest validation cost. The test split has no influence on it."""

    def __init__(self, folder: RunFolder) -> None:
        # max_steps may end an epoch before its validation, hence no save at the end of an epoch.
        options: dict[str, Any] = {"enable_version_counter": False, "save_on_train_epoch_end": False}
        super().__init__(filename="best", monitor="validation/cost", **options)
        self.folder = folder

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        self.dirpath = str(self.folder.path / LAST.parent)
        super().setup(trainer, pl_module, stage)
