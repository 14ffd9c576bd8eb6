"""Labels from probabilities (chapter logistic)."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.propagation import output
from course_torch.exercises.chapters.logistic.values import weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text

BIAS = 0.6
SCORES = (-2.0, -0.7, -0.3, 0.3, 0.4, 0.8, 2.0)
"""Values of z that tell the threshold 0 of z from the thresholds 0.5 and 1, and z with the bias from z without it."""


def predict_calls(setting: Setting) -> Iterator[Call]:
    w, b = weights(setting)
    yield Call({"w": w, "b": b, "X": setting.X}, labels(output(w, b, setting.X)), setting)
    Z = torch.tensor(SCORES, dtype=torch.float64).repeat(2)[: setting.m].reshape(-1, 1)
    X = setting.X + (Z - BIAS - setting.X @ w) @ w.T / (w * w).sum()
    yield Call({"w": w, "b": BIAS, "X": X}, labels(output(w, BIAS, X)), setting)


def labels(A: Tensor) -> Tensor:
    """1 where the probability is above 0.5, otherwise 0."""
    return (A > 0.5).double()


PREDICT = Task(
    "predict",
    "1.2",
    "w, b, X",
    "Y_prediction",
    {
        "rows": "A = sigmoid(X w + b); ŷ = 1 (a > 0.5), 0 (a <= 0.5)\nX (m, n_x), ŷ (m, 1)",
        "columns": "A = sigmoid(wᵀ X + b); ŷ = 1 (a > 0.5), 0 (a <= 0.5)\nX (n_x, m), ŷ (1, m)",
    },
    Text("The predicted label of each example, 0 or 1.", "每个样本的预测标签，0 或 1。"),
    predict_calls,
    Text("z > 0, because sigmoid(0) = 0.5", "z > 0，因为 sigmoid(0) = 0.5"),
)
