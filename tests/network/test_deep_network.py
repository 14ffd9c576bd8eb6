"""Compare the backward pass with autograd on random networks, and with numbers calculated by hand."""

import pickle
from copy import deepcopy
from dataclasses import replace
from io import BytesIO

import hypothesis
import pytest
import torch
from hypothesis import strategies

from course_torch import DeepNetwork
from course_torch.errors import InputError
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.evaluation import evaluate
from tests.conftest import MakeProblem, assert_equal, random_problem


@hypothesis.settings(max_examples=300, deadline=None)
@hypothesis.given(
    widths=strategies.lists(strategies.integers(1, 12), min_size=2, max_size=7),
    m=strategies.integers(1, 16),
    hidden_activation=strategies.sampled_from(sorted(ACTIVATIONS)),
    output=strategies.sampled_from(["sigmoid", "softmax"]),
    learn_slope=strategies.booleans(),
    seed=strategies.integers(0, 2**32),
)
def test_manual_equals_autograd(
    widths: list[int], m: int, hidden_activation: str, output: str, learn_slope: bool, seed: int
) -> None:
    hypothesis.assume(output == "sigmoid" or widths[-1] > 1)
    generator = torch.Generator().manual_seed(seed)
    network, X, Y = random_problem(
        widths, m, generator, hidden_activation=hidden_activation, output=output, learn_slope=learn_slope
    )
    pairs = zip(network.manual_gradients(X, Y), network.autograd_gradients(X, Y), strict=True)
    for l, (manual, autograd) in enumerate(pairs, start=1):
        for field, actual, expected in zip(manual._fields, manual, autograd, strict=True):
            assert (actual is None) == (expected is None), f"{field}[{l}]"
            if actual is not None and expected is not None:
                assert actual.shape == expected.shape, f"{field}[{l}]"
                assert (actual - expected).norm() <= 1e-10 * expected.norm(), f"{field}[{l}]"


