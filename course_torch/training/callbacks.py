"""What happens around the steps of training: what is kept, and what Ctrl-C does."""

import signal
import sys
from typing import Any

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import ModelCheckpoint


def checkpoint_callback(has_validation: bool) -> ModelCheckpoint:
    """Keeps last.ckpt, and best.ckpt by the cost of the validation part where the set has one.

    The test part never chooses anything.
    """
    if has_validation:
        return ModelCheckpoint(filename="best", monitor="validation/cost", save_last=True)
    return ModelCheckpoint(save_top_k=0, save_last=True, save_on_train_epoch_end=True)


class StopOnInterrupt(Callback):
    """Ctrl-C ends training after the step under way, with its checkpoint and results; a second one ends at once."""

    def __init__(self) -> None:
        self.interrupted = False
        self.previous_handler = signal.getsignal(signal.SIGINT)

    def on_fit_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        signal.signal(signal.SIGINT, self._interrupt)

    def _interrupt(self, signal_number: int, frame: Any) -> None:
        self.interrupted = True
        signal.signal(signal.SIGINT, self.previous_handler)

    def on_train_batch_end(self, trainer: Trainer, *args: Any) -> None:
        # One process may have been told a step before another; all of them must stop at the same step.
        if trainer.strategy.reduce_boolean_decision(self.interrupted, all=False):
            trainer.should_stop = True

    def on_fit_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        signal.signal(signal.SIGINT, self.previous_handler)

    def on_exception(self, trainer: Trainer, pl_module: LightningModule, exception: BaseException) -> None:
        signal.signal(signal.SIGINT, self.previous_handler)
        if isinstance(exception, KeyboardInterrupt):
            print("interrupted twice: ended at once, without results", file=sys.stderr)
