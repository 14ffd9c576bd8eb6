"""The start of chapter shallow: the sizes of the layers, and the initial parameters."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.chapters.initial import wrong_start
from course_torch.exercises.chapters.shallow.values import N_H, LayerSizes
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same


def sizes(n_x: int, n_h: int, n_y: int) -> LayerSizes:
    return LayerSizes(*(torch.tensor(float(n), dtype=torch.float64) for n in (n_x, n_h, n_y)))


def sizes_calls(setting: Setting) -> Iterator[Call]:
    X, Y = setting.X, setting.Y
    yield Call({"X": X, "Y": Y}, sizes(X.shape[1], N_H, Y.shape[1]), setting)


def initial_calls(setting: Setting) -> Iterator[Call]:
    n_x, n_h, n_y = setting.network.layer_sizes
    yield Call({"n_x": n_x, "n_h": n_h, "n_y": n_y}, setting.parameters, setting, fails=wrong_start)


def examples_counted(X: Tensor, Y: Tensor) -> LayerSizes:
    return sizes(len(X), N_H, len(Y))


COUNTED = Text(
    "the number of examples is returned for a number of features: look along the other axis",
    "返回的是样本数，而不是特征数：应当看另一个轴",
)

LAYER_SIZES = Task(
    "layer_sizes",
    "2.1",
    "X, Y",
    "sizes",
    {
        "rows": f"n_x, n_h = {N_H}, n_y\nX (m, n_x), Y (m, n_y)",
        "columns": f"n_x, n_h = {N_H}, n_y\nX (n_x, m), Y (n_y, m)",
    },
    Text(
        "The sizes of the three layers: features, hidden units, outputs. Returns n_x, n_h, n_y.",
        "三层的大小：特征数、隐藏单元数、输出数。返回 n_x、n_h、n_y。",
    ),
    sizes_calls,
    Text("unpack the shape: m and n_x are its two entries", "把 shape 拆开：它的两个数是 m 和 n_x"),
    (
        Slip("examples counted", COUNTED, examples_counted),
        Slip("examples counted", COUNTED, lambda X, Y: sizes(len(X), N_H, Y.shape[1])),
        Slip("examples counted", COUNTED, lambda X, Y: sizes(X.shape[1], N_H, len(Y))),
        Slip(
            "X and Y swapped",
            Text("n_x is taken from Y, and n_y from X", "n_x 取自 Y，n_y 取自 X"),
            lambda X, Y: sizes(Y.shape[1], N_H, X.shape[1]),
        ),
        Slip(
            "n_h of the data",
            Text(f"n_h is the number of features: the course uses {N_H}", f"n_h 用了特征数：课程用的是 {N_H}"),
            lambda X, Y: sizes(X.shape[1], X.shape[1], Y.shape[1]),
        ),
    ),
)

INITIAL = Task(
    "initialize_parameters",
    "2.1",
    "n_x, n_h, n_y",
    "parameters",
    {
        "rows": "W1 (n_h, n_x), b1 (1, n_h), W2 (n_y, n_h), b2 (1, n_y)",
        "columns": "W1 (n_h, n_x), b1 (n_h, 1), W2 (n_y, n_h), b2 (n_y, 1)",
    },
    Text(
        "Draw small random weights and set the biases to 0. Returns a dict with the keys W1, b1, W2, b2.",
        "随机初始化较小的权重，偏差为 0。返回一个 dict，键为 W1、b1、W2、b2。",
    ),
    initial_calls,
    same("W1 = 0.01 * randn(n_h, n_x)"),
)
