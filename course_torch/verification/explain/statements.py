"""What the numbers of a wrong tensor show if no known mistake makes them: a pattern, or facts to act on.

Each statement is read from the numbers alone, and every number that it names is seen in several entries.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain
from math import comb

import torch
from torch import Tensor

from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, ForwardContext
from course_torch.mistakes.record import Mistake
from course_torch.verification.difference import SAFETY, exact, largest, vector_of
from course_torch.verification.explain.match import DIGITS, distinct, match

Causes = tuple[Mistake, ...]
ENOUGH = 4
"""More entries than this prove that a whole tensor is another one, or that one number multiplies it."""
CLOSE = 1e-9
"""Entries are wrong if they differ by more than this fraction of the largest entry and by more than rounding errors."""
LOOSE = 1e-6
"""The factor of several entries may differ by this fraction: an epsilon may be in a denominator."""
ROUGH = 1e-5
"""From larger rounding errors nothing is read, in fractions of the largest entry."""
WHOLE = 1e16
"""From here on a float64 has no digits behind the point. Infinity and nan are not below it."""
LISTED = 6
"""The largest number of examples or units that a sentence lists."""
BY_CHANCE = 1000
"""If there are fewer ways to choose so many entries, Z may tell the wrong ones by chance."""
EXAMPLE, UNIT, INPUT = Text("example", "样本"), Text("unit", "单元"), Text("input", "输入")
AXES = {
    **dict.fromkeys(("dZ[L]", "dZ", "dA", "Z", "A"), (EXAMPLE, UNIT)),
    **{"dW": (UNIT, INPUT), "db": (NOTHING, UNIT), "dslope": (NOTHING, NOTHING)},
    **{"L": (EXAMPLE, NOTHING), "X": (EXAMPLE, INPUT)},
}
"""Kind of a tensor -> what its rows and its columns are. NOTHING is an axis without a name."""


def with_values(key: str, **values: object) -> Mistake:
    """The record of this key, with values in its sentence."""
    return replace(MISTAKES[key], sentence=MISTAKES[key].sentence.fill(**values))


def listed(what: Text, chosen: Tensor) -> Text:
    """The chosen numbers of examples or units, from 1: "examples 3, 7". A list that would be cut is only counted."""
    numbers = (chosen.nonzero()[:, 0] + 1).tolist()
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return Text(f"{what.en}s {numbers[0]} to {numbers[-1]}", f"第 {numbers[0]} 到第 {numbers[-1]} 个{what.zh}")
    if len(numbers) > LISTED:
        n, m = len(numbers), len(chosen)
        return Text(f"{n} of {m} {what.en}s", f"{m} 个{what.zh}里的 {n} 个")
    text = ", ".join(map(str, numbers))
    return Text(f"{what.en}{'s' * (len(numbers) > 1)} {text}", f"第 {text.replace(', ', '、')} 个{what.zh}")


def short(number: float | Tensor) -> str:
    """A number of four digits; a whole number below WHOLE without its rounding errors."""
    number = float(number)
    is_whole = abs(number) < WHOLE and abs(number - round(number)) <= CLOSE
    return str(round(number)) if is_whole else f"{number:.4g}"


@dataclass(frozen=True)
class WrongMatrix:
    """A wrong matrix beside the right one, in float64 on the CPU.

    error    the standard rounding error of each entry
    axes     what the rows and the columns are
    beside   name -> another tensor of the pass
    Z        of the same entries, for a tensor that an activation or its derivative makes
    Y        the labels of the same examples, for a tensor of the output layer
    """

    found: Tensor
    right: Tensor
    error: Tensor
    axes: tuple[Text, Text]
    beside: Mapping[str, Tensor] = field(default_factory=dict)
    Z: Tensor | None = None
    Y: Tensor | None = None

    @property
    def is_evidence(self) -> bool:
        """Whether the numbers can prove anything: several, finite, not all 0, and more than rounding errors."""
        right, found = self.right, self.found
        return (
            right.ndim == 2
            and right.numel() > 1
            and found.shape == right.shape
            and bool(right.any() and found.any() and found.isfinite().all())
            and bool(self.error.max() <= ROUGH * right.abs().max())
        )

    @cached_property
    def allowed(self) -> Tensor:
        """The largest difference of equal entries."""
        return 2 * SAFETY * self.error + CLOSE * self.right.abs().max()

    @cached_property
    def wrong(self) -> Tensor:
        """Which entries are wrong."""
        return (self.found - self.right).abs() > self.allowed

    @cached_property
    def shows(self) -> Tensor:
        """Which entries can be wrong or right: a right entry of 0 proves nothing."""
        return self.wrong | (self.right.abs() > self.allowed)

    def factor(self, chosen: Tensor) -> float | None:
        """The number that multiplies the chosen right entries. None if there is none, or if only one entry shows it."""
        found, right, allowed = (each[chosen] for each in (self.found, self.right, self.allowed))
        fit = match(found, right, allowed.norm().item() / SAFETY, LOOSE) if right.count_nonzero() > 1 else None
        return None if fit is None else fit.factor


def of_backward(step: BackwardContext, found: Tensor, error: Tensor) -> WrongMatrix:
    """The wrong tensor of a step of the backward pass."""
    beside = {str(name): tensor for name, tensor in step.tensors.items() if name != step.name}
    beside |= {"X": step.X, "Y": step.forward.Y}
    for l, (cache, W) in enumerate(zip(step.forward.caches, step.forward.W, strict=True), start=1):
        beside |= {f"Z[{l}]": cache.Z, f"A[{l}]": cache.A, f"W[{l}]": W}
    Z = exact(step.Z) if step.place == "dZ" else None
    Y = exact(step.forward.Y) if step.place == "dZ[L]" else None
    found, right, error = map(exact, (found, step.right, error))
    return WrongMatrix(found, right, error.expand_as(right), AXES[step.place], beside, Z, Y)


def of_forward(place: str, step: ForwardContext, found: Tensor, right: Tensor, error: Tensor) -> WrongMatrix:
    """A wrong Z or A, or the wrong losses as a column."""
    found, right, error = (each.reshape(len(right), -1) for each in (found, right, error.expand_as(right)))
    beside = {name: getattr(step, name) for name in ("A_prev", "Z", "Y") if getattr(step, name).numel()}
    Z, Y = step.Z if place == "A" else None, step.Y if place == "L" else None
    return WrongMatrix(found, right, error, AXES[place], beside, Z, Y)


REMAINDER = 1e-6
"""A remainder below this fraction of the norm counts as a rounding error."""


def pattern_of(seen: WrongMatrix) -> str | None:
    """The key of the cause whose pattern a tensor shows: weights of the classes, other labels, or a constant."""
    if seen.Y is not None and has_class_weights(seen, seen.Y):
        return "class weights"
    if seen.Y is not None and has_other_labels(seen, seen.Y):
        return "labels shuffled"
    return "constant added" if has_constant_added(seen) else None


def has_class_weights(seen: WrongMatrix, Y: Tensor) -> bool:
    """Whether the rows of each class are the right rows times a positive factor, and the factors differ."""
    labels, label_of = Y.unique(dim=0, return_inverse=True)
    if len(labels) == len(seen.found):
        return False
    factors, digits = [], 0.0
    for label in range(len(labels)):
        found, right, error = (each[label_of == label] for each in (seen.found, seen.right, seen.error))
        fit = match(found, right, error.norm().item() + REMAINDER * found.norm().item())
        if fit is None or fit.factor < 0:
            return False
        factors.append(fit.factor)
        digits += fit.evidence - fit.digits
    return digits >= DIGITS and max(factors) > (1 + 10 * REMAINDER) * min(factors)


def has_other_labels(seen: WrongMatrix, Y: Tensor) -> bool:
    """Whether A - dZ is the label of another example in at least two rows."""
    used = Y + seen.right - seen.found
    nearest = torch.cdist(used, Y).min(dim=1)
    taken = Y[nearest.indices]
    if all(len(taken[(label == Y).all(dim=1)].unique(dim=0)) == 1 for label in Y.unique(dim=0)):
        return False  # each class has become another class: no order of the examples does that
    near = (nearest.values <= 10 * SAFETY * seen.error.norm(dim=1)).all()
    as_often = torch.equal(taken.sum(dim=0), Y.sum(dim=0))
    return bool(near) and as_often and int((taken != Y).any(dim=1).sum()) > 1


def has_constant_added(seen: WrongMatrix) -> bool:
    """Whether every entry is too large by the same number. Entries of the same size are no further evidence."""
    off, right = seen.found - seen.right, vector_of(seen.right)
    fit = match(off, torch.ones_like(off), seen.error.norm().item())
    if fit is None or not right.any():
        return False
    return fit.digits * (distinct(right / largest(right)) - 1) >= DIGITS


def statement(seen: WrongMatrix) -> Causes:
    """The first statement that holds, with what belongs to it. Empty if the numbers show nothing."""
    if not seen.is_evidence:
        return ()
    return next(chain(of_another(seen), of_place(seen)), ())


def of_another(seen: WrongMatrix) -> Iterator[Causes]:
    """The numbers are those of another tensor of the pass."""
    for name, tensor in seen.beside.items():
        if tensor.shape != seen.right.shape or len(tensor.unique()) <= ENOUGH:
            continue
        if ((seen.found - exact(tensor)).abs() <= seen.allowed).all():
            yield (with_values("another tensor", tensor=name),)


def of_place(seen: WrongMatrix) -> Iterator[Causes]:
    """Where the matrix is wrong, if it is right elsewhere, and whether the numbers there are 0 or a multiple."""
    if (place := place_of(seen)) is None:
        return
    if not seen.found[seen.wrong].any():
        yield place, MISTAKES["0 there"]
    elif (factor := seen.factor(seen.wrong)) is not None:
        yield place, with_values("multiple there", factor=short(factor))
    else:
        yield (place,)


def place_of(seen: WrongMatrix) -> Mistake | None:
    """Where it is wrong: where Z ≤ 0, or in some rows or columns. None if everywhere, or scattered."""
    by_Z = seen.Z is not None and torch.equal(seen.wrong, (seen.Z <= 0) & seen.shows)
    if by_Z and comb(int(seen.shows.sum()), int(seen.wrong.sum())) >= BY_CHANCE:
        return MISTAKES["Z ≤ 0 only"]
    lines, region = [], seen.shows
    for axis, what in enumerate(seen.axes):
        of_lines, shown = seen.wrong.any(dim=1 - axis), seen.shows.any(dim=1 - axis)
        if of_lines.sum() < shown.sum():
            if what is NOTHING:
                return None
            lines.append(listed(what, of_lines))
            region = region & (of_lines[:, None] if axis == 0 else of_lines)
    if not lines or not torch.equal(seen.wrong, region):
        return None
    return with_values(
        "some rows", which=Text(", ".join(text.en for text in lines), "".join(text.zh for text in lines))
    )
