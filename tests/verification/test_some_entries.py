"""Where a matrix is wrong and how its wrong entries come from the right ones, read from a few numbers."""

import pytest
import torch
from torch import Tensor

from course_torch.verification.evidence import conditions, factors, of_each, parts, where, wrong_entries
from tests.verification.by_hand import numbers, said, seen, tensor


def at(right: Tensor, rows: list[int], columns: list[int] | None = None) -> Tensor:
    """A mask of the entries in these rows and columns."""
    chosen = torch.zeros_like(right).bool()
    for column in range(right.shape[1]) if columns is None else columns:
        chosen[rows, column] = True
    return chosen


def place(chosen: Tensor, right: Tensor, **tensors: Tensor) -> str:
    """What is said first of where the matrix is wrong."""
    return next(iter(said(where(seen(torch.where(chosen, 2 * right, right), right, **tensors)))), "")


RIGHT = numbers(8, 3)


# Where


@pytest.mark.parametrize(
    ("rows", "columns", "expected"),
    [
        ([2], None, "wrong only in example 3"),
        ([2, 6], None, "wrong only in examples 3, 7"),
        ([2, 6], [1], "wrong only in examples 3, 7, unit 2"),
        (list(range(8)), [0, 2], "wrong only in units 1, 3"),
        (list(range(8)), None, ""),
        ([0, 1, 2, 4, 5, 6, 7], None, "wrong only in 7 of 8 examples"),
        ([0, 1, 2, 4, 5, 6], None, "wrong only in examples 1, 2, 3, 5, 6, 7"),
    ],
)
def test_the_wrong_rows_and_columns_are_named(rows: list[int], columns: list[int] | None, expected: str) -> None:
    assert place(at(RIGHT, rows, columns), RIGHT) == expected


def test_a_list_is_cut_if_it_names_half_of_the_rows() -> None:
    right = numbers(14, 2)
    odd = list(range(0, 14, 2))
    assert place(at(right, odd), right) == "wrong only in examples 1, 3, 5, 7, 9, 11, …"
    assert place(at(right, [*odd, 1]), right) == "wrong only in 8 of 14 examples"


def test_the_number_of_examples_is_that_of_all_also_of_those_that_show_nothing() -> None:
    """A right row of 0 can be neither wrong nor right: 15 of 23 examples are wrong, and not 15 of 20."""
    right = numbers(23, 3)
    right[20:] = 0
    wrong = [*range(8), *range(9, 16)]
    assert place(at(right, wrong), right) == "wrong only in 15 of 23 examples"


def test_not_every_entry_of_the_named_rows_and_columns_is_wrong() -> None:
    chosen = at(RIGHT, [1], [0]) | at(RIGHT, [4], [2])
    assert place(chosen, RIGHT) == "wrong only in some entries of examples 2, 5, units 1, 3"


def test_a_right_entry_of_0_proves_nothing() -> None:
    right = RIGHT.clone()
    right[3], right[2, 1] = 0, 0
    assert place(at(right, [0, 1, 2, 4, 5, 6, 7]), right) == ""
    assert place(at(right, [2, 4]), right) == "wrong only in examples 3, 5"


def test_nothing_is_said_of_a_right_matrix() -> None:
    assert place(at(RIGHT, []), RIGHT) == ""


def test_examples_with_the_same_label_are_named_by_it() -> None:
    """There are 1716 ways to choose 6 of 13 examples and 715 ways to choose 4: a label may choose these by chance."""
    right, Y = numbers(13, 2), torch.zeros(13, 1, dtype=torch.float64)
    Y[:6] = 1
    assert place(at(right, [0, 1, 2, 3, 4, 5]), right, Y=Y) == "wrong only in the examples with Y = 1"
    assert place(at(right, list(range(6, 13))), right, Y=Y) == "wrong only in the examples with Y = 0"
    Y[4:6] = 0
    assert place(at(right, [0, 1, 2, 3]), right, Y=Y) == "wrong only in examples 1 to 4"


def test_a_label_is_named_with_its_column_before_a_condition() -> None:
    right = numbers(13, 3)
    Y = torch.eye(3, dtype=torch.float64)[[0, 1, 1, 2, 0, 1, 1, 2, 0, 1, 1, 2, 0]]
    rows = [1, 2, 5, 6, 9, 10]
    Z = torch.where(at(right, rows), 1.0, -1.0)
    assert place(at(right, rows), right, Y=Y, Z=Z) == "wrong only in the examples with Y = 1 in column 2"


