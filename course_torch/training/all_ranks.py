"""One question a step to all ranks: is a cost wrong, is a checkpoint due, did a signal arrive?"""

import sys
from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from lightning import Callback, Trainer
from torch import Tensor

EVERY = 10
"""On an accelerator, each step that is a multiple of EVERY asks, and each step whose cost is logged."""


class Asking(Callback):
    """A callback that acts on all ranks at the same step as soon as a rank asks for it."""

    agreed = False
    """Whether a rank asked at the last exchange."""

    @abstractmethod
    def asks(self, trainer: Trainer) -> bool:
        """Whether this rank asks."""

    def answer(self, trainer: Trainer, module: Any, agreed: bool) -> None:
        """Take the answer of all ranks: whether a rank asked."""
        self.agreed = agreed

    def granted(self, trainer: Trainer) -> bool:
        """Whether to act before the next step. A single rank waits for no exchange. An answer counts once."""
        agreed, self.agreed = self.agreed, False
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
            asked = any_rank(trainer, [each.asks(trainer) for each in self.callbacks])
            for callback, agreed in zip(self.callbacks, asked, strict=True):
                callback.answer(trainer, pl_module, agreed)


def reads_at_once(device: torch.device) -> bool:
    """Whether a number of this device can be read without waiting for the work before it."""
    return device.type == "cpu"


def any_rank(trainer: Trainer, asked: list[bool]) -> list[bool]:
    """For each question: whether a rank answers yes."""
    if trainer.world_size == 1:
        return asked
    answers = torch.tensor(asked, dtype=torch.uint8, device=trainer.strategy.root_device)
    return [bool(each) for each in trainer.strategy.reduce(answers, reduce_op="max").tolist()]


def lowest(trainer: Trainer, step: int | None) -> int:
    """The lowest step of all ranks. A rank without a step has None."""
    own = torch.tensor(sys.maxsize if step is None else step, device=trainer.strategy.root_device)
    return int(trainer.strategy.reduce(own, reduce_op="min"))
