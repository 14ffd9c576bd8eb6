"""What a wrong matrix beside the right one shows, read from a few numbers."""

from dataclasses import replace
from math import inf, nan

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification.right_pass import RightPass
from course_torch.verification.statements import EXAMPLE, UNIT, WrongMatrix, listed, of_backward, short, statement
from tests.conftest import MakeProblem
from tests.verification.by_hand import numbers, said, tensor

RIGHT, OTHER = numbers(8, 3), numbers(9, 4)[1:, :3]
Z, LABELS = numbers(16, 3) - 0.2, torch.tensor([[1.0], [0.0]], dtype=torch.float64).repeat(8, 1)
LARGE = numbers(16, 3)
FACTORS = tensor([2], [3], [5], [7])


def seen(found: Tensor, right: Tensor, **given: object) -> str:
    """What is said of a wrong matrix whose rows are examples."""
    given = {"axes": (EXAMPLE, UNIT)} | given
    return ", and ".join(said(statement(WrongMatrix(found, right, torch.zeros_like(right), **given))))


def wrong_at(right: Tensor, rows: list[int] | slice, columns: list[int] | slice, made: Tensor) -> Tensor:
    found = right.clone()
    chosen = torch.zeros_like(right).bool()
    chosen[rows] = True
    column = torch.zeros(right.shape[1]).bool()
    column[columns] = True
    return torch.where(chosen & column, made, found)


EVERY = slice(None)


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        ([2], EVERY, "wrong only in example 3"),
        ([2, 6], EVERY, "wrong only in examples 3, 7"),
        ([2, 6], [1], "wrong only in examples 3, 7, unit 2"),
        (EVERY, [0, 2], "wrong only in units 1, 3"),
        (EVERY, EVERY, ""),
        ([0, 1, 2, 4, 5, 6, 7], EVERY, "wrong only in 7 of 8 examples"),
        ([0, 1, 2, 4, 5, 6], EVERY, "wrong only in examples 1, 2, 3, 5, 6, 7"),
    ],
)
def test_wrong_rows_and_columns_are_named(rows: list[int] | slice, columns: list[int] | slice, expected: str) -> None:
    assert seen(wrong_at(RIGHT, rows, columns, OTHER), RIGHT) == expected


def test_the_number_of_examples_is_that_of_all_also_of_those_that_show_nothing() -> None:
    """A right row of 0 can be neither wrong nor right: 15 of 23 examples are wrong, and not 15 of 20."""
    right = numbers(23, 3)
    right[20:] = 0
    found = wrong_at(right, [*range(8), *range(9, 16)], EVERY, numbers(24, 3)[1:])
    assert seen(found, right) == "wrong only in 15 of 23 examples"


def test_scattered_entries_are_no_place() -> None:
    found = RIGHT.clone()
    found[[0, 3, 5], [0, 1, 2]] = OTHER[[0, 3, 5], [0, 1, 2]]
    assert seen(found, RIGHT) == ""


@pytest.mark.parametrize(
    ("found", "given", "expected"),
    [
        (wrong_at(RIGHT, [2, 6], EVERY, 0 * RIGHT), {}, "wrong only in examples 3, 7, and the numbers there are 0"),
        (
            wrong_at(RIGHT, [2, 6], EVERY, -2.5 * RIGHT),
            {},
            "wrong only in examples 3, 7, and the numbers there are -2.5 times the right ones",
        ),
        (wrong_at(RIGHT, [2], [1], -2.5 * RIGHT), {}, "wrong only in example 3, unit 2"),  # one number proves no factor
        (OTHER, {"beside": {"A[1]": OTHER[:, :2], "A[2]": OTHER}}, "these are the entries of A[2]"),
        (OTHER, {"beside": {"A[2]": 1.001 * OTHER}}, ""),
        (RIGHT[:4] * FACTORS, {"right": RIGHT[:4]}, "each example is multiplied by a number of its own"),
        (RIGHT * tensor([2, 3, 5]), {}, "each unit is multiplied by a number of its own"),
        (2 * RIGHT, {}, ""),  # a factor of the whole tensor is a known mistake
    ],
)
def test_what_the_wrong_numbers_are(found: Tensor, given: dict, expected: str) -> None:
    given = dict(given)
    assert seen(found, given.pop("right", RIGHT), **given) == expected


