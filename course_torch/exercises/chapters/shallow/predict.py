"""The predicted labels of chapter shallow."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.chapters.descent import Tensors
from course_torch.exercises.chapters.shallow.values import forward
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same


def predict_calls(setting: Setting) -> Iterator[Call]:
    labels = (setting.caches[-1].A > 0.5).double()
    yield Call({"parameters": setting.parameters, "X": setting.X}, labels, setting)


def probabilities(parameters: Tensors, X: Tensor) -> Tensor:
    return forward(X, parameters)["A2"]


PREDICT = Task(
    "predict",
    "2.2",
    "parameters, X",
    "predictions",
    {
        "rows": "ŷ = 1 (A2 > 0.5), 0 (A2 <= 0.5)\npredictions (m, n_y)",
        "columns": "ŷ = 1 (A2 > 0.5), 0 (A2 <= 0.5)\npredictions (n_y, m)",
    },
    Text("The predicted label of each example, 0 or 1.", "每个样本的预测标签，0 或 1。"),
    predict_calls,
    same("predictions = round(A2)"),
    (
        Slip(
            "probabilities",
            Text("A2 itself is returned: labels are 0 or 1", "返回了 A2：标签是 0 或 1"),
            probabilities,
        ),
        Slip(
            "labels inverted",
            Text("the labels are inverted: 1 belongs to A2 > 0.5", "标签反了：A2 > 0.5 的是 1"),
            lambda parameters, X: (probabilities(parameters, X) <= 0.5).double(),
        ),
        Slip(
            "threshold 0",
            Text("every label is 1, as with the threshold 0: it is 0.5", "标签全是 1，好像阈值是 0：应当是 0.5"),
            lambda parameters, X: torch.ones_like(probabilities(parameters, X)),
        ),
        Slip(
            "all labels 0",
            Text("every label is 0: the threshold is 0.5", "标签全是 0：阈值应当是 0.5"),
            lambda parameters, X: torch.zeros_like(probabilities(parameters, X)),
        ),
        Slip(
            "labels -1 and 1",
            Text("the labels are -1 and 1: they are 0 and 1", "标签是 -1 和 1：应当是 0 和 1"),
            lambda parameters, X: 2 * (probabilities(parameters, X) > 0.5).double() - 1,
        ),
        Slip(
            "threshold 0.5 for Z2",
            Text("Z2 is compared with 0.5: compare A2", "拿 Z2 与 0.5 比较：应当比较 A2"),
            lambda parameters, X: (forward(X, parameters)["Z2"] > 0.5).double(),
        ),
    ),
)
