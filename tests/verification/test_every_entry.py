"""Statements that explain every entry of a wrong tensor, read from a few numbers."""

import re

import pytest
import torch
from torch import Tensor

from course_torch.language import CHINESE, Text
from course_torch.mistakes.operands import EXAMPLE, FUNCTIONS, INPUT, LABEL_PROBABILITY, ROW, UNIT, Formula, Operand
from course_torch.verification.every_entry import (
    Z_cut_off,
    all_counted,
    entry_by_entry,
    fitted,
    function_of_Z,
    labels,
    operands,
    terms,
    terms_tell,
)
from tests.docs.texts import wrong_chinese
from tests.verification.by_hand import numbers, said, seen, tensor

RIGHT = numbers(8, 3)


def entries(found: Tensor, right: Tensor = RIGHT, **tensors: Tensor) -> list[str]:
    return said(entry_by_entry(seen(found, right, **tensors)))


# A function of each right entry


def test_two_numbers_at_one_size_are_cut_off() -> None:
    sizes = RIGHT.abs().flatten().sort(descending=True).values
    for limit, expected in ((0.9, 1), (sizes[1:3].mean().item(), 1), (sizes[:2].mean().item(), 0)):
        found = RIGHT.clamp(-limit, limit)
        assert (
            entries(found)[:1] == [f"every number beyond ±{limit:.4g} is cut off: nothing is clipped here"] * expected
        )


@pytest.mark.parametrize("digits", [0, 1, 2, 6])
def test_numbers_are_rounded(digits: int) -> None:
    assert f"the numbers are rounded to {digits} decimals" in entries(RIGHT.round(decimals=digits))


def test_four_numbers_must_differ_from_their_rounded_ones() -> None:
    right = RIGHT.round(decimals=1)
    for wrong, expected in ((4, True), (3, False)):
        exact = right.clone()
        exact[:wrong, 0] += 0.031
        assert ("the numbers are rounded to 1 decimals" in entries(right, exact)) == expected


def test_a_function_of_the_entry_is_named_with_its_factor() -> None:
    assert "these are the entries of the right tensor²" in entries(RIGHT**2)
    assert "these are the entries of 3 times the right tensor²" in entries(3 * RIGHT**2)
    assert "these are the entries of the right tensor shifted by one row" in entries(RIGHT.roll(1, 0))
    assert entries(RIGHT + 1) == ["the same number is added to every entry"]


CHINESE_SENTENCES = {
    "这是正确的张量移动一行的元素": RIGHT.roll(1, 0),
    "这是 3 倍的正确的张量四舍五入到 1 位小数的元素": 3 * RIGHT.round(decimals=1),
    "这是正确的张量按列标准化的元素": (RIGHT - RIGHT.mean(dim=0)) / RIGHT.std(dim=0, correction=0),
    "这是正确的张量 / (|正确的张量| + 0.5) 的元素": RIGHT / (RIGHT.abs() + 0.5),
}


@pytest.mark.parametrize("chinese", CHINESE_SENTENCES)
def test_what_is_made_of_a_tensor_is_said_in_chinese(chinese: str) -> None:
    found = entry_by_entry(seen(CHINESE_SENTENCES[chinese], RIGHT))
    assert chinese in [mistake.sentence.zh for mistake in found]


@pytest.mark.parametrize("made", FUNCTIONS)
def test_words_for_what_is_made_of_a_tensor_are_chinese_too(made: Text) -> None:
    words = re.sub("softmax|sigmoid|tanh|exp|log|max|min", "", made.en)
    assert bool(re.search("[a-z]{2}", words)) == bool(re.search(CHINESE, made.zh))
    assert wrong_chinese(made.zh) == []


def test_eight_different_sizes_prove_a_function_of_an_entry() -> None:
    """A function of a whole row shows too little."""
    row = numbers(1, 8)
    assert "these are the entries of the right tensor²" in entries(row**2, row)
    assert entries(row[:, :7] ** 2, row[:, :7]) == []
    assert entries(row.cumsum(dim=1), row) == []


