"""What a network computes, answers, is made of, and is saved as."""

import pickle
from copy import deepcopy
from dataclasses import replace
from io import BytesIO

import pytest
import torch

from course_torch import DeepNetwork
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.deep_network import evaluate
from tests.conftest import MakeProblem, assert_equal


def test_predictions_have_the_form_of_y(make_problem: MakeProblem) -> None:
    network, X, _ = make_problem([4, 3], output="softmax")
    assert torch.equal(network.predict(X), torch.eye(3)[network(X).argmax(1)].long())
    network, X, _ = make_problem([4, 2])
    assert torch.equal(network.predict(X), (network(X) > 0.5).long())


def test_a_network_is_relu_sigmoid_lecun_in_float32_unless_told_otherwise() -> None:
    """With 900 inputs, the standard deviation of W[1] is 1/30, up to a sampling error of 0.7 %."""
    network = DeepNetwork([900, 12, 1], generator=torch.Generator().manual_seed(1))
    assert (network.hidden_activation.name, network.output.name) == ("relu", "sigmoid")
    assert network.layer_sizes == [900, 12, 1]
    assert [tuple(layer.W.shape) for layer in network.layers] == [(12, 900), (1, 12)]
    assert network.layers[0].W.std().item() == pytest.approx(1 / 30, rel=0.03)
    assert all(parameter.dtype == torch.float32 for parameter in network.parameters())
    assert all(layer.slope is None for layer in network.layers)


@pytest.mark.parametrize("cost", ["cost", "autograd_cost"])
def test_the_cost_is_divided_by_the_number_of_examples_or_by_m(cost: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    losses = OUTPUTS["sigmoid"].losses(network.caches(X)[-1].Z, Y).sum()
    assert_equal("J", getattr(network, cost)(X, Y), losses / 7)
    assert_equal("J", getattr(network, cost)(X, Y, 3.5), losses / 3.5)
    with pytest.raises(InputError, match="layer 3: expected Y"):
        getattr(network, cost)(X, Y.repeat(1, 2))


def test_the_backward_pass_divides_by_m_and_checks_y(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="layer 3: expected Y"):
        network.backward_steps(X, Y.repeat(1, 2))
    (usual, *_), (doubled, *_) = network.backward_steps(X, Y), network.backward_steps(X, Y, 3.5)
    assert_equal("dW", doubled.gradients.dW, 2 * usual.gradients.dW)
    assert usual.dA_prev is None, "dA[0] is computed on request"


def test_autograd_gradients_are_found_where_gradients_are_off(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    with torch.no_grad():
        first, *_, last = network.autograd_gradients(X, Y)
    assert_equal("dslope", first.dslope, network.manual_gradients(X, Y)[0].dslope)
    assert last.dslope is None


def test_the_manual_gradients_use_the_derivative_itself(make_problem: MakeProblem) -> None:
    """Training may use an operation of torch for dA * g'. A mistake in g' must show all the same."""
    network, X, Y = make_problem([4, 3, 1], hidden_activation="relu")
    network.hidden_activation = replace(network.hidden_activation, derivative_by=torch.ones_like)
    assert not network.manual_gradients(X, Y)[0].dW.allclose(network.autograd_gradients(X, Y)[0].dW)


@pytest.mark.parametrize("sizes", [[5], [3, 2], [1, 1, 1, 1, 1]])
def test_cost_and_accuracy_are_means_over_all_examples_for_any_batch_sizes(sizes: list[int]) -> None:
    """Z[2] = ½ · 2 X = X, so the losses are ln(1 + e^Z) - Y Z. The prediction Z > 0 is right for 3 of 5 examples."""
    network = DeepNetwork([1, 1, 1], "identity", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(2)
        network.layers[1].W.fill_(0.5)
    X = torch.tensor([[-2.0], [-1.0], [1.0], [2.0], [3.0]], dtype=torch.float64)
    Y = torch.tensor([[0], [1], [1], [0], [1]])
    result = evaluate(network, zip(X.split(sizes), Y.split(sizes), strict=True))
    losses = [0.126928011, 1.313261688, 0.313261688, 2.126928011, 0.048587352]
    assert result.cost == pytest.approx(sum(losses) / 5, rel=1e-8)
    assert result.score == 0.6


@pytest.mark.parametrize("hidden_activation", ACTIVATIONS)
@pytest.mark.parametrize("output", OUTPUTS)
def test_a_network_may_be_pickled_and_saved(hidden_activation: str, output: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 5, 3], hidden_activation=hidden_activation, output=output, learn_slope=True)
    file = BytesIO()
    torch.save(network, file)
    file.seek(0)
    for copied in (pickle.loads(pickle.dumps(network)), torch.load(file, weights_only=False), deepcopy(network)):
        assert copied.hidden_activation is network.hidden_activation
        assert copied.output is network.output
        assert torch.equal(copied.cost(X, Y), network.cost(X, Y))
        for ours, theirs in zip(network.manual_gradients(X, Y), copied.manual_gradients(X, Y), strict=True):
            assert torch.equal(ours.dW, theirs.dW)


def test_an_activation_of_the_user_is_pickled_as_it_is() -> None:
    network = DeepNetwork([2, 3, 1])
    network.hidden_activation = replace(ACTIVATIONS["identity"], name="own")
    assert pickle.loads(pickle.dumps(network)).hidden_activation == network.hidden_activation


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32], ids=["a float16 network", "float16 autocast"])
def test_many_saturated_examples_overflow_no_sum_in_float16(dtype: torch.dtype, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([3, 5, 2], 100, hidden_activation="relu", output="softmax")
    with torch.no_grad():
        network.layers[0].W.mul_(5000)  # A[1] is of the order 5000, and its sum over the examples exceeds 65504
    network, X, Y = network.to(dtype), X.to(dtype), Y.to(dtype)
    with torch.autocast("cpu", torch.float16, enabled=dtype == torch.float32):
        found = network.manual_gradients(X, Y)
    assert all(own.dW.isfinite().all() for own in found)
    right = network.double().manual_gradients(X.double(), Y.double())
    for own, exact in zip(found, right, strict=True):
        assert own.dW.dtype == dtype
        torch.testing.assert_close(own.dW.double(), exact.dW, rtol=2e-3, atol=1e-3)
