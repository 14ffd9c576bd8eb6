"""The gradient report during training."""

from typing import Any

from lightning import Callback, Trainer
from rich.console import Console

from course_torch.errors import InputError
from course_torch.reports.tables.comparison import WIDTH, comparison_table
from course_torch.training.batches import Batch
from course_torch.training.module import NetworkModule
from course_torch.verification.comparison import compare_gradients


class CompareGradients(Callback):
    """Judges the hand-written gradients on the batch at hand, logs `gradients/relative_error`, stops at a wrong one.

    Args:
        every_n_steps: how often, at least 1
    """

    def __init__(self, every_n_steps: int = 100) -> None:
        if every_n_steps < 1:
            raise InputError(f"every_n_steps: found {every_n_steps}, expected at least 1")
        self.every_n_steps = every_n_steps
        self.stopped = False

    def on_train_batch_start(self, trainer: Trainer, pl_module: Any, batch: Batch, batch_idx: int) -> None:
        """Before the step, in the network's own dtype, whatever narrower one an autocast will multiply in."""
        assert isinstance(pl_module, NetworkModule)
        if trainer.global_step % self.every_n_steps != 0 or batch_idx % trainer.accumulate_grad_batches != 0:
            return
        report = compare_gradients(pl_module.network, batch.X, batch.Y) if len(batch.X) > 0 else None
        if report is not None:
            for logger in trainer.loggers:
                logger.log_metrics({"gradients/relative_error": report.largest_relative_error}, trainer.global_step)
        wrong = report is not None and bool(report.named("different"))
        # Every process asks, one with no rows of this batch too: all of them must stop at the same step.
        if trainer.strategy.reduce_boolean_decision(wrong, all=False):
            trainer.should_stop = self.stopped = True
        if report is not None and wrong:
            console = Console()
            console.width = max(console.width, WIDTH)
            console.print(comparison_table(report, f"step {trainer.global_step}: gradients differ, training stops"))
            print(report)
