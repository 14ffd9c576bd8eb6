"""Initial weights that are drawn in another way than around 0 are seen, and right ones raise no alarm."""

import pytest
import torch
from torch import Tensor

from course_torch.exercises.tasks.shared import wrong_start

GENERATOR = torch.Generator().manual_seed(0)


def start(W1: Tensor, W2: Tensor) -> dict[str, Tensor]:
    return {"W1": W1, "b1": torch.zeros(len(W1), 1), "W2": W2, "b2": torch.zeros(len(W2), 1)}


def normal(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=GENERATOR, dtype=torch.float64)


@pytest.mark.parametrize(
    ("W1", "W2", "key"),
    [
        (torch.rand(4, 5, generator=GENERATOR), torch.rand(1, 4, generator=GENERATOR), "weights of one sign"),
        (-normal(4, 5).abs(), -normal(1, 4).abs(), "weights of one sign"),
        (normal(6, 9) + 1.5, normal(1, 6) + 1.5, "weights shifted"),
    ],
)
def test_weights_that_do_not_lie_around_0_are_seen(W1: Tensor, W2: Tensor, key: str) -> None:
    finding = wrong_start(start(W1, W2))
    assert finding is not None
    assert finding.key == key


def test_normal_and_uniform_weights_raise_no_alarm() -> None:
    for draw in (normal, lambda *shape: torch.rand(*shape, generator=GENERATOR) - 0.5):
        for _ in range(2000):
            assert wrong_start(start(0.01 * draw(4, 5), draw(1, 4))) is None


def test_a_few_weights_may_have_one_sign_by_chance() -> None:
    assert wrong_start(start(normal(2, 2).abs(), normal(1, 2).abs())) is None
