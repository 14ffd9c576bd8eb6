"""What the numbers of a wrong tensor show, each threshold just above and just below."""

import pytest
import torch
from torch import Tensor

from course_torch.formulas.layers import LayerCache
from course_torch.mistakes.context import ForwardPass, TensorName
from course_torch.verification.comparing import rounded_to
from course_torch.verification.diagnosis import Case, certain, has_class_weights, has_other_labels, patterns
from tests.verification.by_hand import forward_pass, layer_of, tensor

DZ1, DZ2, DA1, DW1 = (TensorName(kind, l) for kind, l in (("dZ", 1), ("dZ", 2), ("dA", 1), ("dW", 1)))


def case_of(name: TensorName, found: Tensor, right: Tensor, forward: ForwardPass, errors: Tensor | None = None) -> Case:
    errors = torch.zeros_like(right) if errors is None else errors
    return Case({name: found}, {name: right}, {name: errors}, forward)


def seen(name: TensorName, found: Tensor, right: Tensor, forward: ForwardPass) -> list[str]:
    return list(patterns(case_of(name, found, right, forward), name))


COLUMN = tensor([1 / 3], [0.2], [0.3], [0.7])
PLAIN = forward_pass(tensor([0], [0], [1], [1]), layer_of(4, 2, 1), layer_of(4, 1, 1))


def test_the_shape_is_looked_at_first() -> None:
    assert seen(DZ2, COLUMN.flatten() / 0, COLUMN, PLAIN) == ["shape"]


def test_one_nan_is_not_finite() -> None:
    assert seen(DZ2, tensor([1], [2], [float("nan")], [0]), COLUMN, PLAIN) == ["not finite"]


# Class weights: the rows of each label have a factor of their own


def weighted(factors: list[float], Y: Tensor, right: Tensor = COLUMN, errors: Tensor | None = None) -> bool:
    forward = forward_pass(Y, layer_of(len(Y), 2, 1), layer_of(len(Y), 1, right.shape[1]))
    found = tensor(*([factor] for factor in factors)) * right
    return has_class_weights(case_of(DZ2, found, right, forward, errors), DZ2)


TWO_CLASSES = tensor([0], [0], [1], [1])


@pytest.mark.parametrize("factors", [[2, 2, 3, 3], [3, 3, 0.5, 0.5], [1, 1, 1.0000105, 1.0000105]])
def test_a_factor_for_each_class_is_a_class_weight(factors: list[float]) -> None:
    assert weighted(factors, TWO_CLASSES)


@pytest.mark.parametrize(
    "factors",
    [
        [2, 2, 2, 2],
        [1, 1, 1.0000095, 1.0000095],  # no more than a hundred-thousandth apart
        [-2, -2, 3, 3],
        [2, 2, 3, 4],
    ],
)
def test_other_factors_are_no_class_weights(factors: list[float]) -> None:
    assert not weighted(factors, TWO_CLASSES)


def test_class_weights_are_found_for_one_hot_labels() -> None:
    Y = tensor([1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 0, 0])
    right = tensor([0.1, 0.2, 0.3], [0.4, 0.5, 0.6], [0.7, 0.8, 0.9], [1.1, 1.2, 1.3])
    assert weighted([2, 3, 5, 2], Y, right)
    assert not weighted([2, 3, 5, 7], Y, right)


def test_one_class_has_no_class_weight() -> None:
    assert not weighted([2, 2, 2, 2], torch.ones(4, 1).double())


def test_labels_that_are_all_different_are_no_classes() -> None:
    """Real numbers as labels: a factor for each example proves nothing."""
    assert not weighted([2, 3, 5, 7], tensor([0.1], [0.2], [0.3], [0.4]), torch.arange(1, 13).reshape(4, 3) / 7.0)


