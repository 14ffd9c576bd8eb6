"""A step asks all ranks once, and a callback acts on all ranks at the same step."""

import pytest
import torch
from lightning import Trainer
from torch import Tensor

from course_torch.training import callbacks
from course_torch.training.callbacks import AskAllRanks, Asking, lowest, reads_at_once
from tests.fixture_types import Monkeypatch


class Wish(Asking):
    def __init__(self, asked: bool) -> None:
        self.asked = asked

    def asks(self, trainer: Trainer) -> bool:
        return self.asked


class Module:
    """What AskAllRanks asks of a NetworkModule."""

    cost_is_read = False


def trainer_of(ranks: int, others: list[int], monkeypatch: Monkeypatch) -> tuple[Trainer, list]:
    """A Trainer of several ranks, and what it exchanged. `others` is what another rank gives."""
    exchanges: list = []

    def reduce(tensor: Tensor, reduce_op: str) -> Tensor:
        exchanges.append(tensor.tolist())
        other = torch.tensor(others, dtype=tensor.dtype)
        return torch.maximum(tensor, other) if reduce_op == "max" else torch.minimum(tensor, other)

    trainer = Trainer(logger=False, accelerator="cpu")
    monkeypatch.setattr(Trainer, "world_size", ranks)
    monkeypatch.setattr(trainer.strategy, "reduce", reduce)
    return trainer, exchanges


@pytest.mark.parametrize("own", [False, True])
@pytest.mark.parametrize("other", [False, True])
def test_a_question_is_granted_once_if_a_rank_asks(own: bool, other: bool, monkeypatch: Monkeypatch) -> None:
    trainer, exchanges = trainer_of(2, [0, int(other)], monkeypatch)
    wishes = [Wish(False), Wish(own)]
    AskAllRanks(wishes).on_before_backward(trainer, Module(), torch.zeros(()))
    assert [each.granted(trainer) for each in wishes] == [False, own or other]
    assert [each.granted(trainer) for each in wishes] == [False, False]
    assert exchanges == [[0, int(own)]]


@pytest.mark.parametrize("ranks", [1, 2])
def test_a_rank_waits_for_the_exchange_and_a_single_rank_does_not(ranks: int, monkeypatch: Monkeypatch) -> None:
    """A signal may reach one rank a step earlier than another."""
    trainer, exchanges = trainer_of(ranks, [0], monkeypatch)
    wish = Wish(True)
    assert wish.granted(trainer) == (ranks == 1)
    AskAllRanks([wish]).on_before_backward(trainer, Module(), torch.zeros(()))
    assert wish.granted(trainer)
    assert len(exchanges) == ranks - 1


@pytest.mark.parametrize(
    ("at_once", "logged", "asked"),
    [(True, (), list(range(25))), (False, (), [9, 19]), (False, (3, 4), [3, 4, 9, 19])],
    ids=["CPU", "accelerator", "accelerator, costs that are logged"],
)
def test_an_accelerator_is_asked_at_some_steps(
    at_once: bool, logged: tuple[int, ...], asked: list[int], monkeypatch: Monkeypatch
) -> None:
    trainer, exchanges = trainer_of(2, [0], monkeypatch)
    monkeypatch.setattr(callbacks, "reads_at_once", lambda device: at_once)
    ask, module, steps = AskAllRanks([Wish(False)]), Module(), []
    for step in range(25):
        monkeypatch.setattr(Trainer, "global_step", step)
        module.cost_is_read = step in logged
        before = len(exchanges)
        ask.on_before_backward(trainer, module, torch.zeros(()))
        steps += [step] * (len(exchanges) - before)
    assert steps == asked


def test_only_the_cpu_is_read_at_once() -> None:
    assert [reads_at_once(torch.device(name)) for name in ("cpu", "cuda", "mps")] == [True, False, False]


@pytest.mark.parametrize(("own", "other", "first"), [(4, 7, 4), (7, 4, 4), (None, 4, 4)])
def test_the_first_wrong_step_is_that_of_all_ranks(
    own: int | None, other: int, first: int, monkeypatch: Monkeypatch
) -> None:
    trainer, _ = trainer_of(2, [other], monkeypatch)
    assert lowest(trainer, own) == first
