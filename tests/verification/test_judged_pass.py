"""What a loop of updates records and keeps, read from a few numbers."""

from math import log
from typing import Any

import pytest
import torch
from torch import Tensor

from course_torch.language import NOTHING
from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.judged_pass import JudgedPass, causes_of_record, wrong_count
from course_torch.verification.judges import TrainedGradients
from course_torch.verification.right_pass import Reference
from tests.verification.by_hand import tensor

NETWORK = DeepNetwork([1, 1], initialization="zeros", dtype=torch.float64)
DW, X, Y = TensorName("dW", 1), tensor([1], [2]), tensor([1], [0])
PASSES = Reference(NETWORK, X, Y)


def trained(
    *costs: float, expected: int = 1, dW: float = 0.0, after: bool = False, slack: float = 1e-8
) -> TrainedGradients:
    return TrainedGradients(
        NETWORK, {DW: tensor([dW])}, {}, costs, slack, NOTHING, expected, NETWORK if after else None
    )


@pytest.mark.parametrize(
    ("costs", "expected", "dW", "seen", "said"),
    [
        ((3, 2), 1, 1, "2 costs recorded, 1 expected", "record"),
        ((3,), 2, 1, "1 cost recorded, 2 expected", "record"),
        ((3,), 2, 0, "1 cost recorded, 2 expected", "the last iteration is missing"),
        ((3, 2), 1, 0, "2 costs recorded, 1 expected", "record"),
        ((), 1, 0, "0 costs recorded, 1 expected", "the last iteration is missing"),
    ],
)
def test_a_loop_that_records_too_few_costs_may_end_early(
    costs: tuple[float, ...], expected: int, dW: float, seen: str, said: str
) -> None:
    """The last update subtracts nothing if its iteration is missing."""
    number, (sentence,) = wrong_count(trained(*costs, expected=expected, dW=dW))
    assert number.en == seen
    assert said in sentence.en
    assert ("missing" in sentence.en) == ("missing" in said)


def causes(*costs: float, **given: Any) -> list[str]:
    """What the last cost is if the right J is 1."""
    return [cause.en for cause in causes_of_record(trained(*costs, **given), 1.0, PASSES)]


BEFORE, ADDED, MEAN = (
    ["this is the J recorded before"],
    ["J is added to the J recorded before"],
    ["this is the mean of J and the J recorded before"],
)


@pytest.mark.parametrize(
    ("costs", "expected"),
    [
        ((2, 2), BEFORE),
        ((2, 3), ADDED),
        ((2, 1.5), MEAN),
        ((7, 2, 2), BEFORE),
        ((2, 7, 2), []),
        ((2,), []),
        ((2, 4), []),
    ],
)
def test_J_may_depend_on_the_J_recorded_before(costs: tuple[float, ...], expected: list[str]) -> None:
    """The right J is 1."""
    assert causes(*costs) == expected


@pytest.mark.parametrize(("slack", "largest"), [(1e-4, 10 * 1e-4 * 2), (1e-2, 1 / 100)])
def test_a_recorded_J_is_read_within_ten_errors_and_far_nearer_than_the_right_one(slack: float, largest: float) -> None:
    """It is 2 in place of 1: a hundredth of this distance at most."""
    for sign in (1, -1):
        assert causes(2, 2 + 0.99 * sign * largest, slack=slack) == BEFORE
        assert causes(2, 2 + 1.01 * sign * largest, slack=slack) == []


def test_J_may_be_that_after_the_update() -> None:
    """The network of zeros has the cost log 2."""
    (said,) = causes(log(2), after=True)
    assert said.startswith("this is the J after the update")
    assert causes(log(2)) == []


def test_every_tensor_of_a_reference_has_an_error() -> None:
    network = DeepNetwork([1, 2, 1], "leaky_relu", slope=0.5, learn_slope=True, dtype=torch.float64)
    reference = Reference(network, X, Y)
    assert list(reference.errors()) == list(reference.right)
    assert TensorName("dslope", 1) in reference.errors()


# Two steps in one


NOW, OLD = tensor([3, 4, 0]), tensor([0, 5, 12])


def of(found: Tensor, old: Tensor = OLD, error: float = 1e-9) -> str | None:
    passes = Reference(NETWORK, X, Y)
    vars(passes)["right"] = {DW: NOW}  # in place of what autograd computes
    update = JudgedPass(passes, {DW: found}, {DW: torch.full_like(NOW, error)}, by_loop=True)
    mistake = update.of_two_steps({DW: old})
    return None if mistake is None else mistake.sentence.en


@pytest.mark.parametrize(
    ("a", "b", "said"),
    [
        (1, 0.9, "the right step plus 0.9 times the step before"),
        (1, 1, "1 times the right step plus 1 times the step before"),
        (0.1, 0.9, "0.1 times the right step plus 0.9 times the step before"),
        (0, 2, "is 2 times the step before"),
        (0.5, 0, "0.5 times the right one"),
        (3, 0, "3 times the right one"),
    ],
)
def test_an_update_adds_multiples_of_two_steps(a: float, b: float, said: str) -> None:
    sentence = of(a * NOW + b * OLD)
    assert sentence is not None
    assert said in sentence
    assert of(a * NOW + b * OLD + tensor([0, 0, 1e-3]) + tensor([1e-3, 0, 0])) is None


def test_a_multiple_has_three_digits() -> None:
    assert "0.123 times the step before" in (of(NOW + 0.123 * OLD) or "")
    assert of(NOW + 0.1234 * OLD) is None


def test_rounding_errors_may_be_three_times_as_large_and_grow_with_the_multiples() -> None:
    """‖errors‖ is √3 of the error, and the third axis is at a right angle to neither step."""
    normal = torch.linalg.cross(NOW[0], OLD[0])[None]
    off = normal / normal.norm() * 3 * 3**0.5 * 1e-3
    for a, b, size in ((1, 0.5, 1.5), (0.25, 0.25, 1), (-1, -1, 2)):
        assert of(a * NOW + b * OLD + 0.99 * size * off, error=1e-3) is not None
        assert of(a * NOW + b * OLD + 1.01 * size * off, error=1e-3) is None


def test_two_steps_must_differ_by_a_hundred_errors() -> None:
    """OLD is 12 and 3 beside the line of NOW: 153 ** 0.5."""
    largest = 0.01 * 153**0.5 / (3 * 3**0.5)
    assert of(NOW + OLD, error=0.99 * largest) is not None
    assert of(NOW + OLD, error=1.01 * largest) is None
    assert of(3 * NOW, old=2 * NOW) is None
