"""The activations: g and g' by hand and by autograd, in new tensors and in buffers, and what a table entry says."""

from dataclasses import dataclass, replace
from math import exp, log

import pytest
import torch
from torch import Tensor, nn

from course_torch.formulas.activations import (
    ACTIVATIONS,
    Activation,
    Fused,
    relu,
    relu_derivative,
    sigmoid,
    sigmoid_derivative,
    sigmoid_derivative_from_A,
    tanh,
    tanh_derivative,
    tanh_derivative_from_A,
)
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")
SLOPE, DA, SMOOTH = 0.25, [2, 3, 5], ("sigmoid", "tanh")


@dataclass
class ByHand:
    """Three examples of one unit: Z, A = g(Z), g'(Z) and dZ = dA * g'(Z) for dA = (2, 3, 5)."""

    Z: list[float]
    A: list[float]
    derivative: list[float]
    dZ: list[float]


BY_HAND = {
    "sigmoid": ByHand([log(3), 0, -log(3)], [0.75, 0.5, 0.25], [3 / 16, 1 / 4, 3 / 16], [3 / 8, 3 / 4, 15 / 16]),
    "tanh": ByHand([log(2), 0, -log(2)], [0.6, 0, -0.6], [0.64, 1, 0.64], [1.28, 3, 3.2]),
    "relu": ByHand([0.5, 0, -8], [0.5, 0, 0], [1, 0, 0], [2, 0, 0]),
    "leaky_relu": ByHand([0.5, 0, -8], [0.5, 0, -2], [1, SLOPE, SLOPE], [2, 0.75, 1.25]),
    "identity": ByHand([0.5, 0, -8], [0.5, 0, -8], [1, 1, 1], [2, 3, 5]),
}


def column(numbers: list[float]) -> Tensor:
    return torch.tensor(numbers, dtype=torch.float64).reshape(3, 1)


@pytest.fixture(params=BY_HAND)
def name(request: pytest.FixtureRequest) -> str:
    return request.param


def test_every_activation_is_worked_out_by_hand() -> None:
    assert BY_HAND.keys() == ACTIVATIONS.keys()


@pytest.mark.parametrize("kind", ["fused", "generic"])
def test_value_derivative_and_dZ_by_hand_in_new_tensors_and_in_buffers(name: str, kind: str) -> None:
    """Also at 0. The generic form has none of torch's operations for dZ and for writing into buffers."""
    g = ACTIVATIONS[name] if kind == "fused" else replace(ACTIVATIONS[name], fused=Fused())
    by_hand, dA, slope = BY_HAND[name], column(DA), torch.tensor(SLOPE)
    Z, A, buffer = column(by_hand.Z), column(by_hand.A), torch.full((3, 1), 7.0)
    assert_equal("A", g.value(Z, slope), A)
    assert_equal("g'", g.derivative(Z, A, slope), column(by_hand.derivative))
    g.write_value(Z, slope, buffer)
    assert_equal("A in a buffer", buffer, A)
    assert_equal("Z", Z, column(by_hand.Z))
    assert_equal("dZ", g.backward(dA, Z, A, slope), column(by_hand.dZ))
    assert dA.tolist() == column(DA).tolist()
    g.turn_into_dZ(dA, Z, A, slope)
    assert_equal("dZ in place", dA, column(by_hand.dZ))
    module = nn.PReLU(init=SLOPE) if name == "leaky_relu" else g.module()
    assert type(module) is g.module
    assert_equal("A of torch", module(Z).detach(), A)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_dZ_is_the_product_with_the_derivative(name: str, dtype: torch.dtype, generator: torch.Generator) -> None:
    """Also at Z = 0 and where sigmoid and tanh saturate: there 1 - A² has few digits, so the bound is absolute."""
    Z = torch.tensor([0, -0.0, 1e-30, -1e-30, 3, -3, 18, -18, 400, -400, torch.inf, -torch.inf], dtype=dtype)
    dA = torch.randn(len(Z), dtype=dtype, generator=generator)
    slope, g = torch.tensor(SLOPE, dtype=dtype), ACTIVATIONS[name]
    A = g.value(Z, slope)
    expected = dA * g.derivative(Z, A, slope)
    assert_equal("dZ", g.backward(dA, Z, A, slope), expected, rtol=0, atol=4 * torch.finfo(dtype).eps)
    g.turn_into_dZ(dA, Z, A, slope)
    assert_equal("dZ in place", dA, expected, rtol=0, atol=4 * torch.finfo(dtype).eps)


