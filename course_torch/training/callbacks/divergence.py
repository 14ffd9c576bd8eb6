"""A cost or a parameter that is not finite stops the training."""

from math import isfinite
from typing import Any

import torch
from jaxtyping import Float
from lightning import Trainer
from torch import Tensor

from course_torch.data.split import Batch
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import first_not_finite
from course_torch.text import counted
from course_torch.training.callbacks.ranks import Asking, of_all_ranks
from course_torch.training.run_folder import LAST, RunFolder

LARGE_FEATURES = 100  # features above this size are named as the cause of a divergence


@torch.no_grad()
def first_overflow(network: DeepNetwork, X: Float[Tensor, "m n_x"]) -> str | None:
    """Name the first tensor of the forward pass with nan or infinity: X, then W, b, slope, Z and A layer by layer."""
    named = {"X": X}
    for l, (layer, cache) in enumerate(zip(network.layers, network.caches(X), strict=True), start=1):
        tensors = {"W": layer.W, "b": layer.b, "slope": layer.slope, "Z": cache.Z, "A": cache.A}
        named |= {f"{name}[{l}]": tensor for name, tensor in tensors.items() if tensor is not None}
    return next((name for name, tensor in named.items() if not tensor.isfinite().all()), None)


class StoppedError(Exception):
    """The training cannot go on: a number is not finite, or a formula is broken. The message is one line."""


class StopAtDivergence(Asking):
    """Raise StoppedError if a cost or a parameter is not finite, before a log or a checkpoint contains it.

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
        self.waiting.append((trainer.global_step, pl_module.update_costs[-1]))

    def asks(self, trainer: Trainer) -> bool:
        steps, costs = zip(*self.waiting, strict=True)
        self.waiting = []
        read = zip(steps, torch.stack(costs).tolist(), strict=True)
        self.wrong = next(((step, cost) for step, cost in read if not isfinite(cost)), None)
        return self.wrong is not None

    def answer(self, trainer: Trainer, module: Any, agreed: int) -> None:
        if agreed:
            self._stop_at_cost(trainer, module)

    def on_save_checkpoint(self, trainer: Trainer, pl_module: Any, checkpoint: object = None) -> None:
        """Read the waiting costs and the parameters. Lightning gives a checkpoint in one of the three hooks alone."""
        if self.waiting and of_all_ranks(trainer, [self.asks(trainer)])[0]:
            self._stop_at_cost(trainer, pl_module)
        if first := first_not_finite(pl_module.network.layers):
            found = f"{first} is not finite after {counted(trainer.global_step, 'update')}"
            raise StoppedError(f"{found}, though all costs were finite; {self._remedy(pl_module)}")

    on_validation_start = on_train_epoch_end = on_save_checkpoint

    def _stop_at_cost(self, trainer: Trainer, module: Any) -> None:
        found = "the cost is not finite on another rank"
        if self.wrong is not None:
            step, cost = self.wrong
            found = f"the cost is {cost:g} at step {step}: {self._where(trainer, module, step)}"
        raise StoppedError(f"{found}; {self._remedy(module)}")

    def _where(self, trainer: Trainer, module: Any, step: int) -> str:
        if step < trainer.global_step:
            return (
                "its parameters were overwritten before the cost was read; "
                "--trainer.log_every_n_steps 1 reads each cost and names the first value that is not finite"
            )
        first = first_overflow(module.network, self.batch.X)
        return f"the first value that is not finite is in {first or 'the cost itself'}"

    def _remedy(self, module: Any) -> str:
        rate, last, X = module.hparams["learning_rate"], self.folder.path / LAST, self.batch.X
        largest = X.abs().max().item() if X.numel() else 0.0  # a rank may have no rows of the batch
        kept = f"{last} holds an earlier step" if last.exists() else "no checkpoint was written yet"
        if largest > LARGE_FEATURES:
            return f"scale the features, which go up to {largest:.3g}: networks need features of order 1; {kept}"
        return f"start a new run with --model.learning_rate {rate / 10:g} instead of {rate:g}; {kept}"
