"""The metrics that a run logs, the callbacks that read its cost, and the progress bar, which reads it rarely."""

import time
from collections.abc import Iterable, Sequence
from typing import Any

from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import EarlyStopping, RichProgressBar
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column

from course_torch.errors import InputError, one_of

TRAIN_COST = "train/cost"
SECONDS = 0.1
"""Time between two movements of the progress bar. A movement takes as long as a small step."""


class CostBar(RichProgressBar):
    """Lightning's progress bar in one line: epoch, bar, batch, time left, and the last cost that was logged.

    It moves at most ten times a second.
    """

    validation_description = "validation"

    def __init__(self) -> None:
        super().__init__(refresh_rate=round(1 / SECONDS))
        self.moved_at = 0.0

    def configure_columns(self, trainer: Trainer) -> list[ProgressColumn]:
        """The bar is as wide as the other columns leave it, so that they stay in one line."""
        return [
            TextColumn("{task.description}"),
            BarColumn(bar_width=None, table_column=Column(ratio=1)),
            TextColumn("batch"),
            MofNCompleteColumn(),
            TimeRemainingColumn(compact=True),
            TextColumn("left"),
        ]

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


def read_every_cost(callbacks: Iterable[Callback]) -> bool:
    """Whether a callback may read the training cost after any update, and not only where the loggers read it.

    The callbacks of this project and an EarlyStopping that monitors another metric do not. All others may.
    """
    return not all(
        type(each).__module__.startswith("course_torch.")
        or (type(each) is EarlyStopping and each.monitor != TRAIN_COST)
        for each in callbacks
    )


def metrics_of(score: str | None) -> list[str]:
    """Return the names of the metrics that a run logs. `score` is as in `check_callbacks`."""
    return [TRAIN_COST] if score is None else [TRAIN_COST, "validation/cost", f"validation/{score}"]


def check_monitor(option: str, monitor: str | None, metrics: Sequence[str]) -> None:
    """Reject a metric that the run does not log. Raises InputError."""
    if monitor not in metrics:
        raise InputError(f"{option}: found '{monitor}', expected {one_of(metrics)}")
