"""A second judge: whether the learner's gradients are the derivatives of the learner's own cost.

It needs no right result. So it tells a wrong cost with its own right gradients from wrong gradients.
"""

from functools import partial
from typing import Any

import numpy as np

from course_torch.exercises.form import as_tensor, handed
from course_torch.exercises.process import Answer, Learner
from course_torch.exercises.setting import Setting
from course_torch.exercises.whole_pass import NAME
from course_torch.formulas.slopes import slope_from_both_sides

NUDGE = 1e-5
NEAR = 1e-5
"""Largest relative difference between a gradient and central differences of a right pass."""
ENTRIES = 3
"""Entries of each parameter that are tried."""


def derives_own_cost(learner: Learner, setting: Setting) -> bool | None:
    """Compare entries of the learner's dW and db with central differences of the learner's cost.

    Returns None if a call fails, or if the cost or a gradient has another form than expected.
    """
    layout = learner.source.layout
    X, Y = handed(setting.X, "X", layout), handed(setting.Y, "Y", layout)
    parameters = {name: handed(value, name, layout) for name, value in setting.parameters.items()}

    def result(parameters: dict[str, np.ndarray]) -> dict[str, Any]:
        answer = learner.call(NAME, [X, Y, parameters])
        return answer.result if isinstance(answer, Answer) and isinstance(answer.result, dict) else {}

    def cost(name: str, index: int, value: float) -> float:
        changed = parameters[name].copy()
        changed.flat[index] = value
        J = as_tensor(result({**parameters, name: changed}).get("cost"))
        return J.item() if J is not None and J.numel() == 1 else float("nan")

    gradients, found, expected = result(parameters), [], []
    for name, values in parameters.items():
        gradient = as_tensor(gradients.get(f"d{name}"))
        if gradient is None or gradient.numel() != values.size:
            return None
        for index in range(0, values.size, max(1, values.size // ENTRIES)):
            found.append(gradient.flatten()[index].item())
            expected.append(slope_from_both_sides(partial(cost, name, index), values.flat[index], NUDGE))
    difference = np.linalg.norm(np.subtract(found, expected))
    return bool(difference <= NEAR * np.linalg.norm(expected)) if np.isfinite(difference) else None
