"""A wrong tensor beside the right one: which entries are wrong, and which other tensors make them."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.operands import Formula, Name
from course_torch.mistakes.record import Mistake
from course_torch.verification.comparing import SAFETY, match

ENOUGH = 4
"""So many entries prove a statement, besides one entry for each number that is fitted."""
CLOSE = 1e-9
"""Entries are wrong if they differ by more than this fraction of the largest entry and by more than rounding errors."""
LOOSE = 1e-6
"""An explanation may differ by this fraction of the largest entry: an epsilon may be in a denominator."""
LISTED = 6
"""The largest number of examples or units that a sentence lists."""
FEW = 3
"""So many different factors, or fewer, are listed."""


def said(key: str, **values: object) -> Mistake:
    """The record of this key, with values in its sentence."""
    return replace(MISTAKES[key], sentence=MISTAKES[key].sentence.fill(**values))


def listed(what: Text, chosen: Tensor) -> Text:
    """The chosen numbers of examples or units, from 1: "examples 3, 7"."""
    numbers = (chosen.nonzero()[:, 0] + 1).tolist()
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return Text(f"{what.en}s {numbers[0]} to {numbers[-1]}", f"第 {numbers[0]} 到第 {numbers[-1]} 个{what.zh}")
    text = ", ".join(map(str, numbers[:LISTED])) + ", …" * (len(numbers) > LISTED)
    return Text(f"{what.en}{'s' * (len(numbers) > 1)} {text}", f"第 {text.replace(', ', '、')} 个{what.zh}")


def short(number: float | Tensor) -> str:
    """A number of four digits; a whole number without its rounding errors."""
    number, whole = float(number), round(float(number))
    return str(whole) if abs(number - whole) <= CLOSE else f"{number:.4g}"


def times(factor: float, tensor: Name) -> Text:
    """A multiple of a tensor."""
    return (same("{tensor}") if short(factor) == "1" else TIMES).fill(factor=short(factor), tensor=tensor)


TIMES = Text("{factor} times {tensor}", "{factor} 倍的 {tensor}")


def constant(values: Tensor) -> bool:
    """Whether all entries are equal, or one is not finite: such a tensor proves nothing."""
    return not bool(values.isfinite().all()) or bool(values.max() - values.min() <= CLOSE * values.abs().max())


def centred(T: Tensor) -> Tensor:
    """The rows without their means."""
    return T - average(T.sum(dim=1, keepdim=True), T.shape[1])


def close(one: Tensor, other: Tensor) -> bool:
    """Whether two tensors are nearly equal, so that nobody can tell them apart."""
    return bool((one - other).abs().max() <= LOOSE * other.abs().max())


def between(low: float, high: float) -> str:
    """A short number t with low ≤ t < high: 0 if it lies there."""
    if low <= 0 < high:
        return "0"
    middle = (low + high) / 2
    return next((f"{middle:.{n}g}" for n in range(1, 17) if low <= float(f"{middle:.{n}g}") <= high), f"{middle:g}")


@dataclass(frozen=True)
class Evidence:
    """A wrong matrix beside the right one, in float64 on the CPU.

    error      the standard rounding error of each entry
    formula    the formula of the right matrix
    kept       the entries that are judged; the others are explained already
    """

    found: Tensor
    right: Tensor
    error: Tensor
    formula: Formula
    kept: Tensor

    @cached_property
    def allowed(self) -> Tensor:
        """The largest difference of equal entries."""
        return 2 * SAFETY * self.error + CLOSE * self.right.abs().max()

    @cached_property
    def wrong(self) -> Tensor:
        """Which entries are wrong."""
        return ((self.found - self.right).abs() > self.allowed) & self.kept

    @cached_property
    def shows(self) -> Tensor:
        """Which entries can be wrong or right: a right entry of 0 proves nothing."""
        return (self.wrong | (self.right.abs() > self.allowed)) & self.kept

    @cached_property
    def beside(self) -> Mapping[Name, Tensor]:
        """The tensors at hand that have the same shape."""
        return {name: tensor for name, tensor in self.formula.tensors.items() if tensor.shape == self.right.shape}

    @cached_property
    def is_rich(self) -> bool:
        """Whether many functions of a whole tensor would differ: a row, a column or a product of two shows little."""
        right = self.right * self.kept
        rows, columns = (right.any(dim=axis).sum() for axis in (1, 0))
        return bool(min(rows, columns) >= 3) and int(torch.linalg.matrix_rank(right)) > 1

    @cached_property
    def has_many(self) -> bool:
        """Whether there are enough different entries for a function of an entry, even in a row or a column."""
        return len(self.right[self.kept & (self.right != 0)].abs().unique()) >= 2 * ENOUGH

    def equal(self, made: Tensor) -> bool:
        """Whether the entries of a matrix are those that were found."""
        allowed = self.allowed + LOOSE * self.found.abs().max()
        return made.shape == self.found.shape and bool(((self.found - made).abs() <= allowed)[self.kept].all())

    def multiple(self, made: Tensor, enough: int = ENOUGH) -> float | None:
        """c if all entries that were found are c times those of a matrix, and more than `enough` entries prove it."""
        if made.shape != self.found.shape or not made.isfinite().all() or (made != 0)[self.kept].sum() <= enough:
            return None
        found, made, allowed = (tensor[self.kept] for tensor in (self.found, made, self.allowed))
        same = match(found, made, allowed.norm().item() / SAFETY, LOOSE)
        within = allowed + LOOSE * self.found.abs().max()
        return same.factor if same is not None and bool(((found - same.factor * made).abs() <= within).all()) else None