def test_two_layers_by_hand() -> None:
    """x = (1, -2), y = 1: Z[1] = (3, -1), A[1] = relu = (3, 0), Z[2] = 3·1 + 0·5 - 3 = 0, ŷ = 1/2.

    dZ[2] = -1/2, dW[2] = (-3/2, 0), dA[1] = (-1/2, -5/2), dZ[1] = (-1/2, 0), dA[0] = (-1/2, 1/2).
    """
    network = DeepNetwork([2, 2, 1], dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.copy_(torch.tensor([[1.0, -1.0], [1.0, 1.0]]))
        network.layers[1].W.copy_(torch.tensor([[1.0, 5.0]]))
        network.layers[1].b.fill_(-3)
    X, Y = torch.tensor([[1.0, -2.0]], dtype=torch.float64), torch.tensor([[1.0]], dtype=torch.float64)
    assert network(X).item() == 0.5
    first, second = network.backward_steps(X, Y, input_derivative=True)
    assert second.dZ.tolist() == [[-0.5]]
    assert second.gradients.dW.tolist() == [[-1.5, 0.0]]
    assert second.gradients.db.tolist() == [[-0.5]]
    assert second.dA_prev.tolist() == [[-0.5, -2.5]]
    assert first.dZ.tolist() == [[-0.5, 0.0]]
    assert first.gradients.dW.tolist() == [[-0.5, 1.0], [0.0, 0.0]]
    assert first.gradients.db.tolist() == [[-0.5, 0.0]]
    assert first.dA_prev.tolist() == [[-0.5, 0.5]]


def test_dz_and_da_are_derivatives_of_the_loss_and_dw_and_db_of_the_cost(make_problem: MakeProblem) -> None:
    """Autograd's derivative of J by Z[l] is dZ[l] / m, and by X = A[0] it is dA[0] / m."""
    network, X, Y = make_problem(hidden_activation="tanh")
    X.requires_grad_()
    caches = network.caches(X)
    A_1, Z_1 = caches[0].A, caches[0].Z
    J = OUTPUTS["sigmoid"].losses(caches[-1].Z, Y).sum() / len(X)
    by_X, by_Z, by_A = torch.autograd.grad(J, [X, Z_1, A_1])
    steps = network.backward_steps(X, Y, input_derivative=True)
    assert_equal("dZ[1]", steps[0].dZ / len(X), by_Z)
    assert_equal("dA[1]", steps[1].dA_prev / len(X), by_A)
    assert_equal("dA[0]", steps[0].dA_prev / len(X), by_X)


def test_predictions_have_the_form_of_y(make_problem: MakeProblem) -> None:
    network, X, _ = make_problem([4, 3], output="softmax")
    assert network.predict(X).sum(dim=1).tolist() == [1] * 7
    assert torch.equal(network.predict(X).argmax(1), network(X).argmax(1))
    network, X, _ = make_problem([4, 2])
    assert torch.equal(network.predict(X), (network(X) > 0.5).long())


def test_unknown_names_and_wrong_shapes_are_rejected(make_problem: MakeProblem) -> None:
    with pytest.raises(InputError, match="hidden_activation: found 'rellu', expected one of sigmoid, tanh"):
        DeepNetwork([2, 1], "rellu")
    with pytest.raises(InputError, match="output: found 'max', expected one of sigmoid, softmax"):
        DeepNetwork([2, 1], output="max")
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="layer 1: expected X"):
        network(X[:, 1:])
    with pytest.raises(InputError, match="layer 3: expected Y"):
        network.cost(X, Y.repeat(1, 2))


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
def test_cost_and_gradients_are_divided_by_the_number_of_examples_or_by_m(cost: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    losses = OUTPUTS["sigmoid"].losses(network.caches(X)[-1].Z, Y).sum()
    assert_equal("J", getattr(network, cost)(X, Y), losses / 7)
    assert_equal("J", getattr(network, cost)(X, Y, 3.5), losses / 3.5)
    with pytest.raises(InputError, match="layer 3: expected Y"):
        getattr(network, cost)(X, Y.repeat(1, 2))
    with pytest.raises(InputError, match="layer 3: expected Y"):
        network.backward_steps(X, Y.repeat(1, 2))
    (usual, *_), (doubled, *_) = network.backward_steps(X, Y), network.backward_steps(X, Y, 3.5)
    assert_equal("dW", doubled.gradients.dW, 2 * usual.gradients.dW)
    assert usual.dA_prev is None, "dA[0] is computed on request"


def test_features_of_another_dtype_are_rejected(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    for run in (network, network.caches, lambda X: network.cost(X, Y), lambda X: network.backward_steps(X, Y)):
        with pytest.raises(InputError, match=r"X: found torch.float32, expected the parameters' torch.float64"):
            run(X.float())


def test_autograd_gradients_are_found_where_gradients_are_off(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    with torch.no_grad():
        first, *_, last = network.autograd_gradients(X, Y)
    assert_equal("dslope", first.dslope, network.manual_gradients(X, Y)[0].dslope)
    assert last.dslope is None


def test_the_manual_gradients_use_the_derivative_itself(generator: torch.Generator) -> None:
    """Training may use an operation of torch for dA * g'. A mistake in g' must show all the same."""
    network, X, Y = random_problem([4, 3, 1], 7, generator, hidden_activation="relu")
    network.hidden_activation = replace(network.hidden_activation, derivative_by=torch.ones_like)
    assert not network.manual_gradients(X, Y)[0].dW.allclose(network.autograd_gradients(X, Y)[0].dW)


def test_the_output_layer_is_evaluated() -> None:
    """Z[1] = 2x and Z[2] = -Z[1] / 2 = -x: for x = 1, 3 with labels 0, 1 the losses are ln(1 + 1/e), ln(1 + e³)."""
    network = DeepNetwork([1, 1, 1], "identity", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(2)
        network.layers[1].W.fill_(-0.5)
    X = torch.tensor([[1.0], [3.0]], dtype=torch.float64)
    J, accuracy = evaluate(network, [(X, torch.tensor([[0], [1]]))])
    assert pytest.approx((0.313261688 + 3.048587352) / 2, rel=1e-8) == J
    assert accuracy == 0.5


@pytest.mark.parametrize("sizes", [[5], [3, 2], [1, 1, 1, 1, 1]])
def test_cost_and_accuracy_are_means_over_all_examples_for_any_batch_sizes(sizes: list[int]) -> None:
    """Z = X, so the losses are ln(1 + e^Z) - Y Z. The prediction Z > 0 is right for 3 of 5 examples."""
    network = DeepNetwork([1, 1], dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(1)
        network.layers[0].b.fill_(0)
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


@pytest.mark.parametrize("dtype", [torch.float16, torch.float32])
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
