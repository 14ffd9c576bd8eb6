"""A mistake that no record makes: where the tensor is wrong, and how its numbers differ, in words."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from tests.verification.self_test import diagnosis_of, problem_with_reference

Wrong = Callable[[BackwardContext], Tensor]


def with_rows(tensor: Tensor, rows: list[int], values: Tensor | float) -> Tensor:
    """A copy with other values in some rows."""
    copied = tensor.clone()
    copied[rows] = values
    return copied


def a_half(tensor: Tensor) -> Tensor:
    """A mask that keeps about half of the entries."""
    return torch.rand(tensor.shape, generator=torch.Generator().manual_seed(1), dtype=torch.float64) < 0.5


def sentences(place: str, wrong: Wrong, need: str = "tanh", output: str = "sigmoid") -> str:
    """What the diagnosis says if every tensor of the kind is wrong."""
    problem, reference = problem_with_reference(0, need, output, torch.float64)
    diagnosis = diagnosis_of({place: wrong}, problem, reference)
    assert diagnosis is not None
    return "; or: ".join(each.en for each in diagnosis.sentences)


SAID: list[tuple[str, Wrong, str]] = [
    ("dZ", lambda n: with_rows(n.right, [6], 0.0), "wrong only in example 7, and the numbers there are 0"),
    (
        "dZ",
        lambda n: with_rows(n.right, [2, 5], -n.right[[2, 5]]),
        "wrong only in examples 3, 6, and the numbers there are -1",
    ),
    ("dW", lambda n: with_rows(n.right.T, [1], 0.0).T, "wrong only in input 2, and the numbers there are 0"),
    ("dA", lambda n: n.right * a_half(n.right) * 2, "some numbers are 0 and the others 2 times the right ones"),
    ("dW", lambda n: n.right / n.right.norm(), "scaled to the norm 1"),
    ("dA", lambda n: n.right / n.n, "divided by the number of units of the layer: dA_prev = dZ W is no mean"),
    ("dZ[L]", lambda n: n.right * (1 + 2 * n.Y), "each class has its own factor"),
]


@pytest.mark.parametrize(("place", "wrong", "said"), SAID, ids=[said for *_, said in SAID])
def test_what_no_record_makes_is_described(place: str, wrong: Wrong, said: str) -> None:
    assert said in sentences(place, wrong, output="softmax" if place == "dA" else "sigmoid")


def test_random_numbers_have_no_pattern() -> None:
    generator = torch.Generator().manual_seed(3)
    noise = sentences("dA", lambda n: n.right + torch.randn(n.right.shape, generator=generator, dtype=torch.float64))
    assert noise == "no known mistake makes exactly this tensor"


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_rounded_constant_is_no_epsilon_and_no_factor_1(dtype: str) -> None:
    rounded = torch.tensor(1 / 9, dtype=torch.float64).to(getattr(torch, dtype)).item()
    said = sentences("dW", lambda n: n.dZ.T @ n.A_prev * rounded)
    assert said == f"a constant such as 1/m is in {dtype}: its rounding error multiplies every number (notes 1.6)"
