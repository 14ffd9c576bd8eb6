"""The callbacks of every run: they save and stop on all ranks at the same step, set the threads, and show a bar."""

import signal
import time
from abc import abstractmethod
from collections.abc import Sequence
from math import inf
from typing import Any

import torch
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import Checkpoint, RichProgressBar
from lightning.pytorch.utilities import rank_zero_only
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column
from torch import Tensor

from course_torch.command_line.files import write_text
from course_torch.network.threads import SHARED, multiplications, threads_for
from course_torch.text import counted
from course_torch.training.data_module import CourseData
from course_torch.training.lightning_private import between_batches, position
from course_torch.training.module import TRAIN_COST
from course_torch.training.run_folder import LAST, RunFolder

EVERY = 10  # on an accelerator the ranks are asked at every tenth step, and whenever the cost is logged


class Asking(Callback):
    """A callback that acts on all ranks at the same step as soon as a rank asks for it."""

    agreed = 0  # the largest answer of the ranks at the last exchange

    @abstractmethod
    def asks(self, trainer: Trainer) -> int:
        """0, or a number up to 255 if this rank asks."""

    def answer(self, trainer: Trainer, module: Any, agreed: int) -> None:
        self.agreed = agreed

    def granted(self, trainer: Trainer) -> int:
        """Whether to act before the next step: one rank decides at once, several use the last exchange, once."""
        agreed, self.agreed = self.agreed, 0
        return self.asks(trainer) if trainer.world_size == 1 else agreed


class AskAllRanks(Callback):
    """Collect the questions of all callbacks in one exchange, when the cost is known and no gradient is computed yet.

    An exchange between two processes takes longer than a small step, so a step has only one. A reading or an exchange
    makes an accelerator finish all its work, so there only some steps have one.
    """

    def __init__(self, callbacks: Sequence[Asking]) -> None:
        self.callbacks = callbacks

    def on_before_backward(self, trainer: Trainer, pl_module: Any, loss: Tensor) -> None:
        regular = (trainer.global_step + 1) % EVERY == 0
        if regular or reads_at_once(trainer.strategy.root_device) or pl_module.cost_is_read:
            asked = of_all_ranks(trainer, [each.asks(trainer) for each in self.callbacks])
            for callback, agreed in zip(self.callbacks, asked, strict=True):
                callback.answer(trainer, pl_module, agreed)


def reads_at_once(device: torch.device) -> bool:
    """Whether a number of this device can be read without waiting for the work before it."""
    return device.type == "cpu"


