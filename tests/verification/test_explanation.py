"""The explanations of a wrong tensor, for hand-picked hypotheses: causes, rank and fitted numbers.

The step makes dW[1] from m = 5 examples of 2 features, for 1 unit.
"""

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import Kind, TensorName
from course_torch.mistakes.record import Edit, Mistake
from course_torch.verification.explanation import (
    Explanation,
    Guesses,
    Hypothesis,
    added,
    layouts,
    possible_explanations,
    replaced,
)
from tests.verification.by_hand import cause, step_of, tensor

RIGHT = tensor([3, 4])
OTHER = tensor([4, -3])
STEP = step_of("dW", 1, RIGHT)
CAUSE = cause("mixed up", "the entries are mixed up")
TERM = Edit("dW", "/ m", "/ m + W", adds="W")
EPS = 2.0**-52

Facts = list[tuple[str, float, int]]


def facts(explanations: object) -> Facts:
    """Keys of the causes, rank, fitted numbers."""
    return [(" and ".join(cause.key for cause in each.causes), each.rank, each.fitted) for each in explanations]


def replacing(factor: float, cause: Mistake | None = CAUSE, layout: tuple[Mistake, ...] = ()) -> Facts:
    """The tensor is `factor` times the guessed tensor OTHER."""
    return facts(replaced(Hypothesis(cause, OTHER, STEP), layout, factor * OTHER, 1e-15))


# The guessed tensor, with or without a factor


def test_a_guess_that_is_the_tensor_is_one_cause() -> None:
    (only,) = replaced(Hypothesis(CAUSE, OTHER, STEP), (), OTHER, 1e-15)
    assert (only.causes, only.origin, only.rank, only.fitted) == ((CAUSE,), TensorName("dW", 1), 1, 0)
    assert only.match.factor == 1
    assert only.match.precision == pytest.approx(3e-15 / 5)
    assert only.text == ["mixed up: the entries are mixed up"]


def test_a_layout_comes_before_the_cause() -> None:
    turned = cause("turned")
    assert replacing(1, layout=(turned,)) == [("turned and mixed up", 2, 0)]
    assert replacing(1, cause=None, layout=(turned,)) == [("turned", 1, 0)]


def test_the_right_tensor_itself_needs_no_explanation() -> None:
    assert replacing(1, cause=None) == []


def test_another_tensor_is_not_explained() -> None:
    assert facts(replaced(Hypothesis(CAUSE, OTHER, STEP), (), RIGHT, 1e-15)) == []


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (-1, [("sign", 1, 0)]),
        (-5, [("sign and no 1/m", 2, 0)]),
        (2, [("factor 2", 1.5, 1)]),
        (0.1234, [("factor 0.1234", 1.5, 1)]),
        (2.5, [("factor 2.5", 1.5, 1), ("m of the features", 1.5, 0)]),  # 5 examples, 2 features
        (5 / 7, [("factor 0.7143", 1.5, 1), ("another m", 1.5, 1)]),
        (1 + 1e-8, [("epsilon", 1.5, 1)]),
    ],
)
def test_a_factor_is_a_cause_of_its_own(factor: float, expected: Facts) -> None:
    assert replacing(factor, cause=None) == expected


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (-1, [("mixed up and sign", 2, 0)]),
        (-5, [("mixed up and sign and no 1/m", 3, 0)]),
        (2, [("mixed up and factor 2", 2.5, 1)]),
        (2.5, [("mixed up and factor 2.5", 2.5, 1), ("mixed up and m of the features", 2.5, 0)]),
        (0.1234, []),  # beside another mistake only a number that a person would write
        (1 + 1e-8, []),
    ],
)
def test_a_factor_beside_a_cause_adds_to_its_rank(factor: float, expected: Facts) -> None:
    assert replacing(factor) == expected


def test_a_factor_within_its_precision_of_1_is_none() -> None:
    """1025 against 1024 with an error of 1025/3072: the precision is 3 · 1025/3072 / 1025 = 1/1024, as is the factor's
    distance from 1."""
    guess = Hypothesis(CAUSE, tensor([1024]), STEP)
    assert facts(replaced(guess, (), tensor([1025]), 1025 / 3072)) == [("mixed up", 1, 0)]


