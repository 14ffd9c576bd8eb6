"""Causes that the tensors themselves show: another shape, a size that never changes, a factor."""

from collections.abc import Callable

from course_torch.exercises.equality import NEAR, equal, factor_of
from course_torch.exercises.form import Part, in_layout
from course_torch.exercises.seen import Seen
from course_torch.exercises.task import Finding, Task
from course_torch.language import Text
from course_torch.mistakes import MISTAKES

SIGN = Finding("sign", MISTAKES["sign"].sentence, "")
NO_MEAN = Finding("no 1/m", MISTAKES["no 1/m"].sentence, "1.2")
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
        return [Finding("transposed", MISTAKES["transposed"].sentence, task.section)]
    if not equal(found.reshape(right.shape), right):
        return []
    return [
        AXIS_LOST
        if found.ndim < min(right.ndim, 2)
        else Finding("another shape", MISTAKES["another shape"].sentence, task.section)
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
