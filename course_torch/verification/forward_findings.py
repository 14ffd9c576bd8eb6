"""The causes of a wrong tensor of the forward pass."""

from collections.abc import Callable
from math import log
from typing import Literal

import torch
from torch import Tensor

from course_torch.language import NOTHING, Text
from course_torch.lessons import cited
from course_torch.mistakes import FORWARD, MISTAKES
from course_torch.mistakes.context import ForwardContext
from course_torch.mistakes.operands import EXAMPLE, INPUT, REDUCTIONS, Formula, Operand, formula_of_forward
from course_torch.mistakes.record import Mistake, sentence, tensors_of
from course_torch.verification.comparing import DIGITS, SAFETY, Match, difference, exact, match, rounded_to
from course_torch.verification.every_entry import MULTIPLIED, all_counted
from course_torch.verification.evidence import ENOUGH, LOOSE, listed, said, short
from course_torch.verification.statements import ROUGH, agreed, evidence_of

ForwardPlace = Literal["Z", "A", "L"]
SLACK = 1e-9
"""The largest relative difference of a tensor and a suspect that compute the same function in another way."""
INSIDE_LOGARITHM = Text("{epsilon} is added to A inside the logarithm", "对数里的 A 加上了 {epsilon}")
TIMES = Text("every number is {c} times the right one{meaning}", "每个数都是正确值的 {c} 倍{meaning}")
TIMES_B = Text("b is multiplied by {c}: Z = A_prev Wᵀ + b{meaning}", "b 乘了 {c}：Z = A_prev Wᵀ + b{meaning}")
TIMES_PRODUCT = Text(
    "A_prev Wᵀ is multiplied by {c}: Z = A_prev Wᵀ + b{meaning}", "A_prev Wᵀ 乘了 {c}：Z = A_prev Wᵀ + b{meaning}"
)
MEANING = Text(": {text}", "：{text}")
MINUS = Text("a minus sign is missing or too many", "少了或多了一个负号")
TO_BASE = Text("a logarithm to base {base}", "用了以 {base} 为底的对数")
AVERAGED = Text("the losses of the outputs are averaged, not summed", "各输出的损失取了平均，而没有求和")
NO_HALF = Text("the ½ is missing", "少了 ½")
OF_BASE = Text(
    "J is 1/log {base} times the right one, as by a logarithm to base {base}",
    "J 是正确值的 1/log {base} 倍，好像用了以 {base} 为底的对数",
)
FIRST, LAST = Text("the first", "第一个"), Text("the last", "最后一个")
IN_PLACE_OF_MEAN = Text("{text} of the losses in place of their mean", "用损失的{text}代替了它们的平均值")
CUT_OFF = Text(
    "every loss above {limit:.4g} is cut off: nothing is clipped here",
    "大于 {limit:.4g} 的损失都被截断了：这里不作截断",
)
NO_NUMBERS = Text(
    "a comparison or a mask is returned, True and False: numbers in the dtype of the arguments are expected",
    "返回的是比较或掩码，即 True 和 False：应当是与参数 dtype 相同的数",
)
WHOLE = Text(
    "the numbers were rounded to whole numbers: keep the dtype of the arguments", "数被舍入成了整数：请保持参数的 dtype"
)
PRECISION_LOST = Text(
    "precision is lost, a relative error of about {digits}: keep the dtype of the arguments",
    "精度降低了，相对误差约为 {digits}：请保持参数的 dtype",
)
KEEP_DTYPE = Text("keep the dtype of the arguments", "请保持参数的 dtype")
NEAR = 0.01
"""A factor of J is named if it is this near to a plain number, and no farther than rounding errors explain."""


