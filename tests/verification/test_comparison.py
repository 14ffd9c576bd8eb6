"""What the comparison hands to its judges and to the diagnosis, and the arguments that it rejects."""

from collections.abc import Callable
from inspect import unwrap

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.formulas.layers import LayerGradients
from course_torch.language import same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import ForwardPass, TensorName
from course_torch.network import autograd_bridge
from course_torch.verification import comparison
from course_torch.verification.comparing import ANOTHER_SHAPE
from course_torch.verification.comparison import by_differences
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.forward_check import NOT_FINITE
from course_torch.verification.judges import Differences, NumericJudge
from course_torch.verification.reference import by_autograd
from course_torch.verification.report import GradientReport
from course_torch.verification.right_pass import Reference
from tests.conftest import MakeProblem, random_problem
from tests.verification.by_hand import tensor

# One tensor against central differences

DW = TensorName("dW", 1)
MANUAL, AUTOGRAD, EXACT = tensor([3, 0], [9, 4]), tensor([3, 1], [9, 4.25]), tensor([3.5, 1], [9, 4])


class Scripted(NumericJudge):
    """Central differences of entries 0, 2 and 3; entry 2 has a kink."""

    kink: list[bool]

    def derivative(self, name: TensorName, shape: torch.Size) -> Differences:
        assert (name, shape) == (DW, torch.Size([2, 2]))
        errors = torch.tensor([0.25, 1.0, 0.5], dtype=torch.float64)
        return Differences(torch.tensor([0, 2, 3]), tensor(6, 7, 8), errors, torch.tensor(self.kink))


def judged_by(kink: list[bool], manual: Tensor = MANUAL) -> tuple:
    judge = Scripted(DeepNetwork([2, 1], dtype=torch.float64), tensor([1, 2]), tensor([1]))
    judge.kink, judge.exact = kink, {DW: EXACT}
    return by_differences(DW, manual, AUTOGRAD, torch.full((2, 2), 0.25).double(), judge)


def test_entries_without_a_kink_are_compared_with_central_differences() -> None:
    """[3, 4] is half of [6, 8]. Its errors are [1/4, 1/2] of the differences, 1/4 of rounding, and what float64 changes
    in autograd's tensor, [1/2, 1/4]: [1, 1]."""
    seen, sampled, kinks = judged_by([False, True, False])
    assert (sampled, kinks) == (3, 1)
    assert (seen.largest, seen.factor) == (4, 0.5)
    assert seen.relative == pytest.approx(5 / 15)
    assert seen.tolerance == pytest.approx(3 * 2**0.5 / 15)


def test_a_tensor_of_kinks_is_not_compared() -> None:
    assert judged_by([True, True, True]) == (None, 3, 3)


def test_a_tensor_of_another_shape_is_no_derivative() -> None:
    assert judged_by([False] * 3, MANUAL[:1]) == (ANOTHER_SHAPE, 1, 0)


# What the parts hand to each other


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


def test_the_training_is_diagnosed_only_if_the_formulas_are_right(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 3, 1], hidden_activation="tanh")
    diagnosis = Diagnosis(DW, (DW,), ((MISTAKES["sign"],),), same("off"))
    passes = Reference(network, X, Y)
    autograd, errors = passes.right, passes.errors()
    calls: list[list[str]] = []

    def diagnose(found: dict, reference: dict, noise: dict, forward: ForwardPass) -> Diagnosis:
        assert forward.Y is Y
        assert all(torch.equal(reference[name], each) for name, each in autograd.items())
        assert all(torch.equal(noise[name], each) for name, each in errors.items())
        calls.append(list(map(str, found)))
        return diagnosis

    monkeypatch.setattr("course_torch.verification.judged_pass.diagnose", diagnose)
    assert compare_gradients(network, X, Y).diagnosis is None
    assert calls == []
    right = autograd_bridge.backward_propagation
    monkeypatch.setattr(autograd_bridge, "backward_propagation", lambda *a, dJ, **k: right(*a, dJ=2 * dJ, **k))
    assert compare_gradients(network, X, Y).diagnosis == diagnosis
    assert calls == [["dW[2]", "db[2]", "dW[1]", "db[1]", "dA[0]"]]
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: 2 * dZ @ W)
    assert compare_gradients(network, X, Y).diagnosis == diagnosis
    assert calls[1:] == [list(map(str, autograd))]


@pytest.mark.parametrize(("options", "seed"), [({}, 0), ({"seed": 5}, 5)])
def test_the_seed_draws_the_sampled_entries(
    options: dict, seed: int, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds = []

    class Watched(NumericJudge):
        def __init__(self, network: DeepNetwork, X: Tensor, Y: Tensor, seed: int = -1) -> None:
            seeds.append(seed)
            super().__init__(network, X, Y, seed)

    monkeypatch.setattr(comparison, "NumericJudge", Watched)
    compare_gradients(*make_problem([4, 1]), **options)
    assert seeds == [seed]


# The arguments


def test_the_progress_sees_every_tensor(make_problem: MakeProblem) -> None:
    seen: list[TensorName] = []

    def watch(names: list[TensorName]) -> list[TensorName]:
        seen.extend(names)
        return names

    report = compare_gradients(*make_problem(), progress=watch)
    assert seen == [row.name for row in report]


@pytest.mark.parametrize("change", [lambda X: X.float(), lambda X: X.half(), lambda X: X[:0]])
def test_examples_that_cannot_be_judged_are_refused(change: Callable, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="X: found"):
        compare_gradients(network, change(X), change(Y))


@pytest.mark.parametrize(
    "change",
    [
        lambda X, Y: (X[:, 1:], Y),
        lambda X, Y: (X, Y[1:]),
        lambda X, Y: (X, Y[:, 0]),
        lambda X, Y: (X, Y + 1),
        lambda X, Y: (X, Y * float("nan")),
        lambda X, Y: (X, (Y + 1).long()),
        lambda X, Y: (X.to("meta"), Y),
    ],
)
def test_mistakes_of_the_user_are_named_as_by_the_cost(
    change: Callable[..., tuple[object, object]], make_problem: MakeProblem
) -> None:
    """The annotations are checked in the tests alone, so that both functions run without their checks."""
    network, X, Y = make_problem()
    wrong = change(X, Y)
    with pytest.raises(InputError) as expected:
        unwrap(DeepNetwork.cost)(network, *wrong)
    with pytest.raises(InputError) as caught:
        unwrap(compare_gradients)(network, *wrong)
    assert str(caught.value) == str(expected.value)
    assert "\n" not in str(caught.value)


def test_one_example_is_enough(make_problem: MakeProblem) -> None:
    assert compare_gradients(*make_problem([4, 1], m=1)).agrees


def test_float16_is_rejected_by_its_name(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 1])
    with pytest.raises(InputError, match=r"dtype: found 'torch\.float16', expected one of torch\.float64, "):
        compare_gradients(network.half(), X.half(), Y)


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
