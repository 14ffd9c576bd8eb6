"""Explain a factor c between two tensors x = c r, where the residual x - c r is no more than rounding errors."""

from math import isfinite

from course_torch.language import NOTHING, Text
from course_torch.verification.catalogue import BY_KEY
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.suspects import Step

EPSILON = 1e-6
"""A factor nearer to 1 than this is the effect of an epsilon in a denominator."""
LARGEST_M = 10**6
"""The largest wrong number of examples that is named."""

ANOTHER_M = Text("divided by {number} instead of m = {m}", "除以的是 {number}，应当除以 m = {m}")
FACTOR = Text(
    "{exactly}{factor} times the right tensor: a constant such as 2, a learning rate or 1 - β{calls}",
    "{exactly}是正确值的 {factor} 倍：乘了一个常数，例如 2、学习速率或 1 - β{calls}",
)
EXACTLY = Text("exactly ", "恰好")
CALLS = Text(", or gradients of {factor} calls added up", "，或者累加了 {factor} 次调用的梯度")

BY_M = ((1, 2, "m²"), (1, -2, "1/m²"), (2, 1, "2m"), (2, -1, "2/m"), (0.5, -1, "1/(2m)"))
"""(number, power, text): the factor number · m^power, and how it is written."""

Reading = tuple[Cause, ...]


def readings(c: float, precision: float, step: Step) -> list[Reading]:
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
                named += [(BY_KEY[key],) for key, number in sizes(step) if number == 1]
            return named
    if abs(c - 1) < EPSILON:
        return [(BY_KEY["epsilon"],)]
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


def sign(step: Step) -> Cause:
    """The cause of a negative factor."""
    return BY_KEY["sign at the output" if step.place == "dZ[L]" else "sign"]


def power_of_m(power: int, step: Step) -> Reading:
    """The cause of a factor m or 1/m."""
    if power == 0:
        return ()
    if power == 1:
        return (named_factor("m", step),) if step.name.of_loss else (BY_KEY["no 1/m"],)
    return (BY_KEY[f"1/m in {step.name.kind}" if step.name.of_loss else "1/m twice"],)


def other_m(c: float, precision: float, step: Step) -> list[Cause]:
    """The causes that divide the sum by another number than m: c = m / number."""
    m = step.m
    found = []
    for key, number in (("m - 1", m - 1), *sizes(step)):
        if number and is_near(c, m / number, precision):
            found.append(BY_KEY[key])
    number = round(m / c)
    if not found and number in range(1, LARGEST_M + 1) and is_near(c, m / number, precision):
        found.append(Cause("another m", ANOTHER_M.fill(number=number, m=m), "1.5"))
    return found


def sizes(step: Step) -> tuple[tuple[str, int], ...]:
    """(key of the cause, size): the sizes that may be confused with m."""
    return ("m of the features", step.A_prev.shape[1]), ("m of the units", step.Z.shape[1])


def constant(c: float, precision: float, step: Step) -> Cause:
    """The cause of a factor other than ±1, ±m and ±1/m."""
    m = step.m
    for number, power, text in BY_M if m > 2 else ():
        if is_near(abs(c), number * float(m) ** power, precision):
            return named_factor(f"{'-' * (c < 0)}{text}", step)
    return named_factor(f"{c:.4g}", step, exact=is_plain(c, precision))


def named_factor(text: str, step: Step, *, exact: bool = True) -> Cause:
    """The cause of a factor that is known only by its number."""
    exactly = EXACTLY if exact else NOTHING
    calls = CALLS.fill(factor=text) if text.isdigit() and not step.name.of_loss else NOTHING
    return Cause(f"factor {text}", FACTOR.fill(exactly=exactly, factor=text, calls=calls), "")