def test_an_epsilon_may_stand_beside_the_size() -> None:
    """right / (|right| + ε) is the sign with an ε in its denominator."""
    of = "the right tensor / (|the right tensor| + 0.1)"
    assert f"these are the entries of {of}" in entries(RIGHT / (RIGHT.abs() + 0.1))
    assert f"these are the entries of 3 times {of}" in entries(3 * RIGHT / (RIGHT.abs() + 0.1))
    assert entries(-RIGHT / (RIGHT.abs() + 0.1)) == []
    with_0 = RIGHT.clone()
    with_0[2, 1] = 0
    assert f"these are the entries of {of}" in entries(with_0 / (with_0.abs() + 0.1), with_0)


@pytest.mark.parametrize(("axis", "line"), [(0, "column"), (1, "row")])
def test_columns_or_rows_are_standardized(axis: int, line: str) -> None:
    """The wrong code may divide by a standard deviation with an epsilon, so that each line has a factor near 1."""
    right = numbers(6, 5)
    center = right - right.mean(dim=axis, keepdim=True)
    spread = center.square().mean(dim=axis, keepdim=True)
    expected = f"these are the entries of the right tensor standardized in each {line}"
    assert expected in entries(center / (spread + 1e-3).sqrt(), right)
    assert expected not in entries(center / (spread + 0.1).sqrt(), right)
    assert expected not in entries(center / spread.sqrt() + 0.1, right)


def test_five_rows_or_four_columns_prove_a_standardized_line() -> None:
    for right, axis, expected in (
        (numbers(5, 2), 0, True),
        (numbers(4, 2), 0, False),
        (numbers(2, 4), 1, True),
        (numbers(2, 3), 1, False),
    ):
        center = right - right.mean(dim=axis, keepdim=True)
        spread = (center.square().mean(dim=axis, keepdim=True) + 1e-3).sqrt()
        assert any("standardized in each" in each for each in entries(center / spread, right)) == expected


# Sums of two tensors


def test_the_right_tensor_and_another_one_are_added() -> None:
    W = numbers(3, 8).T
    assert entries(RIGHT + 0.2 * W, W=W) == ["0.2 times W is added"]
    assert entries(RIGHT + 0.2 * W.sign(), W=W) == ["0.2 times the sign of W is added"]
    assert entries(0.5 * RIGHT - 0.2 * W, W=W) == ["0.5 times the right tensor plus -0.2 times W"]
    assert entries(2 * W - 0.3, W=W) == ["-0.3 plus 2 times W"]
    assert entries(RIGHT + 0.2 * W) == []


def test_numbers_with_mean_0_are_standardized() -> None:
    said = "the mean is subtracted, and the numbers are divided by their spread"
    assert entries((RIGHT - RIGHT.mean()) / RIGHT.std()) == [said]
    assert said not in entries((RIGHT - 0.5) / RIGHT.std())


def test_six_entries_prove_a_sum_of_two() -> None:
    assert entries(2 * numbers(2, 3) + 1, numbers(2, 3)) == ["2 times the right tensor plus 1"]
    assert entries(2 * numbers(1, 5) + 1, numbers(1, 5)) == []


# Another operand of a product


DZ, W = numbers(8, 4), numbers(3, 4).T
PRODUCT = Formula((EXAMPLE, UNIT), 8, {}, [Operand("W", "W", W, lambda x: DZ @ x)])


def operand(found: Tensor, formula: Formula = PRODUCT) -> list[str]:
    return said(operands(seen(found, DZ @ W, formula)))


def test_a_function_of_an_operand_stands_in_its_place() -> None:
    assert operand(DZ @ W.abs()) == ["computed with |W| in place of W"]
    assert operand(DZ @ W.tril()) == ["computed with the lower triangle of W in place of W"]
    assert operand(DZ @ numbers(5, 3)[1:]) == []


@pytest.mark.parametrize(
    ("factor", "said"), [(8, "m"), (1 / 8, "1/m"), (-8, "-m"), (-1 / 8, "-1/m"), (3, "3"), (-1, "-1")]
)
def test_a_factor_beside_the_operand_is_named(factor: float, said: str) -> None:
    assert operand(factor * DZ @ W.abs()) == [f"computed with |W| in place of W, and multiplied by {said}"]


