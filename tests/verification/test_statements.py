"""What holds in the wrong tensors of several layers, and what a wrong matrix beside the right one proves at all."""

from dataclasses import replace
from math import inf, nan

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.operands import EXAMPLE, INPUT, ROW, UNIT, Formula, Operand
from course_torch.verification.evidence import Evidence, between, centred, close, constant, listed, short, times
from course_torch.verification.statements import agreed, another_W, beside, evidence_of, joined, region, statements
from tests.verification.by_hand import numbers, said, seen, tensor

RIGHT, OTHER = numbers(8, 3), numbers(9, 4)[1:, :3]


def held(*layers: Evidence) -> tuple[str, list[str]] | None:
    """The name of the layer that shows best what holds in all of them, and the statement."""
    result = agreed({f"layer {l}": layer for l, layer in enumerate(layers, start=1)})
    return None if result is None else (result[0], said(result[1]))


def first(evidence: Evidence) -> list[str]:
    return said(next(statements(evidence), ()))


# The words


@pytest.mark.parametrize(
    ("numbers", "en", "zh"),
    [
        ([2], "example 3", "第 3 个样本"),
        ([2, 3], "examples 3, 4", "第 3、4 个样本"),
        ([2, 3, 4], "examples 3 to 5", "第 3 到第 5 个样本"),
        ([0, 2, 3], "examples 1, 3, 4", "第 1、3、4 个样本"),
        ([0, 2, 3, 4, 5, 6], "examples 1, 3, 4, 5, 6, 7", "第 1、3、4、5、6、7 个样本"),
        ([0, 2, 3, 4, 5, 6, 7], "examples 1, 3, 4, 5, 6, 7, …", "第 1、3、4、5、6、7、… 个样本"),
    ],
)
def test_up_to_six_numbers_are_listed(numbers: list[int], en: str, zh: str) -> None:
    chosen = torch.zeros(9).bool()
    chosen[numbers] = True
    assert listed(EXAMPLE, chosen).en == en
    assert listed(EXAMPLE, chosen).zh == zh


def test_numbers_are_short() -> None:
    assert [short(number) for number in (2.0, 2 + 1e-10, 2 + 1e-8, 0.123456, -3.0)] == ["2", "2", "2", "0.1235", "-3"]
    assert short(1234.5) == "1234"
    assert short(1e-9) == "0"
    assert short(12345 + 5e-10) == "12345"
    assert [short(number) for number in (1e300, -1e16, inf, -inf, nan)] == ["1e+300", "-1e+16", "inf", "-inf", "nan"]
    assert times(1.0, "W") == ("W", "W")
    assert times(-1.0, "W") == ("-1 times W", "-1 倍的 W")


def test_a_threshold_between_two_numbers_has_as_few_digits_as_possible() -> None:
    assert between(-0.1, 5) == "0"
    assert between(0, 5) == "0"
    assert between(-5, 0) == "-2"  # 0 itself is not above the threshold
    assert between(0.5, 0.7) == "0.6"
    assert between(0.51, 0.53) == "0.52"
    assert between(1 / 3, 1 / 3) == f"{1 / 3:.16g}"


def test_constant_and_equal_tensors() -> None:
    assert constant(tensor(3, 3 + 2e-9))
    assert not constant(tensor(3, 3 + 4e-9))
    assert constant(tensor(3, torch.nan))
    assert not constant(tensor(-3, 3))
    assert close(tensor(3, 3), tensor(3, 3 + 2e-6))
    assert not close(tensor(3, 3), tensor(3, 3 + 4e-6))
    assert close(tensor(1, 1e-6), tensor(1, 0))
    assert centred(tensor([1, 3], [5, 9])).tolist() == [[-1, 1], [-2, 2]]


# What a matrix proves


def test_entries_are_wrong_beyond_six_standard_errors() -> None:
    right = tensor([4, 1, 0])
    for error, off, expected in ((0.01, 0.059, False), (0.01, 0.061, True), (0, 3e-9, False), (0, 5e-9, True)):
        assert bool(seen(right + off, right, error=error).wrong.all()) == expected
        assert bool(seen(right + off, right, error=error).wrong.any()) == expected
    assert seen(right, right, error=0.2).shows.tolist() == [[True, False, False]]
    assert seen(right + 3, right, error=0.2).shows.tolist() == [[True, True, True]]


