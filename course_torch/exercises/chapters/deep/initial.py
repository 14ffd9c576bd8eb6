"""The initial parameters of chapter deep."""

from collections.abc import Iterator

from course_torch.exercises.chapters.initial import wrong_start
from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Task
from course_torch.language import Text, same


def initial_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"layer_dims": list(setting.network.layer_sizes)}, setting.parameters, setting, fails=wrong_start)


INITIAL = Task(
    "initialize_parameters_deep",
    "3.1",
    "layer_dims",
    "parameters",
    {
        "rows": "parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (1, n_l), l = 1 … L",
        "columns": "parameters[f'W{l}'] (n_l, n_{l-1}), parameters[f'b{l}'] (n_l, 1), l = 1 … L",
    },
    Text(
        "Draw small random weights and set the biases to 0. layer_dims = [n_x, n_1, …, n_L].",
        "随机初始化较小的权重，偏差为 0。layer_dims = [n_x, n_1, …, n_L]。",
    ),
    initial_calls,
    same("W = randn(n_l, n_prev) / sqrt(n_prev)"),
)