def causes_of_tensor(
    place: ForwardPlace, step: ForwardContext, found: Tensor, right: Tensor, error: Tensor
) -> list[Text]:
    """The sentences of the causes that make Z, A or the losses."""
    tensor = exact(found)
    if not tensor.isfinite().all():
        return [sentence((MISTAKES["not finite"],))]
    growth = max(1.0, (tensor.norm() / right.norm()).item()) if right.any() else 1.0
    size = error.norm().item() * growth
    made = [mistake for mistake in FORWARD if makes(mistake, place, step, tensor, right, size)]
    if made:
        return [sentence((mistake,)) for mistake in made]
    if (narrow := rounded_to(found, right, error, 1)) is not None:
        return [sentence((MISTAKES[narrow],))]
    if named := factor_of(place, step, tensor, right, size):
        return named
    if place == "L" and (named := changed_loss(step, tensor, error)):
        return named
    return seen_in_numbers(place, step, tensor, right, error)


def changed_loss(step: ForwardContext, found: Tensor, error: Tensor) -> list[Text]:
    """The sentence about a loss that one number for all examples changes, or one weight for each label."""
    Y, log_p = step.Y, step.log_A
    if step.function == "identity" or len(found) <= ENOUGH:
        return []
    several = step.function == "softmax"
    logs = log_p[None] if several else torch.stack([log_p, step.log_rest])
    labels = Y[None] if several else torch.stack([Y, 1 - Y])
    p = (labels * logs.exp()).sum(dim=0).sum(dim=1, keepdim=True) if several else (labels * logs.exp()).sum(dim=0)

    def is_found(made: Tensor, slack: float = SLACK) -> bool:
        return bool(((found - made).abs() <= SAFETY * error + slack * found.abs().max()).all())

    def number(made: Callable[[float], Tensor], high: float) -> float | None:
        """The number from 0 to `high` that gives the losses, which become smaller with it."""
        low, end = 0.0, high
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if made(middle).sum() > found.sum() else (low, middle)
        return low if SLACK < low < end - SLACK and is_found(made(low)) else None

    if (epsilon := number(lambda c: -(p + c).log().sum(dim=1), 1.0)) is not None:
        return [cited(INSIDE_LOGARITHM.fill(epsilon=short(epsilon)), "1.2")]
    if (power := number(lambda c: -((1 - p) ** c * p.log()).sum(dim=1), 10.0)) is not None:
        return [sentence((said("focal loss", power=short(power)),))]
    own, every, n = -(labels * logs).sum(dim=(0, 2)), -logs.sum(dim=(0, 2)), logs.shape[2] if several else 2
    smoothed = fitted(found, [own, every])
    if smoothed and smoothed[1] > LOOSE and is_found((1 - n * smoothed[1]) * own + smoothed[1] * every, LOOSE):
        return [sentence((MISTAKES["labels smoothed"],))]
    terms = list(-(labels * logs)[0].T if several else -(labels * logs).sum(dim=2))
    weights = fitted(found, terms)
    if weights and is_found(sum((c * term for c, term in zip(weights, terms, strict=True)), torch.zeros_like(found))):
        names = [f"Y = 1 in column {k + 1}" for k in range(len(terms))] if several else ["Y = 1", "Y = 0"]
        pairs = [(name, short(c)) for name, c in zip(names, weights, strict=True) if short(c) != "1"]
        en, zh = ", ".join(f"{c} where {name}" for name, c in pairs), "，".join(f"{name} 处 {c}" for name, c in pairs)
        return [sentence((said("weights of the loss", counts=Text(en, zh)),))] if pairs else []
    return []


def fitted(found: Tensor, terms: list[Tensor]) -> list[float]:
    """The multiples of the terms whose sum is nearest to the tensor. Empty if its entries do not prove them."""
    columns = torch.stack(terms, dim=1)
    if len(found) < len(terms) + ENOUGH or torch.linalg.matrix_rank(columns) < len(terms):
        return []
    return torch.linalg.lstsq(columns, found[:, None], driver="gelsd").solution[:, 0].tolist()