def test_examples_of_another_matrix_have_no_labels_here() -> None:
    Y = torch.zeros(14, 1, dtype=torch.float64)
    Y[:6] = 1
    assert place(at(numbers(13, 2), list(range(6))), numbers(13, 2), Y=Y) == "wrong only in examples 1 to 6"


def test_few_rows_are_named_before_a_condition() -> None:
    """A quarter of the rows are few, and so is one column."""
    for rows, columns, expected in (
        ([0, 1], None, "wrong only in examples 1, 2"),
        ([0, 1, 2], None, "wrong only where Z > 0"),
        ([0, 1, 2, 3, 4], [1], "wrong only in examples 1 to 5, unit 2"),
        ([0, 1, 2, 3, 4], [1, 2], "wrong only where Z > 0"),
    ):
        chosen = at(RIGHT, rows, columns)
        assert place(chosen, RIGHT, Z=torch.where(chosen, 1.0, -1.0).double()) == expected


# Conditions


def chosen_by(tensors: dict[str, Tensor], wrong: Tensor, right: Tensor = RIGHT) -> list[str]:
    return said(conditions(seen(torch.where(wrong, 2 * right, right), right, **tensors)))


def test_a_tensor_of_the_same_shape_chooses_the_wrong_entries() -> None:
    T, other = numbers(3, 8).T, 3 + numbers(8, 3)
    assert chosen_by({"A": T}, T > 0) == ["wrong only where A > 0"]
    assert chosen_by({"A": T}, T <= 0) == ["wrong only where A ≤ 0"]
    assert chosen_by({"A": T}, T.abs() > 0.5)[0].startswith("wrong only where |A| > 0.")
    assert chosen_by({"A": T}, T.abs() <= 0.5)[0].startswith("wrong only where |A| ≤ 0.")
    assert chosen_by({"Z": T}, T <= 0)[0] == "wrong only where Z ≤ 0"
    assert chosen_by({"Z": other}, other <= 3)[0].startswith("wrong only where Z ≤ 3")
    assert chosen_by({"W": T}, T > 0) == []
    assert chosen_by({"A": T.clamp(-0.5, 0.5)}, T > 0.75) == []  # 0.5 on both sides
    assert chosen_by({"A": -T.clamp(-0.5, 0.5)}, T > 0.75) == []
    assert chosen_by({}, RIGHT > 0) == ["wrong only where the right number > 0"]


def test_a_label_chooses_the_wrong_entries() -> None:
    Y = torch.eye(3, dtype=torch.float64)[[0, 1, 2, 0, 1, 2, 0, 1]]
    assert chosen_by({"Y": Y}, Y == 1)[0] == "wrong only where Y = 1"
    assert chosen_by({"Y": Y}, Y == 0)[0] == "wrong only where Y = 0"
    assert chosen_by({"Y": Y + 2 * (RIGHT > 0.9)}, Y == 1) == []  # more than two labels


def test_four_wrong_and_four_right_entries_prove_a_condition() -> None:
    wide = numbers(1, 24)
    for count in (4, 20):
        order = wide[0].argsort(descending=True)
        wrong = torch.zeros_like(wide).bool()
        wrong[0, order[:count]] = True
        assert len(chosen_by({}, wrong, wide)) == 1
        wrong[0, order[count - 1 if count == 4 else count]] ^= True
        assert chosen_by({}, wrong, wide) == []


# How


def how(chosen: Tensor, values: Tensor | float, right: Tensor = RIGHT, **tensors: Tensor) -> str:
    """What is said first of the wrong entries."""
    found = torch.where(chosen, values, right)
    return next(iter(said(wrong_entries(seen(found, right, **tensors)))), "")


def test_wrong_entries_are_0_or_a_multiple_or_those_of_another_tensor() -> None:
    some, Z = at(RIGHT, [1, 4], [0]), numbers(3, 8).T
    assert how(some, 0.0) == "the numbers there are 0"
    assert how(some, 3 * RIGHT) == "the numbers there are 3 times the right ones"
    assert how(some, Z, Z=Z) == "these are the entries of Z"
    assert how(at(RIGHT, [1], [0]), 3 * RIGHT) == ""  # a factor fits any number
    assert how(at(RIGHT, [1], [0]), Z, Z=Z) == ""
    assert how(at(RIGHT, list(range(8))), 3 * RIGHT) == ""  # no right entry beside: another statement says so


