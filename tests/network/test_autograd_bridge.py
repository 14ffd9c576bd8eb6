"""J.backward() runs the hand-written pass as if there were no bridge, also for frozen, shared and pruned layers."""

from collections.abc import Callable
from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn
from torch.nn.utils import parametrize, prune

from course_torch import DeepNetwork, compare_gradients, gradient_descent
from course_torch.errors import InputError
from course_torch.formulas.costs import cost
from course_torch.formulas.layers import LayerGradients
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.gradient_descent import METHODS
from tests.conftest import MakeProblem, Problem, assert_equal
from tests.support.fixture_types import Monkeypatch


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


def test_backward_inside_autocast_keeps_the_precision_of_a_forward_outside(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    exact, J = gradients_of(network.cost(X, Y), network), network.cost(X, Y)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        for dW, dW_exact in zip(gradients_of(J, network), exact, strict=True):
            assert torch.equal(dW, dW_exact)


def test_a_second_derivative_is_refused(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([3, 4, 2], 5)
    with pytest.raises(InputError, match="create_graph: cost has no second derivative; use autograd_cost"):
        torch.autograd.grad(network.cost(X, Y), network.layers[0].W, create_graph=True)


def test_a_derivative_by_the_labels_is_refused(make_problem: MakeProblem) -> None:
    """It is not 0: for the cross-entropy it is -Z / m."""
    network, X, Y = make_problem([3, 4, 2], 5)
    with pytest.raises(InputError, match="Y: cost has no derivative by the labels"):
        network.cost(X, Y.requires_grad_()).backward()


methods = pytest.mark.parametrize("method", METHODS)


@pytest.fixture
def shared(make_problem: MakeProblem) -> Problem:
    """Layers 1 and 2 share W and b."""
    network, X, Y = make_problem([4, 4, 4, 1], hidden_activation="tanh")
    network.layers[1].W, network.layers[1].b = network.layers[0].W, network.layers[0].b
    return network, X, Y


def test_the_gradient_of_a_shared_W_is_the_sum_of_both_layers(shared: Problem) -> None:
    network, X, Y = shared
    network.cost(X, Y).backward()
    first, second, _ = network.manual_gradients(X, Y)
    assert_equal("W.grad", network.layers[0].W.grad, first.dW + second.dW)
    for manual, autograd in zip((first, second), network.autograd_gradients(X, Y), strict=False):
        assert_equal("dW", manual.dW, autograd.dW)
    assert compare_gradients(*shared).agrees


def test_descent_on_a_shared_W_is_that_of_torch_sgd_and_the_fast_loops_refuse_it(shared: Problem) -> None:
    network, X, Y = shared
    W, b = network.layers[0].W, network.layers[0].b
    dW, db = torch.autograd.grad(network.autograd_cost(X, Y), [W, b])
    expected = W.detach() - 0.3 * dW, b.detach() - 0.3 * db
    gradient_descent(network, X, Y, learning_rate=0.3, iterations=1)
    assert_equal("W", W.detach(), expected[0])
    assert_equal("b", b.detach(), expected[1])
    for method in ("fused", "gram"):
        with pytest.raises(InputError, match=f"method: {method} trains all parameters"):
            gradient_descent(*shared, learning_rate=0.3, iterations=1, method=method)


@pytest.mark.parametrize("method", ["auto", "plain"])
def test_descent_leaves_a_frozen_W(make_problem: MakeProblem, method: str) -> None:
    network, X, Y = make_problem()
    network.layers[0].W.requires_grad_(False)
    before = [parameter.detach().clone() for parameter in network.parameters()]
    gradient_descent(network, X, Y, learning_rate=0.3, iterations=2, method=method)
    moved = [not torch.equal(a, b) for a, b in zip(before, network.parameters(), strict=True)]
    assert moved == [False, True, True, True, True, True]


class Twice(nn.Module):
    def forward(self, W: Tensor) -> Tensor:
        return 2 * W


def parametrized(network: DeepNetwork) -> None:
    parametrize.register_parametrization(network.layers[1], "W", Twice())


def pruned(network: DeepNetwork) -> None:
    prune.custom_from_mask(network.layers[1], "W", (torch.arange(18).reshape(3, 6) % 3 != 0))


computed = pytest.mark.parametrize("change", [parametrized, pruned])


@computed
@methods
def test_a_report_judges_a_computed_W_and_descent_refuses_it(
    change: Callable[[DeepNetwork], None], method: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem()
    change(network)
    assert compare_gradients(network, X, Y).agrees
    with pytest.raises(InputError, match=r"W\[2\]: found a tensor computed from other parameters"):
        gradient_descent(network, X, Y, learning_rate=0.3, iterations=1, method=method)


@computed
def test_an_optimizer_trains_a_computed_W(change: Callable[[DeepNetwork], None], make_problem: MakeProblem) -> None:
    """Three steps of SGD move the stored parameters, and are the same through the bridge and through autograd."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    start = deepcopy(network.state_dict())
    ends = []
    for method in ("cost", "autograd_cost"):
        trained = DeepNetwork([4, 6, 3, 1], "tanh", dtype=torch.float64)
        trained.load_state_dict(start)
        change(trained)
        optimizer = torch.optim.SGD(trained.parameters(), lr=0.5)
        for _ in range(3):
            optimizer.zero_grad()
            getattr(trained, method)(X, Y).backward()
            optimizer.step()
        ends.append([each.detach() for each in trained.parameters()])
    for by_hand, by_torch in zip(*ends, strict=True):
        assert_equal("parameter", by_hand, by_torch)
    assert not any(torch.equal(each, start["layers.1.W"]) for each in ends[0])


def test_tensors_of_inference_mode_need_no_record(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with torch.inference_mode():
        X_, Y_ = X.clone(), Y.clone()
    with torch.no_grad():
        assert network.cost(X_, Y_).item() == network.cost(X, Y).item()
    assert_equal("dW", network.manual_gradients(X_, Y_)[0].dW, network.manual_gradients(X, Y)[0].dW)


@pytest.mark.parametrize("method", ["plain", "auto", "fused", "gram"])
def test_sums_over_many_examples_are_finite_in_float16(method: str) -> None:
    """100,000 losses of 1 add up to more than 65504, the largest number of float16. Their mean is 1.

    x = 2, y = 0, W = 0: dZ = ½ for every example, so dW = 1 and db = ½. The fast forms reject float16.
    """
    J = cost(torch.ones(100_000, dtype=torch.float16), 100_000)
    assert (J.item(), J.dtype) == (1, torch.float16)
    network = DeepNetwork([1, 1], initialization="zeros", dtype=torch.float16)
    X, Y = torch.full((200_000, 1), 2.0, dtype=torch.float16), torch.zeros(200_000, 1, dtype=torch.float16)
    ((dW, db, _),) = network.manual_gradients(X, Y)
    assert (dW.item(), db.item(), dW.dtype) == (1, 0.5, torch.float16)
    if method in ("plain", "auto"):
        gradient_descent(network, X, Y, learning_rate=0.5, iterations=1, method=method)
        assert (network.layers[0].W.item(), network.layers[0].b.item()) == (-0.5, -0.25)
    else:
        with pytest.raises(InputError, match=f"method: {method} adds up dW in float16, whose largest number is 65504"):
            gradient_descent(network, X, Y, learning_rate=0.5, iterations=1, method=method)


@pytest.mark.parametrize("output", OUTPUTS)
def test_float64_labels_train_a_float32_network(output: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 2], output=output)
    exact = network.manual_gradients(X, Y)
    network, X = network.float(), X.float()
    network.cost(X, Y).backward()
    for layer, right in zip(network.layers, exact, strict=True):
        assert_equal("dW", layer.W.grad, right.dW.float(), rtol=1e-4, atol=1e-6)
    assert compare_gradients(network, X, Y).agrees
    gradient_descent(network, X, Y, learning_rate=0.1, iterations=2)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_a_report_judges_a_saturated_network(dtype: torch.dtype, output: str, generator: torch.Generator) -> None:
    """|Z| of up to some hundreds. Where every example is right, A - Y is rounding error, and the report says so."""
    network = DeepNetwork([3, 4, 2], "tanh", output, dtype=dtype, generator=generator)
    with torch.no_grad():
        network.layers[1].W.mul_(300)
    X = torch.randn(7, 3, dtype=dtype, generator=generator)
    right = network.predict(X).to(dtype)
    assert compare_gradients(network, X, 1 - right).agrees
    assert compare_gradients(network, X, right).named("different") == []

    def doubled_dW(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        return [layer._replace(dW=2 * layer.dW) for layer in network.manual_gradients(X, Y)]

    assert compare_gradients(network, X, 1 - right, gradients=doubled_dW).named("different") == ["dW[2]", "dW[1]"]