def seen_in_numbers(
    place: ForwardPlace, step: ForwardContext, found: Tensor, right: Tensor, error: Tensor
) -> list[Text]:
    """What can be said of a tensor that no known mistake makes. The losses are judged as a column."""
    in_rows = (tensor.reshape(len(tensor), -1) for tensor in (found, right, error.expand_as(right)))
    return shown_by(formula_of_forward(place, step), *in_rows)


def shown_by(formula: Formula, found: Tensor, right: Tensor, error: Tensor) -> list[Text]:
    """The sentence about a wrong matrix, if its numbers show anything."""
    seen = evidence_of(formula, found, right, error)
    result = agreed({"": seen}) if seen is not None else None
    return [sentence(result[1])] if result is not None else []


def causes_of_input(X: Tensor, found: Tensor) -> list[Text]:
    """What the numbers say of another tensor in the place of X."""
    X, found = exact(X), exact(found)
    formula = Formula((EXAMPLE, INPUT), len(X), {"X": X}, [Operand("X", "X", X, torch.clone)])
    if (narrow := rounded_to(found, X, torch.zeros_like(X), 1)) is not None:
        return [sentence((MISTAKES[narrow],))]
    return shown_by(formula, found, X, torch.zeros_like(X))


def makes(
    mistake: Mistake, place: ForwardPlace, step: ForwardContext, found: Tensor, right: Tensor, size: float
) -> bool:
    """Whether the mistake makes the tensor, in more entries than chance explains.

    Differences such as exp(Z) - exp(-Z) lose digits near 0, so that the tensors may differ by SLACK, unless the right
    tensor is as near as that.
    """
    for edit, suspect in tensors_of(mistake, place, step):
        if edit.adds:
            same = match(found - right, suspect, size)
            if same is not None and same.evidence - same.digits >= DIGITS:
                return True
            continue
        for slack in (0.0, SLACK):
            same = match(found, suspect, size, slack)
            exactly = same is not None and abs(same.factor - 1) <= same.precision and same.evidence >= DIGITS
            if exactly and (slack == 0 or match(found, right, size, 1e3 * slack) is None):
                return True
    return False


def factor_of(place: ForwardPlace, step: ForwardContext, found: Tensor, right: Tensor, size: float) -> list[Text]:
    """The sentence of a constant factor of the whole tensor or, in Z, of one of its two terms."""
    parts = [(TIMES, found, right)]
    if place == "Z":
        product, b = step.A_prev @ step.W.T, step.b.expand_as(right)
        parts += [(TIMES_B, found - product, b), (TIMES_PRODUCT, found - b, product)]
    for text, part, whole in parts:
        found_factor = match(part, whole, size)
        if found_factor is not None and found_factor.evidence - found_factor.digits >= DIGITS:
            return [text.fill(c=f"{found_factor.factor:.4g}", meaning=meaning(place, step, found_factor))]
    return []


def meaning(place: ForwardPlace, step: ForwardContext, same: Match) -> Text:
    """What a factor of the losses may come from."""
    known = {-1.0: MINUS}
    if place == "L":
        known |= {1 / log(base): TO_BASE.fill(base=base) for base in (2, 10)}
        if step.Z.shape[1] > 1:
            known[1 / step.Z.shape[1]] = AVERAGED
        if step.function == "identity":
            known[2.0] = NO_HALF
    near = (text for c, text in known.items() if abs(same.factor / c - 1) <= 10 * same.precision)
    return next((MEANING.fill(text=text) for text in near), NOTHING)


