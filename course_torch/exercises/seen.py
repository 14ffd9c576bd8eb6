"""What is seen of a wrong result, in numbers."""

from dataclasses import dataclass

from course_torch.exercises.equality import NEAR, factor_of
from course_torch.exercises.form import Part, in_layout
from course_torch.exercises.task import Call
from course_torch.language import NOTHING, Text
from course_torch.verification.comparing import difference

VISIBLE = 1e-3
"""Relative difference from which a percentage with one decimal shows it."""
SHAPE = Text("{name} has the shape {found}, expected {right}", "{name} 的形状是 {found}，应当是 {right}")
NOT_FINITE = Text("{name} contains nan or inf", "{name} 里有 nan 或 inf")
MULTIPLE = Text("{name} is {factor} times the right one{m}", "{name} 是正确值的 {factor} 倍{m}")
DIFFERENT = Text("{name} differs from the right one by {relative}", "{name} 与正确值相差 {relative}")


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
