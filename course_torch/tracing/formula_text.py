"""The formulas of the package in words: a docstring's first line as formula and prose, Chinese prose, source lines."""

import inspect
import re
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules
from textwrap import dedent
from types import CodeType, ModuleType
from typing import NamedTuple

import course_torch
from course_torch import formulas
from course_torch.tracing.record import Source

PACKAGE = Path(course_torch.__file__).parent
SYMBOL = re.compile(r"(?:^|, )([\w'/]+(?:\(Z\))?) = ")
"""The left side of an equation."""
PROSE = {
    "activations.sigmoid": "结果在 (0, 1) 之内。在输出层，它是 y = 1 的概率（笔记 1.2）。",
    "activations.sigmoid_derivative": "由 Z 求 sigmoid 的导数。即使 A 已舍入为 1，结果仍然准确。",
    "activations.sigmoid_derivative_from_A": "由 A 求 sigmoid 的导数。它至多为 1/4，|Z| 大时接近 0。",
    "activations.tanh": "结果在 (-1, 1) 之内。",
    "activations.tanh_derivative": "由 Z 求 tanh 的导数。即使 A 已舍入为 1 或 -1，结果仍然准确。",
    "activations.tanh_derivative_from_A": "由 A 求 tanh 的导数。Z = 0 时为 1，|Z| 大时接近 0。",
    "activations.relu": "负数变为 0。nan 仍是 nan，这样网络发散时看得出来。",
    "activations.relu_derivative": "Z > 0 处为 1，Z < 0 处为 0，Z = 0 处为 `at_zero`（笔记 2.4 允许 0 和 1）。",
    "activations.leaky_relu": "课程中 slope 为 0.01，或是学习得到的参数。",
    "activations.leaky_relu_derivative": "leaky ReLU 的导数。Z = 0 处等于 slope。",
    "activations.leaky_relu_slope_derivative": "A 对 slope 的导数。",
    "activations.identity": "这样的层无论多少，网络算出的都不超过一个线性层（笔记 2.3）。",
    "activations.identity_derivative": "Z 变多少，A 就变多少。",
    "average.average": "把对样本的求和除以 m。J、dW、db 和 dslope 都是这样的平均值（笔记 1.2）。",
    "broadcasting.percentages": "各列的百分比。",
    "broadcasting.as_column": "把向量变成列，如笔记所建议。列的转置是行。",
    "broadcasting.compared_with_rank_1": "把预测值与秩为 1 的标签相比是个错误：它比较了所有的配对。",
    "computation_graph.sigma": "一个数的 sigmoid。",
    "computation_graph.course_graph": "课上的计算图，取 a = 5、b = 3、c = 2。",
    "costs.sigmoid_cross_entropy": "每个样本的损失，对其各个输出求和。A = sigmoid(Z)。",
    "costs.softmax": "n_y 个类别的概率。每行之和为 1。",
    "costs.softmax_cross_entropy": "每个样本的损失，由 log A = Z - logsumexp(Z) 算出。Y 的每行之和为 1。",
    "costs.cross_entropy_derivative": "每个样本的交叉熵对 logit 的导数（笔记 1.5）。",
    "costs.sigmoid_cross_entropy_derivative_from_Z": "由 logit 求出的 A - Y：即使 A 已经舍入成 Y，也仍然准确。",
    "costs.squared_error": "标签为实数（例如价格）时的损失（笔记 1.2）。A = Z。",
    "costs.squared_error_derivative": "每个样本的平方误差对 Z 的导数，因为 g'(Z) = 1。",
    "costs.cost": "成本是所有样本的损失的平均值（笔记 1.2）。",
    "layers.linear": "第 i 行是样本 i 的 n_out 个加权和。b 加到每一行（笔记 1.7）。",
    "layers.linear_backward": "成本 J 对 W 和 b 的导数。",
    "layers.linear_backward_input": "每个样本的损失对该层输入的导数。",
    "layers.block": "一个模块的正向步骤，保存 A_prev、Z 和 A（笔记 3.2）。",
    "layers.block_backward": "反向步骤（笔记 3.2）。",
    "layers.linear_step": "由 dZ 得出的一切。",
    "layers.activation_backward": "链式法则通过激活函数（笔记 2.4）。",
    "layers.slope_gradient": "成本 J 对 slope 的导数，一层的所有单元共用这个 slope。",
    "logistic_regression.step_with_two_loops": "一步，如笔记 1.5 的伪代码，用两个循环。",
    "logistic_regression.step_with_one_loop": "一步，不用对特征的循环（笔记 1.6）。",
    "logistic_regression.step_without_loops": "不用循环（笔记 1.6）。",
    "outputs.more_likely": "每个输出的标签。",
    "outputs.most_likely": "独热行，概率最大处为 1。",
    "outputs.class_probabilities": "每个类别的概率。单个输出给出两列。",
    "outputs.right_by": "返回给出这些得分的函数，得分的平均值就是准确率。",
    "outputs.mean_label": "每个输出的标签的平均值。",
    "outputs.explained_variance": "这些得分在整个划分上的平均值就是 R²。",
    "outputs.check_probabilities": "拒绝其他标签（这时交叉熵没有最小值）和 nan。抛出 InputError。",
    "outputs.sum_rounding": "用任意顺序求出的和去除之后，舍入到 Y 的 dtype 所能造成的误差。",
    "outputs.check_distributions": "拒绝既不是独热、也不是各类别概率的 Y 行。抛出 InputError。",
    "outputs.check_finite": "拒绝为 nan 或无穷大的标签。抛出 InputError。",
    "outputs.log_odds": "对每个输出，p 是标签为 1 的比例。",
    "outputs.log_shares": "p 是各类别的样本所占的比例。",
    "shallow_network.node_by_node": "逐个节点计算。W 的第 j 行是节点 j 的权重（笔记 2.1）。",
    "shallow_network.forward_one_example": "对一个样本逐个节点计算两层（笔记 2.1）。",
    "shallow_network.forward": "第 i 行属于样本 i（笔记 2.2）。",
    "shallow_network.backward_one_example": "对一个样本。",
    "shallow_network.backward": "对 m 个样本（笔记 2.5，右栏）。",
    "slopes.slope_by_nudge": "课上的斜率。误差约为 f''(a) · nudge / 2。",
    "slopes.slope_from_both_sides": "误差只有 f'''(a) · nudge² / 6，所以梯度检验用它。",
    "update.update": "向下走一步，直接改写 W。b 和学习得到的 slope 也这样更新（笔记 1.3）。",
}
"""Function, as "layers.linear" -> Chinese sentences on its formula."""


