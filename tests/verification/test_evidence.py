"""A mistake that no record makes: where the tensor is wrong, and how its numbers differ, in words."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext
from course_torch.verification.self_test import diagnosis_of, problem_with_reference

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
    # Where
    ("dZ", lambda n: with_rows(n.right, [6], 0.0), "wrong only in example 7, and the numbers there are 0"),
    (
        "dZ",
        lambda n: with_rows(n.right, [2, 5], -n.right[[2, 5]]),
        "wrong only in examples 3, 6, and the numbers there are -1",
    ),
    ("dA", lambda n: with_rows(n.right, [3], n.right[1]), "in example 4, and the numbers there are those of example 2"),
    ("dW", lambda n: with_rows(n.right.T, [1], 0.0).T, "wrong only in input 2, and the numbers there are 0"),
    ("dZ", lambda n: torch.where(n.Z > 1, n.right**3, n.right), "wrong only where Z > "),
    # How
    ("dA", lambda n: n.right.clamp(-0.02, 0.02), "every number beyond ±0.02 is cut off"),
    ("dW", lambda n: n.right.round(decimals=2), "the numbers are rounded to 2 decimals"),
    ("dA", lambda n: n.right[torch.arange(n.m).roll(4)], "the right numbers, but the examples are in another order"),
    ("dW", lambda n: 0.5 * n.right + 0.2 * n.W, "0.5 times the right tensor plus 0.2 times W"),
    ("dZ", lambda n: n.right + 0.3 * n.A, "0.3 times A is added"),
    ("dZ", lambda n: n.right * (1 + n.Z**2), "multiplied by (1 + Z²), entry by entry"),
    ("dA", lambda n: n.right * a_half(n.right) * 2, "multiplied by one of 0, 2, as by dropout"),
    ("dA", lambda n: n.right / n.right.norm(dim=1, keepdim=True), "the right tensor divided by the norms of its rows"),
    ("dW", lambda n: n.right / n.right.norm(), "scaled to the norm 1"),
    # What stands in the place of an operand
    ("dA", lambda n: n.dZ @ n.W.abs(), "computed with |W| in place of W"),
    ("dA", lambda n: n.dZ @ n.W.tril(), "computed with the lower triangle of W in place of W"),
    ("dW", lambda n: n.dZ.T @ (n.A_prev > 0).double() / n.m, "computed with (A_prev > 0) in place of A_prev"),
    ("dZ", lambda n: n.dA * n.g_prime(n.Z - n.b), "computed with (Z - b) in place of Z"),
    ("dZ", lambda n: n.dA / (1 + n.Z.abs()) ** 2, "computed with the derivative of softsign in place of g'(Z)"),
    ("dZ", lambda n: n.dA * (torch.tanh(n.Z + 0.5) - torch.tanh(n.Z)) / 0.5, "computed with (g(Z + 0.5) - g(Z)) / 0.5"),
    ("db", lambda n: n.dZ.median(dim=0, keepdim=True).values, "the median of the examples in place of their mean"),
    ("dZ[L]", lambda n: torch.sigmoid(3 * n.Z) - n.Y, "computed with g(3 times Z) in place of A"),
    ("dZ[L]", lambda n: n.A - (0.3 + 0.5 * n.Y), "as if the labels were 0.3, 0.8"),
    # Which terms the sum counts
    ("dW", lambda n: (n.dZ[:3].T @ n.A_prev[:3]) / n.m, "the sum holds only examples 1 to 3"),
    (
        "dW",
        lambda n: (n.dZ.T @ n.A_prev + n.dZ[4:5].T @ n.A_prev[4:5]) / n.m,
        "as if example 5 counted 2 times in the sum",
    ),
    (
        "dW",
        lambda n: (torch.tensor([3.0] * 2 + [1.0] * 3 + [0.5] * (n.m - 5)).double() * n.dZ.T) @ n.A_prev / n.m,
        "as if examples 1, 2 counted 3 times, examples 6 to 9 counted 0.5 times in the sum",
    ),
    (
        "dW",
        lambda n: (2.0 ** -torch.arange(n.m).double() * n.dZ.T) @ n.A_prev / n.m,
        "as if examples 2 to 9, in this order, counted 0.5, 0.25, 0.125, …, 0.01562, 0.007812, 0.003906 times in",
    ),
    ("dA", lambda n: n.right / n.n, "divided by the number of units of the layer: dA_prev = dZ W is no mean"),
    ("dW", lambda n: n.right + (n.dZ[:3].T @ n.A_prev[:3]) / n.m, "as if examples 1 to 3 counted 2 times in the sum"),
    # Tensors at hand
    (
        "dW",
        lambda n: torch.cat([n.dZ.sum(dim=0)[:, None] / n.m, n.right[:, 1:]], dim=1),
        "wrong only in input 1, and these are the entries of db",
    ),
    (
        "dW",
        lambda n: n.dZ.T @ (n.A_prev / n.A_prev.std(dim=0)) / n.m,
        "A_prev divided by the standard deviations of its",
    ),
    ("dA", lambda n: n.dZ @ n.W.T.reshape(n.W.shape), "computed with W read column by column in place of W"),
    ("dZ[L]", lambda n: n.right * (1 + 2 * n.Y), "each class has its own factor"),
]


@pytest.mark.parametrize(("place", "wrong", "said"), SAID, ids=[said for *_, said in SAID])
def test_what_no_record_makes_is_described(place: str, wrong: Wrong, said: str) -> None:
    assert said in sentences(place, wrong, output="softmax" if place == "dA" else "sigmoid")


def test_a_unit_that_is_left_out_of_a_sum_is_named() -> None:
    said = sentences("dA", lambda n: n.right - n.dZ[:, -1:] @ n.W[-1:], output="softmax")
    assert "the sum leaves out unit " in said


def test_random_numbers_have_no_pattern() -> None:
    generator = torch.Generator().manual_seed(3)
    noise = sentences("dA", lambda n: n.right + torch.randn(n.right.shape, generator=generator, dtype=torch.float64))
    assert noise == "no known mistake makes exactly this tensor"


def test_a_layer_of_one_unit_shows_little_so_another_layer_speaks() -> None:
    said = sentences("dW", lambda n: with_rows(n.right, [-1], 0.0))
    assert said.startswith("wrong only in unit")
    assert ", and this shows best in dW[" in said


@pytest.mark.parametrize("dtype", ["float16", "float32"])
def test_a_rounded_constant_is_no_epsilon_and_no_factor_1(dtype: str) -> None:
    rounded = torch.tensor(1 / 9, dtype=torch.float64).to(getattr(torch, dtype)).item()
    said = sentences("dW", lambda n: n.dZ.T @ n.A_prev * rounded)
    assert said == f"a constant such as 1/m is in {dtype}: its rounding error multiplies every number (notes 1.6)"


def test_a_list_of_nearly_all_examples_is_no_answer() -> None:
    """Nothing tells how 7 of 9 examples are wrong."""
    noise = torch.randn(9, 1, dtype=torch.float64, generator=torch.Generator().manual_seed(3)).exp()
    said = sentences("dZ[L]", lambda n: with_rows(n.right, list(range(7)), n.right[:7] * (2 + noise[:7, :1])))
    assert "examples" not in said
