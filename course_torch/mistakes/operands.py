"""The operands of each formula of the two passes, and what people put in their place by mistake."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from course_torch.formulas.average import average
from course_torch.language import Text, same
from course_torch.mistakes.context import BackwardContext, ForwardContext, derivative_at
from course_torch.mistakes.record import REFERENCE, evaluated

AS_IT_IS = same("{T}")
ENTRIES: dict[Text, Callable[[Tensor], Tensor]] = {
    AS_IT_IS: lambda T: T,
    same("|{T}|"): torch.abs,
    same("{T}²"): torch.square,
    same("{T}³"): lambda T: T**3,
    same("√|{T}|"): lambda T: T.abs().sqrt(),
    same("1/{T}"): torch.reciprocal,
    same("1/|{T}|"): lambda T: 1 / T.abs(),
    Text("the sign of {T}", "{T} 的正负号"): torch.sign,
    same("max(0, {T})"): lambda T: T.clamp(min=0),
    same("min(0, {T})"): lambda T: T.clamp(max=0),
    same("({T} > 0)"): lambda T: (T > 0).double(),
    same("({T} <= 0)"): lambda T: (T <= 0).double(),
    same("(1 - {T})"): lambda T: 1 - T,
    same("(1 + {T})"): lambda T: 1 + T,
    same("(1 - {T}²)"): lambda T: 1 - T * T,
    same("(1 - {T})²"): lambda T: (1 - T) ** 2,
    same("√(1 - {T}²)"): lambda T: (1 - T * T).clamp(min=0).sqrt(),
    same("(1 + {T}²)"): lambda T: 1 + T * T,
    same("{T} (1 - {T})"): lambda T: T * (1 - T),
    same("exp({T})"): torch.exp,
    same("exp(-{T})"): lambda T: torch.exp(-T),
    same("log|{T}|"): lambda T: T.abs().log(),
    same("tanh({T})"): torch.tanh,
    same("(1 - tanh({T}))"): lambda T: 1 - torch.tanh(T),
    same("sigmoid({T})"): torch.sigmoid,
    **{
        Text(f"{{T}} rounded to {n} decimals", f"{{T}} 四舍五入到 {n} 位小数"): partial(torch.round, decimals=n)
        for n in range(1, 4)
    },
}
"""What people make of each entry of a tensor by mistake."""


def normalized(T: Tensor, dim: int) -> Tensor:
    """The rows or the columns divided by their norms. Zeros stay 0."""
    return nn.functional.normalize(T, dim=dim, eps=1e-300)


WHOLE: dict[Text, Callable[[Tensor], Tensor]] = {
    same("softmax({T})"): lambda T: T.softmax(dim=1),
    Text("the mean of each column of {T}", "{T} 每一列的平均值"): lambda T: T.mean(dim=0).expand_as(T),
    Text("the mean of each row of {T}", "{T} 每一行的平均值"): lambda T: T.mean(dim=1, keepdim=True).expand_as(T),
    Text("{T} - the mean of its column", "{T} 减去所在列的平均值"): lambda T: T - T.mean(dim=0),
    Text("{T} - the mean of its row", "{T} 减去所在行的平均值"): lambda T: T - T.mean(dim=1, keepdim=True),
    Text("{T} divided by the norms of its rows", "{T} 除以各行的范数"): lambda T: normalized(T, 1),
    Text("{T} divided by the norms of its columns", "{T} 除以各列的范数"): lambda T: normalized(T, 0),
    Text("{T} standardized in each column", "{T} 按列标准化"): lambda T: (
        normalized(T - T.mean(dim=0), 0) * len(T) ** 0.5
    ),
    Text("{T} standardized in each row", "{T} 按行标准化"): lambda T: (
        normalized(T - T.mean(dim=1, keepdim=True), 1) * T.shape[1] ** 0.5
    ),
    Text("{T} divided by the standard deviations of its columns", "{T} 除以各列的标准差"): lambda T: (
        T / T.std(dim=0, correction=min(1, len(T) - 1))
    ),
    Text("the running sum of each column of {T}", "{T} 每一列的累加和"): lambda T: T.cumsum(dim=0),
    Text("the running sum of each row of {T}", "{T} 每一行的累加和"): lambda T: T.cumsum(dim=1),
    Text("{T} without its diagonal", "{T} 去掉对角线"): lambda T: T - T.triu().tril(),
    Text("the upper triangle of {T}", "{T} 的上三角"): torch.triu,
    Text("the lower triangle of {T}", "{T} 的下三角"): torch.tril,
    Text("{T} with its rows in reverse", "{T} 的行倒序"): lambda T: T.flip(0),
    Text("{T} with its columns in reverse", "{T} 的列倒序"): lambda T: T.flip(1),
    Text("{T} read column by column", "{T} 按列读出"): lambda T: T.T.reshape(T.shape),
    Text("{T} shifted by one row", "{T} 移动一行"): lambda T: T.roll(1, 0),
    Text("{T} shifted back by one row", "{T} 反向移动一行"): lambda T: T.roll(-1, 0),
    Text("{T} shifted by one column", "{T} 移动一列"): lambda T: T.roll(1, 1),
    Text("{T} shifted back by one column", "{T} 反向移动一列"): lambda T: T.roll(-1, 1),
    Text("the first row of {T}", "{T} 的第一行"): lambda T: T[:1].expand_as(T),
    Text("the last row of {T}", "{T} 的最后一行"): lambda T: T[-1:].expand_as(T),
    Text("the first column of {T}", "{T} 的第一列"): lambda T: T[:, :1].expand_as(T),
    Text("the last column of {T}", "{T} 的最后一列"): lambda T: T[:, -1:].expand_as(T),
    Text("{T} with each column sorted", "{T} 每一列排序"): lambda T: T.sort(dim=0).values,
    Text("{T} with each row sorted", "{T} 每一行排序"): lambda T: T.sort(dim=1).values,
}
"""What people make of a whole tensor by mistake."""
FUNCTIONS = ENTRIES | WHOLE
OTHER_ACTIVATIONS = ("silu", "gelu", "softplus", "softsign", "elu", "selu", "hardtanh", "relu6", "mish", "leaky_relu")
"""Functions of torch.nn.functional whose derivative may stand for g'."""
STEPS = (1.0, 0.5, 0.1, 0.01, 1e-3)
"""Steps of a difference quotient in the place of g'."""
REDUCTIONS: dict[Text, Callable[[Tensor], Tensor]] = {
    Text("the largest", "最大值"): lambda terms: terms.amax(dim=0),
    Text("the smallest", "最小值"): lambda terms: terms.amin(dim=0),
    Text("the median", "中位数"): lambda terms: terms.median(dim=0).values,
    Text("the norm", "范数"): lambda terms: terms.norm(dim=0),
    Text("the root mean square", "均方根"): lambda terms: terms.square().mean(dim=0).sqrt(),
    Text("the standard deviation", "标准差"): lambda terms: terms.std(dim=0),
    Text("the product", "乘积"): lambda terms: terms.prod(dim=0),
}
"""What people compute of the examples in place of a sum."""
SIGN_TELLS_CLASS = [*map(same, ("max(0, {T})", "min(0, {T})", "({T} > 0)", "({T} <= 0)"))]
"""Functions that choose the examples of a class if the tensor is A - Y."""
MOST_TERMS = 200_000
"""The largest number of entries of the terms of a sum."""


