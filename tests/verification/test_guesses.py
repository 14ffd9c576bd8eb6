"""Which hypotheses are compared with a tensor, and that they are computed once. The step makes dW[1]."""

from dataclasses import replace
from math import inf

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import TensorName
from course_torch.mistakes.record import Edit
from course_torch.verification import explanation as module
from course_torch.verification.comparing import match
from course_torch.verification.explanation import Guesses, Hypothesis, guesses_of, remembered_guesses
from tests.verification.by_hand import cause, step_of, tensor

STEP = step_of("dW", 1, tensor([3, 4]))
CAUSE = cause("mixed up")
TERM = Edit("dW", "/ m", "/ m + W", adds="W")
DW1, DZ1 = TensorName("dW", 1), TensorName("dZ", 1)


def guess(values: Tensor, *, added: bool = False) -> Hypothesis:
    return Hypothesis(CAUSE, values, STEP, TERM if added else None)


def about(found: Tensor, guesses: list[Hypothesis], error: float = 1e-12) -> list[int]:
    """The numbers of the guesses that may explain the tensor."""
    possible = Guesses(guesses).about(found, error)
    return [number for number, each in enumerate(guesses) if any(each is other for other in possible)]


def test_multiples_and_terms_are_possible_in_their_order() -> None:
    guesses = [
        guess(tensor([3, 4])),
        guess(tensor([4, -3])),
        guess(tensor([1, 1]), added=True),
        guess(tensor([-6, -8])),
        guess(tensor([3, 4.01])),
    ]
    assert about(tensor([3, 4]), guesses) == [0, 2, 3]


def test_rounding_errors_whose_square_overflows_leave_every_guess_possible() -> None:
    assert about(tensor([3, 4]), [guess(tensor([3, 4]))], error=1e200) == [0]


def test_a_tensor_of_another_shape_is_no_multiple() -> None:
    assert about(tensor([3], [4]), [guess(tensor([3, 4])), guess(tensor([3], [4]))]) == [1]
    assert about(tensor([3, 4]), []) == []


def test_a_multiple_may_be_three_errors_away() -> None:
    """The distance of (500, 3) from the line of (1, 0) is 3."""
    assert about(tensor([500, 3]), [guess(tensor([1, 0]))], error=1.0) == [0]
    assert about(tensor([500, 3]), [guess(tensor([1, 0]))], error=0.9) == []


def test_zeros_infinities_and_nan_have_no_multiples() -> None:
    wrong = [guess(tensor([0, 0])), guess(tensor([inf, 1])), guess(tensor([float("nan"), 1]))]
    assert about(tensor([3, 4]), wrong) == []
    for found in (tensor([inf, 1]), tensor([float("nan"), 1])):
        assert about(found, [guess(tensor([3, 4]))]) == []
    assert about(tensor([3, 4])[:, :0], [guess(tensor([3, 4])[:, :0])]) == []


@pytest.mark.parametrize("size", [1e-200, 1e-20, 1e20, 1e200])
def test_the_sizes_of_guesses_do_not_matter(size: float) -> None:
    assert about(tensor([3, 4]), [guess(tensor([3, 4]) * size), guess(tensor([4, 3]) * size)]) == [0]


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
        suspect = torch.randn(5, 7, dtype=torch.float64, generator=generator)
        noise = torch.randn(5, 7, dtype=torch.float64, generator=generator)
        error = 10 ** (-16 + 14 * torch.rand((), generator=generator).item())
        found = (-2.5 * suspect + error * noise / noise.norm() * 3.5 * torch.rand((), generator=generator)).to(dtype)
        error += 2 * torch.finfo(dtype).eps * found.norm().item()
        assert match(found, suspect, error) is None or about(found, [guess(suspect)], error) == [0]


def test_guesses_are_remembered_for_a_tensor_and_the_names_handed_in(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def hypotheses(step: object, given: object) -> list[Hypothesis]:
        asked.append((step, given))
        return [guess(tensor([3, 4]))]

    monkeypatch.setattr(module, "hypotheses", hypotheses)
    step, other = step_of("dW", 1, tensor([3, 4])), step_of("dW", 1, tensor([3, 4]))
    beside_others = replace(step, tensors=dict(step.tensors))
    first = remembered_guesses(step, {DW1})
    assert remembered_guesses(step, {DW1}) is first
    again = [(step, {DW1, DZ1}), (beside_others, {DW1}), (other, {DW1})]
    assert [remembered_guesses(*each) for each in again].count(first) == 0
    assert guesses_of(step, {DW1}) is not first
    assert asked == [(step, {DW1}), *again, (step, {DW1})]
