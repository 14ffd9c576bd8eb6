"""Causes that the tensors themselves show: another shape, a size that never changes, a factor."""

from collections.abc import Callable

from course_torch.exercises.equality import NEAR, equal, factor_of
from course_torch.exercises.form import Part, in_layout
from course_torch.exercises.seen import Seen
from course_torch.exercises.task import Finding, Task, finding
from course_torch.language import NOTHING
from course_torch.mistakes import MISTAKES

SIGN = Finding("sign", MISTAKES["sign"].sentence, "")
NO_MEAN = Finding("no 1/m", MISTAKES["no 1/m"].sentence, "1.2")


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
            return [finding("size hard-coded", name=name, axis=axis, length=lengths[0])]
    return []


def by_shape(task: Task, part: Part, *, drawn: bool) -> list[Finding]:
    """The right numbers in another shape. For numbers drawn at random only the shapes are compared."""
    found, right = part.found, part.right
    if found.shape == right.shape or found.numel() != right.numel():
        return []
    if drawn and found.ndim == 2:
        swapped = Finding("sizes swapped", MISTAKES["sizes swapped"].sentence, task.section)
        return [swapped] if found.T.shape == right.shape else []
    if drawn:
        return [finding("keepdim missing")] if found.ndim < right.ndim else []
    if found.ndim == 2 and found.T.shape == right.shape and equal(found.T, right):
        return [Finding("transposed", MISTAKES["transposed"].sentence, task.section)]
    if not equal(found.reshape(right.shape), right):
        return []
    return [
        finding("keepdim missing")
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
        (Finding("1/m twice", MISTAKES["1/m twice"].sentence, "1.2"), lambda m: 1 / m),
    ]
    for cause, factor in readings:
        if all(c is not None and abs(c / factor(m) - 1) < NEAR for m, c in factors):
            return [cause]
    first = factors[0][1] or 0.0
    if all(c is not None and abs(c / first - 1) < NEAR for _, c in factors) and len(factors) > 1:
        return [constant(first)]
    return []


def constant(c: float) -> Finding:
    """A factor that is the same in every result."""
    return Finding(
        f"factor {c:.4g}",
        MISTAKES["factor"].sentence.fill(exactly=NOTHING, factor=f"{c:.4g}", calls=NOTHING),
        "",
    )
