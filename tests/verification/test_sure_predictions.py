"""Small losses and small values: the tolerance accepts every right formula and no wrong formula, in every dtype."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor
from torch.nn.functional import softplus

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.costs import sigmoid_cross_entropy, softmax_cross_entropy
from course_torch.formulas.outputs import OUTPUTS
from course_torch.verification.comparing import difference
from course_torch.verification.forward_check import wrong_forward
from course_torch.verification.reference import losses, values
from tests.conftest import Problem

WRONG_AT_ANY_Z = {
    "2 L": lambda Z, Y: 2 * sigmoid_cross_entropy(Z, Y),
    "-L": lambda Z, Y: -sigmoid_cross_entropy(Z, Y),
    "no Y term": lambda Z, Y: sigmoid_cross_entropy(Z, torch.zeros_like(Y)) * (1 - Y[:, 0]),
    "no (1 - Y) term": lambda Z, Y: sigmoid_cross_entropy(Z, torch.ones_like(Y)) * Y[:, 0],
    "squared error": lambda Z, Y: (Z.sigmoid() - Y).square().sum(dim=1),
}
RIGHT_WITH_LOG_A = {
    "log A": lambda Z, Y: -(Y * Z.sigmoid().log() + (1 - Y) * (1 - Z.sigmoid()).log()).sum(dim=1),
    "softplus": lambda Z, Y: (softplus(Z) - Y * Z).sum(dim=1),
    "log(1 + exp)": lambda Z, Y: (Z.clamp(min=0) - Y * Z + (1 + (-Z.abs()).exp()).log()).sum(dim=1),
}


def sure(size: float, dtype: torch.dtype, losses: Callable[[Tensor, Tensor], Tensor]) -> Problem:
    """A network whose Z is X: about `size`, and on the side of the label for nine of ten examples."""
    network = DeepNetwork([1, 1], dtype=dtype)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
    Y = (torch.arange(100) % 2).reshape(-1, 1)
    side = torch.where(torch.arange(100) % 10 < 9, 1, -1).reshape(-1, 1) * (2 * Y - 1)
    network.output = replace(network.output, losses=losses)
    return network, (size * side * torch.linspace(0.8, 1.2, 100).reshape(-1, 1)).to(dtype), Y.to(dtype)


@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 20)])
@pytest.mark.parametrize("wrong", WRONG_AT_ANY_Z)
def test_a_wrong_loss_of_sure_predictions_is_found(wrong: str, dtype: torch.dtype, size: float) -> None:
    found = wrong_forward(*sure(size, dtype, WRONG_AT_ANY_Z[wrong]))
    assert found is not None
    assert found.tensor.en == "the losses L"
    assert wrong_forward(*sure(size, dtype, sigmoid_cross_entropy)) is None


@pytest.mark.parametrize("factor", [2, -1])
@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 20)])
def test_a_wrong_loss_of_a_sure_softmax_is_found(
    factor: int, dtype: torch.dtype, size: float, generator: torch.Generator
) -> None:
    Y = torch.eye(3, dtype=torch.float64).repeat(30, 1)
    Z = (size * Y + torch.randn(90, 3, dtype=torch.float64, generator=generator) / 4).to(dtype)
    L, error = losses(OUTPUTS["softmax"], Z.double(), Y, dtype)
    for right in (softmax_cross_entropy(Z, Y), -(Y * Z.softmax(dim=1).log()).sum(dim=1)):
        assert difference(right, L, error).agrees
        assert not difference(factor * right, L, error).agrees


@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 12)])
@pytest.mark.parametrize("right", RIGHT_WITH_LOG_A)
def test_a_right_loss_of_sure_predictions_raises_no_alarm(right: str, dtype: torch.dtype, size: float) -> None:
    """torch's softplus is Z from Z = 20 on, which loses digits in float64."""
    assert wrong_forward(*sure(size, dtype, RIGHT_WITH_LOG_A[right])) is None


def test_a_tanh_of_small_numbers_is_judged_in_bfloat16() -> None:
    """ε of bfloat16 is 0.008: a tolerance of 12 ε would accept 2 A."""
    Z = torch.linspace(-0.05, 0.05, 40).reshape(-1, 1).bfloat16()
    A, error = values(ACTIVATIONS["tanh"], Z.double(), None, torch.bfloat16)
    assert difference(torch.tanh(Z), A, error).agrees
    assert difference((Z.exp() - (-Z).exp()) / (Z.exp() + (-Z).exp()), A, error).agrees
    assert not difference(2 * torch.tanh(Z), A, error).agrees