# A multiple of the guessed tensor is added


def adding(off: Tensor, limits: tuple[float, float] = (0.5, 2.0), slack: float = 0.0) -> Facts:
    term = replace(TERM, limits=limits, slack=slack)
    return facts(added(Hypothesis(CAUSE, OTHER, STEP, term), off, 1e-15))


def test_a_multiple_is_one_fitted_number() -> None:
    (only,) = added(Hypothesis(CAUSE, OTHER, STEP, TERM), 0.125 * OTHER, 1e-15)
    assert (only.causes, only.origin, only.rank, only.fitted) == ((CAUSE,), TensorName("dW", 1), 1.5, 1)
    assert only.match.factor == 0.125


@pytest.mark.parametrize(("factor", "found"), [(0.25, 0), (0.5, 0), (0.5625, 1), (1.75, 1), (2, 0), (3, 0)])
def test_the_multiple_lies_between_the_limits_of_the_cause(factor: float, found: int) -> None:
    assert adding(factor * OTHER) == [("mixed up", 1.5, 1)] * found


def test_a_difference_that_is_no_multiple_is_not_explained() -> None:
    assert adding(RIGHT) == []


def test_the_slack_of_the_cause_grants_a_larger_residual() -> None:
    """The residual is 0.03, and ‖off‖ = 5."""
    off = OTHER + tensor([0.018, 0.024])
    assert adding(off, slack=0.0061) == [("mixed up", 1.5, 1)]
    assert adding(off, slack=0.0059) == []
    assert adding(off) == []


# Layouts


def layouts_of(found: Tensor, kind: Kind, shape: tuple[int, int]) -> list[tuple[list[str], list]]:
    seen = layouts(found, step_of(kind, 1, torch.zeros(shape, dtype=torch.float64)))
    return [([cause.key for cause in causes], each.tolist()) for causes, each in seen]


NUMBERS = tensor([1, 2], [3, 4], [5, 6])
TURNED = [[1, 3, 5], [2, 4, 6]]
RESHAPED = [[1, 2, 3], [4, 5, 6]]


@pytest.mark.parametrize("kind", ["dW", "dA"])
def test_a_tensor_is_taken_as_it_is_and_transposed(kind: Kind) -> None:
    assert layouts_of(NUMBERS, kind, (2, 3)) == [([], NUMBERS.tolist()), (["transposed"], TURNED)]
    assert layouts_of(NUMBERS, kind, (3, 2)) == [([], NUMBERS.tolist())]


def test_a_square_tensor_may_be_transposed_too() -> None:
    assert layouts_of(NUMBERS[:2], "dW", (2, 2)) == [([], [[1, 2], [3, 4]]), (["transposed"], [[1, 3], [2, 4]])]


def test_a_column_for_the_row_db_is_transposed() -> None:
    assert layouts_of(NUMBERS[:, :1], "db", (1, 3)) == [([], [[1], [3], [5]]), (["transposed"], [[1, 3, 5]])]


def test_dZ_is_reshaped_and_not_transposed() -> None:
    assert layouts_of(NUMBERS, "dZ", (2, 3)) == [([], NUMBERS.tolist()), (["another shape"], RESHAPED)]
    assert layouts_of(NUMBERS[:2], "dZ", (2, 2)) == [([], [[1, 2], [3, 4]])]


def test_other_layouts_are_reshaped() -> None:
    flat = NUMBERS.flatten()
    assert layouts_of(flat, "dW", (2, 3))[1:] == [(["another shape"], RESHAPED)]
    assert layouts_of(flat, "db", (1, 6))[1:] == [(["keepdim missing"], [flat.tolist()])]
    assert layouts_of(flat.reshape(2, 3), "db", (1, 6))[1:] == [(["another shape"], [flat.tolist()])]


