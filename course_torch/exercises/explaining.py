"""Look for the cause of wrong numbers: known slips of the function, the catalogue of the backward pass, a factor.

A cause is named only if it makes the numbers of every call. If several causes make them, all are named.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce

import torch
from torch import Tensor

from course_torch.exercises.form import Part, in_layout
from course_torch.exercises.task import FREE, Cache, Call, Finding, Slip, Task, Value
from course_torch.exercises.verdict import Verdict
from course_torch.language import NOTHING, Text
from course_torch.verification.catalogue import BY_KEY
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.diagnosis import diagnose
from course_torch.verification.difference import difference

NEAR = 1e-6
"""Relative difference below which two tensors count as equal: float32's rounding errors, and epsilons in logarithms."""
VISIBLE = 1e-3
"""Relative difference from which a percentage with one decimal shows it."""
EXPLAINED = 6
"""Calls whose tensors the catalogue explains. They are more than enough to tell causes apart."""

SHAPE = Text("{name} has the shape {found}, expected {right}", "{name} 的形状是 {found}，应当是 {right}")
NOT_FINITE = Text("{name} contains nan or inf", "{name} 里有 nan 或 inf")
MULTIPLE = Text("{name} is {factor} times the right one{m}", "{name} 是正确值的 {factor} 倍{m}")
DIFFERENT = Text("{name} differs from the right one by {relative}", "{name} 与正确值相差 {relative}")
SIGN = Finding("sign", BY_KEY["sign"].sentence, "")
NO_MEAN = Finding("no 1/m", BY_KEY["no 1/m"].sentence, "1.2")
MEAN_TWICE = Finding(
    "1/m twice",
    Text("it is divided by m twice, or where no 1/m belongs", "除以了两次 m，或者在不该除的地方除了 m"),
    "1.2",
)
AXES_SWAPPED = Text("the two sizes are swapped", "两个大小写反了")
AXIS_LOST = Finding(
    "keepdim missing",
    Text(
        "the right numbers with an axis missing: keep it, because an array of rank 1 is neither a row nor a column",
        "数值正确，但是少了一个轴：要保留它，因为秩为 1 的数组既不是行向量也不是列向量",
    ),
    "1.7",
)
HARD_CODED = Text(
    "{name}.shape[{axis}] is {length} whatever the arguments are: take it from the arguments",
    "不管参数是什么，{name}.shape[{axis}] 总是 {length}：应当由参数决定",
)
NARROW = Finding(
    "float16",
    Text("the result is in float16: keep the dtype of the arguments", "结果是 float16：请保持参数的 dtype"),
    "1.6",
)
UNKNOWN = Finding(
    "unknown", Text("no known mistake makes exactly these numbers", "没有一种已知的错误恰好得出这些数值"), ""
)


@dataclass(frozen=True)
class Seen:
    """The tensors of one result, and the names of those that are wrong."""

    call: Call
    parts: list[Part]
    wrong: list[str]

    @property
    def first(self) -> Part:
        """The first wrong tensor."""
        return next(each for each in self.parts if each.name in self.wrong)


def explain(task: Task, wrong: list[Seen], every: list[Seen], layout: str) -> Verdict:
    """The verdict on a function with wrong results. `every` are all results, the right ones too."""
    best = telling(wrong)[0]
    if best.first.found.dtype == torch.float16:
        return Verdict(task, "wrong", symptom(best, layout), (NARROW,), best.call, best.first)
    slips = [slip for slip in task.slips if slip_explains(slip, best, every)]
    findings = list({slip.key: Finding(slip.key, slip.text, task.section) for slip in slips}.values())
    findings = findings or from_catalogue(telling(wrong))
    findings = findings or by_shape(task, best.first, drawn=best.call.fails is not None)
    findings = findings or by_axis(best.first.name, every, layout)
    findings = findings or by_factor(best.first.name, wrong)
    return Verdict(task, "wrong", symptom(best, layout), tuple(findings) or (UNKNOWN,), best.call, best.first)


def telling(wrong: list[Seen]) -> list[Seen]:
    """The results that can tell causes apart: those of several examples, with several numbers that are not 0.

    Any factor fits a single number, so a single number counts only if there is nothing else.
    """
    some = [each for each in wrong if each.call.setting.m > 1 and each.first.right.any()]
    return [each for each in some if each.first.right.count_nonzero() > 1] or some or wrong