def of_all_ranks(trainer: Trainer, asked: list[int]) -> list[int]:
    """For each question: the largest answer of a rank."""
    if trainer.world_size == 1:
        return asked
    answers = torch.tensor(asked, dtype=torch.uint8, device=trainer.strategy.root_device)
    return trainer.strategy.reduce(answers, reduce_op="max").tolist()


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


ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, the end of a job, and a terminal that is closed."""


class InterruptError(Exception):
    """Ctrl-C, SIGTERM or SIGHUP stopped the training between two updates."""


class StopOnInterrupt(Asking):
    """Raise InterruptError before the next update after a signal of ENDING. A second Ctrl-C stops at once.

    The exception skips Lightning's hooks at the end of an epoch. After `should_stop` Lightning would validate once more
    and call EarlyStopping, and the resumed run would differ from an undisturbed run.
    """

    def __init__(self) -> None:
        self.interrupted = 0  # the signal that this rank received
        self.stopped = 0  # the signal that stopped all ranks
        handlers = {number: signal.getsignal(number) for number in ENDING}
        if handlers.get(getattr(signal, "SIGHUP", None)) is signal.SIG_IGN:  # the program was started with `nohup`
            del handlers[signal.SIGHUP]
        self.previous_handlers = handlers

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        for number in self.previous_handlers:
            signal.signal(number, self._interrupt)  # Lightning restores the previous handlers at its end

    def _interrupt(self, signal_number: int, frame: Any) -> None:
        # A second SIGTERM is ignored: a shutdown may send several, and the checkpoint is not saved yet.
        self.interrupted = signal_number
        signal.signal(signal.SIGINT, self.previous_handlers[signal.SIGINT])

    def asks(self, trainer: Trainer) -> int:
        # The signal may reach one rank a step earlier than another.
        return self.interrupted

    def on_train_batch_start(self, trainer: Trainer, pl_module: LightningModule, batch: Any, batch_idx: int) -> None:
        if batch_idx % trainer.accumulate_grad_batches == 0 and (number := self.granted(trainer)):
            self.stopped = number
            raise InterruptError

    @property
    def exit_code(self) -> int:
        """0 after Ctrl-C, by which the user ends a run that may succeed; 143 after SIGTERM, as of other programs."""
        return 0 if self.stopped in (0, signal.SIGINT) else 128 + self.stopped


class ChooseThreads(Callback):
    """Set torch's threads by --threads or `threads_for` the step, and say why."""

    def __init__(self, given: int | None) -> None:
        self.given = given

    def setup(self, trainer: Trainer, pl_module: Any, stage: str) -> None:
        # Lightning has divided the cores between the processes of a machine before.
        if self.given is None and trainer.strategy.root_device.type != "cpu":
            return
        data: CourseData = trainer.datamodule  # type: ignore[attr-defined]
        m, size = data.data_set.train.m, data.config.batch_size
        batch = m // trainer.accumulate_grad_batches if size is None else min(size, m)
        sizes, m = pl_module.network.layer_sizes, max(1, batch // trainer.world_size)
        threads = threads_for(sizes, m) if self.given is None else self.given
        torch.set_num_threads(threads)
        if trainer.is_global_zero:
            print(f"{counted(threads, 'thread')}: {self.reason(multiplications(sizes, m))}")

    def reason(self, work: int) -> str:
        if self.given is not None:
            return "as --threads says"
        if work < SHARED:
            return f"a step of {work:,} multiplications is too small to share (--threads N)"
        return f"torch's own number, for a step of {work:,} multiplications (--threads N)"


SECONDS = 0.1  # Time between two movements of the progress bar. A movement takes as long as a small step.


class CostBar(RichProgressBar):
    """Lightning's progress bar in one line: epoch, bar, batch, time left, last logged cost. It moves every 0.1 s."""

    validation_description = "validation"

    def __init__(self) -> None:
        super().__init__(refresh_rate=round(1 / SECONDS))
        self.moved_at = 0.0

    def configure_columns(self, trainer: Trainer) -> list[ProgressColumn]:
        """The bar is as wide as the other columns leave it, so that they stay in one line."""
        bar, batch = BarColumn(None, table_column=Column(ratio=1)), (TextColumn("batch"), MofNCompleteColumn())
        return [TextColumn("{task.description}"), bar, *batch, TimeRemainingColumn(compact=True), TextColumn("left")]

    def on_train_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        super().on_train_start(trainer, pl_module)
        if self.progress is not None:
            self.progress.expand = True  # the ratio of the bar counts only then

    def get_metrics(self, trainer: Trainer, pl_module: LightningModule) -> dict[str, Any]:
        """Return the figures beside the bar: the cost, and what the user's callbacks log for the bar."""
        metrics = super().get_metrics(trainer, pl_module)
        metrics.pop("v_num", None)  # the number of the run folder, which is printed at the end
        return {"cost" if name == TRAIN_COST else name: value for name, value in metrics.items()}

    def _get_train_description(self, current_epoch: int) -> str:
        epochs = self.trainer.max_epochs
        of_all = f"/{epochs}" if epochs is not None and epochs > 0 else ""
        return f"epoch {current_epoch + 1}{of_all}".ljust(len(self.validation_description))

    def on_train_batch_end(self, trainer: Trainer, *arguments: Any) -> None:
        if trainer.is_last_batch or time.monotonic() - self.moved_at >= SECONDS:
            super().on_train_batch_end(trainer, *arguments)
            self.moved_at = time.monotonic()
