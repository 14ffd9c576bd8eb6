"""The training loop, which several chapters ask for."""

from collections.abc import Callable, Iterator
from functools import partial

from torch import Tensor

from course_torch.exercises.chapters.descent import (
    ALPHA,
    Activation,
    Tensors,
    Trained,
    cost_and_gradients,
    descended,
    trained,
)
from course_torch.exercises.chapters.update import UPDATE
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task, Value
from course_torch.language import Text, same

ITERATIONS = 3

Loop = Callable[[Tensor, Tensor, Tensors, float, int], Value]


def training_calls(setting: Setting, hidden: Activation, also: Activation) -> Iterator[Call]:
    X, Y, parameters = setting.X, setting.Y, setting.parameters
    arguments = {"X": X, "Y": Y, "parameters": parameters, "learning_rate": ALPHA, "iterations": ITERATIONS}
    right, also_right = (trained(X, Y, parameters, ALPHA, ITERATIONS, g) for g in (hidden, also))
    yield Call(arguments, right, setting, (also_right,))


def training_slips(hidden: Activation) -> Iterator[Slip]:
    """Mistakes of the loop, and those of the update for a loop that contains the update."""
    yield Slip(
        "cost after the update",
        Text("J is recorded after the update, not before it", "J 是在更新之后记录的，应当在更新之前"),
        lambda X, Y, parameters, rate, iterations: {
            f"costs[{i}]": J for i, J in enumerate(trained(X, Y, parameters, rate, iterations + 1, hidden).costs[1:])
        },
    )
    yield Slip(
        "gradients of the first iteration",
        Text("the gradients of the first iteration are used in all", "每次迭代都用了第一次的梯度"),
        partial(stale, hidden=hidden),
    )
    yield Slip(
        "one update too many",
        Text("there is one update too many", "多更新了一次"),
        lambda X, Y, parameters, rate, iterations: trained(X, Y, parameters, rate, iterations + 1, hidden).parameters,
    )
    yield Slip(
        "one update too few",
        Text("there is one update too few", "少更新了一次"),
        lambda X, Y, parameters, rate, iterations: trained(X, Y, parameters, rate, iterations - 1, hidden).parameters,
    )
    yield Slip(
        "first parameters in every iteration",
        Text(
            "every iteration starts from the first parameters: keep the updated parameters for the next iteration",
            "每次迭代都从最初的参数开始：要把更新后的参数留给下一次迭代",
        ),
        partial(restarting, hidden=hidden),
    )
    yield Slip(
        "no update",
        Text(
            "the parameters stay as they were: keep what update_parameters returns",
            "参数没有变：要保存 update_parameters 的返回值",
        ),
        lambda X, Y, parameters, rate, iterations: parameters,
    )
    for slip in UPDATE.slips:
        if slip.key != "nothing updated":
            yield Slip(slip.key, slip.text, partial(updating, hidden=hidden, update=slip.made))


def stale(
    X: Tensor, Y: Tensor, parameters: Tensors, learning_rate: float, iterations: int, hidden: Activation
) -> Tensors:
    """The gradients of the first iteration, used in every iteration."""
    _, grads = cost_and_gradients(X, Y, parameters, hidden)
    for _ in range(iterations):
        parameters = descended(parameters, grads, learning_rate)
    return parameters


def restarting(
    X: Tensor, Y: Tensor, parameters: Tensors, learning_rate: float, iterations: int, hidden: Activation
) -> Trained:
    """Every iteration from the first parameters."""
    once = trained(X, Y, parameters, learning_rate, 1, hidden)
    return Trained(once.parameters, once.costs * iterations)


def updating(
    X: Tensor,
    Y: Tensor,
    parameters: Tensors,
    learning_rate: float,
    iterations: int,
    hidden: Activation,
    update: Callable[[Tensors, Tensors, float], Tensors],
) -> Tensors:
    """A wrong update in every iteration."""
    return trained(X, Y, parameters, learning_rate, iterations, hidden, update).parameters


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
        tuple(training_slips(hidden)),
        in_assignment=False,
        changes=True,
    )
