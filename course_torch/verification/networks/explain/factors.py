"""What a factor of a tensor of the backward pass means (`readings`)."""

from dataclasses import replace
from math import isfinite

import torch

from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.record import Mistake
from course_torch.network.propagation import TensorName
from course_torch.verification.difference import shown_factor

Causes = tuple[Mistake, ...]
EPSILON = 1e-6
"""A factor nearer to 1 than this is the effect of an epsilon in a denominator."""
NEAR_1 = 1e-3
"""A factor nearer to 1 than this is no constant that a programmer writes: a constant such as 1/m may be rounded."""
SUMMED_OVER_UNITS = {"dA": "dA_prev = dZ W", "dslope": "dslope = (1/m) Σ dA * min(0, Z)"}
LARGEST_M = 10**6
"""The largest wrong number of examples that is named."""

EXACTLY = Text("exactly ", "恰好")
WITH_M = Text(
    "exactly {factor} times the right tensor: look where the formula divides by m",
    "恰好是正确值的 {factor} 倍：请检查公式中除以 m 的地方",
)
CALLS = Text(", or gradients of {factor} calls added up", "，或者累加了 {factor} 次调用的梯度")
BY_M = ((1, 2, "m²"), (1, -2, "1/m²"), (2, 1, "2m"), (2, -1, "2/m"), (0.5, -1, "1/(2m)"))
BY_ROOT = ((1, 0.5, "√m"), (1, -0.5, "1/√m"))
"""(number, power, text): the factor number · m^power, and how it is written."""


def with_values(key: str, **values: object) -> Mistake:
    """The record of this key, with values in its sentence."""
    return replace(MISTAKES[key], sentence=MISTAKES[key].sentence.fill(**values))


def readings(c: float, precision: float, step: BackwardContext) -> list[Causes]:
    """List all explanations of the factor c in the tensor of this step. `precision` is c's relative error.

    -1, m, 1/m and their products have their own causes. Any other factor is named by its number. It may also come from
    a sum that was divided by another number than m.
    """
    if not isfinite(c) or c == 0 or is_near(c, 1, precision):
        return []
    negative = c < 0
    is_mean = not step.name.of_loss and not negative  # the sum may be divided by another number than m
    power = next((each for each in (0, 1, -1) if is_near(abs(c), float(step.m) ** each, precision)), None)
    if power is not None:
        sign = [MISTAKES["sign at the output" if step.place == "dZ[L]" else "sign"]] if negative else []
        named = [(*sign, *power_of_m(power, step.name))]
        if power == 1 and is_mean:  # Σ of a layer with one unit may be divided by 1
            named += [(MISTAKES[key],) for key, number in sizes(step) if number == 1]
        return named
    if abs(c - 1) < NEAR_1:
        return [(near_1(c, precision, step),)]
    causes = other_m(c, precision, step) if is_mean else []
    likelier = [cause for cause in causes if cause.key == "m - 1"]  # than a constant
    causes.insert(len(likelier), constant(c, precision, step))
    if step.name.kind in SUMMED_OVER_UNITS and step.n > 1 and is_near(c, 1 / step.n, precision):
        causes.insert(0, with_values("mean of the units", formula=SUMMED_OVER_UNITS[step.name.kind]))
    return [(cause,) for cause in causes]


def is_near(c: float, value: float, precision: float) -> bool:
    """Whether c is that value within its precision."""
    return abs(c - value) <= precision * abs(value)


def is_plain(c: float, precision: float) -> bool:
    """Whether a programmer would write c: a number of two digits, or a fraction with the denominator 3, 6, 7 or 9."""
    return is_near(c, float(f"{c:.2g}"), precision) or any(is_near(c * n, round(c * n), precision) for n in (6, 7, 9))


def power_of_m(power: int, name: TensorName) -> Causes:
    """The cause of a factor m or 1/m. dZ and dA, the derivatives of the loss, are no sum over the examples."""
    if power == 0:
        return ()
    if power == 1:
        return (named_factor("m", name),) if name.of_loss else (MISTAKES["no 1/m"],)
    return (MISTAKES[f"1/m in {name.kind}" if name.of_loss else "1/m twice"],)


def other_m(c: float, precision: float, step: BackwardContext) -> list[Mistake]:
    """The causes that divide the sum by another number than m: c = m / number. m - 1 comes first."""
    m, number = step.m, round(step.m / c)
    numbers = (("m - 1", m - 1), *sizes(step))
    found = [MISTAKES[key] for key, number in numbers if number and is_near(c, m / number, precision)]
    if not found and number in range(1, LARGEST_M + 1) and is_near(c, m / number, precision):
        found.append(with_values("another m", number=number, m=m))
    return found


def sizes(step: BackwardContext) -> tuple[tuple[str, int], ...]:
    """(key of the cause, size): the sizes that may be confused with m."""
    return ("m of the features", step.A_prev.shape[1]), ("m of the units", step.Z.shape[1])


def near_1(c: float, precision: float, step: BackwardContext) -> Mistake:
    """The cause of a factor that is nearly 1: 1/m in a narrower dtype, an epsilon, or another rounded constant."""
    for name in ("float32", "float16", "bfloat16"):
        rounded = torch.tensor(1 / step.m, dtype=torch.float64).to(getattr(torch, name)).item() * step.m
        if rounded != 1 and is_near(c, rounded, precision):
            return with_values("constant rounded", dtype=name)
    if abs(c - 1) < EPSILON:
        return MISTAKES["epsilon"]
    return named_factor(f"{c:.7g}", step.name, exact=False)


def named_factor(text: str, name: TensorName, *, exact: bool = True) -> Mistake:
    """The cause of a factor that is known only by its number, or by a formula of m."""
    key = f"factor {text}"
    if "m" in text:
        return replace(MISTAKES["factor"], sentence=WITH_M.fill(factor=text), key=key)
    exactly = EXACTLY if exact else NOTHING
    calls = CALLS.fill(factor=text) if text.isdigit() and not name.of_loss else NOTHING
    return replace(with_values("factor", exactly=exactly, factor=text, calls=calls), key=key)


def constant(c: float, precision: float, step: BackwardContext) -> Mistake:
    """The cause of a factor other than ±1, ±m and ±1/m."""
    plain = is_plain(c, precision)
    for number, power, text in (*BY_M, *(BY_ROOT if not plain else ())) if step.m > 2 else ():
        if is_near(abs(c), number * float(step.m) ** power, precision):
            return named_factor(f"{'-' * (c < 0)}{text}", step.name)
    return named_factor(shown_factor(c), step.name, exact=plain)
