"""A wrong tensor of the forward pass that no record makes: where it is wrong, and how its numbers differ, in words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch.verification.forward_check import wrong_forward
from tests.verification.test_forward_check import MakeProblem, with_linear


def changed(tensor: Tensor, rows: list[int], factor: float) -> Tensor:
    """A copy with some rows multiplied by a factor."""
    copied = tensor.clone()
    copied[rows] *= factor
    return copied


LINEAR: list[tuple[Callable[[Tensor, Tensor, Tensor], Tensor], str]] = [
    (lambda A, W, b: changed(A @ W.T + b, [3], 0.0), "wrong only in example 4, and the numbers there are 0"),
    (lambda A, W, b: changed(A @ W.T + b, [1, 4], -1.0), "wrong only in examples 2, 5, and the numbers there are -1"),
]


@pytest.mark.parametrize(("wrong", "said"), LINEAR, ids=[said for _, said in LINEAR])
def test_a_linear_step_that_no_record_makes_is_described(
    wrong: Callable[..., Tensor], said: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_linear(wrong, monkeypatch)
    found = wrong_forward(*make_problem([4, 6, 3, 1]))
    assert found is not None
    assert (found.tensor.en, len(found.sentences)) == ("Z[1]", 1)
    assert said in found.sentences[0].en


def test_the_losses_are_described(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3], output="softmax")
    right = network.output.losses
    network.output = replace(network.output, losses=lambda Z, Y: changed(right(Z, Y), [2], 0.0))
    assert "wrong only in example 3, and the numbers there are 0" in str(wrong_forward(network, X, Y))


def test_random_numbers_tell_nothing(make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch) -> None:
    noise = torch.randn(7, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with_linear(lambda A, W, b: A @ W.T + b + noise[: len(A), : len(W)], monkeypatch)
    network, X, Y = make_problem([4, 6, 3, 1])
    found = wrong_forward(network, X, Y)
    assert found is not None
    assert found.sentences == ()
