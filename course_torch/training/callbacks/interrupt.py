"""Ctrl-C, SIGTERM and SIGHUP: the training stops between two updates, on all ranks."""

import signal
from typing import Any

from lightning import LightningModule, Trainer

from course_torch.training.callbacks.ranks import Asking

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
        """130 after Ctrl-C, 143 after SIGTERM, 129 after SIGHUP, as of other programs; 0 without a signal."""
        return 128 + self.stopped if self.stopped else 0
