"""The predicted labels of chapter shallow."""

from collections.abc import Iterator

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def predict_calls(setting: Setting) -> Iterator[Call]:
    labels = (setting.caches[-1].A > 0.5).double()
    yield Call({"parameters": setting.parameters, "X": setting.X}, labels, setting)


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
)