def test_a_class_weight_may_be_off_by_a_millionth() -> None:
    """Three times a millionth of the class's norm, which is 100 √2 and more."""
    off = tensor([0], [200e-6], [0], [0])
    right = tensor([100], [200], [300], [500])
    forward = forward_pass(TWO_CLASSES, layer_of(4, 2, 1), layer_of(4, 1, 1))
    factors = tensor([2], [2], [3], [3])
    assert seen(DZ2, factors * right + off, right, forward) == ["class weights"]
    assert seen(DZ2, factors * right + 20 * off, right, forward) == []


@pytest.mark.parametrize(("digits", "expected"), [(3.6, True), (3.4, False), (3.1, False)])
def test_class_weights_need_seven_digits(digits: float, expected: bool) -> None:
    """Each class has two numbers. The factor uses up the digits of the first, so the two classes have 2 · `digits`."""
    found = tensor([2], [2], [3], [3]) * COLUMN
    norms = tensor(*[[found[:2].norm()]] * 2, *[[found[2:].norm()]] * 2)
    errors = norms * (10**-digits / 3 - 1e-6) / 2**0.5
    assert weighted([2, 2, 3, 3], TWO_CLASSES, errors=errors) == expected


def test_a_single_example_of_a_class_is_no_evidence() -> None:
    assert not weighted([2, 2, 3], tensor([0], [0], [1]), COLUMN[:3])


def test_only_dZ_of_the_output_has_class_weights() -> None:
    found = tensor([2], [2], [3], [3]) * COLUMN
    assert seen(DZ2, found, COLUMN, PLAIN) == ["class weights"]
    assert seen(DZ1, found, COLUMN, PLAIN) == []


# Labels of other examples: A - dZ holds them

A = tensor([0.5, 0.25, 0.25], [0.25, 0.25, 0.5], [0.125, 0.125, 0.75], [0.25, 0.5, 0.25], [0.5, 0.125, 0.375])
ONE_HOT = torch.eye(3, dtype=torch.float64)[[0, 1, 2, 0, 1]]
BEFORE = layer_of(5, 2, 3)
LABELLED = forward_pass(ONE_HOT, BEFORE, BEFORE, LayerCache(BEFORE.A, A, A))
DZ3 = TensorName("dZ", 3)


def with_labels(order: list[int], off: float = 0.0, row: int = 0, errors: Tensor | None = None) -> bool:
    found = A - ONE_HOT[order]
    found[row, 0] += off
    return has_other_labels(case_of(DZ3, found, A - ONE_HOT, LABELLED, errors), DZ3)


def test_labels_of_two_other_examples_are_seen() -> None:
    assert with_labels([1, 0, 2, 3, 4])
    assert with_labels([1, 2, 3, 4, 0])


def test_another_label_of_one_example_is_no_permutation() -> None:
    assert not with_labels([1, 1, 2, 3, 4])


def test_a_class_that_has_become_another_class_is_no_permutation() -> None:
    assert not with_labels([1, 0, 2, 1, 0])


def test_only_dZ_of_the_output_has_labels() -> None:
    found = A - ONE_HOT[[1, 0, 2, 3, 4]]
    forward = forward_pass(ONE_HOT, BEFORE, LayerCache(BEFORE.A, A, A), LayerCache(BEFORE.A, A, A))
    assert seen(DZ3, found, A - ONE_HOT, LABELLED) == ["labels shuffled"]
    assert seen(DZ2, found, A - ONE_HOT, forward) == []


def test_labels_are_read_within_thirty_standard_errors_of_their_row() -> None:
    """Row 3 may be off by 30 · 2⁻¹², whatever the errors of the other rows."""
    errors = torch.zeros(5, 3, dtype=torch.float64)
    errors[3, 1], errors[0] = 2.0**-12, 0.01
    order = [1, 0, 2, 3, 4]
    assert with_labels(order, 30 * 2.0**-12, 3, errors)
    assert not with_labels(order, 31 * 2.0**-12, 3, errors)


# A narrow dtype

ROWS = forward_pass(torch.zeros(3, 1), layer_of(3, 2, 1), layer_of(3, 1, 1))


