"""The causes of a wrong tensor of the forward pass and of a wrong J, read from a few numbers."""

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
    epsilon_inside,
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


def cost(found: float | Tensor, *, losses: Tensor = LOSSES, error: float = 1e-14) -> list[str]:
    m_J = torch.as_tensor(found, dtype=torch.float64)
    return english(causes_of_cost(m_J, losses.sum(), torch.tensor(error).double(), losses.numel()))


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
    assert cost(RIGHT / log(2), error=1e-4) == []
    assert len(cost(RIGHT / log(2), error=1e-5)) == 1


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


@pytest.mark.parametrize("step", [SIGMOID, SOFTMAX], ids=["sigmoid", "softmax"])
@pytest.mark.parametrize("epsilon", [0.01, 1e-8])
def test_an_epsilon_inside_the_logarithm_is_told(epsilon: float, step: ForwardContext) -> None:
    made = -(of_label(step) + epsilon).log()[:, 0]
    assert epsilon_inside(step, made) == pytest.approx(epsilon, rel=1e-6)
    assert epsilon_inside(step, made + 0.01 * numbers(1, len(step.Y))[0]) is None
    assert epsilon_inside(step, -of_label(step).log()[:, 0]) is None


def test_five_losses_prove_an_epsilon_and_those_of_numbers_have_none() -> None:
    def found(m: int, function: str = "sigmoid") -> float | None:
        step = ForwardContext(function=function, g=torch.sigmoid, Z=Z[:m], Y=Y[:m])
        return epsilon_inside(step, -(of_label(SIGMOID)[:m] + 0.01).log()[:, 0])

    assert found(5) is not None
    assert found(4) is None
    assert found(5, "identity") is None


# A whole tensor


def test_the_causes_of_Z() -> None:
    def causes(found: Tensor, error: float = 1e-16) -> list[str]:
        return english(causes_of_tensor("Z", LINEAR, found, PRODUCT + B, torch.full_like(PRODUCT, error)))

    assert "nan" in causes(PRODUCT + B / 0)[0] or "finite" in causes(PRODUCT + B / 0)[0]
    assert "float32" in causes((PRODUCT + B).float().double())[0]
    assert causes(3 * PRODUCT + 3 * B) == ["every number is 3 times the right one"]
    third = torch.eye(6, dtype=torch.float64)[2][:, None]
    assert causes((PRODUCT + B) * (1 - third)) == ["wrong only in example 3, and the numbers there are 0"]
    assert causes((PRODUCT + B) * (1 - third), 1e-4) == []
    assert causes(PRODUCT + B + numbers(4, 6).T) == []


def test_the_causes_of_another_X() -> None:
    X = numbers(8, 3)
    assert "float32" in english(causes_of_input(X, X.float()))[0]
    assert english(causes_of_input(X, X / 4)) == ["every number is 0.25 times the right one"]
    assert english(causes_of_input(X, torch.cat([0 * X[:, :1], X[:, 1:]], dim=1))) == [
        "wrong only in input 1, and the numbers there are 0"
    ]
    assert english(causes_of_input(X, numbers(3, 8).T)) == []
    assert english(causes_of_input(X, X + 1e-8 * numbers(3, 8).T)) == []


def test_the_causes_of_the_losses() -> None:
    def causes(found: Tensor) -> list[str]:
        return english(causes_of_tensor("L", SIGMOID, found, right, torch.full_like(right, 1e-16)))

    right = -of_label(SIGMOID).log()[:, 0]
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