EXAMPLE, UNIT, INPUT, ROW = Text("example", "样本"), Text("unit", "单元"), Text("input", "输入"), Text("row", "行")
AXES = {
    **{kind: (EXAMPLE, UNIT) for kind in ("dZ[L]", "dZ", "dA", "Z", "A")},
    **{"dW": (UNIT, INPUT), "db": (ROW, UNIT), "L": (EXAMPLE, ROW)},
}
"""Kind of a tensor -> what its rows and its columns are."""


Name = str | Text
"""A symbol, or words."""
LABEL_PROBABILITY = Text("the probability of the label", "标签的概率")


class Operand(NamedTuple):
    """A tensor of a formula, and what the formula gives with another tensor in its place.

    name        the operand
    given       the name of `tensor`, of which the other tensor is made
    functions   what may be made of it
    """

    name: Name
    given: Name
    tensor: Tensor
    formula: Callable[[Tensor], Tensor]
    functions: Mapping[Text, Callable[[Tensor], Tensor]] = FUNCTIONS


class Formula(NamedTuple):
    """The formula of one step of the two passes, in float64 on the CPU.

    axes       what the rows and the columns of the result are
    m          the number of examples
    tensors    name -> a tensor that is at hand
    operands   the tensors of the formula
    summed     what the terms of the formula belong to
    terms      the matrices of which the result is the sum, (terms, rows, columns): the examples of dW and db, the units
               of dA_prev, the inputs of Z - b. None if there is no sum, or if they are too large
    rest       what is added to the terms: b in Z
    product    (text, T, W) of a formula such as T W, or T Wᵀ + b if the last column of W is b
    of_Z       (a tensor, a function of Z), of which the result is the product
    """

    axes: tuple[Text, Text]
    m: float
    tensors: Mapping[Name, Tensor]
    operands: list[Operand]
    summed: Text = EXAMPLE
    terms: Tensor | None = None
    rest: Tensor | float = 0.0
    product: tuple[str, Tensor, Tensor] | None = None
    of_Z: tuple[Tensor, Callable[[Tensor], Tensor]] | None = None


