"""Each judge objects alone, while the others are deceived."""

from collections.abc import Callable
from typing import Any
from unittest.mock import patch

import pytest
import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.network import autograd_bridge
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification import comparison, judges, right_pass
from course_torch.verification.faults import broken
from course_torch.verification.judges import Differences
from course_torch.verification.reference import Tensors, in_order
from course_torch.verification.report import GradientReport
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
