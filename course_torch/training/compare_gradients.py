"""The gradient report during training."""

from typing import Any

import torch
from lightning import Callback, Trainer
from rich.console import Console
from torch import Tensor
from torch.optim import Optimizer

from course_torch.errors import InputError
from course_torch.reports.tables.comparison import WIDTH, comparison_table
from course_torch.training.batches import Batch
from course_torch.training.module import NetworkModule
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.report import GradientReport
from course_torch.verification.rounding import product_eps
from course_torch.verification.step import Setting, compare_step

HALF = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}
"""Mixed precision -> dtype of the matrix products."""


class CompareGradients(Callback):
    """Judges the gradients of the step under way, logs `gradients/relative_error`, and stops training at a wrong one.

    The judged gradients are those in `.grad` after the backward pass, before clipping and the optimizer: accumulated
    over micro-batches and averaged over ranks. The judge is autograd on the same rows, in the same precision.

    Args:
        every_n_steps: how often, at least 1
    """

    def __init__(self, every_n_steps: int = 100) -> None:
        if every_n_steps < 1:
            raise InputError(f"every_n_steps: found {every_n_steps}, expected at least 1")
        self.every_n_steps = every_n_steps
        self.stopped = False
        self.micro_batches: list[Batch] = []

    def on_train_batch_start(self, trainer: Trainer, pl_module: Any, batch: Batch, batch_idx: int) -> None:
        if trainer.global_step % self.every_n_steps == 0:
            self.micro_batches.append(batch)

    def on_before_optimizer_step(self, trainer: Trainer, pl_module: Any, optimizer: Optimizer) -> None:
        if not self.micro_batches:
            return
        assert isinstance(pl_module, NetworkModule)
        network, batches = pl_module.network, self.micro_batches
        self.micro_batches = []
        gradients = [each.grad for each in network.parameters() if each.grad is not None]
        if trainer.precision == "16-mixed" and not all(each.isfinite().all() for each in gradients):
            return  # float16 overflowed, and the gradient scaler skips this step
        report = compare_step(network, batches, self._setting(trainer, batches[0].X))
        for logger in trainer.loggers:
            logger.log_metrics({"gradients/relative_error": report.largest_relative_error}, trainer.global_step)
        wrong = bool(report.named("different"))
        # Every rank takes part, so that all ranks stop at the same step.
        if trainer.strategy.reduce_boolean_decision(wrong, all=False):
            trainer.should_stop = self.stopped = True
        if wrong and trainer.is_global_zero:
            show(report, f"step {trainer.global_step}: gradients differ, training stops")
            X, Y = torch.cat([each.X for each in batches]), torch.cat([each.Y for each in batches])
            if len(X) > 0 and not (formulas := compare_gradients(network, X, Y)).agrees:
                show(formulas, f"step {trainer.global_step}: every tensor of the backward pass on these rows")

    @staticmethod
    def _setting(trainer: Trainer, X: Tensor) -> Setting:
        half = HALF.get(str(trainer.precision))
        return Setting(
            accumulated=trainer.accumulate_grad_batches,
            eps=product_eps(X) if half is None else torch.finfo(half).eps,
            autocast=trainer.precision_plugin.forward_context,
            over_ranks=lambda tensor: trainer.strategy.reduce(tensor, reduce_op="mean"),
        )


def show(report: GradientReport, title: str) -> None:
    """Print the report, at its full width."""
    console = Console()
    console.width = max(console.width, WIDTH)
    console.print(comparison_table(report, title))
    print(report)
