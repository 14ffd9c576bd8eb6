"""The training loop, which several chapters ask for."""

from collections.abc import Iterator
from functools import partial

from course_torch.exercises.chapters.descent import ALPHA, Activation, trained
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same

ITERATIONS = 3


def training_calls(setting: Setting, hidden: Activation, also: Activation) -> Iterator[Call]:
    X, Y, parameters = setting.X, setting.Y, setting.parameters
    arguments = {"X": X, "Y": Y, "parameters": parameters, "learning_rate": ALPHA, "iterations": ITERATIONS}
    right, also_right = (trained(X, Y, parameters, ALPHA, ITERATIONS, g) for g in (hidden, also))
    yield Call(arguments, right, setting, (also_right,))


def training(section: str, output: str, hidden: Activation, also: Activation | None = None) -> Task:
    """The task of a chapter.

    output   the name of A[L] in the chapter
    also     the hidden activation with another derivative that is right too, such as ReLU with slope 1 at 0
    """
    return Task(
        "train",
        section,
        "X, Y, parameters, learning_rate, iterations",
        "parameters",
        dict.fromkeys(("rows", "columns"), f"{output} → J → dW, db → W, b"),
        Text(
            "Gradient descent. Returns the parameters after all iterations, and the list of J before each update.",
            "梯度下降。返回所有迭代之后的参数，以及每次更新之前 J 的列表。",
        ),
        partial(training_calls, hidden=hidden, also=also or hidden),
        same(f"costs.append(compute_cost({output}, Y)) before update_parameters"),
        in_assignment=False,
        changes=True,
    )
