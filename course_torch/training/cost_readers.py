"""The callbacks that read the logged training cost, and the progress bar, which reads it rarely."""

import time
from collections.abc import Iterable
from typing import Any

from lightning import Callback, Trainer
from lightning.pytorch.callbacks import EarlyStopping, RichProgressBar

TRAIN_COST = "train/cost"
SECONDS = 0.1
"""Time between two movements of the progress bar. A movement takes as long as a small step."""


class CostBar(RichProgressBar):
    """Lightning's progress bar, but it moves at most ten times a second. It shows the last cost that was logged."""

    def __init__(self) -> None:
        super().__init__(refresh_rate=round(1 / SECONDS))
        self.moved_at = 0.0

    def on_train_batch_end(self, trainer: Trainer, *arguments: Any) -> None:
        if trainer.is_last_batch or time.monotonic() - self.moved_at >= SECONDS:
            super().on_train_batch_end(trainer, *arguments)
            self.moved_at = time.monotonic()


def read_every_cost(callbacks: Iterable[Callback]) -> bool:
    """Whether a callback may read the training cost after any update, and not only where the loggers read it.

    The callbacks of this project and an EarlyStopping that monitors another metric do not. All others may.
    """
    return not all(
        type(each).__module__.startswith("course_torch.")
        or (type(each) is EarlyStopping and each.monitor != TRAIN_COST)
        for each in callbacks
    )