def dtype_of(found: Tensor, right: Tensor, errors: float = 0.0, forward: ForwardPass = ROWS) -> str | None:
    error = torch.zeros(right.shape, dtype=torch.float64)
    error[0, 0] = errors
    return rounded_to(found, right, error, len(forward.Y))


RIGHT = tensor([1, 0.1])


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
def test_rounded_numbers_show_their_dtype(dtype: torch.dtype) -> None:
    """The tensor, or its sum over m = 3 examples that is divided afterwards."""
    name = str(dtype).removeprefix("torch.")
    assert dtype_of(RIGHT.to(dtype).double(), RIGHT) == name
    assert dtype_of((3 * RIGHT).to(dtype).double() / 3, RIGHT) == name
    assert seen(DW1, RIGHT.to(dtype).double(), RIGHT, ROWS) == [name]


def test_numbers_of_the_own_dtype_show_nothing() -> None:
    assert dtype_of(RIGHT * (1 + 2.0**-30), RIGHT) is None
    assert dtype_of(RIGHT.float(), RIGHT.float() * (1 + 2.0**-20)) is None
    assert dtype_of(RIGHT.bfloat16(), RIGHT.bfloat16()) is None


def test_a_float32_tensor_may_be_rounded_to_narrower_dtypes() -> None:
    assert dtype_of(RIGHT.bfloat16().float(), RIGHT.float()) == "bfloat16"
    assert dtype_of(RIGHT.half().float(), RIGHT.float()) == "float16"


def test_a_single_number_may_be_rounded_by_chance() -> None:
    right = tensor([0.1, 0])
    assert dtype_of(right.float().double(), right) is None


def test_rounded_numbers_are_within_ten_eps_of_the_right_ones() -> None:
    """‖right‖ = 5, so 10 ε ‖right‖ is 50 · 2⁻²³, which is ‖(30, 40)‖ · 2⁻²³."""
    right = tensor([3, 4])
    assert dtype_of(right + 2.0**-23 * tensor([30, 40]), right) == "float32"
    assert dtype_of(right + 2.0**-23 * tensor([34, 40]), right) is None


def test_rounded_means_within_four_eps_of_the_own_dtype() -> None:
    """‖x‖ is nearly 5, so 4 ε ‖x‖ is 20 · 2⁻⁵²."""
    right = tensor([3 + 2.0**-20, 4])
    assert dtype_of(right + 2.0**-52 * tensor([18, 0]), right) == "float32"
    assert dtype_of(right + 2.0**-52 * tensor([22, 0]), right) is None


def test_an_error_of_three_float32_roundings_is_float32() -> None:
    """A standard error of 2⁻⁵⁰ in float64 is one of 2⁻²¹ in float32."""
    right = tensor([3 + 2.0**-40, 4])
    assert dtype_of(right + tensor([3 * 2.0**-21, 0]), right, 2.0**-50) == "float32"
    assert dtype_of(right + tensor([3.5 * 2.0**-21, 0]), right, 2.0**-50) is None


def test_an_error_beyond_ten_eps_may_be_one_rounding_more() -> None:
    """10 ε ‖right‖ + 64 · 2⁻²³ is 114 · 2⁻²³."""
    right = tensor([3 + 2.0**-40, 4])
    assert dtype_of(right + tensor([113 * 2.0**-23, 0]), right, 64 * 2.0**-52) == "float32"
    assert dtype_of(right + tensor([116 * 2.0**-23, 0]), right, 64 * 2.0**-52) is None


def test_an_error_of_the_size_of_bfloat16_is_not_called_so() -> None:
    right = tensor([3 + 2.0**-12, 4]).float()
    assert dtype_of(right + tensor([2.0**-9, 0]).float(), right, 2.0**-20) is None


# Places where the tensor is right

Z = tensor([-1], [0], [0.5], [2])
HIDDEN = forward_pass(tensor([0], [2], [0], [2]), LayerCache(Z, Z, Z), LayerCache(-Z, -Z, -Z))


# What the dtype and the other result of a formula prove


