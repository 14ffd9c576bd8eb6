"""One question a step to all ranks: is a cost wrong, is a checkpoint due, did a signal arrive?"""

from abc import abstractmethod
from collections.abc import Sequence
from typing import Any

import torch
from lightning import Callback, Trainer
from lightning.pytorch.strategies import Strategy
from torch import Tensor


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
        """Whether to act before the next step. A single rank waits for no exchange."""
        return self.asks(trainer) if trainer.world_size == 1 else self.agreed


class AskAllRanks(Callback):
    """Collect the questions of all callbacks in one exchange, when the cost is known and no gradient is computed yet.

    An exchange between two processes takes longer than a small step, so a step has only one.
    """

    def __init__(self, callbacks: Sequence[Asking]) -> None:
        self.callbacks = callbacks

    def on_before_backward(self, trainer: Trainer, pl_module: Any, loss: Tensor) -> None:
        asked = [each.asks(trainer) for each in self.callbacks]
        if trainer.world_size > 1:
            asked = any_rank(trainer.strategy, asked)
        for callback, agreed in zip(self.callbacks, asked, strict=True):
            callback.answer(trainer, pl_module, agreed)


def any_rank(strategy: Strategy, asked: list[bool]) -> list[bool]:
    """For each question: whether a rank answers yes."""
    answers = torch.tensor(asked, dtype=torch.uint8, device=strategy.root_device)
    return [bool(each) for each in strategy.reduce(answers, reduce_op="max").tolist()]
