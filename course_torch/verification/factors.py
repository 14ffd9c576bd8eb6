"""Explain a factor c between two tensors x = c r, where the residual x - c r is no more than rounding errors."""

from dataclasses import replace
from math import isfinite

from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.record import Mistake

EPSILON = 1e-6
"""A factor nearer to 1 than this is the effect of an epsilon in a denominator."""
LARGEST_M = 10**6
"""The largest wrong number of examples that is named."""

EXACTLY = Text("exactly ", "恰好")
CALLS = Text(", or gradients of {factor} calls added up", "，或者累加了 {factor} 次调用的梯度")

BY_M = ((1, 2, "m²"), (1, -2, "1/m²"), (2, 1, "2m"), (2, -1, "2/m"), (0.5, -1, "1/(2m)"))
"""(number, power, text): the factor number · m^power, and how it is written."""

Reading = tuple[Mistake, ...]


def readings(c: float, precision: float, step: BackwardContext) -> list[Reading]:
    """List all explanations of the factor c in the tensor of this step. `precision` is c's relative error.

    -1, m, 1/m and their products have their own causes. Any other factor is named by its number. It may also come from
    a sum that was divided by another number than m.
    """
    if not isfinite(c) or c == 0 or is_near(c, 1, precision):
        return []
    negative = c < 0
    is_mean = not step.name.of_loss and not negative  # the sum may be divided by another number than m
    for power in (0, 1, -1):
        if is_near(abs(c), float(step.m) ** power, precision):
            named = [(*([sign(step)] if negative else []), *power_of_m(power, step))]
            if power == 1 and is_mean:  # Σ of a layer with one unit may be divided by 1
                named += [(MISTAKES[key],) for key, number in sizes(step) if number == 1]
            return named
    if abs(c - 1) < EPSILON:
        return [(MISTAKES["epsilon"],)]
    found: list[Reading] = [(constant(c, precision, step),)]
    if is_mean:
        found += [(cause,) for cause in other_m(c, precision, step)]
    return found


def is_near(c: float, value: float, precision: float) -> bool:
    """Whether c is that value within its precision."""
    return abs(c - value) <= precision * abs(value)


def is_plain(c: float, precision: float) -> bool:
    """Whether a programmer would write c: a number of two digits, or a fraction with the denominator 3, 6, 7 or 9."""
    return is_near(c, float(f"{c:.2g}"), precision) or any(is_near(c * n, round(c * n), precision) for n in (6, 7, 9))


def sign(step: BackwardContext) -> Mistake:
    """The cause of a negative factor."""
    return MISTAKES["sign at the output" if step.place == "dZ[L]" else "sign"]


def power_of_m(power: int, step: BackwardContext) -> Reading:
    """The cause of a factor m or 1/m."""
    if power == 0:
        return ()
    if power == 1:
        return (named_factor("m", step),) if step.name.of_loss else (MISTAKES["no 1/m"],)
    return (MISTAKES[f"1/m in {step.name.kind}" if step.name.of_loss else "1/m twice"],)


def other_m(c: float, precision: float, step: BackwardContext) -> list[Mistake]:
    """The causes that divide the sum by another number than m: c = m / number."""
    m = step.m
    found = []
    for key, number in (("m - 1", m - 1), *sizes(step)):
        if number and is_near(c, m / number, precision):
            found.append(MISTAKES[key])
    number = round(m / c)
    if not found and number in range(1, LARGEST_M + 1) and is_near(c, m / number, precision):
        found.append(filled("another m", number=number, m=m))
    return found


def sizes(step: BackwardContext) -> tuple[tuple[str, int], ...]:
    """(key of the cause, size): the sizes that may be confused with m."""
    return ("m of the features", step.A_prev.shape[1]), ("m of the units", step.Z.shape[1])


def constant(c: float, precision: float, step: BackwardContext) -> Mistake:
    """The cause of a factor other than ±1, ±m and ±1/m."""
    m = step.m
    for number, power, text in BY_M if m > 2 else ():
        if is_near(abs(c), number * float(m) ** power, precision):
            return named_factor(f"{'-' * (c < 0)}{text}", step)
    return named_factor(f"{c:.4g}", step, exact=is_plain(c, precision))


def named_factor(text: str, step: BackwardContext, *, exact: bool = True) -> Mistake:
    """The cause of a factor that is known only by its number."""
    exactly = EXACTLY if exact else NOTHING
    calls = CALLS.fill(factor=text) if text.isdigit() and not step.name.of_loss else NOTHING
    return replace(filled("factor", exactly=exactly, factor=text, calls=calls), key=f"factor {text}")


def filled(key: str, **values: object) -> Mistake:
    """The record of this key, with numbers in its sentence."""
    mistake = MISTAKES[key]
    return replace(mistake, sentence=mistake.sentence.fill(**values))
