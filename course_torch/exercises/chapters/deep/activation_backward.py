"""The derivatives of chapter deep: dZ of the output layer, and ReLU and the sigmoid backward."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same
from course_torch.mistakes.context import TensorName


def output_calls(setting: Setting) -> Iterator[Call]:
    L = TensorName("dZ", setting.L)
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.right[L], setting, names={"dZ": L})


def relu_backward_calls(setting: Setting) -> Iterator[Call]:
    for l in range(1, setting.L):
        dA, dZ, Z = TensorName("dA", l), TensorName("dZ", l), setting.caches[l - 1].Z
        yield Call(
            {"dA": setting.right[dA], "Z": Z},
            setting.right[dZ],
            setting,
            (setting.right[dA] * (Z >= 0),),
            names={"dZ": dZ},
            given=(dA,),
        )


def sigmoid_backward_calls(setting: Setting) -> Iterator[Call]:
    A, Y = setting.caches[-1].A, setting.Y
    yield Call({"dA": output_dA(A, Y), "Z": setting.caches[-1].Z}, A - Y, setting)


def output_dA(A: Tensor, Y: Tensor) -> Tensor:
    """dA[L] = -Y/A + (1 - Y)/(1 - A)."""
    return -Y / A + (1 - Y) / (1 - A)


OUTPUT_GRADIENT = Task(
    "output_gradient",
    "1.5",
    "AL, Y",
    "dZ",
    dict.fromkeys(("rows", "columns"), "dZ[L] = A[L] - Y"),
    Text(
        "The derivative of each example's loss by Z[L], for sigmoid and cross-entropy.",
        "每个样本的损失对 Z[L] 的导数（sigmoid 与交叉熵）。",
    ),
    output_calls,
    same("dZ = (-Y / AL + (1 - Y) / (1 - AL)) * AL * (1 - AL)"),
    in_assignment=False,
)

RELU_BACKWARD = Task(
    "relu_backward",
    "2.4",
    "dA, Z",
    "dZ",
    dict.fromkeys(("rows", "columns"), "dZ = dA * g'(Z), g'(Z) = 1 (Z > 0), 0 (Z <= 0)"),
    Text("ReLU backward.", "ReLU 的反向传播。"),
    relu_backward_calls,
    same("dZ = where(Z > 0, dA, 0)"),
    in_assignment=False,
)

SIGMOID_BACKWARD = Task(
    "sigmoid_backward",
    "2.4",
    "dA, Z",
    "dZ",
    dict.fromkeys(("rows", "columns"), "dZ = dA * g'(Z), g'(Z) = A (1 - A), A = sigmoid(Z)"),
    Text("The sigmoid backward.", "sigmoid 的反向传播。"),
    sigmoid_backward_calls,
    same("dZ = dA * sigmoid(Z) * sigmoid(-Z)"),
    in_assignment=False,
)
