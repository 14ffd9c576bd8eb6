"""The gradient report during training."""

from typing import Any

from lightning import Callback, Trainer
from rich.console import Console

from course_torch.errors import InputError
from course_torch.reports.tables.comparison import comparison_table
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

    def on_train_batch_start(self, trainer: Trainer, pl_module: Any, batch: Batch, batch_idx: int) -> None:
        """Before the step, while the parameters are those that the step's gradients belong to."""
        assert isinstance(pl_module, NetworkModule)
        if trainer.global_step % self.every_n_steps != 0 or len(batch.X) == 0:
            return
        report = compare_gradients(pl_module.network, batch.X, batch.Y)
        metrics = {"gradients/relative_error": report.largest_relative_error}
        for logger in trainer.loggers:
            logger.log_metrics(metrics, step=trainer.global_step)
        if not report.agrees:
            trainer.should_stop = True
            Console().print(comparison_table(report, f"step {trainer.global_step}: gradients differ, training stops"))
            print(report.diagnosis)
