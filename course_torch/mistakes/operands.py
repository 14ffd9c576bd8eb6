"""The operands of each formula of the backward pass, and what people put in their place by mistake."""

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor, nn

from course_torch.formulas.average import average
from course_torch.mistakes.context import BackwardContext

ENTRIES: dict[str, Callable[[Tensor], Tensor]] = {
    "{}": lambda T: T,
    "|{}|": torch.abs,
    "{}²": torch.square,
    "{}³": lambda T: T**3,
    "√|{}|": lambda T: T.abs().sqrt(),
    "1/{}": torch.reciprocal,
    "the sign of {}": torch.sign,
    "max(0, {})": lambda T: T.clamp(min=0),
    "min(0, {})": lambda T: T.clamp(max=0),
    "({} > 0)": lambda T: (T > 0).double(),
    "({} <= 0)": lambda T: (T <= 0).double(),
    "(1 - {})": lambda T: 1 - T,
    "(1 + {})": lambda T: 1 + T,
    "(1 - {}²)": lambda T: 1 - T * T,
    "(1 - {})²": lambda T: (1 - T) ** 2,
    "√(1 - {}²)": lambda T: (1 - T * T).clamp(min=0).sqrt(),
    "(1 + {}²)": lambda T: 1 + T * T,
    "{} (1 - {})": lambda T: T * (1 - T),
    "exp({})": torch.exp,
    "exp(-{})": lambda T: torch.exp(-T),
    "log|{}|": lambda T: T.abs().log(),
    "tanh({})": torch.tanh,
    "(1 - tanh({}))": lambda T: 1 - torch.tanh(T),
    "sigmoid({})": torch.sigmoid,
    **{f"{{}} rounded to {n} decimals": partial(torch.round, decimals=n) for n in range(4)},
}
"""What people make of each entry of a tensor by mistake."""
WHOLE: dict[str, Callable[[Tensor], Tensor]] = {
    "softmax({})": lambda T: T.softmax(dim=1),
    "the mean of each column of {}": lambda T: T.mean(dim=0).expand_as(T),
    "the mean of each row of {}": lambda T: T.mean(dim=1, keepdim=True).expand_as(T),
    "{} - the mean of its column": lambda T: T - T.mean(dim=0),
    "{} - the mean of its row": lambda T: T - T.mean(dim=1, keepdim=True),
    "{} divided by the norms of its rows": lambda T: T / T.norm(dim=1, keepdim=True),
    "{} divided by the norms of its columns": lambda T: T / T.norm(dim=0),
    "{} standardized in each column": lambda T: (T - T.mean(dim=0)) / T.std(dim=0, correction=0),
    "{} standardized in each row": lambda T: (
        (T - T.mean(dim=1, keepdim=True)) / T.std(dim=1, correction=0, keepdim=True)
    ),
    "the running sum of each column of {}": lambda T: T.cumsum(dim=0),
    "the running sum of each row of {}": lambda T: T.cumsum(dim=1),
    "{} without its diagonal": lambda T: T - T.triu().tril(),
    "the upper triangle of {}": torch.triu,
    "the lower triangle of {}": torch.tril,
    "{} with its rows in reverse": lambda T: T.flip(0),
    "{} with its columns in reverse": lambda T: T.flip(1),
    "{} shifted by one row": lambda T: T.roll(1, 0),
    "{} shifted back by one row": lambda T: T.roll(-1, 0),
    "{} shifted by one column": lambda T: T.roll(1, 1),
    "{} shifted back by one column": lambda T: T.roll(-1, 1),
    "the first row of {}": lambda T: T[:1].expand_as(T),
    "the last row of {}": lambda T: T[-1:].expand_as(T),
    "the first column of {}": lambda T: T[:, :1].expand_as(T),
    "the last column of {}": lambda T: T[:, -1:].expand_as(T),
    "{} with each column sorted": lambda T: T.sort(dim=0).values,
    "{} with each row sorted": lambda T: T.sort(dim=1).values,
}
"""What people make of a whole tensor by mistake."""
FUNCTIONS = ENTRIES | WHOLE
OTHER_ACTIVATIONS = ("silu", "gelu", "softplus", "softsign", "elu", "selu", "hardtanh", "relu6", "mish", "leaky_relu")
"""Functions of torch.nn.functional whose derivative may stand for g'."""
STEPS = (1.0, 0.5, 0.1, 0.01, 1e-3)
"""Steps of a difference quotient in the place of g'."""
REDUCTIONS: dict[str, Callable[[Tensor], Tensor]] = {
    "the largest": lambda terms: terms.amax(dim=0),
    "the smallest": lambda terms: terms.amin(dim=0),
    "the median": lambda terms: terms.median(dim=0).values,
    "the norm": lambda terms: terms.norm(dim=0),
    "the root mean square": lambda terms: terms.square().mean(dim=0).sqrt(),
    "the standard deviation": lambda terms: terms.std(dim=0),
    "the product": lambda terms: terms.prod(dim=0),
}
"""What people compute of the examples in place of a sum."""
SIGN_TELLS_CLASS = ("max(0, {})", "min(0, {})", "({} > 0)", "({} <= 0)")
"""Functions that choose the examples of a class if the tensor is A - Y."""
MOST_TERMS = 200_000
"""The largest number of entries of the terms of a sum."""


class Operand(NamedTuple):
    """A tensor of a formula, and what the formula gives with another tensor in its place.

    name        the operand
    given       the name of `tensor`, of which the other tensor is made
    functions   what may be made of it
    """

    name: str
    given: str
    tensor: Tensor
    formula: Callable[[Tensor], Tensor]
    functions: Mapping[str, Callable[[Tensor], Tensor]] = FUNCTIONS


