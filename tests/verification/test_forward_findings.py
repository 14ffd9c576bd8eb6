"""The causes of a wrong tensor of the forward pass and of a wrong J, read from a few numbers."""

from collections.abc import Callable
from math import log

import pytest
import torch
from torch import Tensor

from course_torch.language import Text
from course_torch.mistakes.context import ForwardContext
from course_torch.verification.comparing import Match
from course_torch.verification.forward_findings import (
    ForwardPlace,
    causes_of_cost,
    causes_of_input,
    causes_of_tensor,
    changed_loss,
    factor_of,
    meaning,
    precision_lost,
)
from tests.verification.by_hand import numbers, tensor


def english(causes: list[Text]) -> list[str]:
    return [cause.en for cause in causes]


# J: m J is the sum of the losses


LOSSES = tensor(2, 1, 8, 3, 5)
RIGHT = LOSSES.sum()
NOT_DIVIDED = "the sum over the examples is not divided by m (notes 1.2)"


def cost(
    found: float | Tensor, weights: Tensor | None = None, *, losses: Tensor = LOSSES, error: float = 1e-14
) -> list[str]:
    return english(
        causes_of_cost(
            torch.as_tensor(found, dtype=torch.float64),
            losses.sum(),
            torch.tensor(error).double(),
            losses,
            lambda: weights,
        )
    )


@pytest.mark.parametrize(
    ("factor", "expected"),
    [
        (5, NOT_DIVIDED),
        (1 / 5, "the sum over the examples is divided by m twice (notes 1.2)"),
        (5 / 4, "divided by m - 1 instead of m (notes 1.2)"),
        (5 / 6, "divided by m + 1 instead of m (notes 1.2)"),
        (-1, "the sign is turned around: J = (1/m) Σ L (notes 1.2)"),
        (2, "J is 2 times the right one"),
        (0.5, "J is half the right one"),
        (1 / log(2), "J is 1/log 2 times the right one, as by a logarithm to base 2 (notes 1.2)"),
        (1 / log(10), "J is 1/log 10 times the right one, as by a logarithm to base 10 (notes 1.2)"),
    ],
)
def test_a_plain_factor_of_J_is_named(factor: float, expected: str) -> None:
    assert cost(factor * RIGHT) == [expected]
    assert cost(factor * RIGHT * (1 + 1e-9)) == []


def test_a_single_example_has_no_m_minus_1() -> None:
    assert cost(-3, losses=tensor(3)) == ["the sign is turned around: J = (1/m) Σ L (notes 1.2)"]


def test_another_number_in_place_of_J_has_no_cause() -> None:
    assert cost(3 * RIGHT) == []
    assert cost(torch.inf) == []
    assert cost(torch.nan) == []


def test_an_inaccurate_J_must_be_near_a_plain_number_and_names_no_other_function() -> None:
    assert cost(2.01 * RIGHT, error=1.0) == ["J is 2 times the right one"]
    assert cost(2.03 * RIGHT, error=1.0) == []
    assert cost(40, error=1e-4) == []
    assert cost(40, error=1e-5) == ["the largest of the losses in place of their mean"]


@pytest.mark.parametrize(
    ("found", "function"),
    [(8, "largest"), (1, "smallest"), (3, "median"), (240, "product"), (2, "first"), (5, "last"), (103**0.5, "norm")],
)
def test_another_function_of_the_losses_is_named(found: float, function: str) -> None:
    assert cost(5 * found) == [f"the {function} of the losses in place of their mean"]


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ((1, 1, 0, 0, 0), ["the sum holds only examples 1, 2"]),
        ((2, 2, 0, 0, 0), ["the sum holds only examples 1, 2, and multiplied by 2"]),
        ((1, 1, 1, 0, 1), ["the sum leaves out example 4"]),
        ((1, 2, 1, 1, 1), ["as if example 2 counted 2 times in the sum"]),
        ((0, 2, 1, 1, 1), ["as if example 1 counted 0 times, example 2 counted 2 times in the sum"]),
        ((3, 3, 3, 3, 3), []),
    ],
)
def test_the_derivatives_by_the_losses_tell_which_examples_count(
    weights: tuple[float, ...], expected: list[str]
) -> None:
    assert cost(tensor(*weights) @ LOSSES, tensor(*weights)) == expected
    assert cost(tensor(*weights) @ LOSSES + 0.01, tensor(*weights)) == []


def test_half_of_the_examples_are_said_to_be_held() -> None:
    losses = tensor(2, 3, 5, 9)
    assert cost(5, tensor(1, 1, 0, 0), losses=losses) == ["the sum holds only examples 1, 2"]


