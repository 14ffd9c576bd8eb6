import re

import pytest
import torch

from course_torch.errors import InputError
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.dimensions import check_batch, check_layer_sizes

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
