"""A step asks all ranks once, and a callback acts on all ranks at the same step."""

import pytest
import torch
from lightning import Trainer
from torch import Tensor

from course_torch.training.all_ranks import AskAllRanks, Asking


class Wish(Asking):
    def __init__(self, asked: bool) -> None:
        self.asked = asked

    def asks(self, trainer: Trainer) -> bool:
        return self.asked


def trainer_of(ranks: int, others: list[bool], monkeypatch: pytest.MonkeyPatch) -> tuple[Trainer, list[list[int]]]:
    """A Trainer of several ranks, and the questions of its exchanges. `others` is what another rank asks."""
    exchanges: list[list[int]] = []

    def reduce(tensor: Tensor, reduce_op: str) -> Tensor:
        assert reduce_op == "max"
        exchanges.append(tensor.tolist())
        return torch.maximum(tensor, torch.tensor(others, dtype=tensor.dtype))

    trainer = Trainer(logger=False, accelerator="cpu")
    monkeypatch.setattr(Trainer, "world_size", ranks)
    monkeypatch.setattr(trainer.strategy, "reduce", reduce)
    return trainer, exchanges


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("other", [False, True])
def test_a_question_is_granted_if_a_rank_asks(own: bool, other: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    trainer, exchanges = trainer_of(2, [False, other], monkeypatch)
    wishes = [Wish(False), Wish(own)]
    AskAllRanks(wishes).on_before_backward(trainer, None, torch.zeros(()))
    assert [each.granted(trainer) for each in wishes] == [False, own or other]
    assert exchanges == [[0, int(own)]]


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_rank_waits_for_the_exchange_and_a_single_rank_does_not(ranks: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signal may reach one rank a step earlier than another."""
    trainer, exchanges = trainer_of(ranks, [False], monkeypatch)
    wish = Wish(True)
    assert wish.granted(trainer) == (ranks == 1)
    AskAllRanks([wish]).on_before_backward(trainer, None, torch.zeros(()))
    assert wish.granted(trainer)
    assert len(exchanges) == ranks - 1