def slip_explains(slip: Slip, best: Seen, every: list[Seen]) -> bool:
    """Whether the slip makes the first wrong tensor of every wrong result, and all its tensors are those found.

    A slip that cannot be computed explains nothing.
    """
    for seen in every:
        try:
            made = named(slip.made(*seen.call.arguments.values()), best.first.name)
        except (RuntimeError, IndexError, ValueError, TypeError, KeyError):
            return False
        found = {each.name: each.found for each in seen.parts}
        if seen.wrong and seen.first.name not in made:
            return False
        if not all(name in found and equal(found[name], tensor) for name, tensor in made.items()):
            return False
    return True


def named(value: Value, name: str) -> dict[str, Tensor]:
    """The tensors in a value, by name."""
    if isinstance(value, Tensor):
        return {name: value}
    if isinstance(value, int | float):
        return {name: torch.tensor(float(value), dtype=torch.float64)}
    if isinstance(value, Cache):
        pairs = [(f"{name}[{key}]", each) for key, each in value.items()]
    elif isinstance(value, dict):
        pairs = list(value.items())
    elif hasattr(value, "_fields"):
        pairs = list(zip(value._fields, value, strict=True))
    else:
        pairs = [] if value is FREE else [(f"{name}[{i}]", each) for i, each in enumerate(value)]
    return {key: tensor for inner, each in pairs for key, tensor in named(each, inner).items()}


def equal(a: Tensor, b: Tensor) -> bool:
    """Whether two tensors have one shape and differ by NEAR at most. nan equals nan, and inf equals inf."""
    if a.shape != b.shape:
        return False
    a, b = a.double(), b.double()
    finite = a.isfinite() & b.isfinite()
    if not torch.equal(a[~finite].nan_to_num(9.0), b[~finite].nan_to_num(9.0)):
        return False
    return bool((a[finite] - b[finite]).norm() <= NEAR * (a[finite].norm() + b[finite].norm()))


def from_catalogue(wrong: list[Seen]) -> list[Finding]:
    """The causes in the catalogue of the backward pass that explain every wrong result.

    A wrong sign at the output turns all signs around, so it says more than a wrong sign.
    """
    found: list[dict[str, Finding]] = []
    for seen in wrong:
        if fits_network(seen) and len(found) < EXPLAINED:
            found.append(diagnosed(seen))
    if not found:
        return []
    common = reduce(lambda common, more: {key: each for key, each in common.items() if key in more}, found)
    return [each for key, each in common.items() if key != "sign" or "sign at the output" not in common]


def fits_network(seen: Seen) -> bool:
    """Whether the catalogue can explain the first wrong tensor.

    The catalogue knows the shapes of the network's tensors. It would misread a wrong shape of dw, which is dW
    transposed.
    """
    _, found, right = seen.first
    name = seen.call.names.get(seen.first.name)
    return name is not None and (found.shape == right.shape or seen.call.setting.right[name].shape == right.shape)


def diagnosed(seen: Seen) -> dict[str, Finding]:
    """Key -> finding, from the diagnosis of one result."""
    setting, names = seen.call.setting, seen.call.names
    tensors = {name: setting.right[name] for name in seen.call.given}
    for each in seen.parts:
        if each.name in names:
            tensor = each.found if each.name in seen.wrong else each.right
            tensors[names[each.name]] = as_in_network(tensor, each.right, setting.right[names[each.name]])
    dtype = seen.first.found.dtype if seen.first.found.is_floating_point() else torch.float64
    errors = setting.errors(max(torch.finfo(dtype).eps, torch.finfo(torch.float64).eps))
    diagnosis = diagnose(tensors, setting.right, errors, setting.forward, [setting.right_with_slope_1])
    if diagnosis is None or diagnosis.causes == ("unknown",):
        return {}
    return {" and ".join(cause.key for cause in causes): joined(causes) for causes in diagnosis.explanations}


def as_in_network(tensor: Tensor, right: Tensor, in_network: Tensor) -> Tensor:
    """Give a tensor of the right shape the network's shape: dw (n, 1) becomes dW (1, n), a number becomes (1, 1)."""
    return tensor.reshape(in_network.shape) if tensor.shape == right.shape else tensor


def joined(causes: tuple[Cause, ...]) -> Finding:
    """One finding for causes that occur together."""
    return Finding(
        " and ".join(cause.key for cause in causes),
        Text(
            ", and ".join(cause.sentence.en for cause in causes),
            "；并且".join(cause.sentence.zh for cause in causes),
        ),
        next((cause.section for cause in causes if cause.section), ""),
    )


