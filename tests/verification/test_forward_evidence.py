"""A wrong tensor of the forward pass that no record makes: where it is wrong, and how its numbers differ, in words."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch.verification.forward_check import wrong_forward
from tests.verification.test_forward_check import MakeProblem, with_linear

ORDER = [3, 1, 0, 2, 5, 4, 6]


def changed(tensor: Tensor, rows: list[int], factor: float) -> Tensor:
    """A copy with some rows multiplied by a factor."""
    copied = tensor.clone()
    copied[rows] *= factor
    return copied


LINEAR: list[tuple[Callable[[Tensor, Tensor, Tensor], Tensor], str]] = [
    (lambda A, W, b: changed(A @ W.T + b, [3], 0.0), "wrong only in example 4, and the numbers there are 0"),
    (lambda A, W, b: changed(A @ W.T + b, [1, 4], -1.0), "wrong only in examples 2, 5, and the numbers there are -1"),
    (lambda A, W, b: (A @ W.T + b)[ORDER], "the right numbers, but the examples are in another order"),
    (lambda A, W, b: A @ W.abs().T + b, "computed with |W| in place of W"),
    (lambda A, W, b: A**2 @ W.T + b, "computed with A_prev² in place of A_prev"),
    (lambda A, W, b: A[:, :-1] @ W[:, :-1].T + b, "the sum leaves out input 4"),
    (lambda A, W, b: A @ changed(W, [1], 0.0).T + b, "is computed with another W; of W: wrong only in unit 2, the num"),
    (lambda A, W, b: A @ W.T + changed(b.T, [0], 0.0).T, "is computed with another b; of b: wrong only in unit 1, the"),
    (lambda A, W, b: (A @ W.T + b).round(decimals=1), "the numbers are rounded to 1 decimals"),
    (lambda A, W, b: (A @ W.T + b).clamp(-1, 1), "every number beyond ±1 is cut off"),
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


VALUES: list[tuple[Callable[[Tensor], Tensor], str]] = [
    (lambda Z: 1.7159 * torch.tanh(2 / 3 * Z), "computed with 1.716 times g(0.6667 times Z) in place of g(Z)"),
    (torch.atan, "computed with arctan(Z) in place of g(Z)"),
    (lambda Z: torch.where(Z > 1, 0.0, torch.tanh(Z)), "wrong only where Z > 1, and the numbers there are 0"),
    (lambda Z: Z.tanh().sort(dim=1).values, "the entries of the right tensor with each row sorted"),
    (lambda Z: torch.cat([Z[:, :1], Z[:, 1:].tanh()], dim=1), "wrong only in unit 1, and these are the entries of Z"),
    (lambda Z: Z.tanh() * (1 + Z.tanh()), "multiplied by (1 + itself), entry by entry"),
]


@pytest.mark.parametrize(("wrong", "said"), VALUES, ids=[said for _, said in VALUES])
def test_an_activation_that_no_record_makes_is_described(
    wrong: Callable[[Tensor], Tensor], said: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    network.hidden_activation = replace(network.hidden_activation, function=wrong)
    found = wrong_forward(network, X, Y)
    assert found is not None
    assert said in str(found)


def test_the_losses_are_described(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3], output="softmax")
    right = network.output.losses
    network.output = replace(network.output, losses=lambda Z, Y: changed(right(Z, Y), [2], 0.0))
    assert "wrong only in example 3, and the numbers there are 0" in str(wrong_forward(network, X, Y))


def test_random_numbers_and_half_precision_tell_nothing(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    noise = torch.randn(7, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with_linear(lambda A, W, b: A @ W.T + b + noise[: len(A), : len(W)], monkeypatch)
    network, X, Y = make_problem([4, 6, 3, 1])
    found = wrong_forward(network, X, Y)
    assert found is not None
    assert found.sentences == ()
    with_linear(lambda A, W, b: A @ W.abs().T + b, monkeypatch)
    found = wrong_forward(network.bfloat16(), X.bfloat16(), Y.bfloat16())
    assert found is not None
    assert found.sentences == ()
