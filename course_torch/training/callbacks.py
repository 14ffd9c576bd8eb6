"""Callbacks that save config.yaml and last.ckpt, and that end training on Ctrl-C."""

import signal
import time
from math import inf
from typing import Any

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint
from lightning.pytorch.utilities import rank_zero_only

from course_torch.atomic import replacing
from course_torch.errors import InputError
from course_torch.training.all_ranks import Asking
from course_torch.training.loggers import MetricsLogger
from course_torch.training.progress import between_batches, position
from course_torch.training.run_folder import LAST, RunFolder


class KeepConfig(Callback):
    """Write config.yaml, which `--resume` loads, when Lightning has accepted the settings."""

    def __init__(self, folder: RunFolder, config: str) -> None:
        self.folder, self.config = folder, config

    @rank_zero_only
    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        with replacing(self.folder.path / "config.yaml") as file:
            file.write(self.config.encode())

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        if trainer.global_step == 0:  # without updates (max_epochs 0) there is no start of training
            self.on_train_start(trainer, pl_module)


class KeepLast(Asking, Checkpoint):
    """Save last.ckpt, which `--resume` loads, between two batches.

    The first save is after the first update, then every `seconds`, and at the end of training.
    """

    def __init__(self, folder: RunFolder, seconds: float) -> None:
        if not seconds >= 0:
            raise InputError(f"checkpoint_seconds: found {seconds}, expected a number of at least 0")
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
        for logger in trainer.loggers:
            # After a power cut a resumed run needs the rows of all updates that last.ckpt contains.
            logger.save_to_disk() if isinstance(logger, MetricsLogger) else logger.save()
        trainer.save_checkpoint(self.folder.path / LAST)
        self.saved_at = time.monotonic()

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        between_batches(checkpoint["loops"], trainer.global_step, position(trainer))


class InterruptError(Exception):
    """Ctrl-C or SIGTERM stopped the training between two updates."""


class StopOnInterrupt(Asking):
    """Raise InterruptError before the next update after Ctrl-C or SIGTERM. A second Ctrl-C stops training immediately.

    The exception skips Lightning's hooks at the end of an epoch. After `should_stop` Lightning would validate once more
    and call EarlyStopping, and the resumed run would differ from an undisturbed run.
    """

    def __init__(self) -> None:
        self.interrupted = False
        self.stopped = False
        self.previous_handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        for number in self.previous_handlers:
            signal.signal(number, self._interrupt)

    def _interrupt(self, signal_number: int, frame: Any) -> None:
        # A second SIGTERM is ignored: a shutdown may send several, and the checkpoint is not saved yet.
        self.interrupted = True
        signal.signal(signal.SIGINT, self.previous_handlers[signal.SIGINT])

    def asks(self, trainer: Trainer) -> bool:
        # The signal may reach one rank a step earlier than another.
        return self.interrupted

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int) -> None:
        complete = batch_idx % trainer.accumulate_grad_batches == 0
        if complete and self.granted(trainer):
            self.stopped = True
            raise InterruptError

    def restore_handlers(self) -> None:
        for number, handler in self.previous_handlers.items():
            signal.signal(number, handler)
