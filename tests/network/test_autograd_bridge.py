"""J.backward() runs the hand-written backward pass, and features that use autograd keep working."""

from collections.abc import Callable
from contextlib import nullcontext

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.network.autograd_bridge import Autocast, NetworkCost, as_layers, autocast_of_forward, network_cost
from tests.conftest import Problem, assert_equal

MakeProblem = Callable[..., Problem]


@pytest.mark.parametrize("hidden_activation", ACTIVATIONS)
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_gradcheck(hidden_activation: str, output: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([3, 5, 4, 2], hidden_activation=hidden_activation, output=output, learn_slope=True)
    tensors = [tensor for layer in network.layers for tensor in (layer.W, layer.b, layer.slope)]
    assert torch.autograd.gradcheck(
        lambda X, *tensors: NetworkCost.apply(X, Y, 7, network.hidden_activation, network.output, *tensors),
        (X.requires_grad_(), *tensors),
    )


def test_backward_runs_the_formulas_and_autograd_cost_does_not(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
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


def test_the_incoming_gradient_scales_all_gradients(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    (3 * network.cost(X, Y)).backward()
    for layer, gradients in zip(network.layers, network.manual_gradients(X, Y), strict=True):
        assert_equal("dW", layer.W.grad, 3 * gradients.dW)


def test_gradients_accumulate_over_calls(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    for _ in range(2):
        network.cost(X, Y).backward()
    assert_equal("dW", network.layers[0].W.grad, 2 * network.manual_gradients(X, Y)[0].dW)


def test_mean_over_ranks_with_uneven_shards_is_the_gradient_of_the_whole_batch(make_problem: MakeProblem) -> None:
    """Ranks have 4, 2 and 1 of the 7 examples; each rank passes m = 7/3."""
    network, X, Y = make_problem()
    shards = zip(X.split([4, 2, 1]), Y.split([4, 2, 1]), strict=True)
    mean = sum(torch.autograd.grad(network.cost(*shard, 7 / 3), network.layers[0].W)[0] for shard in shards) / 3
    assert_equal("dW", mean, network.manual_gradients(X, Y)[0].dW)


def test_backward_uses_the_autocast_state_of_the_forward_pass(make_problem: MakeProblem) -> None:
    """Both passes multiply in bfloat16, so the gradients agree with autograd's up to rounding errors of bfloat16."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    gradients = {}
    for name, cost in (("manual", network.cost), ("autograd", network.autograd_cost)):
        with torch.autocast("cpu", dtype=torch.bfloat16):
            J = cost(X, Y)
        gradients[name] = torch.autograd.grad(J, [layer.W for layer in network.layers])
    for manual, autograd in zip(gradients["manual"], gradients["autograd"], strict=True):
        assert manual.dtype == torch.float32
        assert torch.equal(manual, manual.bfloat16().float()), "computed with more precision than bfloat16"
        torch.testing.assert_close(manual, autograd, rtol=3e-2, atol=1e-3)


def test_m_is_the_number_of_examples_unless_it_is_given(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    arguments = X, Y, network.tensors(), network.hidden_activation, network.output
    J, double = network_cost(*arguments, None), network_cost(*arguments, 3.5)
    assert_equal("J", J, network.autograd_cost(X, Y))
    assert_equal("J", double, 2 * J)
    for by_J, by_double in zip(gradients(J, network), gradients(double, network), strict=True):
        assert_equal("dW", by_double, 2 * by_J)


def gradients(J: torch.Tensor, network: DeepNetwork) -> tuple[torch.Tensor, ...]:
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


def test_the_flat_list_of_tensors_is_cut_into_layers() -> None:
    assert as_layers([]) == []
    assert as_layers(["W1", "b1", "slope1", "W2", "b2", None]) == [("W1", "b1", "slope1"), ("W2", "b2", None)]


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16])
def test_backward_multiplies_in_the_dtype_of_the_forward_outside_autocast(
    dtype: torch.dtype, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    with torch.autocast("cpu", dtype=dtype):
        J = network.cost(X, Y)
    exact = gradients(network.cost(X, Y), network)
    for dW, dW_exact in zip(gradients(J, network), exact, strict=True):
        assert torch.equal(dW, dW.to(dtype).float()), f"computed in more than {dtype}"
        torch.testing.assert_close(dW, dW_exact, rtol=16 * torch.finfo(dtype).eps, atol=torch.finfo(dtype).eps)


def test_backward_inside_autocast_keeps_the_precision_of_a_forward_outside(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    exact, J = gradients(network.cost(X, Y), network), network.cost(X, Y)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for dW, dW_exact in zip(gradients(J, network), exact, strict=True):
            assert torch.equal(dW, dW_exact)


def test_autocast_is_entered_again_only_if_its_state_changed() -> None:
    off = Autocast("cpu", torch.bfloat16, enabled=False)
    assert isinstance(autocast_of_forward(off), nullcontext)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        assert not isinstance(autocast_of_forward(off), nullcontext)
    float16 = Autocast("cpu", torch.float16, enabled=True)
    with autocast_of_forward(float16):
        assert torch.is_autocast_enabled("cpu")
        assert torch.get_autocast_dtype("cpu") == torch.float16
        assert isinstance(autocast_of_forward(float16), nullcontext)