def test_a_function_that_leaves_the_operand_as_it_is_explains_no_factor() -> None:
    positive = Formula((EXAMPLE, UNIT), 8, {}, [Operand("W", "W", W.abs(), lambda x: DZ @ x)])
    assert said(operands(seen(2 * DZ @ W.abs(), DZ @ W.abs(), positive))) == []


def test_two_columns_show_a_function_of_entries_of_an_operand_but_not_of_dA_nor_of_a_whole_matrix() -> None:
    def of_two(name: str, made: Tensor) -> list[str]:
        formula = Formula((EXAMPLE, UNIT), 8, {}, [Operand(name, name, W[:, :2], lambda x: DZ @ x)])
        return said(operands(seen(DZ @ made, DZ @ W[:, :2], formula)))

    assert of_two("W", W[:, :2].abs()) == ["computed with |W| in place of W"]
    assert of_two("W", W[:, :2].tril()) == []
    assert of_two("dA", W[:, :2].abs()) == []


def test_a_row_shows_a_function_of_the_whole_row() -> None:
    b = numbers(1, 6)
    row = Formula((ROW, UNIT), 8, {}, [Operand("b", "b", b, torch.clone)])
    assert said(operands(seen(b.roll(1, 1), b, row))) == ["computed with b shifted by one column in place of b"]


def test_a_small_operand_proves_nothing() -> None:
    few = Formula((EXAMPLE, UNIT), 8, {}, [Operand("b", "b", W[:1], lambda x: DZ[:, :3] + x)])
    assert said(operands(seen(DZ[:, :3] + W[:1].abs(), DZ[:, :3] + W[:1], few))) == []


def test_the_largest_or_another_choice_of_the_examples_is_no_mean() -> None:
    each = numbers(5, 6).reshape(5, 2, 3)
    formula = Formula((UNIT, INPUT), 5, {}, [], EXAMPLE, each / 5)
    assert said(operands(seen(each.amax(dim=0), each.mean(dim=0), formula))) == [
        "the largest of the examples in place of their mean"
    ]
    of_units = formula._replace(summed=UNIT)
    assert said(operands(seen(each.amax(dim=0), each.mean(dim=0), of_units))) == []
    one = formula._replace(terms=each[:, :1, :1] / 5)
    assert said(operands(seen(each.amax(dim=0)[:1, :1], each.mean(dim=0)[:1, :1], one))) == []


# A and Y in dZ = A - Y


Z = 2 * numbers(8, 1)
A, Y = torch.sigmoid(Z), tensor([1], [0], [0], [1], [0], [1], [1], [0])


def output(found: Tensor, A: Tensor = A, Y: Tensor = Y, Z: Tensor = Z, **more: Tensor) -> list[str]:
    return said(labels(seen(found, A - Y, A=A, Y=Y, Z=Z, **more)))


def test_up_to_half_of_the_examples_have_other_labels() -> None:
    for others, expected in (([1, 4], "examples 2, 5"), ([0, 2, 4, 6], "examples 1, 3, 5, 7")):
        other = Y.clone()
        other[others] = 1 - other[others]
        assert output(A - other) == [f"{expected} have other labels"]
    other[1] = 1
    assert output(A - other) == []


def test_each_label_is_another_number() -> None:
    assert output(A - (0.3 + 0.5 * Y))[0] == "as if the labels were 0.3, 0.8"
    assert output(0.3 + 0.5 * Y - A)[0] == "as if the labels were 0.3, 0.8, and the sign is wrong"
    three = tensor([0], [0.5], [1], [0], [0.5], [1], [0], [0.5])
    others = tensor([3], [1], [2], [3], [1], [2], [3], [1])
    assert output(A - others, Y=three)[0] == "as if the labels were 3, 1, 2"
    single = tensor([1], [0], [0], [0], [0], [0], [0], [0])
    assert not any("as if" in each for each in output(A - (0.3 + 0.5 * single), Y=single))