def test_three_rows_and_three_columns_of_rank_2_are_rich() -> None:
    assert seen(RIGHT, RIGHT).is_rich
    assert not seen(RIGHT[:2], RIGHT[:2]).is_rich
    assert not seen(RIGHT[:, :2], RIGHT[:, :2]).is_rich
    product = numbers(8, 1) @ numbers(1, 3)
    assert not seen(product, product).is_rich
    first_rows = torch.zeros_like(RIGHT).bool()
    first_rows[:2] = True
    assert not seen(RIGHT * first_rows, RIGHT * first_rows).is_rich
    assert not replace(seen(RIGHT, RIGHT), kept=first_rows).is_rich


def test_eight_different_sizes_are_many() -> None:
    assert seen(numbers(1, 8), numbers(1, 8)).has_many
    assert not seen(numbers(1, 7), numbers(1, 7)).has_many
    alike = torch.cat([numbers(1, 7), -numbers(1, 7), 0 * numbers(1, 7)])
    assert not seen(alike, alike).has_many


def test_five_entries_prove_a_factor() -> None:
    assert seen(3 * numbers(1, 5), numbers(1, 5)).multiple(numbers(1, 5)) == pytest.approx(3)
    assert seen(3 * numbers(1, 4), numbers(1, 4)).multiple(numbers(1, 4)) is None
    assert seen(3 * numbers(1, 4), numbers(1, 4)).multiple(numbers(1, 4), enough=3) == pytest.approx(3)
    padded = torch.cat([numbers(1, 4), torch.zeros(1, 4)], dim=1)
    assert seen(3 * padded, padded).multiple(padded) is None
    found = 3 * RIGHT + 1e-4 * OTHER
    assert seen(found, RIGHT).multiple(RIGHT) is None
    assert seen(found, RIGHT, error=1e-4).multiple(RIGHT) == pytest.approx(3, rel=1e-3)
    assert seen(RIGHT, RIGHT).multiple(RIGHT[:7]) is None
    assert seen(RIGHT, RIGHT).multiple(RIGHT / 0) is None


def test_a_tensor_of_few_digits_or_without_numbers_proves_nothing() -> None:
    formula, zeros = Formula((EXAMPLE, UNIT), 8, {}, []), 0 * RIGHT
    largest = RIGHT.abs().max()
    assert evidence_of(formula, OTHER, RIGHT, zeros) is not None
    assert evidence_of(formula, OTHER, RIGHT, zeros + 0.9e-5 * largest) is not None
    assert evidence_of(formula, OTHER, RIGHT, zeros + 1.1e-5 * largest) is None
    assert evidence_of(formula, OTHER[:7], RIGHT, zeros) is None
    assert evidence_of(formula, zeros, RIGHT, zeros) is None
    assert evidence_of(formula, OTHER, zeros, zeros) is None
    assert evidence_of(formula, OTHER / zeros, RIGHT, zeros) is None
    assert evidence_of(formula, OTHER[0], RIGHT[0], zeros[0]) is None


# Statements about one tensor


def test_a_factor_is_no_evidence_of_anything_else() -> None:
    assert list(statements(seen(3 * RIGHT, RIGHT))) == []


def test_a_place_with_a_factor_or_with_zeros_comes_before_any_function() -> None:
    """max(0, A) and min(0, the right tensor) would make the same numbers."""
    wrong = torch.where(OTHER > 0, 3 * RIGHT, RIGHT)
    assert first(seen(wrong, RIGHT, A=OTHER))[1] == "the numbers there are 3 times the right ones"
    assert first(seen(OTHER.clamp(max=0), OTHER, A=OTHER)) == ["wrong only where A > 0", "the numbers there are 0"]


def test_what_holds_beside_the_zeros_or_beside_a_limit() -> None:
    def parted(found: Tensor, right: Tensor = RIGHT) -> list[list[str]]:
        return [said(causes) for causes in beside(seen(found, right))]

    zeros = 3 * RIGHT
    zeros[2] = 0
    assert parted(zeros)[0] == ["the numbers of example 3 are 0", "the other numbers are 3 times the right ones"]
    scattered = 3 * RIGHT
    scattered[2, 1] = scattered[4, 0] = 0
    assert parted(scattered)[0] == ["each number is multiplied by one of 0, 3, as by dropout"]
    limited = (3 * RIGHT).clamp(-2, 2)
    assert [
        "every number beyond ±2 is cut off: nothing is clipped here",
        "the other numbers are 3 times the right ones",
    ] in parted(limited)
    assert parted(RIGHT * OTHER) == []
    three = numbers(1, 3)
    assert parted(three * tensor([0, 3, 3]), three)[0][0] == "the numbers of unit 1 are 0"
    assert parted(three * tensor([0, 3, 1]), three) == []  # a single wrong number beside it shows nothing


