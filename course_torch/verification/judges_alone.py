"""Test that the objection of one judge is enough: the other judges are deceived, so that only this judge objects."""

from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor

from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.network import autograd_bridge
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification import comparison
from course_torch.verification.backward_tensors import Tensors, in_order
from course_torch.verification.faults import broken, broken_tensors
from course_torch.verification.numeric import Differences
from course_torch.verification.problems import Problem, random_problem


def judges_heard() -> dict[str, bool]:
    """Judge -> whether its objection alone makes the report say "different"."""
    problem = random_problem(0)
    return {
        "autograd": autograd_is_heard(problem),
        "central differences": differences_are_heard(problem),
        "J.backward()": bridge_is_heard(problem),
    }


def objects(problem: Problem) -> bool:
    """Whether the report says "different" about some tensor."""
    report = comparison.compare_gradients(*problem)
    return not report.agrees and bool(report.named("different"))


def sum_over_examples(context: BackwardContext) -> Tensor:
    """dW without 1/m: wrong by the formulas, but right in `J.backward()`, which divides dZ[L] by m."""
    return context.dZ.T @ context.A_prev


def turned_around(context: BackwardContext) -> Tensor:
    """-dA_prev: wrong by the formulas and in `J.backward()`."""
    return -context.right


def autograd_is_heard(problem: Problem) -> bool:
    """Make the formulas wrong, and the central differences equal to them."""
    made = broken_tensors(*problem, {"dW": sum_over_examples})

    class Repeating(comparison.NumericJudge):
        def derivative(self, name: TensorName, shape: torch.Size) -> Differences:
            values = made[name].flatten()
            zeros = torch.zeros_like(values)
            return Differences(torch.arange(len(values)), values, zeros, zeros.bool())

    with broken(*problem, {"dW": sum_over_examples}), patch.object(comparison, "NumericJudge", Repeating):
        return objects(problem)


def differences_are_heard(problem: Problem) -> bool:
    """Make the formulas and `J.backward()` wrong, and autograd equal to them."""

    def repeating(network: DeepNetwork, X: Tensor, Y: Tensor) -> Tensors:
        return in_order(network.backward_steps(X, Y, input_derivative=True))

    with broken(*problem, {"dA": turned_around}), patch.object(comparison, "by_autograd", repeating):
        return objects(problem)


def bridge_is_heard(problem: Problem) -> bool:
    """Make `J.backward()` leave three times the gradients of the formulas."""
    real = autograd_bridge.backward_propagation

    def tripled(*arguments: Any, dJ: Tensor, **options: Any) -> Any:
        return real(*arguments, dJ=3 * dJ, **options)

    with patch.object(autograd_bridge, "backward_propagation", tripled):
        return objects(problem)