def test_many_labels_are_shifted_and_scaled() -> None:
    Y = numbers(1, 8).T
    assert output(A - (2 * Y + 3), Y=Y)[0] == "as if the labels were 2 Y + 3"
    assert output(A - 0.3, Y=Y)[0] == "as if the labels were 0.3"
    assert not any("as if" in each for each in output(A - Y**2, Y=Y))
    four = tensor([1], [2], [3], [4], [1], [2], [3], [4]) / 4
    assert output(A - (2 * four + 3), Y=four) == []  # each label has two examples


def test_something_else_stands_for_A_or_Y() -> None:
    assert output(torch.tanh(Z) - Y) == ["computed with tanh(Z) in place of A"]
    assert output(0.4 - Y) == ["computed with 0.4 in place of A"]
    assert output(torch.sigmoid(3 * Z) - Y) == ["computed with g(3 times Z) in place of A"]
    many = numbers(1, 8).T
    assert output(A - many**2, Y=many) == ["computed with Y² in place of Y"]


def test_A_is_cut_off() -> None:
    assert output(A.clamp(0.2, 0.7) - Y) == ["A is cut off to A ≥ 0.2, A ≤ 0.7"]
    assert output(A.clamp(min=0.2) - Y) == ["A is cut off to A ≥ 0.2"]
    assert output(A.clamp(max=0.7) - Y) == ["A is cut off to A ≤ 0.7"]


def test_the_logits_of_several_classes_are_scaled() -> None:
    Z, Y = 2 * RIGHT, torch.eye(3, dtype=torch.float64)[[0, 1, 2, 0, 1, 2, 0, 1]]
    assert output((3 * Z).softmax(dim=1) - Y, Z.softmax(dim=1), Y, Z) == ["computed with g(3 times Z) in place of A"]


def test_an_epsilon_is_added_to_the_denominators() -> None:
    p = A * Y + (1 - A) * (1 - Y)
    found = (A - Y) * p / (p + 0.01)

    def of(m: int) -> list[str]:
        tensors = {"A": A[:m], "Y": Y[:m], "Z": Z[:m], LABEL_PROBABILITY: p[:m]}
        return said(labels(seen(found[:m], (A - Y)[:m], Formula((EXAMPLE, UNIT), 8, tensors, []))))

    assert of(8)[-1].startswith("0.01 is added to each denominator")
    assert output(found) == []
    assert of(4) == []


def test_losses_in_a_column_have_no_labels_of_their_own() -> None:
    losses = Formula((EXAMPLE, ROW), 8, {"A": A, "Y": Y, "Z": Z}, [])
    assert said(labels(seen(0.4 - Y, A - Y, losses))) == []


# A function of Z


WIDE = 2 * numbers(5, 4)
WEIGHT = 1 + numbers(4, 5).T.abs()


def of_Z(found: Tensor, Z: Tensor = WIDE, weight: Tensor = WEIGHT, name: str = "g'(Z)") -> list[str]:
    g = lambda Z: 1 - torch.tanh(Z) ** 2 if name == "g'(Z)" else torch.tanh(Z)  # noqa: E731
    tensors = {"Z": Z} | ({name: g(Z)} if name == "g'(Z)" else {})
    formula = Formula((EXAMPLE, UNIT), len(Z), tensors, [], of_Z=(weight, g))
    evidence = seen(found, weight * g(Z), formula)
    return said(Z_cut_off(evidence)) + said(function_of_Z(evidence))


def slope(Z: Tensor) -> Tensor:
    return 1 - torch.tanh(Z) ** 2


def test_Z_is_cut_off() -> None:
    for limit in (0.5, 1.5):
        found = WEIGHT * slope(WIDE.clamp(-limit, limit))
        assert of_Z(found)[0] == f"computed with Z cut off to ±{limit} in place of Z"
    assert not any("cut off" in each for each in of_Z(WEIGHT * slope(WIDE.clamp(-0.512, 0.512))))
    assert not any("cut off" in each for each in of_Z(WEIGHT * slope(WIDE.clamp(-0.5, 0.7))))


def test_a_single_Z_beyond_the_limit_proves_no_limit() -> None:
    for largest, expected in (([1.9, -1.8], True), ([1.9, 0.1], False)):
        Z = WIDE / 2
        Z[0, :2] = torch.tensor(largest)
        found = WEIGHT * slope(Z.clamp(-1.5, 1.5))
        assert any("cut off" in each for each in of_Z(found, Z)) == expected