def test_large_losses_are_cut_off() -> None:
    said = "every loss above {} is cut off: nothing is clipped here"
    assert cost(2 + 1 + 4.25 + 3 + 4.25, tensor(1, 1, 0, 1, 0)) == [said.format(4.25)]
    assert cost(5 * 0.25, tensor(0, 0, 0, 0, 0)) == [said.format(0.25)]
    assert cost(2 + 1 + 5.5 + 3 + 5.5, tensor(1, 1, 0, 1, 0)) == []  # a loss of 5 is not above 5.5
    assert cost(2 + 1 + 2.5 + 3 + 2.5, tensor(1, 1, 0, 1, 0)) == []  # and 3 is above 2.5
    assert cost(2 + 1 + 4.25 + 3 + 4.25, tensor(1, 1, 0, 2, 0)) == []
    assert cost(2 + 1 + 4.25 + 3 + 4.25, tensor(1, 1, 1, 1, 1)) == []


# A factor of a tensor


LINEAR = ForwardContext(A_prev=numbers(6, 3), W=numbers(4, 3), b=numbers(1, 4))
PRODUCT, B = LINEAR.A_prev @ LINEAR.W.T, LINEAR.b
MINUS = ": a minus sign is missing or too many"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (3 * PRODUCT + 3 * B, "every number is 3 times the right one"),
        (-PRODUCT - B, f"every number is -1 times the right one{MINUS}"),
        (PRODUCT + 3 * B, "b is multiplied by 3: Z = A_prev Wᵀ + b"),
        (PRODUCT - B, f"b is multiplied by -1: Z = A_prev Wᵀ + b{MINUS}"),
        (3 * PRODUCT + B, "A_prev Wᵀ is multiplied by 3: Z = A_prev Wᵀ + b"),
    ],
)
def test_a_factor_of_Z_or_of_one_of_its_terms_is_named(found: Tensor, expected: str) -> None:
    assert english(factor_of("Z", LINEAR, found, PRODUCT + B, 1e-14)) == [expected]


def test_a_factor_needs_seven_digits_beside_those_of_the_first_number() -> None:
    assert english(factor_of("A", LINEAR, tensor([2], [4.0]), tensor([1], [2]), 1e-12)) != []
    assert english(factor_of("A", LINEAR, tensor([2], [4.0]), tensor([1], [2]), 1e-6)) == []
    assert english(factor_of("A", LINEAR, tensor([2]), tensor([1]), 1e-14)) == []


def loss(function: str, n_y: int = 1) -> ForwardContext:
    return ForwardContext(function=function, Z=numbers(8, n_y), Y=numbers(8, n_y))


@pytest.mark.parametrize(
    ("factor", "place", "step", "expected"),
    [
        (1 / log(2), "L", loss("sigmoid"), ": a logarithm to base 2"),
        (1 / log(10), "L", loss("sigmoid"), ": a logarithm to base 10"),
        (1 / 3, "L", loss("softmax", 3), ": the losses of the outputs are averaged, not summed"),
        (2, "L", loss("identity"), ": the ½ is missing"),
        (2, "L", loss("sigmoid"), ""),
        (1, "L", loss("sigmoid"), ""),
        (1 / log(2), "A", loss("sigmoid"), ""),
        (-1, "A", loss("sigmoid"), MINUS),
        (-1 - 9e-6, "A", loss("sigmoid"), MINUS),
        (-1 - 11e-6, "A", loss("sigmoid"), ""),
    ],
)
def test_what_a_factor_means(factor: float, place: ForwardPlace, step: ForwardContext, expected: str) -> None:
    assert meaning(place, step, Match(factor, 1e-6, 6.0, 20.0)).en == expected


# The losses


Z, Y = 2 * numbers(8, 1), tensor([1], [0], [0], [1], [0], [1], [1], [0])
SIGMOID = ForwardContext(function="sigmoid", g=torch.sigmoid, Z=Z, Y=Y)
SOFTMAX = ForwardContext(
    function="softmax",
    g=lambda Z: Z.softmax(dim=1),
    Z=2 * numbers(9, 3),
    Y=torch.eye(3, dtype=torch.float64)[[0, 1, 2, 0, 1, 2, 0, 1, 1]],
)


def of_label(step: ForwardContext) -> Tensor:
    """The probability of the label."""
    p = step.A * step.Y + (1 - step.A) * (1 - step.Y)
    return p if step.function == "sigmoid" else (step.A * step.Y).sum(dim=1, keepdim=True)


def logs(step: ForwardContext, Y: Tensor) -> Tensor:
    """L with other labels."""
    terms = Y * step.log_A + ((1 - Y) * step.log_rest if step.function == "sigmoid" else 0)
    return -terms.sum(dim=1)


