"""Labels from probabilities (chapter logistic)."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.chapters.logistic.propagation import output
from course_torch.exercises.chapters.logistic.values import weights
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
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
    (
        Slip(
            "probabilities",
            Text("these are probabilities: compare them with 0.5", "这是概率：还要与 0.5 比较"),
            lambda w, b, X: output(w, b, X),
        ),
        Slip(
            "threshold 0",
            Text("the probabilities are compared with 0: compare them with 0.5", "概率与 0 比较了：应当与 0.5 比较"),
            lambda w, b, X: (output(w, b, X) > 0).double(),
        ),
        Slip(
            "all labels 0",
            Text("every label is 0", "所有标签都是 0"),
            lambda w, b, X: 0 * output(w, b, X),
        ),
        Slip(
            "first example only",
            Text(
                "only the first example gets a label: the loop runs along the wrong axis, whose length is 1",
                "只有第一个样本得到了标签：循环沿着另一个轴，而它的长度是 1",
            ),
            lambda w, b, X: torch.cat([labels(output(w, b, X))[:1], 0 * output(w, b, X)[1:]]),
        ),
        Slip(
            "threshold 0.5 for z",
            Text(
                "z is compared with 0.5: compare a = sigmoid(z), or z with 0",
                "z 与 0.5 比较了：应当比较 a = sigmoid(z)，或者让 z 与 0 比较",
            ),
            lambda w, b, X: (X @ w + b > 0.5).double(),
        ),
        Slip(
            "labels inverted",
            Text("0 and 1 are swapped", "0 和 1 弄反了"),
            lambda w, b, X: 1 - labels(output(w, b, X)),
        ),
        Slip(
            "labels -1 and 1",
            Text("the labels are -1 and 1: they should be 0 and 1", "标签是 -1 和 1：应当是 0 和 1"),
            lambda w, b, X: 2 * labels(output(w, b, X)) - 1,
        ),
        Slip("no bias", Text("b is not added to z", "z 没有加上 b"), lambda w, b, X: labels(output(w, 0.0, X))),
        Slip(
            "bias subtracted",
            Text("b is subtracted from z: add it", "z 减去了 b：应当加上 b"),
            lambda w, b, X: labels(output(w, -b, X)),
        ),
    ),
)
