import math

import pytest
import torch

from course_torch.formulas.activations import (
    ACTIVATIONS,
    leaky_relu,
    leaky_relu_derivative,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    sigmoid_derivative_from_Z,
    tanh,
    tanh_derivative,
    tanh_derivative_from_Z,
)
from course_torch.formulas.layers import slope_gradient
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")
SLOPE = 0.25


def test_sigmoid_by_hand() -> None:
    """ln 3 gives 3/4, -ln 3 gives 1/4, 0 gives 1/2."""
    Z = torch.tensor([math.log(3), 0.0, -math.log(3)])
    assert_equal("A", sigmoid(Z), torch.tensor([0.75, 0.5, 0.25]))
    assert_equal("g'", sigmoid_derivative(sigmoid(Z)), torch.tensor([0.1875, 0.25, 0.1875]))


def test_sigmoid_of_large_logits_is_0_or_1_without_nan() -> None:
    Z = torch.tensor([-1000.0, -40.0, 40.0, 1000.0])
    assert_equal("A", sigmoid(Z), torch.tensor([0.0, math.exp(-40), 1.0, 1.0]))
    assert sigmoid(Z.float()).tolist() == [0.0, pytest.approx(math.exp(-40)), 1.0, 1.0]


def test_tanh_by_hand() -> None:
    """tanh(ln 2) = (2 - 1/2) / (2 + 1/2) = 0.6, so g' = 1 - 0.36."""
    Z = torch.tensor([math.log(2), 0.0, -math.log(2)])
    assert_equal("A", tanh(Z), torch.tensor([0.6, 0.0, -0.6]))
    assert_equal("g'", tanh_derivative(tanh(Z)), torch.tensor([0.64, 1.0, 0.64]))


def test_relu_derivative_at_zero_is_0_or_1_as_chosen() -> None:
    Z = torch.tensor([-2.0, 0.0, 3.0])
    assert relu(Z).tolist() == [0.0, 0.0, 3.0]
    assert relu_derivative(Z).tolist() == [0.0, 0.0, 1.0]
    assert relu_derivative(Z, at_zero=1).tolist() == [0.0, 1.0, 1.0]


def test_derivatives_from_z_equal_derivatives_from_a() -> None:
    """Equal up to rounding errors of float64. g'(ln 3) = 3/16 for sigmoid, g'(ln 2) = 16/25 for tanh."""
    Z = torch.linspace(-5, 5, 101)
    assert_equal("sigmoid", sigmoid_derivative_from_Z(Z), sigmoid_derivative(sigmoid(Z)), atol=1e-15)
    assert_equal("tanh", tanh_derivative_from_Z(Z), tanh_derivative(tanh(Z)), atol=1e-15)
    assert sigmoid_derivative_from_Z(torch.tensor(math.log(3))).item() == pytest.approx(3 / 16, rel=1e-15)
    assert tanh_derivative_from_Z(torch.tensor(math.log(2))).item() == pytest.approx(16 / 25, rel=1e-15)


def test_sigmoid_and_tanh_saturate_and_relu_does_not() -> None:
    """Far from 0, g'(Z) ≈ exp(-|Z|) for sigmoid and 4 exp(-2|Z|) for tanh. Computed from A, g'(40) rounds to 0."""
    Z = torch.tensor([-40.0, 40.0])
    assert_equal("sigmoid", sigmoid_derivative_from_Z(Z), torch.full((2,), math.exp(-40)), atol=0)
    assert_equal("tanh", tanh_derivative_from_Z(Z), torch.full((2,), 4 * math.exp(-80)), atol=0)
    assert sigmoid_derivative(sigmoid(Z)).tolist() == [pytest.approx(math.exp(-40)), 0.0]
    assert relu_derivative(Z).tolist() == [0.0, 1.0]


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_nan_is_not_hidden(name: str) -> None:
    assert ACTIVATIONS[name].value(torch.tensor([math.nan]), torch.tensor(SLOPE)).isnan().all()


def test_leaky_relu_by_hand() -> None:
    """dslope = (1/2) (1·0 + 3·(-4)) for dA = (1, 3), Z = (2, -4), m = 2."""
    Z, dA = torch.tensor([[2.0], [-4.0]]), torch.tensor([[1.0], [3.0]])
    assert leaky_relu(Z, torch.tensor(SLOPE)).tolist() == [[2.0], [-1.0]]
    assert leaky_relu_derivative(Z, torch.tensor(SLOPE)).tolist() == [[1.0], [0.25]]
    assert slope_gradient(dA, Z, ACTIVATIONS["leaky_relu"], m=2).item() == -6.0


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_derivative_equals_autograd_even_at_zero(name: str, dtype: torch.dtype) -> None:
    Z = torch.linspace(-6, 6, 241, dtype=dtype, requires_grad=True)
    slope = torch.tensor(SLOPE, dtype=dtype)
    A = ACTIVATIONS[name].value(Z, slope)
    (expected,) = torch.autograd.grad(A.sum(), Z)
    actual = ACTIVATIONS[name].derivative(Z, A, slope)
    assert actual.dtype == dtype
    assert_equal(name, actual, expected, rtol=0, atol=8 * torch.finfo(dtype).eps)
