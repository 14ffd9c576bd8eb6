"""The second judge, which needs no right result: central differences of the learner's own cost.

It tells a wrong cost with its own right gradients from wrong gradients.
"""

from collections.abc import Mapping
from functools import partial

import numpy as np
from torch import Tensor

from course_torch.exercises.judge.calling import PATIENCE
from course_torch.exercises.judge.run_pass import run_pass
from course_torch.exercises.sandbox.process import Learner
from course_torch.exercises.tasks.cases import TestCase
from course_torch.formulas.slopes import slope_from_both_sides

NUDGE = 1e-5
NEAR = 1e-5
"""Largest relative difference between a gradient and central differences of a right pass."""
ENTRIES = 3
"""Entries of each parameter that are tried."""


def derives_learners_cost(learner: Learner, case: TestCase, gradients: Mapping[str, Tensor]) -> bool | None:
    """Compare entries of the learner's dW and db with central differences. Returns None if a call fails."""

    def cost(name: str, index: int, value: float) -> float:
        changed = case.parameters[name].clone()
        changed.view(-1)[index] = value
        found = run_pass(learner, case.X, case.Y, {**case.parameters, name: changed}, PATIENCE)
        return found["cost"].item() if isinstance(found, dict) else float("nan")

    found, expected = [], []
    for name, tensor in case.parameters.items():
        values = tensor.flatten().tolist()
        for index in range(0, len(values), max(1, len(values) // ENTRIES)):
            found.append(gradients[f"d{name}"].flatten()[index].item())
            expected.append(slope_from_both_sides(partial(cost, name, index), values[index], NUDGE))
    difference = np.linalg.norm(np.subtract(found, expected))
    return bool(difference <= NEAR * np.linalg.norm(expected)) if np.isfinite(difference) else None
