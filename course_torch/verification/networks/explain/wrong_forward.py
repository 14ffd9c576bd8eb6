"""The causes of a wrong tensor of the forward pass, and of a wrong cost."""

from collections.abc import Callable
from math import log
from typing import Literal

import torch
from torch import Tensor

from course_torch.float64 import exact
from course_torch.language import NOTHING, Text
from course_torch.lessons import cited
from course_torch.mistakes import FORWARD, MISTAKES
from course_torch.mistakes.context import ForwardContext
from course_torch.mistakes.record import Mistake, sentence, tensors_of
from course_torch.verification.difference import difference, shown_factor
from course_torch.verification.match import DIGITS, Match, error_norm, match, multiple, rounded_to

ForwardPlace = Literal["Z", "A", "L"]
SLACK = 1e-9
"""The largest relative difference of a tensor and a suspect that compute the same function in another way."""
TIMES = Text("a factor of {c} too many{meaning}", "多了一个因子 {c}{meaning}")
MEANING = Text(": {text}", "：{text}")
MINUS = Text("a minus sign is missing or too many", "少了或多了一个负号")
TO_BASE = Text("a logarithm to base {base}", "用了以 {base} 为底的对数")
AVERAGED = Text("the losses of the outputs are averaged, not summed", "各输出的损失取了平均，而没有求和")
NO_HALF = Text("the ½ is missing", "少了 ½")
PRECISION_LOST = Text(
    "precision is lost, a relative error of about {digits}: keep the dtype of the arguments",
    "精度降低了，相对误差约为 {digits}：请保持参数的 dtype",
)
KEEP_DTYPE = Text("a comparison or a cast: keep the dtype of the arguments", "用了比较或类型转换：请保持参数的 dtype")
PLAIN = 0.01
"""A factor of J is named if it is this near to a plain number, and no farther than rounding errors explain."""


def causes_of_tensor(
    place: ForwardPlace, step: ForwardContext, found: Tensor, right: Tensor, error: Tensor
) -> list[Text]:
    """The sentences of the causes that make wrong Z, A or losses."""
    tensor = exact(found)
    if not tensor.isfinite().all():
        return [sentence((MISTAKES["not finite"],))]
    size = error_norm(error, tensor, right)
    made = [mistake for mistake in FORWARD if makes(mistake, place, step, tensor, right, size)]
    if made:
        return [sentence((mistake,)) for mistake in made]
    if (narrow := rounded_to(found, right, error, 1)) is not None:
        return [sentence((MISTAKES[narrow],))]
    if (fit := multiple(tensor, right, size)) is not None:
        return [TIMES.fill(c=shown_factor(fit.factor), meaning=meaning(place, step, fit))]
    return []


def makes(
    mistake: Mistake, place: ForwardPlace, step: ForwardContext, found: Tensor, right: Tensor, size: float
) -> bool:
    """Whether the mistake makes the tensor, in more entries than chance explains.

    Differences such as exp(Z) - exp(-Z) lose digits near 0, so that the tensors may differ by SLACK, unless the right
    tensor is as near as that.
    """
    for edit, suspect in tensors_of(mistake, place, step):
        if edit.adds:
            if multiple(found - right, suspect, size) is not None:
                return True
            continue
        for slack in (0.0, SLACK):
            fit = match(found, suspect, size, slack)
            exactly = fit is not None and abs(fit.factor - 1) <= fit.precision and fit.evidence >= DIGITS
            if exactly and (slack == 0 or match(found, right, size, 1e3 * slack) is None):
                return True
    return False


def meaning(place: ForwardPlace, step: ForwardContext, fit: Match) -> Text:
    """What a factor of the losses may come from."""
    known = {-1.0: MINUS}
    if place == "L":
        known |= {1 / log(base): TO_BASE.fill(base=base) for base in (2, 10)}
        if step.Z.shape[1] > 1:
            known[1 / step.Z.shape[1]] = AVERAGED
        if step.function == "identity":
            known[2.0] = NO_HALF
    near = (text for c, text in known.items() if abs(fit.factor / c - 1) <= 10 * fit.precision)
    return next((MEANING.fill(text=text) for text in near), NOTHING)


def precision_lost(found: torch.dtype, expected: torch.dtype) -> Text:
    """What another dtype means."""
    if found.is_floating_point and torch.finfo(found).eps > torch.finfo(expected).eps:
        digits = f"{torch.finfo(found).eps / 2:.0e}"
        return cited(PRECISION_LOST.fill(digits=digits), "1.6")
    return cited(KEEP_DTYPE, "1.6")


COST_FACTORS: tuple[tuple[Callable[[int], float], Text, str], ...] = (
    (lambda m: m, MISTAKES["no 1/m"].sentence, "1.2"),
    (lambda m: 1 / m, MISTAKES["1/m twice"].sentence, "1.2"),
    (lambda m: m / max(1, m - 1), MISTAKES["m - 1"].sentence, "1.2"),
    (lambda m: m / (m + 1), Text("divided by m + 1 instead of m", "除以的是 m + 1，应当除以 m"), "1.2"),
    (lambda m: -1, Text("the sign is turned around: J = (1/m) Σ L", "正负号反了：J = (1/m) Σ L"), "1.2"),
    (lambda m: 2, Text("a factor of 2 too many", "多了一个因子 2"), ""),
    (lambda m: 0.5, Text("a factor of 1/2 too many", "多了一个因子 1/2"), ""),
)
"""A factor of J for m examples, what it means, and the section of the notes."""


def causes_of_cost(found: Tensor, right: Tensor, error: Tensor, m: int) -> list[Text]:
    """The sentences about m J, a single number: only plain factors are named."""

    def is_found(factor: float) -> bool:
        made = factor * right
        return abs(found / made - 1).item() <= PLAIN and difference(found, made, abs(factor) * error).agrees

    return [cited(text, section) for factor, text, section in COST_FACTORS if is_found(factor(m))]
