"""What a run shows while it trains: the number of torch's threads, and the progress bar."""

import time
from typing import Any

import torch
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.callbacks import RichProgressBar
from rich.progress import BarColumn, MofNCompleteColumn, ProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Column

from course_torch.network.threads import SHARED, multiplications, threads_for
from course_torch.text import counted
from course_torch.training.data_module import CourseData
from course_torch.training.module import TRAIN_COST


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
