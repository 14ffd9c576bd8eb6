"""What the comparison says of each tensor and of a difference, and the arguments that it rejects."""

import re
from collections.abc import Callable
from math import inf, isnan, nan

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.formulas.layers import LayerGradients
from course_torch.network.propagation import TensorName
from course_torch.verification.difference import Difference, difference
from course_torch.verification.networks.calls.judged_forward import NOT_FINITE
from course_torch.verification.networks.right_pass import by_autograd
from course_torch.verification.report import GradientReport
from tests.conftest import MakeProblem, random_problem

# What the comparison says of each tensor


def test_a_row_has_the_norm_of_autograds_tensor_and_the_factor_of_the_formulas(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem(hidden_activation="tanh")
    right = layers.linear_backward
    monkeypatch.setattr(layers, "linear_backward", lambda *arguments: tuple(2 * each for each in right(*arguments)))
    autograd = by_autograd(network, X, Y)
    for row in compare_gradients(network, X, Y):
        assert row.shape == tuple(autograd[row.name].shape)
        assert row.norm == pytest.approx(autograd[row.name].norm().item())
        doubled = 2 if row.name.kind in ("dW", "db") else 1
        assert row.formulas.factor == pytest.approx(doubled)
        assert row.numeric.factor == pytest.approx(doubled, rel=1e-6)
        assert row.sampled == autograd[row.name].numel()


def test_the_seed_draws_the_sampled_entries_of_a_large_tensor(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([40, 10, 1])
    default, zero, other = (compare_gradients(network, X, Y, **seed) for seed in ({}, {"seed": 0}, {"seed": 1}))
    (dW,) = (number for number, row in enumerate(default) if str(row.name) == "dW[1]")
    assert (default.tensors[dW].shape, default.tensors[dW].sampled) == ((10, 40), 100)
    assert default.tensors[dW].numeric == zero.tensors[dW].numeric != other.tensors[dW].numeric


# The arguments


def test_the_progress_sees_every_tensor(make_problem: MakeProblem) -> None:
    seen: list[TensorName] = []

    def watch(names: list[TensorName]) -> list[TensorName]:
        seen.extend(names)
        return names

    report = compare_gradients(*make_problem(), progress=watch)
    assert seen == [row.name for row in report]


def test_a_network_in_float16_is_refused(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match=r"dtype: found 'torch\.float16', expected one of torch\.float64, "):
        compare_gradients(network.half(), X.half(), Y)


@pytest.mark.parametrize(
    ("linear", "lost"),
    [
        (lambda A_prev, W, b: A_prev @ W.detach().T + b, "W[3], W[2], W[1]"),
        (lambda A_prev, W, b: (A_prev @ W.T + b).detach(), "any parameter"),
    ],
)
def test_a_formula_that_autograd_cannot_follow_back_leaves_nothing_to_compare_with(
    linear: Callable, lost: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("formulas.layers", "network.propagation"):
        monkeypatch.setattr(f"course_torch.{module}.linear", linear)
    with pytest.raises(InputError, match=re.escape(f"autograd finds no way from {lost} to J")):
        compare_gradients(*make_problem())


def test_one_example_is_enough(make_problem: MakeProblem) -> None:
    assert compare_gradients(*make_problem([4, 1], m=1)).agrees


# A function of the user


def test_a_function_of_the_user_gets_labels_that_it_may_negate(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()

    def gradients(network: DeepNetwork, X: Tensor, Y: Tensor) -> list[LayerGradients]:
        assert Y.dtype == X.dtype
        negated = -Y
        return network.manual_gradients(X, 0 - negated)

    assert compare_gradients(network, X, Y.to(torch.uint8), gradients=gradients).agrees


def test_real_labels_reach_a_function_of_the_user_as_they_are(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem(output="identity")
    network, X, given = network.float(), X.float(), []
    compare_gradients(network, X, Y, gradients=lambda _, X, Y: given.append(Y) or network.manual_gradients(X, Y))
    assert given[0] is Y
    assert given[0].dtype == torch.float64


def test_the_hand_written_pass_does_not_run_beside_a_function_of_the_user(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem()
    monkeypatch.setattr(layers, "linear_backward", None)
    assert compare_gradients(network, X, Y, gradients=DeepNetwork.autograd_gradients).agrees


# Numbers near the largest of the dtype


@pytest.mark.parametrize("activation", ["relu", "tanh"])
@pytest.mark.parametrize("seed", range(3))
def test_squares_that_overflow_accuse_no_formula(activation: str, seed: int, make_problem: MakeProblem) -> None:
    """The squares of W = 10¹⁶⁰ are infinite, W is not: what this hides is not judged, and nothing is called wrong."""
    network, X, Y = make_problem([4, 6, 3, 1], hidden_activation=activation)
    network.layers[0].W.data.mul_(1e160)
    report = compare_gradients(network, X, Y, seed=seed)
    assert report.forward is None
    assert report.diagnosis is None
    assert report.named("different") == []
    assert report.named("not judged") != []
    assert not report.agrees


def test_tensors_that_overflow_are_not_judged_and_the_others_are(make_problem: MakeProblem) -> None:
    """All Z are positive, Z[2] and the losses of Y = 0 are infinite, and dA[0] = dZ[1] W[1] has products of 10³²⁰."""
    network, X, _ = make_problem([4, 6, 1], hidden_activation="relu")
    for layer in network.layers:
        layer.W.data.abs_().mul_(1e160)
        layer.b.data.abs_()
    report = compare_gradients(network, X.abs(), torch.zeros(7, 1, dtype=torch.float64))
    assert report.diagnosis is None
    assert report.named("different") == []
    assert report.named("equal") == ["dZ[2]", "db[2]"]  # the squares of A[1] and of W[2] hide the others
    assert [name.en for name, why in report.unjudged.items() if why == NOT_FINITE][-1] == "dA[0]"
    assert "not judged by differences: dZ[2], " in str(report)


def test_a_report_without_tensors_judged_nothing() -> None:
    report = GradientReport([], None)
    assert not report.agrees
    assert str(report).startswith("no gradient was judged (judged: 0 by autograd")


# Labels whose sum is not exactly 1


@pytest.mark.parametrize("activation", ["tanh", "leaky_relu"])
@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16])
def test_labels_of_a_narrower_dtype_raise_no_alarm(
    activation: str, dtype: torch.dtype, generator: torch.Generator
) -> None:
    """The labels of each class are rounded alike, so that A (Σ Y - 1) has one sign in all 400 examples."""
    network, X, _ = random_problem([5, 4, 3], 400, generator, hidden_activation=activation, output="softmax")
    Y = (0.9 * torch.eye(3, dtype=torch.float64) + 0.1 / 3).to(dtype)[torch.arange(400) % 3]
    assert (Y.double().sum(dim=1) - 1).abs().min() > 0
    assert compare_gradients(network, X, Y).agrees


def test_rounded_labels_hide_no_mistake(monkeypatch: pytest.MonkeyPatch, generator: torch.Generator) -> None:
    network, X, _ = random_problem([5, 4, 3], 400, generator, hidden_activation="tanh", output="softmax")
    Y = (0.9 * torch.eye(3, dtype=torch.float64) + 0.1 / 3).float()[torch.arange(400) % 3]
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    report = compare_gradients(network, X, Y)
    assert report.diagnosis.causes == ("no g'",)


ERROR = torch.full((2,), 1e-16, dtype=torch.float64)
ZERO, B = torch.zeros(2, dtype=torch.float64), torch.tensor([3, 4], dtype=torch.float64)


@pytest.mark.parametrize(
    ("a", "b", "relative", "factor", "residual", "agrees"),
    [
        ([3.0, 4.0], [3.0, 4.0], 0.0, 1.0, 0.0, True),
        ([-3.0, -4.0], [3.0, 4.0], 1.0, -1.0, 0.0, False),
        ([21.0, 28.0], [3.0, 4.0], 0.75, 7.0, 0.0, False),
        ([3.0, 0.0], [0.0, 1.0], 10**0.5 / 4, 0.0, 1.0, False),
        ([3.0, 4.0], [4.0, 4.0], 1 / (5 + 32**0.5), 0.875, 0.5**0.5 / 5, False),  # c = 28/32, a - c b = [-1/2, 1/2]
        ([0.0, 0.0], [3.0, 4.0], 1.0, 0.0, 0.0, False),
    ],
)
def test_the_difference_of_two_tensors_by_hand(
    a: list[float], b: list[float], relative: float, factor: float, residual: float, agrees: bool
) -> None:
    seen = difference(*(torch.tensor(values, dtype=torch.float64) for values in (a, b)), ERROR)
    assert seen.relative == pytest.approx(relative)
    assert seen.factor == pytest.approx(factor)
    assert seen.residual == pytest.approx(residual)
    assert seen.agrees == agrees
    assert seen.largest == pytest.approx(max(abs(x - y) for x, y in zip(a, b, strict=True)))


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [
        (ZERO, ZERO, (0, 0, 0, 0)),
        (ZERO[:0], ZERO[:0], (0, 0, 0, 0)),
        (B, ZERO, (4, 1, 0, 3 * 2**0.5 * 1e-16 / 5)),
        (B, B[:1], (inf, 1, 1, 0)),
    ],
    ids=["two zeros", "empty", "a zero", "other shapes"],
)
def test_no_multiple_is_nearest(a: Tensor, b: Tensor, expected: tuple[float, ...]) -> None:
    """The tolerance is three standard errors beside both norms; ‖error‖ = √2 · 1e-16."""
    seen = difference(a, b, ERROR[: len(a)])
    found = (seen.largest, seen.relative, seen.residual, seen.tolerance)
    assert found == pytest.approx(expected, rel=1e-12, abs=0)
    assert isnan(seen.factor)


def test_a_nan_is_equal_to_nothing_and_vanishing_squares_are_compared() -> None:
    assert not difference(torch.tensor([nan, 0.0]), ZERO, ERROR).agrees
    tiny = torch.tensor([1e-200, 0.0], dtype=torch.float64)
    assert difference(tiny, -tiny, 0 * ERROR).relative == 1.0
    assert not difference(tiny, torch.ones(2, dtype=torch.float64), ERROR).agrees


@pytest.mark.parametrize(
    ("relative", "tolerance", "agrees", "judged"),
    [(0.5, 0.5, True, True), (0.51, 0.5, False, True), (0.5, 0.51, True, False), (nan, 0.5, False, True)],
)
def test_agreement_and_judgement_end_beyond_their_bounds(
    relative: float, tolerance: float, agrees: bool, judged: bool
) -> None:
    seen = Difference(largest=1.0, relative=relative, factor=1.0, residual=0.0, tolerance=tolerance)
    assert (seen.agrees, seen.judged) == (agrees, judged)