def test_the_zeros_of_whole_rows_or_columns_have_a_region() -> None:
    right = RIGHT.clone()
    right[2, 1] = 0

    def of(rows: list[int], columns: list[int]) -> str:
        chosen = torch.zeros_like(right).bool()
        for row in rows:
            chosen[row, columns] = True
        return region(seen(right, right), chosen & (right != 0)).en

    every = list(range(8))
    assert of([2, 4], [0, 1, 2]) == "examples 3, 5"
    assert of(every, [1]) == "unit 2"
    assert of([0, 1], [0, 1]) == "some entries"


# Several layers


def test_a_statement_must_hold_in_every_layer_that_shows_enough() -> None:
    one, two = seen(RIGHT**2, RIGHT), seen(OTHER**2, OTHER)
    assert held(one, two) == ("layer 1", ["these are the entries of the right tensor²"])
    assert held(one, seen(OTHER.abs(), OTHER)) is None
    small = numbers(2, 2)
    assert held(seen(small.abs(), small), one) == ("layer 2", ["these are the entries of the right tensor²"])
    assert held(seen(OTHER, RIGHT)) is None


def test_the_layer_that_shows_most_speaks() -> None:
    small, row = numbers(2, 2), numbers(1, 9)
    assert held(seen(small.abs(), small), seen(row**2, row)) == (
        "layer 2",
        ["these are the entries of the right tensor²"],
    )
    cut = numbers(2, 3)
    cut[0] = 0
    zeros = ["wrong only in example 1", "the numbers there are 0"]
    assert held(seen(numbers(1, 2).exp(), numbers(1, 2)), seen(cut, numbers(2, 3))) == ("layer 2", zeros)


def test_a_layer_that_cannot_tell_does_not_contradict() -> None:
    terms = numbers(8, 12).reshape(8, 3, 4)
    weights = tensor(1, 2, 1, 2, 5, 1, 1, 1)
    found = (weights[:, None, None] * terms).sum(dim=0)
    one = seen(found, terms.sum(dim=0), Formula((UNIT, INPUT), 8, {}, [], EXAMPLE, terms))
    assert held(one, seen(OTHER, RIGHT)) == (
        "layer 1",
        ["as if examples 2, 4 counted 2 times, example 5 counted 5 times in the sum"],
    )


def test_the_terms_of_the_layers_together_tell_how_often_they_count() -> None:
    def layer(terms: Tensor) -> Evidence:
        found = (tensor(1, 2, 1, 2, 5, 1, 1, 1)[:, None, None] * terms).sum(dim=0)
        return seen(found, terms.sum(dim=0), Formula((UNIT, INPUT), 8, {}, [], EXAMPLE, terms))

    one, two = layer(numbers(8, 6).reshape(8, 2, 3)), layer(numbers(9, 6)[1:].sin().reshape(8, 3, 2))
    weights = ["as if examples 2, 4 counted 2 times, example 5 counted 5 times in the sum"]
    assert held(one, two) == ("layer 1", weights)
    assert held(one) is None


def test_a_condition_without_a_reason_holds_nothing() -> None:
    noise = 3 + numbers(3, 8).T
    one, two = (
        seen(torch.where(A > 0, noise, right), right, A=A) for right, A in ((RIGHT, OTHER), (OTHER, RIGHT.roll(1, 0)))
    )
    assert held(one, two) is None


def test_a_single_layer_of_two_rows_shows_no_sum_and_no_scale() -> None:
    right, W = numbers(2, 4), numbers(3, 4)[1:]
    assert held(seen(0.5 * right + 0.2 * W, right, W=W)) is None
    assert held(seen(RIGHT / RIGHT.norm(), RIGHT)) is None