@pytest.mark.parametrize(
    ("chosen", "given", "expected"),
    [
        (Z <= 0, {"Z": Z}, "wrong only where Z ≤ 0"),
        (Z > 0, {"Z": Z}, ""),
        (
            (LABELS == 0).expand(-1, 3),
            {"Y": LABELS},
            "wrong only in examples with Y = 0: look at the terms with (1 - Y)",
        ),
        ((LABELS == 1).expand(-1, 3), {"Y": LABELS}, "wrong only in the examples with Y = 1"),
        (
            (LABELS == 1).expand(-1, 3),
            {"Y": torch.cat([1 - LABELS, LABELS], dim=1)},
            "wrong only in the examples with Y = 0 in column 1",
        ),
    ],
)
def test_a_sign_or_a_label_that_tells_the_wrong_numbers_is_the_place(
    chosen: Tensor, given: dict[str, Tensor], expected: str
) -> None:
    found = torch.where(chosen, numbers(17, 3)[1:], LARGE)
    assert seen(found, LARGE, **given) == expected
    few = {name: tensor[:4] for name, tensor in given.items()}
    said_of_few = seen(found[:4], LARGE[:4], **few)
    assert "≤ 0" not in said_of_few, "twelve numbers lie where Z ≤ 0 by chance"
    assert "Y =" not in said_of_few, "four examples have the same label by chance"


def test_dropout_is_seen_by_scattered_zeros_and_one_factor() -> None:
    kept = (numbers(10, 8).abs() > 0.5).double()
    right = numbers(11, 8)[1:]
    assert seen(2 * kept * right, right) == "some numbers are 0 and the others 2 times the right ones, as by dropout"
    assert seen(kept * right * (1 + right), right) == ""


@pytest.mark.parametrize(
    ("found", "right"),
    [
        (OTHER[:, :2], RIGHT),
        (tensor([2]), tensor([1])),
        (0 * RIGHT, RIGHT),
        (RIGHT, 0 * RIGHT),
        (RIGHT * tensor([1, nan, 1]), RIGHT),
        (RIGHT * tensor([1, inf, 1]), RIGHT),
    ],
)
def test_another_shape_a_single_number_zeros_and_nan_show_nothing(found: Tensor, right: Tensor) -> None:
    assert seen(found, right, beside={"A": found}) == ""


def test_large_rounding_errors_show_nothing() -> None:
    matrix = WrongMatrix(wrong_at(RIGHT, [2], EVERY, OTHER), RIGHT, torch.full_like(RIGHT, 9e-6), (EXAMPLE, UNIT))
    assert said(statement(matrix)) == ["wrong only in example 3"]
    assert statement(replace(matrix, error=2e-5 * torch.ones_like(RIGHT))) == ()


@pytest.mark.parametrize(
    ("numbers", "en", "zh"),
    [
        ([2], "example 3", "第 3 个样本"),
        ([2, 3], "examples 3, 4", "第 3、4 个样本"),
        ([2, 3, 4], "examples 3 to 5", "第 3 到第 5 个样本"),
        ([0, 2, 3, 4, 5, 6], "examples 1, 3, 4, 5, 6, 7", "第 1、3、4、5、6、7 个样本"),
        ([0, 2, 3, 4, 5, 6, 7], "7 of 9 examples", "9 个样本里的 7 个"),
    ],
)
def test_up_to_six_numbers_are_listed(numbers: list[int], en: str, zh: str) -> None:
    chosen = torch.zeros(9).bool()
    chosen[numbers] = True
    assert listed(EXAMPLE, chosen) == (en, zh)


def test_numbers_are_short() -> None:
    found = [short(number) for number in (2.0, 2 + 1e-10, 2 + 1e-8, 0.123456, 1234.5, 1e300, -1e16, inf, -inf, nan)]
    assert found == ["2", "2", "2", "0.1235", "1234", "1e+300", "-1e+16", "inf", "-inf", "nan"]


def test_every_tensor_of_the_pass_is_recognized_in_another(make_problem: MakeProblem) -> None:
    """dZ[2] of 7 examples and 3 units may be A[1], Z[1], A[2], Z[2], dA[1], dA[2] or dZ[1] by mistake."""
    passes = RightPass(*make_problem([4, 3, 3, 1], hidden_activation="tanh"))
    step = BackwardContext(TensorName("dZ", 2), passes.right, passes.forward)
    caches = {f"{name}[{l}]": getattr(passes.caches[l - 1], name) for name in "ZA" for l in (1, 2)}
    others = caches | {str(name): passes.right[name] for name in map(TensorName, ("dZ", "dA", "dA"), (1, 1, 2))}
    for name, other in others.items():
        matrix = of_backward(step, other, torch.zeros_like(other))
        assert said(statement(matrix)) == [f"these are the entries of {name}"]
