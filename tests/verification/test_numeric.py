from collections.abc import Callable

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.context import TensorName
from course_torch.verification import judges
from course_torch.verification.judges import NumericJudge
from course_torch.verification.reference import by_autograd
from tests.conftest import Problem
from tests.verification.by_hand import tensor

MakeProblem = Callable[..., Problem]


def test_a_derivative_by_hand() -> None:
    """One example x = 2 with w = b = 0 and y = 1: dZ = -1/2, dW = -1, db = -1/2, dA[0] = w dZ = 0."""
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
    assert len(one.indices.unique()) == 100
    assert torch.equal(one.indices, again.indices)
    assert not torch.equal(one.indices, other.indices)
    default, zero = (
        judge.derivative(TensorName("dW", 1), torch.Size([10, 40]))
        for judge in (NumericJudge(network, X, Y), NumericJudge(network, X, Y, 0))
    )
    assert torch.equal(default.indices, zero.indices)


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


# The nudge and the standard error

DW, DB, DZ = TensorName("dW", 1), TensorName("db", 1), TensorName("dZ", 1)


def one_layer(W: float, b: float, output: str, X: Tensor, Y: Tensor) -> NumericJudge:
    network = DeepNetwork([1, 1], output=output, dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(W)
        network.layers[0].b.fill_(b)
    return NumericJudge(network, X, Y)


def test_the_rounding_error_of_a_loss_is_that_of_its_largest_term() -> None:
    """|x w| + |b| = 6 + 4 of a Z that is 2; a loss of (10 - 0)² / 2 beside 0; and log(1 + e) for Z = -1 and y = 1."""
    assert one_layer(3, -4, "sigmoid", tensor([2], [0]), tensor([1], [1])).largest_term == 11
    assert one_layer(1, 0, "identity", tensor([0], [1]), tensor([10], [1])).largest_term == 51
    assert one_layer(1, 0, "sigmoid", tensor([-1]), tensor([1])).largest_term == pytest.approx(1 + 1.3132616875)


class Watching(NumericJudge):
    """Records how the entries are split, and the nudge."""

    seen: list[tuple[list[int], float]]

    def _smooth_differences(self, name: TensorName, indices: Tensor, shape: torch.Size, nudge: float) -> tuple:
        self.seen.append((indices.tolist(), nudge))
        zeros = torch.zeros(len(indices))
        return zeros, zeros, zeros.bool()


def watched(name: TensorName, X: Tensor, shape: tuple[int, int]) -> list[tuple[list[int], float]]:
    network = DeepNetwork([X.shape[1], shape[0], 1], "tanh", dtype=torch.float64)
    judge = Watching(network, X, torch.ones(len(X), 1))
    judge.seen = []
    judge.derivative(name, torch.Size(shape))
    return judge.seen


def test_the_nudge_of_a_weight_is_smaller_if_a_feature_is_large() -> None:
    """Z moves by the nudge times the feature. A feature below 1 changes nothing."""
    X = tensor([0.5, -4], [1, 2])
    assert watched(DW, X, (2, 2)) == [([0, 1, 2, 3], 1e-5 / 4)]
    assert watched(DB, X, (1, 2)) == [([0, 1], 1e-5)]
    assert watched(DW, X / 8, (2, 2)) == [([0, 1, 2, 3], 1e-5)]
    assert watched(TensorName("dW", 2), X, (1, 2)) == [([0, 1], 1e-5)]


def test_a_forward_pass_has_a_bounded_number_of_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    """4000 rows: 58 entries of a parameter with 68 examples each, or all entries of dZ, with one example each."""
    X = torch.ones(68, 10, dtype=torch.float64)
    assert [len(entries) for entries, _ in watched(DW, X, (10, 10))] == [58, 42]
    assert [len(entries) for entries, _ in watched(DZ, X, (68, 10))] == [100]
    monkeypatch.setattr(judges, "ROWS", 67)
    assert [len(entries) for entries, _ in watched(DB, X, (1, 3))] == [1, 1, 1]


class Scripted(NumericJudge):
    """Values 1 + nudge². Entry 1 has a kink beyond 1.5e-7, entry 2 wherever one looks, entry 0 nowhere."""

    nudges: list[float]

    def _central(self, name: TensorName, indices: Tensor, shape: torch.Size, nudge: float) -> tuple[Tensor, Tensor]:
        self.nudges.append(nudge)
        reach = torch.tensor([1.0, 1.5e-7, 0.0])[indices]
        return torch.full((len(indices),), 1 + nudge**2, dtype=torch.float64), nudge > reach


def test_a_kink_is_tried_again_with_a_tenth_of_the_nudge_three_times() -> None:
    """Twice the nudge must cross no kink either, so that entry 1 is right with 1e-8."""
    judge = Scripted(DeepNetwork([1, 1], dtype=torch.float64), tensor([0.5]), tensor([1]))
    judge.nudges, judge.largest_term = [], 1e-3
    seen = judge.derivative(DB, torch.Size([1, 3]))
    assert judge.nudges == pytest.approx([1e-5, 2e-5, 1e-6, 2e-6, 1e-7, 2e-7, 1e-8, 2e-8])
    assert seen.kink.tolist() == [False, False, True]
    assert seen.values.tolist() == pytest.approx([1 + 1e-10, 1 + 1e-16, 1 + 1e-16], rel=1e-15, abs=0)


def test_the_error_is_a_third_of_the_change_with_twice_the_nudge_and_the_rounding_of_the_losses() -> None:
    """(2² - 1²) / 3 = 1 times the square of 1e-5, and ε · 1e-3 / 1e-5."""
    judge = Scripted(DeepNetwork([1, 1], dtype=torch.float64), tensor([0.5]), tensor([1]))
    judge.nudges, judge.largest_term = [], 1e3
    first = judge.derivative(DB, torch.Size([1, 1])).errors[0].item()
    assert first == pytest.approx(1e-10 + 2.0**-52 * 1e3 / 1e-5, rel=1e-5, abs=0)