def test_five_entries_prove_a_function() -> None:
    Z, four, five = numbers(3, 8).T, at(RIGHT, [1, 2, 4, 6], [0]), at(RIGHT, [1, 2, 4, 6, 7], [0])
    for values, expected in (
        (RIGHT + 2 * Z**2, "2 times Z² is added"),
        (2 * Z**2, "these are the entries of 2 times Z²"),
        (RIGHT * Z**2, "multiplied by Z², entry by entry"),
        (RIGHT * RIGHT.abs(), "multiplied by |itself|, entry by entry"),
        (RIGHT.sign() * 2 * Z**2, "2 times Z² with the signs of the right numbers"),
    ):
        assert how(four, values, Z=Z) == ""
        assert expected in how(five, values, Z=Z)


def test_rows_may_be_those_of_other_examples() -> None:
    assert how(at(RIGHT, [1, 4]), RIGHT.roll(-1, 0)) == "the numbers there are those of examples 3, 6"
    assert how(at(RIGHT, [0, 1, 2, 3]), RIGHT.roll(-4, 0)) == "the numbers there are those of examples 5 to 8"
    assert how(at(RIGHT, [0, 1, 2, 3, 4]), RIGHT.roll(-3, 0)) == ""
    errors = torch.full_like(RIGHT, 1e-6)
    errors[1, 0] = 1e-7  # the largest error counts: a row that belongs to another example has its errors
    found = torch.where(at(RIGHT, [1, 4]), RIGHT.roll(-1, 0) + 5e-6, RIGHT)
    assert said(wrong_entries(seen(found, RIGHT, error=errors))) == ["the numbers there are those of examples 3, 6"]
    column = numbers(8, 1)
    assert how(at(column, [1, 4]), column.roll(-1, 0), column) == ""


def test_rows_may_be_scaled_to_one_norm() -> None:
    scaled = 2 * RIGHT / RIGHT.norm(dim=1, keepdim=True)
    assert how(at(RIGHT, [1, 4, 6]), scaled) == "each example there is scaled to the norm 2"
    assert how(at(RIGHT, [1]), scaled) == "the numbers there are 2 times the right ones".replace(
        "2 times", f"{2 / RIGHT[1].norm():.4g} times"
    )
    assert how(at(RIGHT, [1, 4, 6]), scaled * torch.arange(1, 9)[:, None]) == ""
    assert how(at(RIGHT, [1, 4, 6]), scaled.roll(1, 1)) == ""
    assert how(at(RIGHT, list(range(8))), scaled) == ""  # of all rows another statement says so


# All rows, columns or entries


def by_factors(of: list[float], right: Tensor = RIGHT) -> list[str]:
    some = torch.tensor(of, dtype=torch.float64).repeat(right.numel())[: right.numel()].reshape(right.shape)
    return said(factors(seen(some * right, right)))


def test_two_or_three_factors_multiply_the_entries() -> None:
    assert by_factors([2, 3, 2, 5, 3]) == ["each number is multiplied by one of 2, 3, 5"]
    assert by_factors([0, 2, 2, 0, 2]) == ["each number is multiplied by one of 0, 2, as by dropout"]
    assert by_factors([0, 2, 3, 0, 2]) == ["each number is multiplied by one of 0, 2, 3"]
    assert by_factors([2, 2]) == []
    assert by_factors([2, 3, 4, 5]) == []
    assert by_factors([2] * 23 + [3]) == []  # a factor of a single entry proves nothing
    assert by_factors([2] * 22 + [3, 3]) == ["each number is multiplied by one of 2, 3"]


def test_twelve_entries_prove_a_few_factors() -> None:
    assert by_factors([2, 3], numbers(4, 3)) == ["each number is multiplied by one of 2, 3"]
    assert by_factors([2, 3], numbers(1, 11)) == []


def test_a_number_in_place_of_0_has_no_factor() -> None:
    right = RIGHT.clone()
    right[0, 0] = 0
    found = right * torch.tensor([2.0, 3.0, 2.0])
    assert said(factors(seen(found, right))) == ["each number is multiplied by one of 2, 3"]
    found[0, 0] = 1
    assert said(factors(seen(found, right))) == []


def test_rows_or_columns_are_in_another_order() -> None:
    order = "the right numbers, but the {}s are in another order"
    assert said(parts(seen(RIGHT.roll(1, 0), RIGHT))) == [order.format("example")]
    assert said(parts(seen(RIGHT.roll(1, 1), RIGHT))) == [order.format("unit")]
    assert said(parts(seen(RIGHT[[1, 1, 2, 3, 4, 5, 6, 0]], RIGHT)))[-1] != order.format("example")
    half = RIGHT[[1, 2, 3, 0, 4, 5, 6, 7]]
    assert said(parts(seen(half, RIGHT)))[-1] == "the numbers there are those of examples 1 to 4"


