"""The report of three judges: right networks pass in every dtype, a wrong step is found, named and explained."""

from collections.abc import Callable
from dataclasses import replace

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.errors import InputError
from course_torch.formulas import layers
from course_torch.verification import comparison
from course_torch.verification.as_trained import TrainedGradients
from course_torch.verification.backward_tensors import by_autograd
from course_torch.verification.comparison import by_differences, forward_pass
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.difference import ANOTHER_SHAPE
from course_torch.verification.names import TensorName
from course_torch.verification.numeric import Differences, NumericJudge
from course_torch.verification.suspects import ForwardPass
from tests.conftest import Problem
from tests.verification.by_hand import tensor

MakeProblem = Callable[..., Problem]


def test_every_tensor_stands_in_the_order_in_which_it_is_computed(make_problem: MakeProblem) -> None:
    report = compare_gradients(*make_problem([4, 6, 3, 1], hidden_activation="leaky_relu", learn_slope=True))
    assert [str(row.name) for row in report] == [
        *("dZ[3]", "dW[3]", "db[3]", "dA[2]", "dslope[2]"),
        *("dZ[2]", "dW[2]", "db[2]", "dA[1]", "dslope[1]"),
        *("dZ[1]", "dW[1]", "db[1]", "dA[0]"),
    ]
    assert report.agrees
    assert [row.shape for row in report][:4] == [(7, 1), (1, 3), (1, 1), (7, 3)]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("hidden_activation", ["tanh", "relu"])
def test_right_gradients_agree_in_every_dtype(
    dtype: torch.dtype, hidden_activation: str, make_problem: MakeProblem
) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation=hidden_activation)
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.agrees, str(report)
    assert all(row.formulas.tolerance < 0.2 for row in report)
    assert report.largest_relative_error < {torch.float64: 1e-12, torch.float32: 1e-5, torch.bfloat16: 0.1}[dtype]


@pytest.mark.parametrize("dtype", [torch.float64, torch.float32, torch.bfloat16])
@pytest.mark.parametrize("factor", [-1.0, 1 / 50, 0.0, 50.0], ids=["sign", "1/m twice", "nothing", "no 1/m"])
def test_wrong_gradients_are_found_in_every_dtype(
    dtype: torch.dtype, factor: float, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([40, 30, 20, 1], m=50, hidden_activation="tanh")
    right = layers.linear_backward
    monkeypatch.setattr(
        layers, "linear_backward", lambda dZ, A_prev, m: tuple(factor * each for each in right(dZ, A_prev, m))
    )
    report = compare_gradients(network.to(dtype), X.to(dtype), Y.to(dtype))
    assert report.named("different") == ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]


def test_what_rounding_hides_is_not_called_equal(make_problem: MakeProblem) -> None:
    """The balanced labels of above in bfloat16: db is lost in the rounding of its terms."""
    network, X, Y = make_problem([4, 1], m=400)
    with torch.no_grad():
        network.layers[0].W.mul_(1e-6)
        network.layers[0].b.zero_()
    Y[:200], Y[200:] = 0, 1
    report = compare_gradients(network.bfloat16(), X.bfloat16(), Y.bfloat16())
    assert "db[1]" in report.named("not judged")
    assert not report.agrees
    assert "not judged, because rounding errors in this dtype hide them" in str(report)


@pytest.mark.parametrize("offset", [0.0, 1e3, 1e4])
@pytest.mark.parametrize("hidden_activation", ["tanh", "relu", "identity"])
def test_large_features_raise_no_alarm(offset: float, hidden_activation: str, make_problem: MakeProblem) -> None:
    """Features with an offset that b cancels: the numeric judge's own rounding is that of the large terms."""
    network, X, Y = make_problem([4, 5, 3, 1], hidden_activation=hidden_activation)
    with torch.no_grad():
        network.layers[0].b -= offset * network.layers[0].W.sum(dim=1)
    report = compare_gradients(network, X + offset, Y)
    assert report.named("different") == [], str(report)