def formula_of(step: BackwardContext) -> Formula:
    """The formula of a step of the backward pass, from the right tensors before it."""
    kind, place = step.name.kind, step.place
    axes, m = AXES[place], step.m
    if kind in ("dW", "db"):
        return formula_of_mean(step)
    if kind == "dA":
        names = ("dZ", "W", "A_prev")
        dZ, W, _ = tensors = exact(step, names)
        named: dict[Name, Tensor] = dict(zip(names, tensors, strict=True))
        if step.layer > 1:
            named[Text("b of the layer below", "前一层的 b")] = step.below.b.detach().cpu().double().expand(len(dZ), -1)
        operands = [Operand("W", "W", W, lambda x: dZ @ x), Operand("dZ", "dZ", dZ, lambda x: x @ W)]
        terms = (dZ[:, :, None] * W).transpose(0, 1) if dZ.numel() * W.shape[1] <= MOST_TERMS else None
        return Formula(axes, m, named, operands, UNIT, terms, product=("dA_prev = dZ W", dZ, W))
    if place == "dZ[L]":
        A, Y, Z = exact(step, ("A", "Y", "Z"))
        named = {"A": A, "Y": Y, "Z": Z}
        if step.forward.output != "identity":
            p = (A * Y).sum(dim=1, keepdim=True) if Y.shape[1] > 1 else A * Y + (1 - A) * (1 - Y)
            named[LABEL_PROBABILITY] = p.expand_as(A)
        return Formula(axes, m, named, [])
    dA, Z, A = exact(step, ("dA", "Z", "A"))
    g, g_prime = step.forward.hidden_activation, step.g_prime(Z).detach()
    above = step.above.dZ.detach().cpu().double()[:, : Z.shape[1]]
    above = nn.functional.pad(above, (0, Z.shape[1] - above.shape[1]))
    named = {"dA": dA, "g'(Z)": g_prime, "Z": Z, "A": A, Text("dZ of the layer above", "后一层的 dZ"): above}
    operands = [Operand("dA", "dA", dA, lambda x: x * g_prime)]
    for name in ("g'(Z)", "Z", "A"):
        masked = {text: function for text, function in FUNCTIONS.items() if text not in SIGN_TELLS_CLASS}
        made = (WHOLE if name == "g'(Z)" else masked) if g.kink else FUNCTIONS  # a mask: many would be alike
        operands.append(Operand("g'(Z)", name, named[name], lambda x: dA * x, made))
    operands.append(Operand("g'(Z)", "Z", Z, lambda x: dA * x, dict(derivatives(step))))
    # For a kink g' is a mask, which many functions of an entry leave as it is.
    functions, as_it_is = (WHOLE if g.kink else FUNCTIONS), {AS_IT_IS: ENTRIES[AS_IT_IS]}
    for name, tensor in {"Z": Z, "(Z - b)": Z - step.b, "(Z + b)": Z + step.b}.items():
        made = functions if name == "Z" else as_it_is
        operands.append(Operand("Z", name, tensor, lambda x: dA * step.g_prime(x).detach(), made))
    return Formula(axes, m, named, operands, of_Z=(dA, lambda x: step.g_prime(x).detach()))


def formula_of_mean(step: BackwardContext) -> Formula:
    """The formula of dW or db, a mean over the examples."""
    kind = step.name.kind
    dZ, A_prev, W, b = exact(step, ("dZ", "A_prev", "W", "b"))
    rows = A_prev if kind == "dW" else torch.ones(len(dZ), 1, dtype=dZ.dtype)

    def product(dZ: Tensor, rows: Tensor) -> Tensor:
        made = average(dZ.T @ rows, step.m)
        return made if kind == "dW" else made.T

    by_class = step.layer == step.L and dZ.shape[1] == 1
    functions = {text: made for text, made in FUNCTIONS.items() if not (by_class and text in SIGN_TELLS_CLASS)}
    operands = [Operand("A_prev", "A_prev", A_prev, lambda x: product(dZ, x))] if kind == "dW" else []
    operands.append(Operand("dZ", "dZ", dZ, lambda x: product(x, rows), functions))
    terms: Tensor | None = None
    if dZ.numel() * rows.shape[1] <= MOST_TERMS:
        terms = average(dZ[:, :, None] * rows[:, None], step.m)
        terms = terms if kind == "dW" else terms.transpose(1, 2)
    (db,) = exact(step, ("db",))
    beside: dict[Name, Tensor] = {"A_prev": A_prev, "W": W, "db": db.T.expand_as(W)} if kind == "dW" else {"b": b}
    named = {"dZ": dZ, **beside}
    return Formula(AXES[kind], step.m, named, operands, EXAMPLE, terms)


