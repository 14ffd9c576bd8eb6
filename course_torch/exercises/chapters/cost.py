"""The cost, which several chapters ask for."""

from collections.abc import Iterator

import torch
from torch import Tensor

from course_torch.exercises.setting import Setting
from course_torch.exercises.task import Call, Slip, Task
from course_torch.language import Text, same

NO_MEAN = Text(
    "not divided by m, or divided by the length of the wrong axis, which is 1",
    "没有除以 m，或者除以了另一个轴的长度，而它是 1",
)


def cost_calls(setting: Setting) -> Iterator[Call]:
    yield Call({"AL": setting.caches[-1].A, "Y": setting.Y}, setting.cost, setting)


def first_term(AL: Tensor, Y: Tensor) -> Tensor:
    return -(Y * AL.log()).mean()


def second_term(AL: Tensor, Y: Tensor) -> Tensor:
    return -((1 - Y) * (1 - AL).log()).mean()


def y_term_summed(AL: Tensor, Y: Tensor) -> Tensor:
    """The sum of the term with y, and the other term of each example."""
    result = first_term(AL, Y) + (1 - Y) * (1 - AL).log()
    return result.reshape(()) if result.numel() == 1 else result


Y_TERM_SUMMED = Text(
    "the sum holds only the term with y: put both terms into the brackets of the sum",
    "只对 y 那一项求了和：求和的括号里要包括两项",
)
COST = Task(
    "compute_cost",
    "1.2",
    "AL, Y",
    "cost",
    dict.fromkeys(("rows", "columns"), "J = -(1/m) Σ_i (y log a + (1 - y) log(1 - a))"),
    Text("The cost of m examples, a number.", "m 个样本的成本，一个数。"),
    cost_calls,
    same("J = -mean(log(where(Y == 1, AL, 1 - AL)))"),
    (
        Slip(
            "sum, not mean",
            Text(
                "the losses are added up but not divided by m, or divided by the length of the wrong axis, which is 1: "
                "J = (1/m) Σ L",
                "把损失加起来后没有除以 m，或者除以了另一个轴的长度，而它是 1：J = (1/m) Σ L",
            ),
            lambda AL, Y: (first_term(AL, Y) + second_term(AL, Y)) * len(Y),
        ),
        Slip("sum of the y term only", Y_TERM_SUMMED, y_term_summed),
        Slip("sum of the y term only", Y_TERM_SUMMED, lambda AL, Y: y_term_summed(AL, Y).squeeze()),
        Slip("no (1 - y) term", Text("the term with (1 - y) is missing", "少了 (1 - y) 那一项"), first_term),
        Slip("no y term", Text("the term with y is missing", "少了 y 那一项"), second_term),
        Slip(
            "sign of the (1 - y) term",
            Text("the term with (1 - y) has the wrong sign", "(1 - y) 那一项的符号错了"),
            lambda AL, Y: first_term(AL, Y) - second_term(AL, Y),
        ),
        Slip(
            "log of base 10",
            Text("the logarithm has base 10: use the natural one", "用了以 10 为底的对数：应当用自然对数"),
            lambda AL, Y: (first_term(AL, Y) + second_term(AL, Y)) / torch.tensor(10.0, dtype=torch.float64).log(),
        ),
        Slip(
            "log of base 2",
            Text("the logarithm has base 2: use the natural one", "用了以 2 为底的对数：应当用自然对数"),
            lambda AL, Y: (first_term(AL, Y) + second_term(AL, Y)) / torch.tensor(2.0, dtype=torch.float64).log(),
        ),
        Slip(
            "outer product",
            Text(
                "every label meets every output: multiply entry by entry, or use the inner product",
                "每个标签都与每个输出相乘了：要逐个元素相乘，或者用内积",
            ),
            lambda AL, Y: -(Y @ AL.log().T + (1 - Y) @ (1 - AL).log().T).sum() / len(Y),
        ),
        Slip(
            "squared error",
            Text("this is the squared error: the cost is the cross-entropy", "这是平方误差：成本应当是交叉熵"),
            lambda AL, Y: ((AL - Y) ** 2).mean(),
        ),
        Slip(
            "half squared error",
            Text("this is the squared error: the cost is the cross-entropy", "这是平方误差：成本应当是交叉熵"),
            lambda AL, Y: ((AL - Y) ** 2).mean() / 2,
        ),
    ),
    gives_cost=True,
)
