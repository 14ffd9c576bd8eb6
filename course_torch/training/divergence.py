"""The callback that stops a diverging training."""

from math import isfinite
from typing import Any

import torch
from lightning import LightningModule, Trainer
from torch import Tensor

from course_torch.text import counted
from course_torch.training.all_ranks import Asking, any_rank, lowest
from course_torch.training.batches import Batch
from course_torch.training.run_folder import LAST, RunFolder
from course_torch.training.symptoms import first_non_finite, first_non_finite_parameter


class DivergenceError(Exception):
    """A cost or a parameter is not finite. The message is one line that names the first wrong tensor and a remedy."""


class StopAtDivergence(Asking):
    """Raise DivergenceError if a cost or a parameter is not finite, before a log or a checkpoint contains it.

    On the CPU each cost is read before its gradients are computed. On an accelerator the costs wait here for the next
    question of AskAllRanks, so that they can still tell the exact step. Before each save, before each validation and
    at the end of each epoch, the waiting costs and the parameters are read too.
    """

    def __init__(self, folder: RunFolder) -> None:
        self.folder = folder
        self.waiting: list[tuple[int, Tensor]] = []  # global step and cost of the batches since the last reading
        self.wrong: tuple[int, float] | None = None  # the first that is not finite on this rank

    def on_train_batch_start(self, trainer: Trainer, pl_module: Any, batch: Batch, batch_idx: int) -> None:
        self.batch = batch

    def on_before_backward(self, trainer: Trainer, pl_module: Any, loss: Tensor) -> None:
        self.waiting.append((trainer.global_step, pl_module.batch_cost))

    def asks(self, trainer: Trainer) -> bool:
        steps, costs = zip(*self.waiting, strict=True)
        self.waiting = []
        read = zip(steps, torch.stack(costs).tolist(), strict=True)
        self.wrong = next(((step, cost) for step, cost in read if not isfinite(cost)), None)
        return self.wrong is not None

    def answer(self, trainer: Trainer, module: Any, agreed: bool) -> None:
        if agreed:
            self._stop_at_cost(trainer, module)

    def on_validation_start(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._look(trainer, pl_module)

    def on_train_epoch_end(self, trainer: Trainer, pl_module: LightningModule) -> None:
        self._look(trainer, pl_module)

    def on_save_checkpoint(self, trainer: Trainer, pl_module: LightningModule, checkpoint: dict[str, Any]) -> None:
        self._look(trainer, pl_module)

    def _look(self, trainer: Trainer, module: Any) -> None:
        if self.waiting and any_rank(trainer, [self.asks(trainer)])[0]:
            self._stop_at_cost(trainer, module)
        if first := first_non_finite_parameter(module.network):
            found = (
                f"{first} is not finite after {counted(trainer.global_step, 'update')}, though all costs were finite"
            )
            raise DivergenceError(f"{found}; {self._remedy(module)}")

    def _stop_at_cost(self, trainer: Trainer, module: Any) -> None:
        step = lowest(trainer, None if self.wrong is None else self.wrong[0])
        if self.wrong is None or self.wrong[0] > step:
            found = f"the cost is not finite at step {step} on another rank"
        else:
            found = f"the cost is {self.wrong[1]:g} at step {step}: {self._where(trainer, module, step)}"
        raise DivergenceError(f"{found}; {self._remedy(module)}")

    def _where(self, trainer: Trainer, module: Any, step: int) -> str:
        if step < trainer.global_step:
            return (
                "its parameters were overwritten before the cost was read; "
                "--trainer.log_every_n_steps 1 reads each cost and names the first value that is not finite"
            )
        first = first_non_finite(module.network, self.batch.X)
        return f"the first value that is not finite is in {first or 'the cost itself'}"

    def _remedy(self, module: Any) -> str:
        rate, last = module.hparams["learning_rate"], self.folder.path / LAST
        kept = f"{last} holds an earlier step" if last.exists() else "no checkpoint was written yet"
        return f"start a new run with --model.learning_rate {rate / 10:g} instead of {rate:g}; {kept}"