def test_Z_is_scaled() -> None:
    assert "computed with g'(3 times Z) in place of g'(Z)" in of_Z(WEIGHT * slope(3 * WIDE))
    assert "computed with 2 times g'(3 times Z) in place of g'(Z)" in of_Z(2 * WEIGHT * slope(3 * WIDE))
    assert "computed with g(3 times Z) in place of g(Z)" in of_Z(WEIGHT * torch.tanh(3 * WIDE), name="g(Z)")


def test_an_epsilon_is_beside_the_derivative() -> None:
    assert "computed with 1/(g'(Z) + 0.1) in place of g'(Z)" in of_Z(WEIGHT / (slope(WIDE) + 0.1))


def test_the_derivatives_of_other_examples() -> None:
    assert "computed with g'(Z) of the examples in another order in place of g'(Z)" in of_Z(
        WEIGHT * slope(WIDE).roll(1, 0)
    )
    assert not any("another order" in each for each in of_Z(WEIGHT * slope(WIDE)[[1, 1, 2, 3, 4]]))
    some = WEIGHT * slope(WIDE)[[1, 0, 2, 3, 4]]
    some[2:] *= 1.01
    assert not any("another order" in each for each in of_Z(some))


def test_another_rising_or_falling_function_is_named_by_its_ends() -> None:
    low, high = WIDE.min().item(), WIDE.max().item()
    for sign in (1, -1):
        assert of_Z(sign * WEIGHT * WIDE.exp()) == [
            "another function of Z stands in place of g'(Z): "
            f"{sign * WIDE.min().exp():.4g} (Z = {low:.2g}), {sign * WIDE.max().exp():.4g} (Z = {high:.2g})"
        ]
    assert len(of_Z(WEIGHT * WIDE.abs().exp())) == 1
    assert "|Z| = " in of_Z(WEIGHT * WIDE.abs().exp())[0]
    assert of_Z(WEIGHT * (5 * WIDE).sin()) == []


def test_thirteen_entries_prove_another_function() -> None:
    for n, expected in ((13, 1), (12, 0)):
        Z, weight = 2 * numbers(1, n), 1 + numbers(n, 1).T.abs()
        assert len(of_Z(weight * Z.exp(), Z, weight)) == expected


def test_nine_entries_prove_another_Z() -> None:
    for n, expected in ((9, 1), (8, 0)):
        Z, weight = 2 * numbers(1, n), 1 + numbers(n, 1).T.abs()
        assert len(of_Z(weight * slope(3 * Z), Z, weight)) == expected


def test_the_best_scale_is_found_at_once_with_its_factor() -> None:
    Z = WIDE.flatten()
    assert fitted(lambda c: torch.tanh(c * Z), 2 * torch.tanh(3 * Z)) == pytest.approx((3, 2))
    assert fitted(lambda c: torch.tanh(c * Z), torch.tanh(3 * Z), scaled=False) == pytest.approx((3, 1))


# The terms of a sum


TERMS = numbers(8, 12).reshape(8, 3, 4)
SUM = Formula((UNIT, INPUT), 8, {}, [], EXAMPLE, TERMS)


def summed(found: Tensor, formula: Formula = SUM) -> list[str]:
    assert formula.terms is not None
    return said(terms(seen(found, formula.terms.sum(dim=0) + formula.rest, formula)))


def test_some_terms_are_left_out_or_counted_alone() -> None:
    right = TERMS.sum(dim=0)
    assert summed(TERMS[:3].sum(dim=0))[0] == "the sum holds only examples 1 to 3"
    assert summed(TERMS[2:7].sum(dim=0))[0] == "the sum leaves out examples 1, 2, 8"
    assert summed(right - TERMS[1])[0] == "the sum leaves out example 2"
    assert summed(right + TERMS[1])[0] == "as if example 2 counted 2 times in the sum"
    assert summed(right - 3 * TERMS[1:3].sum(dim=0))[0] == "as if examples 2, 3 counted -2 times in the sum"
    assert summed(0.5 * TERMS[:2].sum(dim=0))[0] == "the sum holds only examples 1, 2, and multiplied by 0.5"
    assert summed(0.5 * TERMS[2])[0] == "the sum holds only example 3, and multiplied by 0.5"
    assert summed(8 * TERMS[:2].sum(dim=0))[0] == "the sum holds only examples 1, 2, and multiplied by m"


