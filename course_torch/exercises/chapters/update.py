"""The update of the parameters, which several chapters ask for."""

from collections.abc import Iterator

from course_torch.exercises.chapters.descent import ALPHA, descended, gradients
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def update_calls(setting: Setting) -> Iterator[Call]:
    arguments = {"parameters": setting.parameters, "grads": gradients(setting), "learning_rate": ALPHA}
    yield Call(arguments, descended(setting.parameters, gradients(setting), ALPHA), setting)


UPDATE = Task(
    "update_parameters",
    "2.5",
    "parameters, grads, learning_rate",
    "parameters",
    dict.fromkeys(("rows", "columns"), "W[l] := W[l] - α dW[l], b[l] := b[l] - α db[l], l = 1 … L"),
    Text("One step of gradient descent. Returns the new parameters.", "梯度下降的一步。返回新的参数。"),
    update_calls,
    same("{name: value - learning_rate * grads['d' + name] for name, value in parameters.items()}"),
    changes=True,
)
