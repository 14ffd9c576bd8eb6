"""A wrong tensor beside the right one: where it is wrong, and how its wrong entries come from the right ones."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, product
from math import comb

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import NOTHING, Text, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.operands import FUNCTIONS, Formula, Name
from course_torch.mistakes.record import Mistake
from course_torch.verification.comparing import SAFETY, match

ENOUGH = 4
"""So many entries prove a statement, besides one entry for each number that is fitted."""
CLOSE = 1e-9
"""Entries are wrong if they differ by more than this fraction of the largest entry and by more than rounding errors."""
LOOSE = 1e-6
"""An explanation may differ by this fraction of the largest entry: an epsilon may be in a denominator."""
WHOLE = 1e16
"""From here on a float64 has no digits behind the point. Infinity and nan are not below it."""
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
    """A number of four digits; a whole number below WHOLE without its rounding errors."""
    number = float(number)
    is_whole = abs(number) < WHOLE and abs(number - round(number)) <= CLOSE
    return str(round(number)) if is_whole else f"{number:.4g}"


def times(factor: float, tensor: Name) -> Text:
    """A multiple of a tensor; of 1 it is the factor itself."""
    if tensor == "1":
        return same(short(factor))
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


WITH_SIGNS = Text("{tensor} with the signs of the right numbers", "带正确值的符号的 {tensor}")
BY_CHANCE = 1000
"""If there are fewer ways to choose so many entries, a tensor may tell the wrong ones by chance."""


def parts(seen: Evidence) -> tuple[Mistake, ...]:
    """Where the tensor is wrong and how, or how all of its rows, columns or entries differ."""
    if 2 * seen.wrong.any(dim=1).sum() > len(seen.wrong) and (order := another_order(seen)) is not None:
        return (order,)
    places, how = list(where(seen)), next(wrong_entries(seen), None)
    if not places and how is None:
        how = next(chain(factors(seen), *(of_each(seen, axis) for axis in (0, 1))), None)
    if how is None:  # a condition that explains no number may be chance
        wide = 2 * seen.wrong.sum() > seen.shows.sum()
        places = [place for place in places if place.key != "some entries" and not (wide and place.key == "some rows")]
    return tuple([*places[:1], *([] if how is None else [how])])


def where(seen: Evidence) -> Iterator[Mistake]:
    """Where the matrix is wrong, if it is right elsewhere."""
    shows = seen.shows
    found, narrow, region = [], False, torch.ones_like(shows)
    for axis, what in enumerate(seen.formula.axes):
        wrong, shown = seen.wrong.any(dim=1 - axis), shows.any(dim=1 - axis)
        if 0 < wrong.sum() < shown.sum():
            label = of_label(seen, wrong & shown, shown) if axis == 0 else None
            found.append(label or counted_lines(what, wrong))
            narrow |= bool(label or wrong.sum() == 1 or 4 * wrong.sum() <= shown.sum())
            region &= wrong[:, None] if axis == 0 else wrong
    which = Text(", ".join(part.en for part in found), "".join(part.zh for part in found))
    if not (seen.wrong | ~shows)[region].all():
        which = Text("some entries of {which}", "{which}里的几个元素").fill(which=which)
    by_label = seen.formula.tensors.get("Y")
    if by_label is not None and by_label.shape[1] == 1 and torch.equal(seen.wrong, by_label == 0):
        yield said("Y = 0 only")
    if narrow:
        yield said("some rows", which=which)
    yield from conditions(seen)
    if found:
        yield said("some rows", which=which)


def of_label(seen: Evidence, wrong: Tensor, shown: Tensor) -> Text | None:
    """The examples with the same label, if they are the wrong ones."""
    Y = seen.formula.tensors.get("Y")
    if Y is None or len(Y) != len(wrong) or comb(int(shown.sum()), int(wrong.sum())) < BY_CHANCE:
        return None
    for label, column in product((1, 0), range(Y.shape[1])):
        if torch.equal(wrong, (Y[:, column] == label) & shown):
            en, zh = (f" in column {column + 1}", f"第 {column + 1} 列") if Y.shape[1] > 1 else ("", "")
            return Text(f"the examples with Y = {label}{en}", f"{zh} Y = {label} 的样本")
    return None


def counted_lines(what: Text, wrong: Tensor) -> Text:
    """The wrong rows or columns: only their number if a list would be cut and leave out more than it says."""
    lines, n, m = listed(what, wrong), int(wrong.sum()), len(wrong)
    is_cut = lines.en.endswith("…") and 2 * n > m
    return Text(f"{n} of {m} {what.en}s", f"{m} 个{what.zh}里的 {n} 个") if is_cut else lines


def conditions(seen: Evidence) -> Iterator[Mistake]:
    """A tensor whose entries tell which entries are wrong."""
    right = seen.shows & ~seen.wrong
    if min(seen.wrong.sum(), right.sum()) < ENOUGH or comb(int(seen.shows.sum()), int(seen.wrong.sum())) < BY_CHANCE:
        return
    labels = seen.beside.get("Y", torch.empty(0)).unique().tolist()
    for label in labels if len(labels) == 2 else ():
        if torch.equal(seen.wrong, (seen.beside["Y"] == label) & seen.shows):
            yield said("some entries", condition=f"Y = {label:g}")
    chosen = {name: tensor for name, tensor in seen.beside.items() if name in ("Z", "A")}
    for name, tensor in (*chosen.items(), (Text("the right number", "正确值"), seen.right)):
        for pattern, values in ((same("{T}"), tensor), (same("|{T}|"), tensor.abs())):
            text = pattern.fill(T=name)
            good, bad = values[right], values[seen.wrong]
            if text == same("Z") and bad.max() <= 0 < good.min():
                yield said("Z ≤ 0 only")
            elif good.max() < bad.min():
                yield said(
                    "some entries",
                    condition=same("{T} > {limit}").fill(T=text, limit=between(good.max().item(), bad.min().item())),
                )
            elif bad.max() < good.min():
                yield said(
                    "some entries",
                    condition=same("{T} ≤ {limit}").fill(T=text, limit=between(bad.max().item(), good.min().item())),
                )


ITSELF = Text("itself", "它自己")


def wrong_entries(seen: Evidence) -> Iterator[Mistake]:
    """How the wrong entries come from the right ones, or from other tensors."""
    found, right, allowed = (each[seen.wrong] for each in (seen.found, seen.right, seen.allowed))
    size, partly = allowed.norm().item() / SAFETY, bool((seen.shows & ~seen.wrong).any())
    if partly and bool((found.abs() <= allowed).all()):
        yield said("0 there")
    elif (partly or not seen.kept.all()) and len(found) > 1 and (scaled := match(found, right, size)) is not None:
        yield said("multiple there", factor=short(scaled.factor))
    yield from wrong_rows(seen)
    for name, tensor in seen.beside.items() if partly and len(found) > 1 else ():
        if bool(((found - tensor[seen.wrong]).abs() <= allowed).all()) and found.any():
            yield said("another tensor", tensor=name)
    for name, tensor in (*seen.beside.items(), (ITSELF, seen.right)) if len(found) > ENOUGH else ():
        for text, function in FUNCTIONS.items():
            values = function(tensor)[seen.wrong]
            if constant(values):
                continue
            named = text.fill(T=name)
            if name != ITSELF and (scaled := match(found - right, values, size)) is not None:
                yield said("term added", term=times(scaled.factor, named))
            if name != ITSELF and (scaled := match(found, values, size)) is not None:
                yield said("another tensor", tensor=times(scaled.factor, named))
            if (scaled := match(found, right * values, size)) is not None:
                yield said("multiplied by", factor=times(scaled.factor, named))
            if name != ITSELF and (scaled := match(found, right.sign() * values, size)) is not None:
                with_signs = WITH_SIGNS.fill(tensor=times(scaled.factor, named))
                yield said("another tensor", tensor=with_signs)


def wrong_rows(seen: Evidence) -> Iterator[Mistake]:
    """How the wrong rows come from the right ones."""
    rows, what = seen.wrong.any(dim=1), seen.formula.axes[0]
    found, right, allowed = (each[rows] for each in (seen.found, seen.right, seen.allowed))
    if found.shape[1] == 1 or not 0 < len(found) < len(seen.found):
        return
    if 2 * len(found) <= len(rows):
        nearest = torch.cdist(found, seen.right, p=torch.inf).min(dim=1)
        if (nearest.values <= allowed.max()).all():
            chosen = torch.zeros(len(rows)).bool().index_fill(0, nearest.indices, True)
            yield said("numbers of others", which=listed(what, chosen))
    norms = found.norm(dim=1)
    same = close_to(norms) and ((found / norms[:, None] * right.norm(dim=1)[:, None] - right).abs() <= allowed).all()
    if len(found) > 1 and same:
        yield said("norm there", what=what, norm=short(norms[0]))


def close_to(values: Tensor) -> bool:
    """Whether all values are nearly the same number."""
    return bool(values.max() - values.min() <= LOOSE * values.abs().max())


def factors(seen: Evidence) -> Iterator[Mistake]:
    """A few factors, one of which multiplies each entry."""
    shows = seen.right.abs() > 1e6 * seen.allowed
    if shows.sum() < FEW * ENOUGH or (seen.wrong & ~shows).any():
        return
    factors = (seen.found[shows] / seen.right[shows]).sort().values
    groups = torch.tensor_split(factors, ((factors.diff() > 1e-6).nonzero()[:, 0] + 1).tolist())
    if 2 <= len(groups) <= FEW and all(len(group) >= 2 for group in groups):
        yield few_factors([short(group[0]) for group in groups])


def few_factors(values: list[str]) -> Mistake:
    """The statement about a few factors. Dropout multiplies by 0 and by one other factor."""
    by_dropout = Text(", as by dropout", "，就像 dropout 那样")
    meaning = by_dropout if values[0] == "0" and len(values) == 2 else NOTHING
    return said("few factors", factors=", ".join(values), meaning=meaning)


def another_order(seen: Evidence) -> Mistake | None:
    """The statement that the rows or the columns are in another order."""
    for axis, what in enumerate(seen.formula.axes):
        found, right, allowed = (each if axis == 0 else each.T for each in (seen.found, seen.right, seen.allowed))
        if min(found.shape) >= 2 and seen.kept.all():
            nearest = torch.cdist(found, right, p=torch.inf).min(dim=1)
            if (nearest.values <= allowed.amax(dim=1)).all() and len(nearest.indices.unique()) == len(found):
                return said("another order", what=what)
    return None


def of_each(seen: Evidence, axis: int) -> Iterator[Mistake]:
    """A factor or a shift of its own for each row or column."""
    what = seen.formula.axes[axis]
    found, right, allowed = (each if axis == 0 else each.T for each in (seen.found, seen.right, seen.allowed))
    if min(found.shape) < 2 or not seen.kept.all():
        return
    rows = zip(found, right, allowed / SAFETY, strict=True)
    matches = [match(a, b, error.norm().item()) for a, b, error in rows if a.any() or b.any()]
    factors = torch.tensor([scaled.factor for scaled in matches if scaled is not None], dtype=torch.float64)
    differ = len(factors) > 1 and not close_to(factors)
    proven = len(factors) * (found.shape[1] - 1) >= FEW and torch.linalg.matrix_rank(right) > 1
    if differ and len(factors) == len(matches) and proven:
        norms = factors * right.norm(dim=1) if len(factors) == len(right) else factors
        counts = seen.formula.m / factors
        meaning = NOTHING
        if axis == 0 and close_to(right.sum(dim=1)) and not close_to(found.sum(dim=1)):
            meaning = Text(": its numbers do not add up to 1", "：它的各个数之和不是 1")
        elif close_to(norms):
            meaning = Text(", as if divided by its norm", "，好像除以了它的范数")
        elif ((counts - counts.round()).abs() <= LOOSE * counts).all() and counts.max().round() <= seen.formula.m:
            meaning = Text(", as if its sum were divided by fewer than m examples", "，好像它的和除以的样本数比 m 少")
        yield said("own factors", what=what, meaning=meaning)
    shifts = found[:, :1] - right[:, :1]
    if ((found - right - shifts).abs() <= allowed).all() and found.numel() - len(found) >= ENOUGH:
        of_mean = bool(((found - centred(right)).abs() <= allowed).all())
        meaning = Text(": its mean is subtracted", "：减去了它的平均值") if of_mean else NOTHING
        yield said("own shifts", what=what, meaning=meaning)