def proved(found: Tensor, right: Tensor, errors: Tensor) -> list[str]:
    return list(certain(Case({DZ2: found}, {DZ2: right}, {DZ2: errors}, PLAIN), DZ2))


def test_a_rounded_tensor_in_a_narrower_dtype_lost_its_precision() -> None:
    assert proved(COLUMN.float(), COLUMN, 0 * COLUMN) == ["float32"]
    assert proved(COLUMN.bfloat16(), COLUMN, 0 * COLUMN) == ["bfloat16"]
    assert proved(COLUMN.bfloat16(), COLUMN.float(), 0 * COLUMN) == ["bfloat16"]
    assert proved(COLUMN, COLUMN, 0 * COLUMN) == []


def test_other_numbers_in_a_narrower_dtype_are_another_mistake() -> None:
    """A learner may compute in float32: `errors` then are those of float32."""
    assert proved(2 * COLUMN.float(), COLUMN, 0.1 * COLUMN) == []
    assert proved(COLUMN.float() + 1e-5, COLUMN, 0.1 * COLUMN) == []


def test_dW_and_db_are_swapped_only_if_each_is_the_other() -> None:
    db1, db, dW = TensorName("db", 1), tensor([5.0]), tensor([3.0])
    right, errors = {DW1: dW, db1: db}, {DW1: 0 * dW, db1: 0 * db}
    cases = {
        "both": Case({DW1: db, db1: dW}, right, errors, PLAIN),
        "one": Case({DW1: db, db1: db}, right, errors, PLAIN),
        "alone": Case({DW1: db}, right, errors, PLAIN),
    }
    assert {name: list(certain(case, DW1)) for name, case in cases.items()} == {
        "both": ["swapped"],
        "one": [],
        "alone": [],
    }
    assert list(certain(cases["both"], db1)) == []


def test_the_gradients_of_two_layers_are_swapped_only_if_each_is_the_other() -> None:
    db1, db2 = TensorName("db", 1), TensorName("db", 2)
    right = {db2: tensor([3.0, 1.0]), db1: tensor([5.0, 2.0])}
    errors = {name: 0 * each for name, each in right.items()}
    both = Case({db2: right[db1], db1: right[db2]}, right, errors, PLAIN)
    one = Case({db2: right[db1], db1: right[db1]}, right, errors, PLAIN)
    assert list(certain(both, db2)) == ["swapped between layers"]
    assert list(certain(one, db2)) == []


# A constant added: every entry is too large by the same number


def shifted(off: Tensor, right: Tensor = COLUMN, error: float = 1e-15) -> list[str]:
    return list(patterns(case_of(DA1, right + off, right, PLAIN, torch.full_like(right, error)), DA1))


@pytest.mark.parametrize("number", [1, -1, 0.001, 1000])
def test_the_same_number_in_every_entry_is_a_constant_added(number: float) -> None:
    assert shifted(torch.full_like(COLUMN, number)) == ["constant added"]


def test_a_constant_is_seen_beside_small_numbers() -> None:
    assert shifted(torch.ones_like(COLUMN), right=1e-5 * COLUMN) == ["constant added"]


def test_rounding_errors_do_not_hide_a_constant() -> None:
    off = 1 + tensor([1], [-1], [1], [-1]) * 1e-13
    assert shifted(off, error=1e-13) == ["constant added"]
    assert shifted(off) == []


def test_another_number_in_one_entry_is_no_constant() -> None:
    assert shifted(tensor([1], [1], [1], [1.01])) == []
    assert shifted(tensor([1], [1], [1], [-1])) == []


def test_entries_of_the_same_size_prove_no_constant() -> None:
    """Twice the tensor, or its square, would be the same numbers."""
    assert shifted(torch.ones_like(COLUMN), right=torch.ones_like(COLUMN)) == []
    assert shifted(torch.ones_like(COLUMN), right=torch.zeros_like(COLUMN)) == []
    assert shifted(torch.ones_like(COLUMN), right=tensor([1], [1], [1], [2])) == ["constant added"]