def test_frozen_parameters_are_judged_too(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    network.layers[0].W.requires_grad_(False)
    assert compare_gradients(network, X, Y).agrees


@pytest.mark.parametrize("change", [lambda X: X.float(), lambda X: X.half(), lambda X: X[:0]])
def test_examples_that_cannot_be_judged_are_refused(change: Callable, make_problem: MakeProblem) -> None:
    network, X, Y = make_problem()
    with pytest.raises(InputError, match="X: found"):
        compare_gradients(network, change(X), change(Y))


def test_terms_that_cancel_are_granted_their_rounding(make_problem: MakeProblem) -> None:
    """Half the labels 1 and W nearly 0: db[1] is a mean of numbers near ±1/2 that is a millionth of them."""
    network, X, Y = make_problem([4, 1], m=400)
    with torch.no_grad():
        network.layers[0].W.mul_(1e-6)
        network.layers[0].b.zero_()
    Y[:200], Y[200:] = 0, 1
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert rows["db[1]"].verdict == "equal"
    assert rows["db[1]"].formulas.tolerance > 1e3 * rows["dZ[1]"].formulas.tolerance


def test_a_missing_derivative_is_named_and_explained(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """dA without its tanh': layer 3 and dA[2] are right, everything below is wrong, and both judges say so."""
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    report = compare_gradients(*make_problem(hidden_activation="tanh"))
    assert not report.agrees
    assert str(report.diagnosis.tensor) == "dZ[2]"
    assert report.diagnosis.causes == ("no g'",)
    assert report.named("equal") == ["dZ[3]", "dW[3]", "db[3]", "dA[2]"]
    assert all(row.formulas.agrees == row.numeric.agrees for row in report)
    assert "multiply" in str(report.diagnosis) or "dZ = dA * g'(Z)" in str(report.diagnosis)


def test_the_tolerance_stays_sharp_in_a_deep_network(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Twenty layers of 64 in float32: a factor of 1.01 in dA is found in all layers below the top one."""
    network, X, Y = make_problem([64] * 20 + [1], m=50, hidden_activation="tanh")
    problem = network.float(), X.float(), Y.float()
    report = compare_gradients(*problem)
    assert report.agrees
    assert all(row.formulas.tolerance < 1e-3 for row in report)
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: 1.01 * dZ @ W)
    assert compare_gradients(*problem).named("equal") == ["dZ[20]", "dW[20]", "db[20]"]


def test_entries_at_the_kink_are_left_out_and_counted(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].W[0], network.layers[0].b[0, 0] = 0, 0
    rows = {str(row.name): row for row in compare_gradients(network, X, Y)}
    assert rows["db[1]"].kinks == 1
    assert rows["db[1]"].sampled == 6
    assert all(row.verdict == "equal" for row in rows.values())


def test_the_progress_sees_every_tensor(make_problem: MakeProblem) -> None:
    seen: list[TensorName] = []

    def watch(names: list[TensorName]) -> list[TensorName]:
        seen.extend(names)
        return names

    report = compare_gradients(*make_problem(), progress=watch)
    assert seen == [row.name for row in report]


def test_a_tensor_without_a_judged_entry_is_called_so(make_problem: MakeProblem) -> None:
    """Layer 2 gets only zeros, so every Z[2] is b[2] = 0: any nudge of b[2] or Z[2] crosses the kink."""
    network, X, Y = make_problem([4, 6, 3, 1])
    with torch.no_grad():
        network.layers[0].b -= 1000
        network.layers[1].b.zero_()
    report = compare_gradients(network, X, Y)
    rows = {str(row.name): row for row in report}
    assert rows["db[2]"].numeric is None
    assert (rows["db[2]"].sampled, rows["db[2]"].kinks) == (3, 3)
    assert rows["db[2]"].verdict == "equal"
    assert str(report).startswith("all 12 tensors are equal (judged: 12 by autograd, ")
    assert "not judged by differences: " in str(report)
    assert "db[2]" in str(report).split("not judged by differences: ")[1]


def test_the_last_line_counts_what_every_judge_judged(make_problem: MakeProblem) -> None:
    report = compare_gradients(*make_problem(hidden_activation="tanh"))
    expected = "judged: 12 by autograd, 12 by central differences, 7 as trained by J.backward()"
    assert str(report) == f"all 12 tensors are equal ({expected})"


@pytest.mark.parametrize("judge", ["formulas", "numeric", "trained"])
def test_the_objection_of_a_single_judge_is_enough(judge: str, make_problem: MakeProblem) -> None:
    report = compare_gradients(*make_problem(hidden_activation="tanh"))
    row = next(row for row in report if str(row.name) == "dW[2]")
    objection = replace(getattr(row, judge), relative=0.5)
    assert row.verdict == "equal"
    assert replace(row, **{judge: objection}).verdict == "different"
    hidden = replace(getattr(row, judge), tolerance=0.9)
    assert replace(row, **{judge: hidden}).verdict == "not judged"


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
    judge.kink = kink
    return by_differences(DW, manual, AUTOGRAD, torch.full((2, 2), 0.25).double(), EXACT, judge)


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


@pytest.mark.parametrize("method", ["backward", "plain"])
def test_the_error_as_trained_is_that_of_the_formulas_and_of_the_method(
    method: str, make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A fast loop sums the db of 4 examples with log₂(2 · 4) = 3 times the error. The method adds an error to dW[1]."""
    network, X, Y = make_problem([4, 3, 1], m=4, hidden_activation="tanh")
    tensors = by_autograd(network, X, Y)

    def as_trained(*arguments: object) -> TrainedGradients:
        assert arguments == (network, X, Y, method)
        return TrainedGradients(tensors, {DW: torch.full((3, 4), 1e-3, dtype=torch.float64)})

    monkeypatch.setattr(comparison, "as_trained", as_trained)
    rows = {str(row.name): row for row in compare_gradients(network, X, Y, method=method)}
    ratios = {name: row.trained.tolerance / row.formulas.tolerance for name, row in rows.items()}
    of_db = 1 if method == "backward" else 3
    assert ratios == pytest.approx(
        {name: of_db if name.startswith("db") else 1 for name in rows} | {"dW[1]": ratios["dW[1]"]}
    )
    norm = tensors[DW].norm().item()
    assert rows["dW[1]"].trained.tolerance == pytest.approx(3 * 1e-3 * 12**0.5 / (2 * norm))


def test_the_training_is_diagnosed_only_if_the_formulas_are_right(
    make_problem: MakeProblem, monkeypatch: pytest.MonkeyPatch
) -> None:
    network, X, Y = make_problem([4, 3, 1], hidden_activation="tanh")
    diagnosis = Diagnosis(DW, (DW,), ("sign",), ("the sign",), "off")
    autograd = by_autograd(network, X, Y)
    calls: list[tuple] = []
    answers: list[Diagnosis | None] = []

    def diagnose(found: dict, reference: dict, errors: dict, forward: ForwardPass) -> Diagnosis | None:
        assert all(torch.equal(reference[name], each) for name, each in autograd.items())
        assert set(errors) == set(autograd)
        assert forward.Y is Y
        calls.append((list(map(str, found)), errors[DW]))
        return answers.pop(0)

    monkeypatch.setattr(comparison, "diagnose", diagnose)
    answers[:] = [diagnosis]
    assert compare_gradients(network, X, Y, method="plain").diagnosis is diagnosis
    assert [names for names, _ in calls] == [list(map(str, autograd))]
    answers[:] = [None, diagnosis]
    assert compare_gradients(network, X, Y, method="plain").diagnosis is diagnosis
    assert [names for names, _ in calls[1:]] == [list(map(str, autograd)), ["dW[2]", "db[2]", "dW[1]", "db[1]"]]
    assert (calls[2][1] > calls[1][1]).all()  # as trained: with the rounding of W
    answers[:] = [None, None]
    assert compare_gradients(network, X, Y).diagnosis is None


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


def test_the_forward_pass_holds_what_the_diagnosis_needs(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 3, 1], hidden_activation="leaky_relu")
    caches = network.caches(X)
    seen = forward_pass(network, caches, Y)
    assert (seen.caches is caches, seen.Y is Y, seen.hidden_activation is network.hidden_activation) == (True,) * 3
    assert [torch.equal(W, layer.W) for W, layer in zip(seen.W, network.layers, strict=True)] == [True, True]
    assert not any(W.requires_grad for W in seen.W)
    assert [slope is layer.slope for slope, layer in zip(seen.slopes, network.layers, strict=True)] == [True, True]


def test_one_example_is_enough(make_problem: MakeProblem) -> None:
    assert compare_gradients(*make_problem([4, 1], m=1)).agrees


def test_float16_is_rejected_by_its_name(make_problem: MakeProblem) -> None:
    network, X, Y = make_problem([4, 1])
    with pytest.raises(InputError, match=r"dtype: found torch\.float16, expected one of torch\.float64, "):
        compare_gradients(network.half(), X.half(), Y)
