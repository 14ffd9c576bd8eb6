"""What a factor between two tensors can mean: c = <x, r> / <r, r>, once the residual is a rounding error."""

from math import isfinite

from course_torch.verification.catalogue import BY_KEY
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.suspects import Step

EPSILON = 1e-6
"""A factor that is nearer to 1 is that of an epsilon in a denominator."""
LARGEST_M = 10**6

BY_M = ((1, 2, "m²"), (1, -2, "1/m²"), (2, 1, "2m"), (2, -1, "2/m"), (0.5, -1, "1/(2m)"))
"""Factors number · m^power, and how they are written."""

Reading = tuple[Cause, ...]


def readings(c: float, precision: float, step: Step) -> list[Reading]:
    """All that the factor c can mean in the tensor of this step; `precision` is c's relative error.

    -1, m, 1/m and their products are named. Any other factor is named as the number it is, together with the wrong
    numbers of examples that would explain it.
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
    """Whether c is a number that a person would write: two digits, or a small whole number divided by another."""
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
    """Other numbers of examples that the sum may have been divided by: c = m / number."""
    m = step.m
    found = []
    for key, number in (("m - 1", m - 1), *sizes(step)):
        if number and is_near(c, m / number, precision):
            found.append(BY_KEY[key])
    number = round(m / c)
    if not found and number in range(1, LARGEST_M + 1) and is_near(c, m / number, precision):
        found.append(Cause("another m", f"divided by {number} in place of m = {m}", "1.5"))
    return found


def sizes(step: Step) -> tuple[tuple[str, int], ...]:
    """The numbers that may be taken for m, by the key of the cause."""
    return ("m of the features", step.A_prev.shape[1]), ("m of the units", step.Z.shape[1])


def constant(c: float, precision: float, step: Step) -> Cause:
    """The factor as a number."""
    m = step.m
    for number, power, text in BY_M if m > 2 else ():
        if is_near(abs(c), number * float(m) ** power, precision):
            return named_factor(f"{'-' * (c < 0)}{text}", step)
    return named_factor(f"{c:.4g}", step, exact=is_plain(c, precision))


def named_factor(text: str, step: Step, *, exact: bool = True) -> Cause:
    """The cause of a factor that only has a number."""
    known = "a constant such as 2, a learning rate or 1 - β"
    if not step.name.of_loss and text.isdigit():
        known += f", or gradients of {text} calls added up"
    return Cause(f"factor {text}", f"{'exactly ' * exact}{text} times the right tensor: {known}", "")
