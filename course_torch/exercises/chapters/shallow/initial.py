"""The start of chapter shallow: the sizes of the layers, and the initial parameters."""

from collections.abc import Iterator

import torch

from course_torch.exercises.chapters.initial import wrong_start
from course_torch.exercises.chapters.shallow.values import N_H, LayerSizes
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def sizes(n_x: int, n_h: int, n_y: int) -> LayerSizes:
    return LayerSizes(*(torch.tensor(float(n), dtype=torch.float64) for n in (n_x, n_h, n_y)))


def sizes_calls(setting: Setting) -> Iterator[Call]:
    X, Y = setting.X, setting.Y
    yield Call({"X": X, "Y": Y}, sizes(X.shape[1], N_H, Y.shape[1]), setting)


def initial_calls(setting: Setting) -> Iterator[Call]:
    n_x, n_h, n_y = setting.network.layer_sizes
    yield Call({"n_x": n_x, "n_h": n_h, "n_y": n_y}, setting.parameters, setting, fails=wrong_start)


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
