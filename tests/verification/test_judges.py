"""Each judge: autograd, central differences, and what `J.backward()` leaves. Each objects alone."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.network import autograd_bridge
from course_torch.network.autograd_bridge import NetworkCost
from course_torch.verification import comparison, judges, right_pass
from course_torch.verification.faults import broken
from course_torch.verification.judges import Differences, NumericJudge, as_trained, parameter_gradients, parameters
from course_torch.verification.reference import Tensors, by_autograd, in_order
from course_torch.verification.report import GradientReport
from tests.conftest import MakeProblem, assert_equal
from tests.verification.by_hand import tensor
from tests.verification.problems import random_problem
from tests.verification.self_test import broken_tensors

# Each judge objects alone, while the others are deceived


PROBLEM = random_problem(0)


def sum_over_examples(context: BackwardContext) -> Tensor:
    """dW without 1/m: wrong by the formulas, but right in `J.backward()`, which divides dZ[L] by m."""
    return context.dZ.T @ context.A_prev


def turned_around(context: BackwardContext) -> Tensor:
    """-dA_prev: wrong by the formulas and in `J.backward()`."""
    return -context.right


def autograd_alone() -> GradientReport:
    """The formulas are wrong, and the central differences equal to them."""
    made = broken_tensors(*PROBLEM, {"dW": sum_over_examples})

    class Repeating(comparison.NumericJudge):
        def derivative(self, name: TensorName, shape: torch.Size) -> Differences:
            values = made[name].flatten()
            zeros = torch.zeros_like(values)
            return Differences(torch.arange(len(values)), values, zeros, zeros.bool())

    with broken(*PROBLEM, {"dW": sum_over_examples}), patch.object(comparison, "NumericJudge", Repeating):
        return comparison.compare_gradients(*PROBLEM)


def differences_alone() -> GradientReport:
    """The formulas and `J.backward()` are wrong, and autograd is equal to them."""

    def repeating(network: DeepNetwork, X: Tensor, Y: Tensor) -> Tensors:
        return in_order(network.backward_steps(X, Y, input_derivative=True))

    of_each_network, of_the_first = (patch.object(module, "by_autograd", repeating) for module in (right_pass, judges))
    with broken(*PROBLEM, {"dA": turned_around}), of_each_network, of_the_first:
        return comparison.compare_gradients(*PROBLEM)


def bridge_alone() -> GradientReport:
    """`J.backward()` leaves three times the gradients of the formulas."""
    real = autograd_bridge.backward_propagation

    def tripled(*arguments: Any, dJ: Tensor, **options: Any) -> Any:
        return real(*arguments, dJ=3 * dJ, **options)

    with patch.object(autograd_bridge, "backward_propagation", tripled):
        return comparison.compare_gradients(*PROBLEM)


def objections(report: GradientReport, field: str) -> list[str]:
    found = [(str(row.name), getattr(row, field)) for row in report]
    return [name for name, difference in found if difference is not None and not difference.agrees]


PARAMETERS = ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]


@pytest.mark.parametrize(
    ("alone", "field", "names", "factor"),
    [
        (autograd_alone, "formulas", ["dW[3]", "dW[2]", "dW[1]"], 9),
        (differences_alone, "numeric", ["dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[0]"], -1),
        (bridge_alone, "trained", [*PARAMETERS, "dA[0]"], 3),
    ],
    ids=["autograd", "central differences", "J.backward()"],
)
def test_a_judge_that_objects_alone_is_heard(
    alone: Callable[[], GradientReport], field: str, names: list[str], factor: float
) -> None:
    """dW without 1/m of 9 examples; -dA, where dA[1] is turned twice; and three times dJ."""
    report = alone()
    judges = ("formulas", "numeric", "trained")
    assert {judge: objections(report, judge) for judge in judges} == {
        judge: names if judge == field else [] for judge in judges
    }
    assert not report.agrees
    assert report.named("different") == [str(row.name) for row in report if str(row.name) in names]
    first = next(row for row in report if str(row.name) == names[0])
    assert getattr(first, field).factor == pytest.approx(factor)


# What trains: J and the gradients of `J.backward()`


DTYPES = [torch.float64, torch.float32, torch.bfloat16]


@pytest.mark.parametrize("dtype", DTYPES[:2])
def test_what_training_uses_is_judged_and_right(dtype: torch.dtype, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="leaky_relu", learn_slope=True)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.agrees, str(report)
    trained = [str(row.name) for row in report if row.trained is not None]
    assert trained == ["dW[3]", "db[3]", "dslope[2]", "dW[2]", "db[2]", "dslope[1]", "dW[1]", "db[1]", "dA[0]"]


def test_what_J_backward_leaves_is_the_gradient(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    tensors, J = as_trained(network, X, Y)
    assert network.cost(X, Y).item() == J
    for l, gradients in enumerate(network.autograd_gradients(X, Y), start=1):
        assert_equal(f"dW[{l}]", tensors[TensorName("dW", l)], gradients.dW, rtol=1e-12, atol=1e-15)
        assert_equal(f"db[{l}]", tensors[TensorName("db", l)], gradients.db, rtol=1e-12, atol=1e-15)


def test_the_network_and_its_gradients_are_left_alone(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    compare_gradients(network, X, Y)
    assert all(torch.equal(before[name], tensor) for name, tensor in network.state_dict().items())
    assert all(parameter.grad is None for parameter in network.parameters())


def test_a_bridge_that_forgets_1_by_m_of_its_input_derivative_is_found(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = autograd_bridge.backward_propagation

    def wrong(*arguments: object, **options: object) -> list:
        first, *others = right(*arguments, **options)
        return [first._replace(dA_prev=7 * first.dA_prev), *others]

    monkeypatch.setattr(autograd_bridge, "backward_propagation", wrong)
    assert compare_gradients(*make_problem(m=7)).named("different") == ["dA[0]"]


def times_J(factor: float, monkeypatch: pytest.MonkeyPatch) -> None:
    right = NetworkCost.forward
    monkeypatch.setattr(NetworkCost, "forward", staticmethod(lambda ctx, *arguments: factor * right(ctx, *arguments)))


@pytest.mark.parametrize("dtype", DTYPES)
def test_a_doubled_cost_is_found_though_all_gradients_are_right(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    problem = network.to(dtype), X.to(dtype), Y.to(dtype)
    assert compare_gradients(*problem).forward is None
    times_J(2, monkeypatch)
    report = compare_gradients(*problem)
    assert not report.agrees
    assert report.named("different") == []
    assert len(report.tensors) == 12
    assert str(report).startswith("first wrong: J in the forward pass, computed by network.cost (relative error 3.3")
    assert "Probably J is 2 times the right one. The formula is J = (1/m) Σ_i L_i. (judged: 12 by" in str(report)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_last_digits_of_the_cost_are_judged(
    dtype: torch.dtype, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(m=40, hidden_activation="tanh")
    times_J(1 + 100 * torch.finfo(dtype).eps, monkeypatch)
    assert compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype)).forward.tensor.en == "J"


def test_the_derivative_of_X_is_that_of_J() -> None:
    """Z = 0.3 x + 0.4 and dA[0] = m · X.grad = dZ W."""
    network = DeepNetwork([1, 1], output="identity", dtype=torch.float64)
    with torch.no_grad():
        network.layers[0].W.fill_(0.3)
        network.layers[0].b.fill_(0.4)
    tensors, _ = as_trained(network, tensor([1], [1]), tensor([0.2], [0.7]))
    assert {str(name): each.flatten().tolist() for name, each in tensors.items()} == {
        "dW[1]": pytest.approx([0.25]),
        "db[1]": pytest.approx([0.25]),
        "dA[0]": pytest.approx([0.15, 0]),
    }


def test_the_parameters_have_the_names_of_their_gradients(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 1], hidden_activation="leaky_relu", learn_slope=True)
    first, last = network.layers
    assert {str(name): id(each) for name, each in parameters(network).items()} == {
        **{"dW[1]": id(first.W), "db[1]": id(first.b), "dslope[1]": id(first.slope)},
        **{"dW[2]": id(last.W), "db[2]": id(last.b)},
    }
    assert parameter_gradients(network) == {}
    network.cost(X, Y).backward()
    last.b.grad = None
    assert list(map(str, parameter_gradients(network))) == ["dW[1]", "db[1]", "dslope[1]", "dW[2]"]
    assert parameter_gradients(network)[TensorName("dW", 2)] is last.W.grad


# Central differences


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
