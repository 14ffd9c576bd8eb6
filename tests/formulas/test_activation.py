"""An entry of ACTIVATIONS: its numbers by hand, in new tensors and in buffers, and what its fields say about g."""

from dataclasses import dataclass, replace
from math import log

import pytest
import torch
from torch import Tensor, nn

from course_torch.formulas.activation import Activation, Fused
from course_torch.formulas.activations import ACTIVATIONS
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")
SLOPE, DA = 0.25, [2, 3, 5]


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


@pytest.fixture(params=["fused", "generic"])
def activation(request: pytest.FixtureRequest, name: str) -> Activation:
    """The activation as it is, and without torch's operations for dZ and for writing into buffers."""
    generic = replace(ACTIVATIONS[name], fused=Fused())
    return ACTIVATIONS[name] if request.param == "fused" else generic


def test_every_activation_has_numbers_by_hand() -> None:
    assert set(BY_HAND) == set(ACTIVATIONS)


def test_value_and_derivative_by_hand_also_at_zero(name: str) -> None:
    by_hand, slope = BY_HAND[name], torch.tensor(SLOPE)
    Z, A = column(by_hand.Z), column(by_hand.A)
    assert_equal("A", ACTIVATIONS[name].value(Z, slope), A)
    assert_equal("g'", ACTIVATIONS[name].derivative(Z, A, slope), column(by_hand.derivative))


def test_autograd_finds_the_same_derivative_also_at_zero(name: str) -> None:
    Z = column(BY_HAND[name].Z).requires_grad_()
    (derivative,) = torch.autograd.grad(ACTIVATIONS[name].value(Z, torch.tensor(SLOPE)).sum(), Z)
    assert_equal("g'", derivative, column(BY_HAND[name].derivative))


def test_value_into_a_buffer_by_hand(name: str, activation: Activation) -> None:
    Z, A = column(BY_HAND[name].Z), torch.full((3, 1), 7.0)
    activation.write_value(Z, torch.tensor(SLOPE), A)
    assert_equal("A", A, column(BY_HAND[name].A))
    assert_equal("Z", Z, column(BY_HAND[name].Z))


def test_dA_becomes_dZ_by_hand(name: str, activation: Activation) -> None:
    by_hand, dA = BY_HAND[name], column(DA)
    activation.turn_into_dZ(dA, column(by_hand.Z), column(by_hand.A), torch.tensor(SLOPE))
    assert_equal("dZ", dA, column(by_hand.dZ))


def test_dZ_by_hand(name: str, activation: Activation) -> None:
    by_hand, dA = BY_HAND[name], column(DA)
    dZ = activation.backward(dA, column(by_hand.Z), column(by_hand.A), torch.tensor(SLOPE))
    assert_equal("dZ", dZ, column(by_hand.dZ))
    assert dA.tolist() == column(DA).tolist()


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
    (expected,) = torch.autograd.grad(A, Z, dA)
    dZ = ACTIVATIONS[name].backward(dA, Z.detach(), A.detach(), slope)
    torch.testing.assert_close(dZ, expected, equal_nan=True)


def test_the_derivative_alone_decides_without_an_operation_of_torch() -> None:
    doubled = replace(ACTIVATIONS["tanh"], derivative_by=lambda A: torch.full_like(A, 2), fused=Fused())
    assert doubled.backward(column(DA), column([0, 0, 0]), column([0, 0, 0])).tolist() == [[4], [6], [10]]


def test_only_the_leaky_relu_has_a_slope_and_its_derivative_is_min_0_Z() -> None:
    with_slope = {name for name, each in ACTIVATIONS.items() if each.slope_derivative is not None}
    assert with_slope == {"leaky_relu"}
    assert ACTIVATIONS["leaky_relu"].slope_derivative(torch.tensor([4.0, 0.0, -8.0])).tolist() == [0.0, 0.0, -8.0]


def test_a_kink_is_a_derivative_that_jumps_at_zero(name: str) -> None:
    Z, slope = torch.tensor([-1e-9, 1e-9]), torch.tensor(SLOPE)
    left, right = ACTIVATIONS[name].derivative(Z, ACTIVATIONS[name].value(Z, slope), slope).tolist()
    assert ACTIVATIONS[name].kink == (abs(right - left) > 0.5)


def test_an_activation_has_no_kink_unless_it_says_so() -> None:
    assert not Activation("cube", torch.pow, torch.pow, "Z", "Pow", nn.Identity).kink


def test_the_torch_module_computes_the_same(name: str) -> None:
    Z = column(BY_HAND[name].Z)
    module = nn.PReLU(init=SLOPE) if name == "leaky_relu" else ACTIVATIONS[name].module()
    assert type(module) is ACTIVATIONS[name].module
    assert_equal("A", module(Z).detach(), column(BY_HAND[name].A))


def test_all_but_the_identity_write_into_buffers_without_a_copy() -> None:
    assert {name for name, each in ACTIVATIONS.items() if each.fused.value_out} == set(ACTIVATIONS) - {"identity"}


def test_torch_computes_dZ_of_these_in_one_operation() -> None:
    """The generic forms compute the same numbers and allocate, which costs a small network most of its time."""
    assert {name for name, each in ACTIVATIONS.items() if each.fused.backward_out} == {"sigmoid", "tanh", "relu"}
    assert {name for name, each in ACTIVATIONS.items() if each.fused.backward} == {"relu"}
