"""The derivatives of chapter deep: dZ of the output layer, and ReLU and the sigmoid backward."""

from collections.abc import Iterator

from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.formulas.activations import sigmoid
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


def slope(A: Tensor) -> Tensor:
    """A (1 - A)."""
    return A * (1 - A)


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

PRODUCT = Text(
    "dA and g' are multiplied as matrices: multiply them entry by entry",
    "dA 与 g' 用了矩阵乘法：应当逐个元素相乘",
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
    (
        Slip("matmul for * in g'", PRODUCT, lambda dA, Z: dA @ (Z > 0).double()),
        Slip("matmul for * in g'", PRODUCT, lambda dA, Z: (Z > 0).double() @ dA),  # in columns
        Slip(
            "mask of dA",
            Text("the mask is dA > 0: it must be Z > 0", "掩码用了 dA > 0：应当是 Z > 0"),
            lambda dA, Z: dA * (dA > 0),
        ),
    ),
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
    (
        Slip("no g'", Text("g' is missing: dZ = dA * g'(Z)", "没有乘以 g'：dZ = dA * g'(Z)"), lambda dA, Z: dA),
        Slip(
            "g' without dA",
            Text("dA is missing: dZ = dA * g'(Z)", "没有乘以 dA：dZ = dA * g'(Z)"),
            lambda dA, Z: slope(sigmoid(Z)),
        ),
        Slip(
            "Z for A in g'",
            Text("g' is Z (1 - Z), with Z where A belongs", "g' 用了 Z (1 - Z)：应当用 A = sigmoid(Z)"),
            lambda dA, Z: dA * slope(Z),
        ),
        Slip(
            "sigmoid twice",
            Text(
                "the sigmoid is taken twice: g' is computed from A as if A were Z",
                "多用了一次 sigmoid：把 A 当成了 Z",
            ),
            lambda dA, Z: dA * slope(sigmoid(sigmoid(Z))),
        ),
        Slip(
            "g' of tanh",
            Text("the derivative is that of tanh, 1 - A²", "用了 tanh 的导数 1 - A²"),
            lambda dA, Z: dA * (1 - sigmoid(Z) ** 2),
        ),
        Slip(
            "g' of relu",
            Text("the derivative is that of relu", "用了 relu 的导数"),
            lambda dA, Z: dA * (Z > 0),
        ),
        Slip(
            "1 - A left out",
            Text("the factor (1 - A) is missing: g'(Z) = A (1 - A)", "少了 (1 - A)：g'(Z) = A (1 - A)"),
            lambda dA, Z: dA * sigmoid(Z),
        ),
        Slip(
            "A left out",
            Text("the factor A is missing: g'(Z) = A (1 - A)", "少了 A：g'(Z) = A (1 - A)"),
            lambda dA, Z: dA * (1 - sigmoid(Z)),
        ),
        Slip(
            "sign in g'",
            Text("a sign is wrong: g'(Z) = A (1 - A)", "符号错了：g'(Z) = A (1 - A)"),
            lambda dA, Z: dA * sigmoid(Z) * (1 + sigmoid(Z)),
        ),
    ),
    in_assignment=False,
)
