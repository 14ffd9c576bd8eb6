"""The gradient report during training."""

from functools import partial
from typing import Any

import torch
from lightning import Callback, Trainer
from rich import get_console
from torch import Tensor
from torch.optim import Optimizer

from course_torch.console import wide_console
from course_torch.data.split import Batch
from course_torch.errors import check_count
from course_torch.reports.gradient_report import WIDTH, comparison_table
from course_torch.training.module import NetworkModule
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.report import GradientReport
from course_torch.verification.rounding import product_eps
from course_torch.verification.training_step import Setting, compare_step

HALF = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}  # mixed precision -> dtype of the matrix products


class CompareGradients(Callback):
    """Judges the gradients of the step under way, logs `gradients/relative_error`, and stops training at a wrong one.

    The judged gradients are those in `.grad` after the backward pass, before clipping and the optimizer: accumulated
    over micro-batches and averaged over ranks. The judge is autograd on the same rows, in the same precision.

    Args:
        every_n_steps: how often, at least 1
    """

    def __init__(self, every_n_steps: int = 100) -> None:
        check_count("every_n_steps", every_n_steps, 1)
        self.every_n_steps = every_n_steps
        self.found: str | None = None  # what is wrong, which stopped the training
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
        report = compare_step(network, batches, self._setting(trainer, pl_module, batches[0].X))
        for logger in trainer.loggers:
            logger.log_metrics({"gradients/relative_error": report.largest_relative_error}, trainer.global_step)
        wrong = bool(report.named("different"))
        # Every rank takes part, so that all ranks stop at the same step.
        if trainer.strategy.reduce_boolean_decision(wrong, all=False):
            trainer.should_stop, self.found = True, "gradients differ"
        if wrong and trainer.is_global_zero:
            X, Y = torch.cat([each.X for each in batches]), torch.cat([each.Y for each in batches])
            step = f"step {trainer.global_step}"
            formulas = compare_gradients(network, X, Y) if len(X) > 0 else None
            if formulas is not None and formulas.forward is not None:
                self.found = "the forward pass is wrong"
                print(f"{step}: {self.found}, training stops\n{formulas}")
                return
            show(report, f"{step}: gradients differ, training stops")
            if formulas is not None and not formulas.agrees:
                show(formulas, f"{step}: every tensor of the backward pass on these rows")

    @staticmethod
    def _setting(trainer: Trainer, module: NetworkModule, X: Tensor) -> Setting:
        half = HALF.get(str(trainer.precision))
        eps = product_eps(X) if half is None else torch.finfo(half).eps
        over_ranks = partial(trainer.strategy.reduce, reduce_op="mean")
        autocast, in_turn = trainer.precision_plugin.forward_context, module.own_pass is not None
        return Setting(trainer.accumulate_grad_batches, eps, autocast, over_ranks, in_turn)


def show(report: GradientReport, title: str) -> None:
    """Print the report above the progress bar, in the width of the terminal."""
    bar = get_console()  # Lightning's bar prints to it too; any other console would write into the line of the bar
    console = bar if bar.is_terminal else wide_console(WIDTH)
    console.print(comparison_table(report, title, width=console.width) if report.tensors else title)
    print(report)