@pytest.mark.parametrize("step", [SIGMOID, SOFTMAX], ids=["sigmoid", "softmax"])
@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (lambda step: -(of_label(step) + 0.01).log()[:, 0], "0.01 is added to A inside the logarithm (notes 1.2)"),
        (
            lambda step: -((1 - of_label(step)) ** 2 * of_label(step).log())[:, 0],
            "to the power of 2: this is a focal loss",
        ),
        (lambda step: logs(step, 0.9 * step.Y + 0.1 / max(2, step.Y.shape[1])), "the labels are smoothed"),
    ],
    ids=["epsilon", "focal loss", "smoothed labels"],
)
def test_a_changed_loss_is_recognized(
    made: Callable[[ForwardContext], Tensor], expected: str, step: ForwardContext
) -> None:
    (said,) = english(changed_loss(step, made(step), torch.zeros(len(step.Y)).double()))
    assert expected in said
    off = made(step) + 0.01 * numbers(1, len(step.Y))[0]
    assert english(changed_loss(step, off, torch.zeros(len(step.Y)).double())) == []


def test_weights_of_the_terms_of_the_loss_are_named() -> None:
    def weighted(step: ForwardContext, weights: Tensor) -> list[str]:
        return english(
            changed_loss(step, logs(step, weights * step.Y) if step is SOFTMAX else by_label(weights), 0 * Z[0])
        )

    def by_label(weights: Tensor) -> Tensor:
        return -(weights[0] * Y * SIGMOID.log_A + weights[1] * (1 - Y) * SIGMOID.log_rest).sum(dim=1)

    for step, weights, expected in (
        (SIGMOID, tensor(3, 1), "multiplied by 3 where Y = 1"),
        (SIGMOID, tensor(1, 0.5), "multiplied by 0.5 where Y = 0"),
        (SIGMOID, tensor(3, 0.5), "multiplied by 3 where Y = 1, 0.5 where Y = 0"),
        (SOFTMAX, tensor(1, 3, 1), "multiplied by 3 where Y = 1 in column 2"),
    ):
        (said,) = weighted(step, weights)
        assert expected in said
    assert weighted(SIGMOID, tensor(1, 1)) == []


def test_five_losses_prove_a_change_and_those_of_numbers_have_none() -> None:
    def changed(m: int, function: str = "sigmoid") -> list[str]:
        step = ForwardContext(function=function, g=torch.sigmoid, Z=Z[:m], Y=Y[:m])
        return english(changed_loss(step, -(of_label(SIGMOID)[:m] + 0.01).log()[:, 0], torch.zeros(m).double()))

    assert len(changed(5)) == 1
    assert changed(4) == []
    assert changed(5, "identity") == []


# A whole tensor


def test_the_causes_of_Z() -> None:
    def causes(found: Tensor, error: float = 1e-16) -> list[str]:
        return english(causes_of_tensor("Z", LINEAR, found, PRODUCT + B, torch.full_like(PRODUCT, error)))

    assert "nan" in causes(PRODUCT + B / 0)[0] or "finite" in causes(PRODUCT + B / 0)[0]
    assert "float32" in causes((PRODUCT + B).float().double())[0]
    assert causes(3 * PRODUCT + 3 * B) == ["every number is 3 times the right one"]
    assert causes(LINEAR.A_prev.abs() @ LINEAR.W.T + B) == ["computed with |A_prev| in place of A_prev"]
    assert causes(PRODUCT + B + numbers(4, 6).T) == []
    assert causes(LINEAR.A_prev.abs() @ LINEAR.W.T + B, 1e-4) == []


def test_the_causes_of_another_X() -> None:
    X = numbers(8, 3)
    assert "float32" in english(causes_of_input(X, X.float()))[0]
    assert english(causes_of_input(X, X[[3, 1, 0, 2, 5, 4, 7, 6]])) == [
        "the right numbers, but the examples are in another order"
    ]
    assert english(causes_of_input(X, X[:, [1, 0, 2]])) == ["the right numbers, but the inputs are in another order"]
    assert english(causes_of_input(X, numbers(3, 8).T)) == []
    assert english(causes_of_input(X, X + 1e-8 * numbers(3, 8).T)) == []


def test_the_causes_of_the_losses() -> None:
    def causes(found: Tensor) -> list[str]:
        return english(causes_of_tensor("L", SIGMOID, found, right, torch.full_like(right, 1e-16)))

    right = logs(SIGMOID, Y)
    assert causes(-(of_label(SIGMOID) + 0.01).log()[:, 0]) == ["0.01 is added to A inside the logarithm (notes 1.2)"]
    assert causes(right / log(2)) == [f"every number is {1 / log(2):.4g} times the right one: a logarithm to base 2"]


@pytest.mark.parametrize(
    ("found", "expected", "said"),
    [
        (torch.bool, torch.float64, "a comparison or a mask is returned"),
        (torch.int64, torch.float64, "the numbers were rounded to whole numbers"),
        (torch.float32, torch.float64, "precision is lost, a relative error of about 6e-08: keep"),
        (torch.float64, torch.float32, "keep the dtype"),
        (torch.complex128, torch.float64, "keep the dtype"),
        (torch.complex64, torch.float64, "precision is lost"),
    ],
)
def test_another_dtype(found: torch.dtype, expected: torch.dtype, said: str) -> None:
    assert precision_lost(found, expected).en.startswith(said)