def test_dZ_is_autograds_where_Z_is_nan(name: str) -> None:
    """sigmoid and tanh have a nan there. The others pass on dA, or slope · dA."""
    Z, dA, slope = torch.tensor([torch.nan], requires_grad=True), torch.tensor([3.0]), torch.tensor(SLOPE)
    A = ACTIVATIONS[name].value(Z, slope)
    assert A.isnan().all(), "a nan is not hidden"
    (expected,) = torch.autograd.grad(A, Z, dA)
    dZ = ACTIVATIONS[name].backward(dA, Z.detach(), A.detach(), slope)
    torch.testing.assert_close(dZ, expected, equal_nan=True)


def test_the_derivative_alone_decides_without_an_operation_of_torch() -> None:
    doubled = replace(ACTIVATIONS["tanh"], derivative_by=lambda A: torch.full_like(A, 2), fused=Fused())
    assert doubled.backward(column(DA), column([0, 0, 0]), column([0, 0, 0])).tolist() == [[4], [6], [10]]


def test_the_leaky_relu_has_a_slope_and_its_derivative_is_min_0_Z() -> None:
    assert all(ACTIVATIONS[name].slope_derivative is None for name in (*SMOOTH, "relu", "identity"))
    assert ACTIVATIONS["leaky_relu"].slope_derivative(torch.tensor([4.0, 0.0, -8.0])).tolist() == [0.0, 0.0, -8.0]
    assert not Activation("cube", torch.pow, torch.pow, "Z", nn.Identity).kink, "unless it says so"


def test_a_kink_is_a_derivative_that_jumps_at_zero(name: str) -> None:
    Z, slope = torch.tensor([-1e-9, 1e-9]), torch.tensor(SLOPE)
    left, right = ACTIVATIONS[name].derivative(Z, ACTIVATIONS[name].value(Z, slope), slope).tolist()
    assert ACTIVATIONS[name].kink == (abs(right - left) > 0.5)


def test_which_activations_have_a_form_of_torch_that_allocates_nothing() -> None:
    """The generic forms compute the same numbers and allocate, which costs a small network most of its time."""
    assert {name for name, each in ACTIVATIONS.items() if each.fused.value_out} >= {*SMOOTH, "relu", "leaky_relu"}
    assert {name for name, each in ACTIVATIONS.items() if each.fused.backward_out} >= {*SMOOTH, "relu"}
    assert ACTIVATIONS["relu"].fused.backward


def test_sigmoid_of_large_logits_is_0_or_1_without_nan() -> None:
    Z = torch.tensor([-1000.0, -40.0, 40.0, 1000.0])
    assert_equal("A", sigmoid(Z), torch.tensor([0.0, exp(-40), 1.0, 1.0]))
    assert sigmoid(Z.float()).tolist() == [0.0, pytest.approx(exp(-40)), 1.0, 1.0]


def test_relu_derivative_at_zero_is_0_or_1_as_chosen() -> None:
    Z = torch.tensor([-2.0, 0.0, 3.0])
    assert relu(Z).tolist() == [0.0, 0.0, 3.0]
    assert relu_derivative(Z).tolist() == [0.0, 0.0, 1.0]
    assert relu_derivative(Z, at_zero=1).tolist() == [0.0, 1.0, 1.0]


def test_derivatives_from_z_equal_derivatives_from_a() -> None:
    """Equal up to rounding errors of float64. g'(ln 3) = 3/16 for sigmoid, g'(ln 2) = 16/25 for tanh."""
    Z = torch.linspace(-5, 5, 101)
    assert_equal("sigmoid", sigmoid_derivative(Z), sigmoid_derivative_from_A(sigmoid(Z)), atol=1e-15)
    assert_equal("tanh", tanh_derivative(Z), tanh_derivative_from_A(tanh(Z)), atol=1e-15)
    assert sigmoid_derivative(torch.tensor(log(3))).item() == pytest.approx(3 / 16, rel=1e-15)
    assert tanh_derivative(torch.tensor(log(2))).item() == pytest.approx(16 / 25, rel=1e-15)


def test_sigmoid_and_tanh_saturate_and_relu_does_not() -> None:
    """Far from 0, g'(Z) ≈ exp(-|Z|) for sigmoid and 4 exp(-2|Z|) for tanh. Computed from A, g'(40) rounds to 0."""
    Z = torch.tensor([-40.0, 40.0])
    assert_equal("sigmoid", sigmoid_derivative(Z), torch.full((2,), exp(-40)), atol=0)
    assert_equal("tanh", tanh_derivative(Z), torch.full((2,), 4 * exp(-80)), atol=0)
    assert sigmoid_derivative_from_A(sigmoid(Z)).tolist() == [pytest.approx(exp(-40)), 0.0]
    assert relu_derivative(Z).tolist() == [0.0, 1.0]


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