def test_each_layer_is_scaled_to_one_size() -> None:
    def scaled(*sizes: Tensor) -> list[str]:
        result = held(*(seen(right / size, right) for right, size in zip((RIGHT, numbers(5, 4)), sizes, strict=True)))
        return [] if result is None else result[1]

    both = RIGHT, numbers(5, 4)
    for measure, of in (
        ("norm", torch.norm),
        ("root mean square", lambda T: T.square().mean().sqrt()),
        ("largest size", lambda T: T.abs().max()),
    ):
        (said,) = scaled(*(of(right) for right in both))
        assert f"{measure} 1" in said
    assert scaled(tensor(2), tensor(3)) == []
    squares = OTHER**2
    assert held(seen(RIGHT / RIGHT.norm(), RIGHT), seen(squares / squares.norm(), OTHER)) is None


def test_the_layers_together_prove_what_none_of_them_shows() -> None:
    right = [numbers(1, 4), numbers(3, 3)[1:, :2], numbers(4, 4)[3:, :3]]
    layers = [seen(each**2, each) for each in right]
    assert held(*layers) == ("layer 1", ["these are the entries of the right tensor²"])
    assert torch.equal(joined(layers).right[0], torch.cat([each.flatten() for each in right]))
    assert held(*layers[:1]) is None


# Another W


T, W = numbers(8, 3), numbers(6, 4)[3:]


def of_product(found: Tensor, T: Tensor = T, W: Tensor = W) -> list[str]:
    formula = Formula((EXAMPLE, UNIT), 8, {}, [], UNIT, product=("dA_prev = dZ W", T, W))
    return said(another_W(seen(found, T @ W, formula)))


def test_a_product_tells_its_second_factor() -> None:
    start = "dA_prev = dZ W is computed with another W"
    other = W.clone()
    other[1] = 0
    with_reason, alone = of_product(T @ other)
    assert with_reason == f"{start}; of W: wrong only in unit 2, the numbers there are 0"
    assert alone == start
    assert of_product(T @ (W + numbers(5, 4)[2:])) == [start]
    assert of_product(T @ (W * (1 + 1e-7))) == []
    assert of_product(T @ (1000 * W * (1 + 1e-7)), W=1000 * W) == []
    formula = Formula((EXAMPLE, UNIT), 8, {}, [], UNIT, product=("dA_prev = dZ W", T, W))
    some = T @ W > 0
    assert list(another_W(replace(seen(T @ other, T @ W, formula), kept=some))) == []
    assert of_product(numbers(9, 4)[1:]) == []


def test_a_product_with_as_few_rows_as_unknowns_tells_nothing() -> None:
    other = W + numbers(5, 4)[2:]
    assert of_product(T[:5] @ other, T[:5]) != []
    assert of_product(T[:4] @ other, T[:4]) == []
    alike = torch.cat([T[:, :2], T[:, :1]], dim=1)
    assert of_product(alike @ other, alike) == []


def test_Z_tells_W_and_b_apart() -> None:
    b = tensor([1, 2, 3, 4])
    W = numbers(6, 4)[3:]
    W[0, 0] = 0
    rows, factors = torch.cat([T, torch.ones(8, 1)], dim=1), torch.cat([W, b])

    def of_Z(found: Tensor) -> list[str]:
        formula = Formula((EXAMPLE, UNIT), 8, {}, [], INPUT, product=("Z = A_prev Wᵀ + b", rows, factors))
        return said(another_W(seen(found, rows @ factors, formula)))

    other = W + numbers(5, 4)[2:]
    start = "Z = A_prev Wᵀ + b is computed with another "
    assert of_Z(T @ other + b)[-1] == start + "W"
    assert of_Z(T @ W + tensor([1, 2, 9, 4]))[0] == start + "b; of b: wrong only in unit 3"
    assert of_Z(T @ W + tensor([1, 2, 9, 4]))[-1] == start + "b"
    assert of_Z(T @ other + tensor([1, 2, 9, 4])) == [start + "W and another b"]


def test_operands_of_several_layers_are_one_operand() -> None:
    def layer(A: Tensor, found: Tensor) -> Evidence:
        formula = Formula((ROW, UNIT), 8, {"A": A}, [Operand("A", "A", A, lambda x: 2 * x)])
        return seen(found, 2 * A, formula)

    tensors = [numbers(1, 4), numbers(2, 5)[1:]]
    layers = [layer(A, 2 * A.tanh()) for A in tensors]
    result = held(*layers)
    assert result is not None
    assert "tanh(" in result[1][0]
    assert torch.equal(joined(layers).beside["A"], torch.cat(tensors, dim=1))