READINGS: tuple[tuple[Callable[[int], float], Text], ...] = (
    (lambda m: m, cited(Text("the sum over the examples is not divided by m", "对样本的求和没有除以 m"), "1.2")),
    (lambda m: m**-1, cited(Text("the sum over the examples is divided by m twice", "对样本的求和除了两次 m"), "1.2")),
    (lambda m: m / max(1, m - 1), cited(Text("divided by m - 1 instead of m", "除以了 m - 1，而不是 m"), "1.2")),
    (lambda m: m / (m + 1), cited(Text("divided by m + 1 instead of m", "除以了 m + 1，而不是 m"), "1.2")),
    (lambda m: -1, cited(Text("the sign is turned around: J = (1/m) Σ L", "符号反了：J = (1/m) Σ L"), "1.2")),
    (lambda m: 2, Text("J is 2 times the right one", "J 是正确值的 2 倍")),
    (lambda m: 0.5, Text("J is half the right one", "J 是正确值的一半")),
)
"""A factor of J for m examples, and what it means."""


def causes_of_cost(
    found: Tensor, right: Tensor, error: Tensor, losses: Tensor, derivative: Callable[[], Tensor | None] = lambda: None
) -> list[Text]:
    """The sentences about m J, a single number: only plain factors and plain functions of the losses are named.

    `derivative` returns m times the derivative of J by each loss.
    """
    m, losses = len(losses), exact(losses)

    def is_found(made: Tensor) -> bool:
        slack = abs(made / right) * error if made.isfinite() else error
        return abs(found / made - 1).item() <= NEAR and difference(found, made, slack).agrees

    if named := [text for factor, text in READINGS if is_found(factor(m) * right)]:
        return named
    if SAFETY * error > ROUGH * right.abs():  # many numbers would fit
        return []
    bases = [cited(OF_BASE.fill(base=base), "1.2") for base in (2, 10) if is_found(right / log(base))]
    functions = REDUCTIONS | {FIRST: lambda L: L[0], LAST: lambda L: L[-1]}
    if named := [IN_PLACE_OF_MEAN.fill(text=text) for text, of in functions.items() if is_found(m * of(losses))]:
        return named
    weights = derivative()
    return bases or cut_off(found, losses, weights) or weighted(found, losses, weights, is_found)


def weighted(found: Tensor, losses: Tensor, weights: Tensor | None, is_found: Callable[[Tensor], bool]) -> list[Text]:
    """The sentence about a sum in which the losses do not count once each. `weights` are the derivatives of m J."""
    if weights is None or not is_found((weights * losses).sum()):
        return []
    counts = [short(weight) for weight in weights]
    chosen = torch.tensor([count != "0" for count in counts])
    if len(set(counts) - {"0"}) != 1:
        return [sentence((said("weights", counts=all_counted(EXAMPLE, counts)),))]
    if chosen.all():
        return []
    count, few = short(weights[chosen][0]), 2 * chosen.sum() <= len(losses)
    by = NOTHING if count == "1" else MULTIPLIED.fill(by=count)
    key, which = ("only some terms", chosen) if few else ("terms left out", ~chosen)
    return [sentence((said(key, which=listed(EXAMPLE, which), factor=by),))]


def cut_off(found: Tensor, losses: Tensor, derivative: Tensor | None) -> list[Text]:
    """The sentence about large losses that are cut off: their derivatives are 0, and those of the others 1."""
    if derivative is None:
        return []
    cut = derivative == 0
    if not cut.any() or ((derivative - 1).abs()[~cut] > SLACK).any():
        return []
    limit = (found - losses[~cut].sum()) / cut.sum()
    kept = losses[~cut].max() if not cut.all() else limit
    exactly = kept <= limit <= losses[cut].min()
    return [CUT_OFF.fill(limit=limit.item())] if exactly else []


def precision_lost(found: torch.dtype, expected: torch.dtype) -> Text:
    """What another dtype means."""
    if found == torch.bool:
        return NO_NUMBERS
    if not (found.is_floating_point or found.is_complex):
        return WHOLE
    if torch.finfo(found).eps > torch.finfo(expected).eps:
        digits = f"{torch.finfo(found).eps / 2:.0e}"
        return cited(PRECISION_LOST.fill(digits=digits), "1.6")
    return cited(KEEP_DTYPE, "1.6")
