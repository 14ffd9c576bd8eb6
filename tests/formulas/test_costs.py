import math

import pytest
import torch

from course_torch.formulas.activations import sigmoid
from course_torch.formulas.costs import (
    cost,
    cross_entropy_derivative,
    sigmoid_cross_entropy,
    sigmoid_cross_entropy_derivative_from_Z,
    softmax,
    softmax_cross_entropy,
)
from course_torch.formulas.outputs import OUTPUTS
from tests.conftest import assert_equal

pytestmark = pytest.mark.usefixtures("float64")


def test_loss_of_one_example_by_hand() -> None:
    """ŷ = 3/4: L = -log(3/4) if y = 1, L = -log(1/4) if y = 0 (notes 1.2)."""
    Z = torch.full((2, 1), math.log(3))
    losses = sigmoid_cross_entropy(Z, torch.tensor([[1.0], [0.0]]))
    assert_equal("L", losses, torch.tensor([math.log(4 / 3), math.log(4)]))
    assert_equal("J", cost(losses, m=2), torch.tensor((math.log(4 / 3) + math.log(4)) / 2))


def test_loss_equals_the_notes_formula_for_moderate_logits(generator: torch.Generator) -> None:
    Z = torch.randn(9, 2, generator=generator)
    Y = torch.randint(2, (9, 2), generator=generator)
    A = sigmoid(Z)
    assert_equal("L", sigmoid_cross_entropy(Z, Y), -(Y * A.log() + (1 - Y) * (1 - A).log()).sum(1))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_large_logits_give_the_exact_loss_not_infinity(dtype: torch.dtype) -> None:
    """A rounds to 1 at Z = 40 and 1000. The loss is Z if y = 0, and exp(-Z) if y = 1."""
    Z = torch.tensor([[40.0], [1000.0], [40.0]], dtype=dtype)
    losses = sigmoid_cross_entropy(Z, torch.tensor([[0], [0], [1]]))
    assert losses.tolist() == [40.0, 1000.0, pytest.approx(math.exp(-40), rel=1e-6)]


def test_softmax_by_hand() -> None:
    """Logits log 1, log 2, log 5: probabilities 1/8, 2/8, 5/8; the loss of class 2 is log(8/5)."""
    Z = torch.tensor([[0.0, math.log(2), math.log(5)]])
    assert_equal("A", softmax(Z), torch.tensor([[0.125, 0.25, 0.625]]))
    assert_equal("L", softmax_cross_entropy(Z, torch.tensor([[0, 0, 1]])), torch.tensor([math.log(1.6)]))


def test_softmax_of_large_logits_has_no_nan() -> None:
    Z = torch.tensor([[1000.0, -1000.0]])
    assert softmax(Z).tolist() == [[1.0, 0.0]]
    assert softmax_cross_entropy(Z, torch.tensor([[0, 1]])).item() == 2000.0


@pytest.mark.parametrize("output", OUTPUTS)
def test_derivative_is_a_minus_y(output: str, generator: torch.Generator) -> None:
    Z = torch.randn(5, 3, generator=generator, requires_grad=True)
    Y = torch.nn.functional.one_hot(torch.tensor([0, 2, 1, 1, 0]), 3)
    value, losses = OUTPUTS[output].value, OUTPUTS[output].losses
    (dZ,) = torch.autograd.grad(losses(Z, Y).sum(), Z)
    assert_equal("dZ", cross_entropy_derivative(value(Z).detach(), Y), dZ)


def test_the_squared_error_has_another_derivative() -> None:
    """½ (A - Y)² on a sigmoid has dZ = (A - Y) A (1 - A): -3/64 at A = 3/4, y = 1. The cross-entropy has -1/4."""
    Z, Y = torch.tensor([[math.log(3)]], requires_grad=True), torch.tensor([[1.0]])
    (squared,) = torch.autograd.grad((sigmoid(Z) - Y).square().sum() / 2, Z)
    assert squared.item() == pytest.approx(-3 / 64)
    assert cross_entropy_derivative(sigmoid(Z), Y).item() == pytest.approx(-1 / 4)


def test_the_derivative_from_the_logits_keeps_its_digits_in_saturation(generator: torch.Generator) -> None:
    """Z = 20, y = 1 in float32: A is 1 and A - Y is 0, but dZ = -1 / (1 + e²⁰) = -2.0611536e-9. For y = 0 it is 1."""
    Z, Y = torch.tensor([[20.0, 20.0, -20.0]], dtype=torch.float32), torch.tensor([[1.0, 0.0, 0.0]])
    assert cross_entropy_derivative(sigmoid(Z), Y)[0, 0] == 0
    exact = 1 / (1 + math.exp(20))
    dZ = sigmoid_cross_entropy_derivative_from_Z(Z, Y)
    torch.testing.assert_close(dZ.double(), torch.tensor([[-exact, 1 - exact, exact]]).double(), rtol=1e-6, atol=0)
    Z, Y = torch.randn(5, 3, dtype=torch.float64, generator=generator), torch.tensor([[0, 1, 1]] * 5)
    assert_equal("dZ", sigmoid_cross_entropy_derivative_from_Z(Z, Y), cross_entropy_derivative(sigmoid(Z), Y))