def formula_of_forward(place: str, step: ForwardContext) -> Formula:
    """The formula of Z, of A, or of the losses in a column, from the arguments."""
    if place == "Z":
        A_prev, W, b = step.A_prev, step.W, step.b
        named: dict[Name, Tensor] = {"A_prev Wᵀ": A_prev @ W.T, "b": b.expand(len(A_prev), -1), "A_prev": A_prev}
        operands = [
            Operand("A_prev", "A_prev", A_prev, lambda x: x @ W.T + b),
            Operand("W", "W", W, lambda x: A_prev @ x.T + b),
            Operand("b", "b", named["b"], lambda x: A_prev @ W.T + x, WHOLE),  # too few entries to prove a function
        ]
        terms = A_prev.T[:, :, None] * W.T[:, None] if A_prev.numel() * len(W) <= MOST_TERMS else None
        product = "Z = A_prev Wᵀ + b", torch.cat([A_prev, torch.ones_like(A_prev[:, :1])], dim=1), torch.cat([W.T, b])
        return Formula(AXES["Z"], len(A_prev), named, operands, INPUT, terms, b, product)
    Z, m = step.Z, len(step.Z)
    if place == "A":
        others = {same(f"{name}({{T}})"): getattr(nn.functional, name) for name in OTHER_ACTIVATIONS}
        operands = [
            Operand(
                "g(Z)", "Z", Z, torch.clone, others | {same("arctan({T})"): torch.atan, same("sin({T})"): torch.sin}
            ),
            Operand("Z", "Z", Z, step.g),
        ]
        return Formula(AXES["A"], m, {"Z": Z}, operands, of_Z=(torch.ones_like(Z), step.g))
    if step.function not in REFERENCE["L"]:
        return Formula(AXES["L"], m, {"Y": step.Y}, [])

    def losses(Z: Tensor = Z, Y: Tensor = step.Y) -> Tensor:
        return evaluated(REFERENCE["L"][step.function], replace(step, Z=Z, Y=Y))[:, None]

    operands = [
        Operand("Z", "Z", Z, lambda x: losses(Z=x), ENTRIES),
        Operand("Z", "A", step.A, lambda x: losses(Z=x), {AS_IT_IS: ENTRIES[AS_IT_IS]}),
        Operand("Y", "Y", step.Y, lambda x: losses(Y=x), FUNCTIONS),
    ]
    return Formula(AXES["L"], m, {"A": step.A, "Y": step.Y, "Z": Z}, operands)


def exact(step: BackwardContext, names: tuple[str, ...]) -> list[Tensor]:
    """The tensors of these names in float64 on the CPU."""
    return [step[name].detach().cpu().double() for name in names]


def derivatives(step: BackwardContext) -> Iterator[tuple[Text, Callable[[Tensor], Tensor]]]:
    """Functions of Z that may stand for g': derivatives of other activations, and difference quotients of g."""

    def g(Z: Tensor) -> Tensor:
        slope = step.forward.slopes[step.layer - 1]
        return step.forward.hidden_activation.value(Z, None if slope is None else slope.detach().double().cpu())

    for name in OTHER_ACTIVATIONS:
        derivative = partial(derivative_at, function=getattr(nn.functional, name))
        yield Text(f"the derivative of {name}", f"{name} 的导数"), derivative
    for h in STEPS:
        for ahead, behind in ((h, 0), (0, h), (h, h)):
            plus, minus = (f" {sign} {step:g}" * (step > 0) for sign, step in (("+", ahead), ("-", behind)))
            text = same(f"(g({{T}}{plus}) - g({{T}}{minus})) / {ahead + behind:g}")
            yield text, partial(quotient, g, ahead, behind)


def quotient(g: Callable[[Tensor], Tensor], ahead: float, behind: float, Z: Tensor) -> Tensor:
    """A difference quotient of g."""
    return (g(Z + ahead) - g(Z - behind)) / (ahead + behind)
