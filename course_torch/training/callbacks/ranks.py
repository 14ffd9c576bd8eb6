"""The question to all ranks: whether one of them saves or stops, so that all do it at the same step."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from lightning import Callback, Trainer
from torch import Tensor

EVERY = 10  # on an accelerator the ranks are asked at every tenth step, and whenever the cost is logged


class Asking(Callback):
    """A callback that acts on all ranks at the same step as soon as a rank asks for it."""

    agreed = 0  # the largest answer of the ranks at the last exchange

    @abstractmethod
    def asks(self, trainer: Trainer) -> int:
        """0, or a number up to 255 if this rank asks."""

    def answer(self, trainer: Trainer, module: Any, agreed: int) -> None:
        self.agreed = agreed

    def granted(self, trainer: Trainer) -> int:
        """Whether to act before the next step: one rank decides at once, several use the last exchange, once."""
        agreed, self.agreed = self.agreed, 0
        return self.asks(trainer) if trainer.world_size == 1 else agreed


class AskAllRanks(Callback):
    """Collect the questions of all callbacks in one exchange, when the cost is known and no gradient is computed yet.

    An exchange between two processes takes longer than a small step, so a step has only one. A reading or an exchange
    makes an accelerator finish all its work, so there only some steps have one.
    """

    def __init__(self, callbacks: Sequence[Asking]) -> None:
        self.callbacks = callbacks

    def on_before_backward(self, trainer: Trainer, pl_module: Any, loss: Tensor) -> None:
        regular = (trainer.global_step + 1) % EVERY == 0
        if regular or reads_at_once(trainer.strategy.root_device) or pl_module.cost_is_read:
            asked = of_all_ranks(trainer, [each.asks(trainer) for each in self.callbacks])
            for callback, agreed in zip(self.callbacks, asked, strict=True):
                callback.answer(trainer, pl_module, agreed)


def reads_at_once(device: torch.device) -> bool:
    """Whether a number of this device can be read without waiting for the work before it."""
    return device.type == "cpu"


def of_all_ranks(trainer: Trainer, asked: list[int]) -> list[int]:
    """For each question: the largest answer of a rank."""
    if trainer.world_size == 1:
        return asked
    answers = torch.tensor(asked, dtype=torch.uint8, device=trainer.strategy.root_device)
    return trainer.strategy.reduce(answers, reduce_op="max").tolist()
