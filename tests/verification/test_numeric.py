from collections.abc import Callable

import pytest
import torch

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.verification.backward_tensors import by_autograd
from course_torch.verification.names import TensorName
from course_torch.verification.numeric import ENTRIES, NumericJudge
from tests.conftest import Problem

MakeProblem = Callable[..., Problem]


def test_a_derivative_by_hand() -> None:
    """One example x = 2 with w = b = 0 and y = 1: dZ = -1/2, dW = -1, db = -1/2, dA[0] = w dZ = 0."""
    from course_torch import DeepNetwork

    network = DeepNetwork([1, 1], initialization="zeros", dtype=torch.float64)
    judge = NumericJudge(network, torch.tensor([[2.0]], dtype=torch.float64), torch.tensor([[1.0]]))
    for name, expected in {("dZ", 1): -0.5, ("dW", 1): -1.0, ("db", 1): -0.5, ("dA", 0): 0.0}.items():
        seen = judge.derivative(TensorName(*name), torch.Size([1, 1]))
        assert seen.values.item() == pytest.approx(expected, abs=1e-9)
        assert abs(seen.values.item() - expected) < seen.errors.item() < 1e-8


@pytest.mark.parametrize("hidden_activation", ["tanh", "leaky_relu"])
@pytest.mark.parametrize("output", ["sigmoid", "softmax"])
def test_every_derivative_is_autograds(hidden_activation: str, output: str, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 2], hidden_activation=hidden_activation, output=output, learn_slope=True)
    judge = NumericJudge(network, X, Y)
    for name, expected in by_autograd(network, X, Y).items():
        seen = judge.derivative(name, expected.shape)
        off = (seen.values - expected.flatten()[seen.indices]).abs()[~seen.kink]
        assert (off < 5 * seen.errors[~seen.kink]).all(), name
        assert off.max() < 1e-8, name


def test_large_tensors_are_sampled_by_the_seed(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([40, 10, 1])
    one, again, other = (
        NumericJudge(network, X, Y, seed).derivative(TensorName("dW", 1), torch.Size([10, 40])) for seed in (1, 1, 2)
    )
    assert len(one.indices.unique()) == ENTRIES
    assert torch.equal(one.indices, again.indices)
    assert not torch.equal(one.indices, other.indices)


def test_a_nudge_across_the_kink_is_marked_and_a_smooth_one_is_not(make_problem: MakeProblem) -> None:
    """Unit 0 of layer 1 has Z = 0 for every example: each nudge of its Z or b carries it to both sides."""
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
    seen = NumericJudge(network, X, Y).derivative(TensorName("db", 1), torch.Size([1, 6]))
    assert seen.kink.tolist() == [True, False, False, False, False, False]
    network.hidden_activation = ACTIVATIONS["tanh"]
    assert not NumericJudge(network, X, Y).derivative(TensorName("db", 1), torch.Size([1, 6])).kink.any()


def test_it_works_in_float64_whatever_the_network_does(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation="tanh")
    network, X, Y = network.float(), X.float(), Y.float()
    seen = NumericJudge(network, X, Y).derivative(TensorName("dW", 2), torch.Size([3, 6]))
    exact = by_autograd(network.double(), X.double(), Y)[TensorName("dW", 2)].flatten()[seen.indices]
    assert (seen.values - exact).abs().max() < 1e-9


def test_a_kink_nearby_gets_a_smaller_nudge(make_problem: MakeProblem) -> None:
    """Z[1] of unit 0 is 3e-7 for one example: a nudge of 1e-5 crosses the kink, a nudge of 1e-7 does not."""
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        Z = X @ network.layers[0].W[0] + network.layers[0].b[0, 0]
        network.layers[0].b[0, 0] += 3e-7 - Z[2]
    judge = NumericJudge(network, X, Y)
    coarse, _ = judge._central(TensorName("db", 1), torch.tensor([0]), torch.Size([1, 6]), 1e-5)
    seen = judge.derivative(TensorName("db", 1), torch.Size([1, 6]))
    exact = by_autograd(network, X, Y)[TensorName("db", 1)][0, 0]
    assert not seen.kink.any()
    assert abs(seen.values[0] - exact) < 5 * seen.errors[0] < 1e-5
    assert abs(coarse[0] - exact) > 1e-5
