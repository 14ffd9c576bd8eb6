"""Which hypotheses are compared with a tensor, and that they are computed once."""

from dataclasses import replace
from math import inf, nan

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import Edit
from course_torch.verification.comparing import match
from course_torch.verification.explanation import Guesses, Hypothesis, readings, remembered_guesses
from tests.verification.by_hand import cause, forward_pass, layer_of, tensor

DW1, DZ1 = TensorName("dW", 1), TensorName("dZ", 1)
STEP = BackwardContext(DW1, {DW1: tensor([3, 4])}, forward_pass(torch.zeros(5, 1).double(), *[layer_of(5, 2, 1)] * 2))
TERM = Edit("dW", "/ m", "/ m + W", adds="W")


def guess(values: Tensor, adds: Edit | None = None) -> Hypothesis:
    return Hypothesis(cause("mixed up"), values, STEP, adds)


def about(found: Tensor, guesses: list[Hypothesis], error: float = 1e-12) -> list[int]:
    """The numbers of the guesses that may explain the tensor."""
    possible = Guesses(guesses).about(found, error)
    return [number for number, each in enumerate(guesses) if any(each is other for other in possible)]


NEAR = [guess(tensor([3, 4])), guess(tensor([4, -3])), guess(tensor([1, 1]), TERM), guess(tensor([-6, -8]))]
WITHOUT_DIRECTION = [guess(tensor([0, 0])), guess(tensor([inf, 1])), guess(tensor([nan, 1]))]


@pytest.mark.parametrize(
    ("found", "guesses", "error", "expected"),
    [
        (tensor([3, 4]), [*NEAR, guess(tensor([3, 4.01]))], 1e-12, [0, 2, 3]),
        (tensor([3, 4]), NEAR, 1e200, [0, 1, 2, 3]),  # its square overflows
        (tensor([3], [4]), NEAR[:2], 1e-12, []),
        (tensor([3], [4]), [*NEAR[:2], guess(tensor([3], [4]))], 1e-12, [2]),
        (tensor([3, 4]), [], 1e-12, []),
        (tensor([500, 3]), [guess(tensor([1, 0]))], 1.0, [0]),  # three errors beside the line of (1, 0)
        (tensor([500, 3]), [guess(tensor([1, 0]))], 0.9, []),
        (tensor([3, 4]), WITHOUT_DIRECTION, 1e-12, []),
        (tensor([inf, 1]), NEAR[:1], 1e-12, []),
        (tensor([nan, 1]), NEAR[:1], 1e-12, []),
        (tensor([]), [guess(tensor([]))], 1e-12, []),
    ],
)
def test_what_may_explain_a_tensor(found: Tensor, guesses: list[Hypothesis], error: float, expected: list[int]) -> None:
    assert about(found, guesses, error) == expected


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e20, 1e200])
def test_the_sizes_of_guesses_do_not_matter(size: float) -> None:
    assert about(tensor([3, 4]), [guess(tensor([3, 4]) * size), guess(tensor([4, 3]) / size)]) == [0]


@pytest.mark.parametrize(("c", "precision"), [(0, 1e-12), (nan, 1e-12), (inf, 1e-12), (1, 1e-12), (0.75, 0.25)])
def test_a_factor_that_is_1_within_its_precision_has_no_cause(c: float, precision: float) -> None:
    """Nor has a factor that is no number, or 0."""
    assert readings(c, precision, STEP) == []


def test_a_long_tensor_is_compared_by_its_first_entries(generator: torch.Generator) -> None:
    """No multiple is left out, and what differs in the first 10,000 entries is."""
    long = torch.randn(100, 300, dtype=torch.float64, generator=generator)
    others = [long.clone(), long.clone()]
    others[0][0, 0] += 1e-3
    others[1][-1, -1] += 1e-3
    assert about(long, [guess(3 * long), *map(guess, others)]) == [0, 2]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32])
def test_what_matches_is_never_left_out(dtype: torch.dtype, generator: torch.Generator) -> None:
    """Multiples with rounding errors of every size up to the tolerance, and beyond it."""
    for _ in range(200):
        suspect, noise = torch.randn(2, 5, 7, dtype=torch.float64, generator=generator)
        error = 10 ** (-16 + 14 * torch.rand((), generator=generator).item())
        found = (-2.5 * suspect + error * noise / noise.norm() * 3.5 * torch.rand((), generator=generator)).to(dtype)
        error += 2 * torch.finfo(dtype).eps * found.norm().item()
        assert match(found, suspect, error) is None or about(found, [guess(suspect)], error) == [0]


def test_guesses_are_remembered_for_a_tensor_and_the_names_handed_in() -> None:
    first = remembered_guesses(STEP, {DW1, DZ1})
    assert remembered_guesses(STEP, {DZ1, DW1}) is first
    beside_others = replace(STEP, tensors={**STEP.tensors, DZ1: torch.zeros(5, 1)})
    others = [remembered_guesses(STEP, {DW1, DZ1, TensorName("db", 1)}), remembered_guesses(beside_others, {DW1, DZ1})]
    assert all(other is not first for other in others)