def test_a_tensor_of_another_size_has_no_other_layout() -> None:
    assert layouts_of(NUMBERS, "dW", (2, 2)) == [([], NUMBERS.tolist())]


# All hypotheses on a tensor


def explained(
    guesses: list[Hypothesis], found: Tensor, right: Tensor = RIGHT, errors: Tensor | None = None
) -> list[Explanation]:
    errors = torch.zeros_like(right) if errors is None else errors
    return list(possible_explanations(step_of("dW", 1, right), found, errors, Guesses(guesses)))


def test_every_guess_is_tried_in_every_layout() -> None:
    guesses = [Hypothesis(None, RIGHT, STEP), Hypothesis(CAUSE, OTHER, STEP)]
    assert facts(explained(guesses, OTHER)) == [("mixed up", 1, 0)]
    assert facts(explained(guesses, OTHER.T)) == [("transposed and mixed up", 2, 0)]
    assert facts(explained(guesses, 2 * RIGHT)) == [("factor 2", 1.5, 1)]


def test_a_mistake_that_makes_the_right_tensor_explains_nothing() -> None:
    guesses = [Hypothesis(CAUSE, RIGHT, STEP)]
    assert explained(guesses, 2 * RIGHT) == []
    guesses = [Hypothesis(CAUSE, RIGHT * (1 + 1e-9), STEP)]
    assert facts(explained(guesses, 2 * RIGHT * (1 + 1e-9))) == [("mixed up and factor 2", 2.5, 1)]
    assert explained(guesses, 2 * RIGHT * (1 + 1e-9), errors=1e-9 * RIGHT) == []


def test_a_term_is_added_to_the_right_tensor() -> None:
    guesses = [Hypothesis(CAUSE, OTHER, STEP, TERM)]
    assert facts(explained(guesses, RIGHT + 0.5 * OTHER)) == [("mixed up", 1.5, 1)]
    assert explained(guesses, OTHER) == []


def test_a_term_is_not_added_to_a_tensor_in_another_layout() -> None:
    """A transposed square, and a row that would be repeated for every row of the right tensor."""
    right, term = tensor([3, 4], [5, 6]), tensor([1, 0], [2, 1])
    guesses = [Hypothesis(CAUSE, term, STEP, TERM)]
    assert facts(explained(guesses, right + term, right)) == [("mixed up", 1.5, 1)]
    assert explained(guesses, (right + term).T, right) == []
    guesses = [Hypothesis(CAUSE, tensor([1, 2], [-1, 0]), STEP, TERM)]
    assert explained(guesses, tensor([4, 6]), right) == []


@pytest.mark.parametrize(
    ("found", "right", "growth"),
    [
        (tensor([8, -6]), tensor([0, 5]), 2),  # 10 beside 5
        (tensor([2, -1.5]), tensor([0, 5]), 1),  # no smaller than the right tensor's
        (tensor([8, -6]), tensor([0, 0]), 1),
    ],
)
def test_the_rounding_error_grows_with_the_tensor(found: Tensor, right: Tensor, growth: float) -> None:
    """The error is ‖errors‖ · growth + 2 ε ‖found‖, and the precision is three times that, relative to ‖found‖."""
    guesses = [Hypothesis(CAUSE, OTHER, STEP)]
    size = found.norm().item()
    first, *_ = explained(guesses, found, right, tensor([3e-12, 4e-12]))
    alone, *_ = explained(guesses, found, right, 0 * RIGHT)
    assert first.match.precision == pytest.approx(3 * (5e-12 * growth + 2 * EPS * size) / size, rel=1e-9, abs=0)
    assert alone.match.precision == pytest.approx(6 * EPS, rel=1e-9, abs=0)


def test_the_dtype_of_the_tensor_gives_the_rounding_of_its_entries() -> None:
    guesses = [Hypothesis(CAUSE, OTHER, STEP)]
    (narrow,) = explained(guesses, OTHER.float(), RIGHT.float(), 0 * RIGHT)
    assert narrow.match.precision == pytest.approx(6 * 2.0**-23, rel=1e-6, abs=0)
