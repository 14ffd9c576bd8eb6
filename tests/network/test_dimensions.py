import re

import pytest
import torch

from course_torch.errors import InputError
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.dimensions import as_numbers, check_batch, check_layer_sizes

SIZES = [4, 6, 3]


@pytest.mark.parametrize("layer_sizes", [[], [4], [4, 0, 1], [4, -3]])
def test_invalid_layer_sizes_are_rejected(layer_sizes: list[int]) -> None:
    with pytest.raises(InputError, match=re.escape(f"layer_sizes: found {layer_sizes}, expected")):
        check_layer_sizes(layer_sizes, OUTPUTS["sigmoid"])


def test_softmax_over_one_output_is_rejected() -> None:
    with pytest.raises(InputError, match="softmax with one output"):
        check_layer_sizes([4, 1], OUTPUTS["softmax"])
    check_layer_sizes([4, 2], OUTPUTS["softmax"])


def test_the_error_for_features_names_layer_expected_and_found_shape() -> None:
    with pytest.raises(InputError, match=re.escape("layer 1: expected X of shape (m, 4), found (7, 5)")):
        check_batch(SIZES, torch.zeros(7, 5))


@pytest.mark.parametrize("shape", [(7,), (7, 1), (6, 3), (3, 7)])
def test_the_error_for_labels_names_layer_expected_and_found_shape(shape: tuple[int, ...]) -> None:
    """Labels (m,) are rejected too, because A - Y would broadcast to (m, m)."""
    with pytest.raises(InputError, match=re.escape(f"layer 2: expected Y of shape (7, 3), as A[2], found {shape}")):
        check_batch(SIZES, torch.zeros(7, 4), torch.zeros(shape))


def test_sizes_from_1_to_the_largest_32_bit_number_are_accepted() -> None:
    check_layer_sizes([1, 1], OUTPUTS["sigmoid"])
    check_layer_sizes([2**31 - 1, 3, 2**31 - 1], OUTPUTS["sigmoid"])


def test_a_size_above_the_largest_32_bit_number_names_the_sizes_and_the_bound() -> None:
    with pytest.raises(InputError) as caught:
        check_layer_sizes([4, 2147483648, 1], OUTPUTS["sigmoid"])
    assert "found [4, 2147483648, 1], expected" in str(caught.value)
    assert "from 1 to 2147483647" in str(caught.value)


def test_the_last_size_alone_is_held_against_the_output() -> None:
    check_layer_sizes([1, 1, 2], OUTPUTS["softmax"])
    with pytest.raises(InputError, match=re.escape("softmax with one output (layer_sizes [5, 5, 1])")):
        check_layer_sizes([5, 5, 1], OUTPUTS["softmax"])


@pytest.mark.parametrize("shape", [(4,), (7, 4, 1), (4, 4, 4)])
def test_features_of_another_rank_are_rejected(shape: tuple[int, ...]) -> None:
    with pytest.raises(InputError, match=re.escape(f"layer 1: expected X of shape (m, 4), found {shape}")):
        check_batch(SIZES, torch.zeros(shape))


def test_features_of_another_dtype_name_both() -> None:
    with pytest.raises(InputError, match=r"X: found torch.float64, expected the parameters' torch.float32"):
        check_batch(SIZES, torch.zeros(7, 4, dtype=torch.float64), W=torch.zeros(6, 4))


def test_a_batch_that_fits_is_accepted() -> None:
    check_batch(SIZES, torch.zeros(7, 4, dtype=torch.float64))
    check_batch(SIZES, torch.zeros(7, 4), torch.zeros(7, 3), W=torch.zeros(6, 4))


@pytest.mark.parametrize("dtype", [torch.bool, torch.uint8])
def test_a_label_may_be_negated(dtype: torch.dtype) -> None:
    """-Y of uint8 would be 255."""
    Y = torch.tensor([[1], [0]], dtype=dtype)
    assert (-as_numbers(Y)).tolist() == [[-1], [0]]


@pytest.mark.parametrize("dtype", [torch.int64, torch.float32, torch.float64])
def test_signed_labels_stay_as_they_are(dtype: torch.dtype) -> None:
    Y = torch.ones(2, 1, dtype=dtype)
    assert as_numbers(Y) is Y
