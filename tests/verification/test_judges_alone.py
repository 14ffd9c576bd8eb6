"""Each judge objects alone, while the others are deceived."""

from dataclasses import replace
from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.network import autograd_bridge
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification import comparison, judges, right_pass
from course_torch.verification.comparing import Difference
from course_torch.verification.faults import broken
from course_torch.verification.judges import Differences
from course_torch.verification.reference import Tensors, in_order
from course_torch.verification.report import GradientReport, TensorReport
from tests.verification.problems import random_problem
from tests.verification.self_test import broken_tensors

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


JUDGES = {"autograd": autograd_alone, "central differences": differences_alone, "J.backward()": bridge_alone}


def objects(report: GradientReport) -> bool:
    """Whether the report says "different" about some tensor."""
    return not report.agrees and bool(report.named("different"))


@pytest.mark.parametrize("judge", JUDGES)
def test_every_judge_is_heard(judge: str) -> None:
    assert objects(JUDGES[judge]())


@pytest.fixture
def reports() -> dict[str, GradientReport]:
    """The report of each judge that objects alone."""
    return {judge: alone() for judge, alone in JUDGES.items()}


def objections(report: GradientReport, field: str) -> list[str]:
    found = [(str(row.name), getattr(row, field)) for row in report]
    return [name for name, difference in found if difference is not None and not difference.agrees]


def test_only_the_judge_that_should_object_objects(reports: dict[str, GradientReport]) -> None:
    parameters = ["dW[3]", "db[3]", "dW[2]", "db[2]", "dW[1]", "db[1]"]
    turned_once = ["dA[2]", "dZ[2]", "dW[2]", "db[2]", "dA[0]"]  # dA[1] is turned twice
    for judge, formulas, numeric, trained in (
        ("autograd", ["dW[3]", "dW[2]", "dW[1]"], [], []),
        ("central differences", [], turned_once, []),
        ("J.backward()", [], [], [*parameters, "dA[0]"]),
    ):
        fields = dict(zip(("formulas", "numeric", "trained"), (formulas, numeric, trained), strict=True))
        assert {field: objections(reports[judge], field) for field in fields} == fields


def test_the_objections_are_those_of_the_mistakes(reports: dict[str, GradientReport]) -> None:
    """dW without 1/m of 9 examples, -dA, and three times dJ."""
    assert reports["autograd"].tensors[1].formulas.factor == pytest.approx(9)
    assert reports["autograd"].tensors[1].numeric == replace(
        reports["autograd"].tensors[1].numeric, largest=0.0, relative=0.0
    )
    assert reports["central differences"].tensors[3].numeric.factor == pytest.approx(-1)
    assert reports["J.backward()"].tensors[1].trained.factor == pytest.approx(3)


@pytest.mark.parametrize(
    ("relative", "tolerance", "expected"), [(0.0, 1e-9, False), (1.0, 1e-9, True), (0.5, 0.9, False)]
)
def test_a_tensor_that_is_not_judged_is_no_objection(relative: float, tolerance: float, expected: bool) -> None:
    row = TensorReport(TensorName("dW", 1), (1, 1), 1.0, replace(AGREEING, relative=relative, tolerance=tolerance))
    assert objects(GradientReport([row], None)) == expected


AGREEING = Difference(largest=0.0, relative=0.0, factor=1.0, residual=0.0, tolerance=1e-9)


@pytest.mark.parametrize(("judge", "field"), list(zip(JUDGES, ["formulas", "numeric", "trained"], strict=True)))
def test_a_report_that_ignores_a_judge_is_noticed(judge: str, field: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The judge's objections are replaced by agreement: just this judge is not heard."""
    verdict = comparison.TensorReport.verdict.fget
    deaf = property(lambda row: verdict(replace(row, **{field: AGREEING})))
    monkeypatch.setattr(comparison.TensorReport, "verdict", deaf)
    assert [name for name, alone in JUDGES.items() if not objects(alone())] == [judge]