class Formula(NamedTuple):
    """The formula of one step of the backward pass, in float64 on the CPU.

    tensors    name -> a tensor that is at hand
    operands   the tensors of the formula
    terms      the matrices of which the result is the sum, (terms, rows, columns): the examples of dW and db, the units
               of dA_prev. None if there is no sum, or if they are too large
    m          the number of examples
    """

    tensors: dict[str, Tensor]
    operands: list[Operand]
    terms: Tensor | None
    m: float


def formula_of(step: BackwardContext) -> Formula:
    """The formula of a step, from the right tensors before it."""
    kind = step.name.kind
    names = {"dW": ("dZ", "A_prev", "W"), "db": ("dZ", "b"), "dA": ("dZ", "W", "A_prev")}
    at_output = step.place == "dZ[L]"
    tensors = dict(exact(step, names.get(kind, ("A", "Y", "Z") if at_output else ("dA", "Z", "A"))))
    terms: Tensor | None = None
    operands: list[Operand] = []

    def operand(name: str, formula: Callable[[Tensor], Tensor], given: str = "") -> None:
        operands.append(Operand(name, given or name, tensors[given or name], formula))

    if kind in ("dW", "db"):
        dZ = tensors["dZ"]
        rows = tensors["A_prev"] if kind == "dW" else torch.ones(len(dZ), 1, dtype=dZ.dtype)

        def product(dZ: Tensor, rows: Tensor) -> Tensor:
            made = average(dZ.T @ rows, step.m)
            return made if kind == "dW" else made.T

        by_class = step.layer == step.L and dZ.shape[1] == 1
        functions = {text: made for text, made in FUNCTIONS.items() if not (by_class and text in SIGN_TELLS_CLASS)}
        operands.append(Operand("dZ", "dZ", dZ, lambda x: product(x, rows), functions))
        if kind == "dW":
            operand("A_prev", lambda x: product(dZ, x))
        if dZ.numel() * rows.shape[1] <= MOST_TERMS:
            terms = average(dZ[:, :, None] * rows[:, None], step.m)
            terms = terms if kind == "dW" else terms.transpose(1, 2)
    elif kind == "dA":
        dZ, W = tensors["dZ"], tensors["W"]
        operand("dZ", lambda x: x @ W)
        operand("W", lambda x: dZ @ x)
        if dZ.numel() * W.shape[1] <= MOST_TERMS:
            terms = (dZ[:, :, None] * W).transpose(0, 1)
    elif not at_output:
        dA, Z, g = tensors["dA"], tensors["Z"], step.forward.hidden_activation
        tensors["g'(Z)"] = g_prime = step.g_prime(Z).detach()
        operand("dA", lambda x: x * g_prime)
        for name in ("g'(Z)", "Z", "A"):
            masked = {text: function for text, function in FUNCTIONS.items() if text not in SIGN_TELLS_CLASS}
            made = (WHOLE if name == "g'(Z)" else masked) if g.kink else FUNCTIONS  # a mask: many would be alike
            operands.append(Operand("g'(Z)", name, tensors[name], lambda x: dA * x, made))
        operands.append(Operand("g'(Z)", "Z", Z, lambda x: dA * x, dict(derivatives(step))))
        # For a kink g' is a mask, which many functions of an entry leave as it is.
        functions, as_it_is = (WHOLE if g.kink else FUNCTIONS), {"{}": ENTRIES["{}"]}
        for name, tensor in {"Z": Z, "(Z - b)": Z - step.b, "(Z + b)": Z + step.b}.items():
            made = functions if name == "Z" else as_it_is
            operands.append(Operand("Z", name, tensor, lambda x: dA * step.g_prime(x).detach(), made))
    return Formula(tensors, operands, terms, step.m)


def exact(step: BackwardContext, names: tuple[str, ...]) -> Iterator[tuple[str, Tensor]]:
    """The tensors of these names in float64 on the CPU."""
    for name in names:
        yield name, step[name].detach().cpu().double()


def derivatives(step: BackwardContext) -> Iterator[tuple[str, Callable[[Tensor], Tensor]]]:
    """Functions of Z that may stand for g': derivatives of other activations, and difference quotients of g."""

    def g(Z: Tensor) -> Tensor:
        slope = step.forward.slopes[step.layer - 1]
        return step.forward.hidden_activation.value(Z, None if slope is None else slope.detach().double().cpu())

    for name in OTHER_ACTIVATIONS:
        yield f"the derivative of {name}", partial(derivative_of, getattr(nn.functional, name))
    for h in STEPS:
        for ahead, behind in ((h, 0), (0, h), (h, h)):
            plus, minus = (f" {sign} {step:g}" * (step > 0) for sign, step in (("+", ahead), ("-", behind)))
            text = f"(g({{}}{plus}) - g({{}}{minus})) / {ahead + behind:g}"
            yield text, partial(quotient, g, ahead, behind)


def quotient(g: Callable[[Tensor], Tensor], ahead: float, behind: float, Z: Tensor) -> Tensor:
    """A difference quotient of g."""
    return (g(Z + ahead) - g(Z - behind)) / (ahead + behind)


@torch.enable_grad()
def derivative_of(function: Callable[[Tensor], Tensor], Z: Tensor) -> Tensor:
    """The derivative of a function of each entry."""
    Z = Z.detach().requires_grad_()
    return torch.autograd.grad(function(Z).sum(), Z)[0]
