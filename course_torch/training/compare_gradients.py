"""The comparison of a training's gradients with autograd's, in a few of its updates."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import count
from math import ceil, inf
from typing import Any

import torch
from lightning import Callback, Trainer
from lightning.pytorch.callbacks import EarlyStopping, Timer
from rich import get_console
from torch import Tensor
from torch.optim import Optimizer

from course_torch.console import wide_console
from course_torch.data.split import Batch
from course_torch.errors import check_count
from course_torch.language import NOTHING, Text, joined
from course_torch.network.dimensions import is_finite
from course_torch.reports.gradient_report import WIDTH, comparison_table
from course_torch.text import counted
from course_torch.training.module import NetworkModule, as_batch
from course_torch.verification.difference import Difference
from course_torch.verification.networks.comparison import compare_gradients
from course_torch.verification.networks.rounding import product_eps
from course_torch.verification.networks.training_step import Setting, compare_step, least_explained
from course_torch.verification.report import GradientReport

HALF = {"bf16-mixed": torch.bfloat16, "16-mixed": torch.float16}  # mixed precision -> dtype of the matrix products
EQUAL = Text(
    "gradients: {tensors} in {updates} equal autograd's; the farthest off is {name}, relative error {error}, where "
    "rounding explains {tolerance}",
    "梯度：{u} 次更新里的 {t} 个张量与 autograd 的相等；差得最多的是 {name}，相对误差 {error}，"
    "而舍入误差可以解释 {tolerance}",
)
HIDDEN = Text("; rounding errors hide {n} more", "；另有 {n} 个被舍入误差掩盖")
ALL_HIDDEN = Text("gradients: not compared: rounding errors hide them", "梯度：没有比较，因为舍入误差掩盖了它们")
NONE_COMPARED = Text("gradients: no update was compared with autograd", "梯度：没有一次更新与 autograd 作过比较")
BY_AUTOGRAD = Text(
    "gradients: not compared, because autograd computed them (model.gradients)",
    "梯度：没有比较，因为它们就是 autograd 算出的（model.gradients）",
)
IN_FLOAT16 = Text(
    "gradients: not compared, because small numbers become 0 in precision 16-true",
    "梯度：没有比较，因为精度 16-true 会把很小的数变成 0",
)


@dataclass
class Compared:
    """What the judged updates of a training have shown.

    updates   their number
    tensors   the number of gradients that equal autograd's, in all these updates
    hidden    the number of gradients that rounding errors hide
    worst     the equal gradient whose relative error comes nearest to what rounding explains, and its name
    """

    updates: int = 0
    tensors: int = 0
    hidden: int = 0
    worst: tuple[str, Difference] | None = None

    def add(self, report: GradientReport) -> None:
        """Count the tensors of one more update."""
        equal = [
            (str(row.name), each)
            for row in report
            if row.verdict == "equal"
            for each in (row.formulas, row.trained)
            if each is not None
        ]
        self.updates += 1
        self.tensors += sum(row.verdict == "equal" for row in report)
        self.hidden += len(report.named("not judged"))
        known = equal if self.worst is None else [self.worst, *equal]
        self.worst = max(known, key=lambda each: each[1].relative / (each[1].tolerance or 1), default=None)

    @property
    def text(self) -> Text:
        """One line about all of them."""
        if self.worst is None:
            return ALL_HIDDEN if self.hidden else NONE_COMPARED
        name, worst = self.worst
        line = EQUAL.fill(
            name=name,
            tensors=counted(self.tensors, "tensor"),
            updates=counted(self.updates, "update"),
            **{"t": self.tensors, "u": self.updates},
            error=f"{worst.relative:.1e}",
            tolerance=f"{worst.tolerance:.1e}",
        )
        return joined(NOTHING, [line, HIDDEN.fill(n=self.hidden)] if self.hidden else [line])


def steps_to_judge(first: int, updates: float, every: int | None) -> Iterator[int]:
    """The steps to judge, counted from 0, in a training of so many `updates` (inf: not known) that begins at `first`.

    Either `every` so many steps; or the first, those after 1/4, 1/2 and 3/4 of the training, and the last; or, if the
    number of updates is not known, the first, and the 10th, 100th, 1000th, … A run that goes on keeps these steps.
    """
    if every is not None:
        return count(ceil(first / every) * every, every)
    if updates == inf:
        steps: Iterable[int] = (10**k - 1 for k in count())
    else:
        steps = dict.fromkeys([*(int(updates) * quarter // 4 for quarter in range(4)), int(updates) - 1])
    return (step for step in steps if step >= first)


class CompareGradients(Callback):
    """Judges the gradients of an update under way, logs `gradients/relative_error`, and stops training at a wrong one.

    The judged gradients are those in `.grad` after the backward pass, before clipping and the optimizer: accumulated
    over micro-batches and averaged over ranks. The judge is autograd on the same rows, in the same precision. The first
    judged update computes how far right gradients may be from autograd's, because both round. A later one computes that
    only if a gradient is farther off than the narrowest bound of a dW (`compare_step`). `text` says what was found.

    Args:
        every_n_steps: how often, at least 1
    """

    def __init__(self, every_n_steps: int = 100) -> None:
        check_count("every_n_steps", every_n_steps, 1)
        self.every_n_steps: int | None = every_n_steps
        self.found: str | None = None  # what is wrong, which stopped the training
        self.compared = Compared()
        self.not_compared: Text | None = None  # why not
        self.micro_batches: list[Batch] = []
        self.next_step: float = inf

    @classmethod
    def of_few_updates(cls) -> "CompareGradients":
        """Judge a few updates, spread over the training (`steps_to_judge`)."""
        judge = cls()
        judge.every_n_steps = None
        return judge

    @property
    def text(self) -> Text:
        """What was compared, in a line."""
        return self.not_compared or self.compared.text

    def on_train_start(self, trainer: Trainer, pl_module: Any) -> None:
        assert isinstance(pl_module, NetworkModule)
        self.not_compared = why_not(trainer, pl_module)
        self.explained: float | None = None  # the relative error that rounding explained in a judged update
        self.steps = steps_to_judge(trainer.global_step, updates_of(trainer), self.every_n_steps)
        self.next_step = next(self.steps, inf) if self.not_compared is None else inf

    def on_train_batch_start(self, trainer: Trainer, pl_module: Any, batch: Any, batch_idx: int) -> None:
        if trainer.global_step >= self.next_step:
            self.micro_batches.append(as_batch(batch))

    def on_before_optimizer_step(self, trainer: Trainer, pl_module: Any, optimizer: Optimizer) -> None:
        if not self.micro_batches:
            return
        network, batches = pl_module.network, self.micro_batches
        self.micro_batches = []
        gradients = [each.grad for each in network.parameters() if each.grad is not None]
        if trainer.precision == "16-mixed" and not all(map(is_finite, gradients)):
            return  # float16 overflowed, and the gradient scaler skips this step: the next one is judged
        report = compare_step(network, batches, self._setting(trainer, pl_module, batches[0].X), self.explained)
        if not report.tensors:
            return
        self.next_step = next((step for step in self.steps if step > trainer.global_step), inf)
        self.explained = least_explained(report)
        self.compared.add(report)
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


def why_not(trainer: Trainer, module: NetworkModule) -> Text | None:
    """Why nothing is compared in this training, or None."""
    if module.config.gradients == "autograd":
        return BY_AUTOGRAD
    return IN_FLOAT16 if trainer.precision == "16-true" else None


def updates_of(trainer: Any) -> float:
    """The number of updates of a training, or inf if it is not known before."""
    may_end_early = any(isinstance(each, EarlyStopping | Timer) for each in trainer.callbacks)
    return inf if may_end_early else trainer.estimated_stepping_batches


def show(report: GradientReport, title: str) -> None:
    """Print the report above the progress bar, in the width of the terminal."""
    bar = get_console()  # Lightning's bar prints to it too; any other console would write into the line of the bar
    console = bar if bar.is_terminal else wide_console(WIDTH)
    console.print(comparison_table(report, title, width=console.width) if report.tensors else title)
    print(report)
