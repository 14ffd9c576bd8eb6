"""Central differences of any function: their values, and which entries they cannot judge."""

import pytest
import torch
from torch import Tensor

from course_torch.verification.functions.differences import ENTRIES, central_differences


def of(function: object, *values: float, dtype: torch.dtype = torch.float64) -> tuple[list[float], list[bool]]:
    """The derivatives of the sum of a function, and which entries are fair."""
    x = torch.tensor(values, dtype=dtype)
    made = central_differences(lambda x: function(x).sum()[None], x, torch.Generator())
    return made.total.tolist(), made.fair.tolist()


def test_the_derivatives_of_a_square_are_twice_the_entries() -> None:
    values, fair = of(torch.square, -2.0, 0.5, 3.0)
    assert values == pytest.approx([-4, 1, 6], abs=1e-9)
    assert fair == [True, True, True]


def test_an_entry_at_a_kink_judges_nothing_and_one_beside_it_does() -> None:
    values, fair = of(torch.abs, 0.0, 2e-7, -1.0)
    assert fair == [False, True, True]
    assert values[1:] == pytest.approx([1, -1], abs=1e-8)


def test_a_function_that_rounds_to_float32_is_judged_with_larger_nudges() -> None:
    values, fair = of(lambda x: x.float().sin().double(), 0.0, 1.0)
    assert values == pytest.approx([1, 0.5403023], rel=1e-3)
    assert fair == [True, True]


def test_each_output_has_derivatives_of_its_own() -> None:
    x = torch.tensor([2.0, 3.0], dtype=torch.float64)
    made = central_differences(lambda x: torch.stack([x[0] * x[1], x[0] ** 2]), x, torch.Generator())
    torch.testing.assert_close(made.values, torch.tensor([[3.0, 4.0], [2.0, 0.0]], dtype=torch.float64))
    torch.testing.assert_close(made.total, torch.tensor([7.0, 2.0], dtype=torch.float64))


def test_the_layout_of_the_tensor_is_kept() -> None:
    strides = set()

    def function(x: Tensor) -> Tensor:
        strides.add(x.stride())
        return x.sum()[None]

    central_differences(function, torch.ones(2, 3, dtype=torch.float64).T, torch.Generator())
    assert strides == {(1, 3)}


def test_a_large_tensor_is_sampled_in_the_order_of_its_entries() -> None:
    x = torch.arange(ENTRIES + 50.0, dtype=torch.float64)
    made = central_differences(lambda x: (x * torch.arange(len(x))).sum()[None], x, torch.Generator().manual_seed(0))
    assert len(made.indices) == ENTRIES
    assert made.total.tolist() == pytest.approx(made.indices.tolist(), rel=1e-5, abs=1e-3)