class FormulaText(NamedTuple):
    """The formula, such as "dZ = dA * g'(Z)", and the English sentences that explain it."""

    formula: str
    prose: str

    @property
    def symbols(self) -> list[str]:
        """The left sides of the formula's equations: the names of the results, in order."""
        return SYMBOL.findall(self.formula)


def formula_text(function: Callable) -> FormulaText:
    """Split the first line of a function's docstring at its first colon."""
    first_line = (inspect.getdoc(function) or "").partition("\n")[0]
    formula, _, prose = first_line.partition(": ")
    return FormulaText(formula, prose)


def functions_of(module: ModuleType) -> dict[CodeType, Callable]:
    """Code object -> function, for the functions that a module defines itself, without methods and lambdas."""
    functions = (value for value in vars(module).values() if inspect.isfunction(value))
    return {code_of(function): function for function in functions if function.__module__ == module.__name__}


def code_of(function: Callable) -> CodeType:
    """The code object of a function, below decorators such as checks of its shapes."""
    return inspect.unwrap(function).__code__


MODULES = [import_module(f"{formulas.__name__}.{module.name}") for module in iter_modules(formulas.__path__)]
FORMULAS: Mapping[CodeType, Callable] = {
    code: function for module in MODULES for code, function in functions_of(module).items()
}
"""Code object -> function, for all formulas."""


def source_id(code: CodeType) -> str:
    """Such as "layers.linear": the module and the function."""
    return f"{Path(code.co_filename).stem}.{code.co_name}"


def source_of(code: CodeType) -> Source:
    """Read a function of the package."""
    lines, first_line = inspect.getsourcelines(code)
    formula, prose = formula_text(FORMULAS[code]) if code in FORMULAS else (None, "")
    return Source(
        function=code.co_name,
        file=Path(code.co_filename).relative_to(PACKAGE).as_posix(),
        first_line=first_line,
        text=dedent("".join(lines)).rstrip("\n"),
        formula=formula,
        prose=None if formula is None else {"en": prose, "zh": PROSE.get(source_id(code), prose)},
    )