def test_the_rest_of_the_sum_is_no_term() -> None:
    b = tensor([1, 2, 3, 4])
    assert summed(TERMS[:3].sum(dim=0) + b, SUM._replace(rest=b, summed=INPUT))[0] == "the sum holds only inputs 1 to 3"
    more = TERMS.sum(dim=0) + TERMS[1] + b
    assert summed(more, SUM._replace(rest=b, summed=INPUT))[0] == "as if input 2 counted 2 times in the sum"


def test_of_many_terms_only_single_ones_are_looked_for() -> None:
    for n, expected in ((64, ["the sum leaves out examples 3, 4"]), (65, [])):
        many = numbers(n, 12).reshape(n, 3, 4)
        right = many.sum(dim=0)
        assert summed(right - many[2], SUM._replace(terms=many)) == ["the sum leaves out example 3"]
        assert summed(right - many[2] - many[3], SUM._replace(terms=many)) == expected


def test_each_term_counts_otherwise() -> None:
    def weighted(*weights: float) -> list[str]:
        return summed((tensor(*weights)[:, None, None] * TERMS).sum(dim=0))

    assert weighted(1, 2, 1, 2, 5, 1, 1, 1) == [
        "as if examples 2, 4 counted 2 times, example 5 counted 5 times in the sum"
    ]
    assert weighted(2, 0, 2, 0, 2, 0, 2, 0) == ["the sum holds only examples 1, 3, 5, 7, and multiplied by 2"]
    assert weighted(1, 0, 3, 1, 1, 1, 1, 1) == ["as if example 2 counted 0 times, example 3 counted 3 times in the sum"]
    assert weighted(3, 3, 3, 3, 3, 3, 3, 3) == []


def test_each_term_is_scaled_to_one_norm() -> None:
    norms = TERMS.flatten(1).norm(dim=1)
    weights = torch.ones(8, dtype=torch.float64)
    weights[[1, 4, 6]] = 0.25 / norms[[1, 4, 6]]
    assert summed((weights[:, None, None] * TERMS).sum(dim=0)) == [
        "the gradients of examples 2, 5, 7 are each scaled to the norm 2"  # m times 0.25
    ]


def test_four_more_entries_than_terms_prove_their_weights() -> None:
    for n, expected in ((8, True), (9, False)):
        each = numbers(n, 12).reshape(n, 3, 4)
        right = each.sum(dim=0)
        assert terms_tell(seen(right, right, SUM._replace(terms=each))) == expected
    alike = torch.cat([TERMS[:7], 2 * TERMS[:1]])
    assert not terms_tell(seen(TERMS[0], TERMS[0], SUM._replace(terms=alike)))
    assert not terms_tell(seen(RIGHT, RIGHT))


def test_numbers_of_terms_are_listed_by_number_or_in_order() -> None:
    assert all_counted(EXAMPLE, ["2", "1", "3", "2"]).en == "examples 1, 4 counted 2 times, example 3 counted 3 times"
    assert all_counted(EXAMPLE, ["2", "1", "3", "2"]).zh == "第 1、4 个样本算了 2 次，第 3 个样本算了 3 次"
    assert all_counted(EXAMPLE, ["2", "3", "4"]).en == (
        "example 1 counted 2 times, example 2 counted 3 times, example 3 counted 4 times"
    )
    assert all_counted(EXAMPLE, ["2", "3", "1", "4", "5"]).en == (
        "examples 1, 2, 4, 5, in this order, counted 2, 3, 4, 5 times"
    )
    assert all_counted(EXAMPLE, list("2345678")).en == (
        "examples 1 to 7, in this order, counted 2, 3, 4, …, 6, 7, 8 times"
    )
    assert all_counted(EXAMPLE, list("234567")).en == "examples 1 to 6, in this order, counted 2, 3, 4, 5, 6, 7 times"