def each(right: Tensor, factors: Tensor, axis: int = 0, *, added: bool = False, m: float = 8) -> list[str]:
    factors = factors[:, None] if axis == 0 else factors
    return said(of_each(seen(right + factors if added else right * factors, right, m=m), axis))


def test_each_row_or_column_has_its_own_factor() -> None:
    own = "each {} is multiplied by a number of its own"
    assert each(RIGHT, torch.arange(1, 9) / 3.5) == [own.format("example")]
    assert each(RIGHT, tensor(1, 0.7, 1.3), 1) == [own.format("unit")]
    assert each(RIGHT, torch.full((8,), 2.0)) == []
    assert each(numbers(8, 1) @ numbers(1, 3), torch.arange(1, 9) / 3.5) == []  # any other vector is such a product
    assert each(RIGHT, 1 / RIGHT.norm(dim=1)) == [own.format("example") + ", as if divided by its norm"]
    counts = tensor(8, 4, 2, 1, 1, 2, 4, 8)
    fewer = ", as if its sum were divided by fewer than m examples"
    assert each(RIGHT, 8 / counts) == [own.format("example") + fewer]
    assert each(RIGHT, 4 / counts, m=4) == [own.format("example")]  # more than m


def test_the_numbers_of_a_probability_must_add_up_to_1() -> None:
    right = RIGHT.softmax(dim=1)
    assert each(right, torch.arange(1, 9) / 3.5) == [
        "each example is multiplied by a number of its own: its numbers do not add up to 1"
    ]


def test_three_entries_beyond_the_fitted_factors_prove_them() -> None:
    assert len(each(numbers(3, 2), tensor(2, 3, 0.7))) == 1
    assert len(each(numbers(2, 3), tensor(2, 3))) == 1
    assert each(numbers(2, 2), tensor(2, 3)) == []


def test_each_row_has_its_own_shift() -> None:
    shift = "a number of its own is added to each {}"
    assert each(RIGHT, torch.arange(1, 9) / 7, added=True) == [shift.format("example")]
    assert each(RIGHT, tensor(1, 2, 4), 1, added=True) == [shift.format("unit")]
    assert each(RIGHT, -RIGHT.mean(dim=1), added=True) == [shift.format("example") + ": its mean is subtracted"]
    assert len(each(numbers(4, 2), tensor(1, 2, 4, 5), added=True)) == 1
    assert each(numbers(3, 2), tensor(1, 2, 4), added=True) == []


# Together


def test_a_place_without_a_reason_is_named_only_if_it_is_narrow() -> None:
    noise = 3 + numbers(3, 8).T
    assert said(parts(seen(torch.where(at(RIGHT, [1, 4]), noise, RIGHT), RIGHT))) == ["wrong only in examples 2, 5"]
    assert said(parts(seen(torch.where(at(RIGHT, [0, 1, 2, 3]), noise, RIGHT), RIGHT))) == [
        "wrong only in examples 1 to 4"
    ]
    assert said(parts(seen(torch.where(at(RIGHT, [0, 1, 2, 3, 5]), noise, RIGHT), RIGHT))) == []
    in_every_line = torch.eye(3).repeat(3, 1)[:8].bool()
    A = torch.where(in_every_line, 1.0, -1.0)
    assert place(in_every_line, RIGHT, A=A) == "wrong only where A > 0"
    assert said(parts(seen(torch.where(in_every_line, noise, RIGHT), RIGHT, A=A))) == []


def test_a_place_is_said_together_with_the_reason() -> None:
    rows = [0, 1, 2, 3, 5]
    assert said(parts(seen(torch.where(at(RIGHT, rows), 3 * RIGHT, RIGHT), RIGHT))) == [
        "wrong only in examples 1, 2, 3, 4, 6",
        "the numbers there are 3 times the right ones",
    ]
    assert said(parts(seen(torch.where(RIGHT > 0.5, 0, RIGHT), RIGHT)))[-1] == "the numbers there are 0"


def test_what_holds_everywhere_is_said_of_all_rows_or_columns() -> None:
    own = "each {} is multiplied by a number of its own"
    assert said(parts(seen(RIGHT * torch.arange(2, 10)[:, None] / 9.5, RIGHT))) == [own.format("example")]
    assert said(parts(seen(RIGHT * tensor(2, 0.7, 1.3), RIGHT))) == ["each number is multiplied by one of 0.7, 1.3, 2"]
    columns = numbers(8, 4)
    assert said(parts(seen(columns * tensor(2, 0.7, 1.3, 5), columns))) == [own.format("unit")]
