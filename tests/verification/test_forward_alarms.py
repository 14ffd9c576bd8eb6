"""A right forward pass has no finding, however it is written; a wrong loss is found, however small it is."""

from dataclasses import replace

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.verification.forward_check import wrong_forward
from tests.conftest import MakeProblem, Problem
from tests.verification.forward_mistakes import DTYPES, by_code, of_linear


@pytest.mark.sweep(27)
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [0.01, 1, 30])
def test_a_right_forward_pass_has_no_finding(
    activation: str, output: str, dtype: torch.dtype, scale: float, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([50, 6, 4, 3], 40, hidden_activation=activation, output=output)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(scale)
    assert wrong_forward(network.to(dtype), X.to(dtype), Y.to(dtype)) is None
    if output != "identity":  # its labels are no whole numbers
        assert wrong_forward(network, X.to(dtype), Y.to(torch.int16)) is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("scale", [255, 1e4])
def test_large_numbers_raise_no_alarm(
    scale: float, output: str, dtype: torch.dtype, generator: torch.Generator, make_problem: MakeProblem
) -> None:
    """Probabilities underflow to 0, and exp and log lose what large Z have too many digits for."""
    for m in (1, 300):
        network, X, Y = make_problem([50, 6, 5], m, hidden_activation="relu", output=output)
        X = scale * torch.randn(m, 50, dtype=torch.float64, generator=generator)
        assert wrong_forward(network.to(dtype), X.to(dtype), Y.to(dtype)) is None


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("scale", [1e-3, 1])
def test_right_formulas_that_are_written_otherwise_raise_no_alarm(
    scale: float, dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], 40, hidden_activation="tanh")
    tanh = by_code("(Z.exp() - (-Z).exp()) / (Z.exp() + (-Z).exp())", "Z")
    network.hidden_activation = replace(network.hidden_activation, function=tanh)
    written = {"value": by_code("1 / (1 + (-Z).exp())", "Z"), "losses": by_code("two_terms(Z, Y, 1, 1)", "Z, Y")}
    network.output = replace(network.output, **written)
    of_linear("A @ W.T + b", monkeypatch)
    with torch.no_grad():
        for layer in network.layers:
            layer.W.mul_(scale)
            layer.b.mul_(scale)
    assert wrong_forward(network.to(dtype), X.to(dtype), Y.to(dtype)) is None


def sure(size: float, dtype: torch.dtype, loss: str) -> Problem:
    """A network whose Z is X: about `size`, and on the side of the label for nine of ten examples."""
    network = DeepNetwork([1, 1], dtype=dtype)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
    Y = (torch.arange(100) % 2).reshape(-1, 1)
    side = torch.where(torch.arange(100) % 10 < 9, 1, -1).reshape(-1, 1) * (2 * Y - 1)
    network.output = replace(network.output, losses=by_code(loss, "Z, Y"))
    return network, (size * side * torch.linspace(0.8, 1.2, 100).reshape(-1, 1)).to(dtype), Y.to(dtype)


@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 20)])
@pytest.mark.parametrize(
    "loss",
    [
        "2 * right_loss(Z, Y)",
        "-right_loss(Z, Y)",
        "right_loss(Z, zeros_like(Y)) * (1 - Y[:, 0])",
        "right_loss(Z, ones_like(Y)) * Y[:, 0]",
        "(Z.sigmoid() - Y).square().sum(dim=1)",
    ],
)
def test_a_wrong_loss_of_sure_predictions_is_found(loss: str, dtype: torch.dtype, size: float) -> None:
    found = wrong_forward(*sure(size, dtype, loss))
    assert found is not None
    assert found.tensor.en == "the losses L"
    assert wrong_forward(*sure(size, dtype, "right_loss(Z, Y)")) is None


@pytest.mark.parametrize(("dtype", "size"), [(torch.bfloat16, 3), (torch.float32, 12), (torch.float64, 12)])
@pytest.mark.parametrize(
    "loss",
    [
        "-(Y * Z.sigmoid().log() + (1 - Y) * (1 - Z.sigmoid()).log()).sum(dim=1)",
        "(softplus(Z) - Y * Z).sum(dim=1)",
        "(Z.clamp(min=0) - Y * Z + (1 + (-Z.abs()).exp()).log()).sum(dim=1)",
    ],
)
def test_a_right_loss_of_sure_predictions_raises_no_alarm(loss: str, dtype: torch.dtype, size: float) -> None:
    """torch's softplus is Z from Z = 20 on, which loses digits in float64."""
    assert wrong_forward(*sure(size, dtype, loss)) is None