def by_axis(name: str, every: list[Seen], layout: str) -> list[Finding]:
    """One axis has the same length in every result, although the right length changes.

    The length 1 says nothing: it belongs to an axis that is transposed, or to the wrong argument.
    """
    found, right = (
        [
            tuple(in_layout(getattr(part, side), name, layout).shape)
            for seen in every
            for part in seen.parts
            if part.name == name
        ]
        for side in ("found", "right")
    )
    if len({len(each) for each in (*found, *right)}) != 1:
        return []
    for axis, (lengths, expected) in enumerate(zip(zip(*found, strict=True), zip(*right, strict=True), strict=True)):
        if len(set(lengths)) == 1 and lengths[0] > 1 and len(set(expected)) > 1:
            return [Finding("size hard-coded", HARD_CODED.fill(name=name, axis=axis, length=lengths[0]), "")]
    return []


def by_shape(task: Task, part: Part, *, drawn: bool) -> list[Finding]:
    """The right numbers in another shape. For numbers drawn at random only the shapes are compared."""
    found, right = part.found, part.right
    if found.shape == right.shape or found.numel() != right.numel():
        return []
    if drawn and found.ndim == 2:
        return [Finding("transposed", AXES_SWAPPED, task.section)] if found.T.shape == right.shape else []
    if drawn:
        return [AXIS_LOST] if found.ndim < right.ndim else []
    if found.ndim == 2 and found.T.shape == right.shape and equal(found.T, right):
        return [Finding("transposed", BY_KEY["transposed"].sentence, task.section)]
    if not equal(found.reshape(right.shape), right):
        return []
    return [
        AXIS_LOST
        if found.ndim < right.ndim
        else Finding("another shape", BY_KEY["another shape"].sentence, task.section)
    ]


def by_factor(name: str, wrong: list[Seen]) -> list[Finding]:
    """One factor in every wrong result: -1, m, 1/m or a constant."""
    pairs = [(seen.call.setting.m, each) for seen in wrong for each in seen.parts if each.name == name]
    factors = [(m, factor_of(each)) for m, each in pairs if each.right.any()]
    if not factors or any(c is None for _, c in factors):
        return []
    readings: list[tuple[Finding, Callable[[int], float]]] = [
        (SIGN, lambda m: -1.0),
        (NO_MEAN, lambda m: m),
        (MEAN_TWICE, lambda m: 1 / m),
    ]
    for finding, factor in readings:
        if all(c is not None and abs(c / factor(m) - 1) < NEAR for m, c in factors):
            return [finding]
    first = factors[0][1] or 0.0
    if all(c is not None and abs(c / first - 1) < NEAR for _, c in factors) and len(factors) > 1:
        return [constant(first)]
    return []


def constant(c: float) -> Finding:
    """A factor that is the same in every result."""
    return Finding(
        f"factor {c:.4g}",
        Text(f"every number is {c:.4g} times too large", f"每个数都是正确值的 {c:.4g} 倍"),
        "",
    )


def factor_of(part: Part) -> float | None:
    """c if the tensor is c times the right one, otherwise None."""
    if part.found.shape != part.right.shape or not part.found.isfinite().all():
        return None
    seen = difference(part.found, part.right, part.right)
    return seen.factor if seen.residual < NEAR and seen.factor != 0 else None


def symptom(seen: Seen, layout: str) -> Text:
    """What is seen of the first wrong tensor, in numbers. Shapes are those of the learner's layout."""
    name, found, right = seen.first
    if found.shape != right.shape:
        found, right = (in_layout(tensor, name, layout) for tensor in (found, right))
        return SHAPE.fill(name=name, found=tuple(found.shape), right=tuple(right.shape))
    if not found.isfinite().all():
        return NOT_FINITE.fill(name=name)
    m, factor = seen.call.setting.m, factor_of(seen.first)
    if factor is not None:
        is_m = abs(factor / m - 1) < NEAR or abs(factor * m - 1) < NEAR
        note = Text(f", and m = {m}", f"，而 m = {m}") if is_m else NOTHING
        return MULTIPLE.fill(name=name, factor=f"{factor:.6g}", m=note)
    relative = difference(found, right, right).relative
    return DIFFERENT.fill(name=name, relative=f"{relative:.1%}" if relative >= VISIBLE else f"{relative:.1e}")
