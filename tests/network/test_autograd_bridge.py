"""J.backward() runs the hand-written backward pass, and the cost may be differentiated as if there were no bridge."""

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from tests.conftest import MakeProblem, Problem, assert_equal
from tests.fixture_types import Monkeypatch


def test_backward_runs_the_formulas_and_autograd_cost_does_not(
    make_problem: MakeProblem, monkeypatch: Monkeypatch
) -> None:
    network, X, Y = make_problem()
    expected = [gradients.dW for gradients in network.autograd_gradients(X, Y)]
    monkeypatch.setattr(
        "course_torch.formulas.layers.linear_backward",
        lambda dZ, A_prev, m: (0 * dZ.T @ A_prev, dZ.sum(0, keepdim=True)),
    )
    network.cost(X, Y).backward()
    assert all((layer.W.grad == 0).all() for layer in network.layers)
    for layer, dW in zip(network.layers, expected, strict=True):
        (by_autograd,) = torch.autograd.grad(network.autograd_cost(X, Y), layer.W)
        assert torch.equal(by_autograd, dW)


def test_the_incoming_gradient_scales_all_gradients_which_accumulate_over_calls(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    for factor in (3, 2):
        (factor * network.cost(X, Y)).backward()
    for layer, gradients in zip(network.layers, network.manual_gradients(X, Y), strict=True):
        assert_equal("dW", layer.W.grad, 5 * gradients.dW)


def test_mean_over_ranks_with_uneven_shards_is_the_gradient_of_the_whole_batch(make_problem: MakeProblem) -> None:
    """Ranks have 4, 2 and 1 of the 7 examples; each rank passes m = 7/3."""
    network, X, Y = make_problem()
    shards = zip(X.split([4, 2, 1]), Y.split([4, 2, 1]), strict=True)
    mean = sum(torch.autograd.grad(network.cost(*shard, 7 / 3), network.layers[0].W)[0] for shard in shards) / 3
    assert_equal("dW", mean, network.manual_gradients(X, Y)[0].dW)


def gradients_of(J: torch.Tensor, network: DeepNetwork) -> tuple[torch.Tensor, ...]:
    return torch.autograd.grad(J, [layer.W for layer in network.layers])


def test_the_input_gets_its_derivative_and_the_labels_get_none(make_problem: MakeProblem) -> None:
    """X.grad = (1/m) dA[0], as autograd finds it; with every parameter fixed too."""
    network, X, Y = make_problem(hidden_activation="tanh")
    X.requires_grad_()
    (expected,) = torch.autograd.grad(network.autograd_cost(X, Y), X)
    network.requires_grad_(False)
    network.cost(X, Y).backward()
    assert_equal("X.grad", X.grad, expected)
    assert Y.grad is None


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_backward_multiplies_in_the_dtype_of_the_forward_outside_autocast(
    dtype: torch.dtype, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    with torch.autocast("cpu", dtype=dtype):
        J = network.cost(X, Y)
    exact = gradients_of(network.cost(X, Y), network)
    for dW, dW_exact in zip(gradients_of(J, network), exact, strict=True):
        assert torch.equal(dW, dW.to(dtype).float()), f"computed in more than {dtype}"
        torch.testing.assert_close(dW, dW_exact, rtol=16 * torch.finfo(dtype).eps, atol=torch.finfo(dtype).eps)


def test_backward_inside_autocast_keeps_the_precision_of_a_forward_outside(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    exact, J = gradients_of(network.cost(X, Y), network), network.cost(X, Y)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for dW, dW_exact in zip(gradients_of(J, network), exact, strict=True):
            assert torch.equal(dW, dW_exact)


KINDS = [(activation, output) for activation in ACTIVATIONS for output in OUTPUTS]
every_kind = pytest.mark.parametrize(("activation", "output"), KINDS)
BY_HAND, BY_TORCH = "cost", "autograd_cost"


def problem(make_problem: MakeProblem, activation: str, output: str) -> Problem:
    return make_problem([3, 4, 2], 5, hidden_activation=activation, output=output, learn_slope=True)


def gradient_of_penalty(network: DeepNetwork, X: Tensor, Y: Tensor, method: str) -> list[Tensor]:
    """The gradients of J + ‖dJ/dX‖²."""
    X = X.clone().requires_grad_()
    J = getattr(network, method)(X, Y)
    (dX,) = torch.autograd.grad(J, X, create_graph=True)
    return list(torch.autograd.grad(J + (dX**2).sum(), list(network.parameters())))


@every_kind
def test_a_gradient_penalty_reaches_the_parameters(activation: str, output: str, make_problem: MakeProblem) -> None:
    network, X, Y = problem(make_problem, activation, output)
    expected = gradient_of_penalty(network, X, Y, BY_TORCH)
    for (name, _), found, right in zip(
        network.named_parameters(), gradient_of_penalty(network, X, Y, BY_HAND), expected, strict=True
    ):
        assert_equal(name, found, right)
    without = torch.autograd.grad(network.cost(X, Y), list(network.parameters()))
    assert any((a - b).norm() > 1e-3 * a.norm() for a, b in zip(expected, without, strict=True))


def test_the_hessian_by_hand(float64: None) -> None:
    """Logistic regression on one example x = 2, w = b = 0: d²J/dw² = x² a (1 - a) = 4 · ¼ = 1, and d²J/db² = ¼."""
    network = DeepNetwork([1, 1], initialization="zeros")
    X, Y = torch.tensor([[2.0]]), torch.tensor([[1.0]])
    (dW, db) = torch.autograd.grad(network.cost(X, Y), list(network.parameters()), create_graph=True)
    assert torch.autograd.grad(dW.sum(), network.layers[0].W, retain_graph=True)[0].item() == 1
    assert torch.autograd.grad(db.sum(), network.layers[0].b)[0].item() == 0.25


def test_a_derivative_by_the_labels_is_refused(make_problem: MakeProblem) -> None:
    """It is not 0: for the cross-entropy it is -Z / m."""
    network, X, Y = make_problem([3, 4, 2], 5)
    with pytest.raises(InputError, match="Y: cost has no derivative by the labels"):
        network.cost(X, Y.requires_grad_()).backward()
