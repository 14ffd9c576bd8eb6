"""What can be said of a wrong tensor that no known mistake makes: where it is wrong, and how the wrong entries differ.

Everything is read from the numbers, so it holds for a mistake that nobody has written down. A statement is made only
if enough entries prove it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain, combinations

import torch
from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import NOTHING, Text
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.operands import FUNCTIONS, REDUCTIONS, WHOLE, Formula, formula_of
from course_torch.mistakes.record import Mistake
from course_torch.verification.comparing import SAFETY, match

EXAMPLE, UNIT, INPUT, ROW = Text("example", "样本"), Text("unit", "单元"), Text("input", "输入"), Text("row", "行")
AXES = {"dZ": (EXAMPLE, UNIT), "dA": (EXAMPLE, UNIT), "dW": (UNIT, INPUT), "db": (ROW, UNIT)}
"""Kind of a tensor -> what its rows and its columns are."""
ENOUGH = 4
"""So many entries prove a statement, besides one entry for each number that is fitted."""
CLOSE = 1e-9
"""Entries are wrong if they differ by more than this fraction of the largest entry and by more than rounding errors."""
LOOSE = 1e-6
"""An explanation may differ by this fraction of the largest entry: an epsilon may be in a denominator."""
LISTED = 6
"""The largest number of examples or units that a sentence lists."""
MOST_RANGES = 64
"""Up to so many terms, every range of terms is tried as the only one that counts."""
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


def times(factor: float, tensor: str) -> str:
    """A multiple of a tensor."""
    return tensor if short(factor) == "1" else f"{short(factor)} times {tensor}"


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


def statements(step: BackwardContext, found: Tensor, error: Tensor) -> list[tuple[Mistake, ...]]:
    """What can be said of the wrong tensor of this step: the statements that hold together, or nothing."""
    right = step.right
    if right.ndim != 2 or found.shape != right.shape or not (right.any() and found.any() and found.isfinite().all()):
        return []
    found, right, error = (tensor.detach().cpu().double() for tensor in (found, right, error))
    kind = step.name.kind
    causes = Evidence(found, right, error, AXES[kind], formula_of(step), UNIT if kind == "dA" else EXAMPLE).causes()
    return [causes] if causes else []


@dataclass(frozen=True)
class Evidence:
    """A wrong matrix beside the right one, in float64 on the CPU.

    error      the standard rounding error of each entry
    axes       what its rows and its columns are
    formula    the operands of the right matrix
    summed     what the terms of the formula belong to
    """

    found: Tensor
    right: Tensor
    error: Tensor
    axes: tuple[Text, Text]
    formula: Formula
    summed: Text

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

    @cached_property
    def beside(self) -> Mapping[str, Tensor]:
        """The tensors at hand that have the same shape."""
        return {name: tensor for name, tensor in self.formula.tensors.items() if tensor.shape == self.right.shape}

    @cached_property
    def is_rich(self) -> bool:
        """Whether many functions of a whole tensor would differ: a row, a column or a product of two shows little."""
        rows, columns = (self.right.any(dim=axis).sum() for axis in (1, 0))
        return bool(min(rows, columns) >= 3) and int(torch.linalg.matrix_rank(self.right)) > 1

    def equal(self, made: Tensor) -> bool:
        """Whether the entries of a matrix are those that were found."""
        allowed = self.allowed + LOOSE * self.found.abs().max()
        return made.shape == self.found.shape and bool(((self.found - made).abs() <= allowed).all())

    def multiple(self, made: Tensor) -> float | None:
        """c if all entries that were found are c times those of a matrix, and enough entries prove it."""
        if made.shape != self.found.shape or not made.isfinite().all() or (made != 0).sum() <= ENOUGH:
            return None
        same = match(self.found, made, self.allowed.norm().item() / SAFETY, LOOSE)
        return same.factor if same is not None and self.equal(same.factor * made) else None

    def causes(self) -> tuple[Mistake, ...]:
        """The statements that hold together: one that explains all entries, or where it is wrong and how."""
        if self.multiple(self.right) is not None:
            return ()  # a factor is no evidence of anything else
        for explain in (self._entry_by_entry, self._operands, self._labels, self._terms):
            if (whole := next(explain(), None)) is not None:
                return (whole,)
        places, how = list(self._where()), next(self._how(), None)
        if not places and how is None:
            how = next(chain(self._factors(), *(self._of_each(axis) for axis in (0, 1))), None)
        if how is None:  # a condition that explains no number may be chance
            places = [place for place in places if place.key != "some entries"]
        return tuple([*places[:1], *([] if how is None else [how])])

    def _entry_by_entry(self) -> Iterator[Mistake]:
        """A function of each right entry alone."""
        found, right, largest = self.found, self.right, self.found.abs().max()
        at_limit = int(((found.abs() - largest).abs() <= self.allowed).sum())
        if at_limit >= 2 and largest > self.allowed.max() and self.equal(right.clamp(-largest, largest)):
            yield said("clipped", limit=short(largest))
        for digits in range(7):
            if self.wrong.sum() >= ENOUGH and self.equal(right.round(decimals=digits)):
                yield said("rounded", digits=digits)
        for text, function in FUNCTIONS.items() if self.is_rich else ():
            made = function(right)
            if not close(made, right) and (factor := self.multiple(made)) is not None:
                yield said("another tensor", tensor=times(factor, text.format(*2 * ["the right tensor"])))
        yield from self._sums()

    def _sums(self) -> Iterator[Mistake]:
        """A sum of multiples of two tensors: the right tensor and another one, or two others."""
        tensors = {"the right tensor": self.right, "1": torch.ones_like(self.right)}
        if self.is_rich or self.axes[0] == ROW:
            for name, tensor in self.beside.items():
                tensors |= {name: tensor, f"the sign of {name}": tensor.sign()}
        for one, other in combinations(tensors, 2):
            columns = torch.stack([tensors[one].flatten(), tensors[other].flatten()], dim=1)
            if self.right.numel() <= ENOUGH + 1 or torch.linalg.matrix_rank(columns) < 2:
                continue
            a, b = torch.linalg.lstsq(columns, self.found.reshape(-1, 1), driver="gelsd").solution[:, 0].tolist()
            if min(abs(a), abs(b)) <= LOOSE or not self.equal(a * tensors[one] + b * tensors[other]):
                continue
            if one == "the right tensor" and other == "1" and abs(self.found.sum()) < LOOSE * self.found.abs().sum():
                yield said("standardized")
            elif one == "the right tensor" and short(a) == "1":
                yield MISTAKES["constant added"] if other == "1" else said("term added", term=times(b, other))
            else:
                yield said("sum of two", one=times(a, one), other=times(b, other))

    def _operands(self) -> Iterator[Mistake]:
        """Something else in the place of an operand."""
        for name, given, tensor, formula, functions in self.formula.operands:
            if min(tensor.numel(), self.found.numel()) <= ENOUGH:
                continue
            for text, function in functions.items():
                made = function(tensor)
                shows_little = not self.is_rich and (text in WHOLE or name == "dA")
                known = (name == given and close(made, tensor)) or (shows_little and self.axes[0] != ROW)
                if not known and (factor := self.multiple(formula(made))) is not None:
                    written = text.format(*2 * [given])
                    yield said("another operand", made=written, operand=name, factor=self._multiplied(factor))
        terms = self.formula.terms
        if terms is not None and self.summed == EXAMPLE and self.found.numel() > 1:
            for text, function in REDUCTIONS.items():
                if self.equal(function(self.formula.m * terms)):
                    yield said("another reduction", made=text)
        yield from self._another_W()

    def _multiplied(self, factor: float) -> Text:
        """The factor beside another statement, in words."""
        m = self.formula.m
        by_m = {short(m): "m", short(m**-1): "1/m", short(-m): "-m", short(-(m**-1)): "-1/m"}
        by = "1" if short(factor) == "1" else by_m.get(short(factor), short(factor))
        return NOTHING if by == "1" else Text(", and multiplied by {by}", "，再乘以 {by}").fill(by=by)

    def _another_W(self) -> Iterator[Mistake]:
        """The W that makes dA_prev = dZ W, if dZ tells it, and what can be said of this W."""
        if self.summed != UNIT:
            return
        dZ, W = (self.formula.tensors[name] for name in ("dZ", "W"))
        if len(dZ) <= dZ.shape[1] + 1 or torch.linalg.matrix_rank(dZ) < dZ.shape[1]:
            return
        other = torch.linalg.lstsq(dZ, self.found, driver="gelsd").solution
        if self.equal(dZ @ other) and (other - W).abs().max() > 1e-6 * W.abs().max():
            error = torch.full_like(W, 1e-9 * W.abs().max().item())
            causes = Evidence(other, W, error, (UNIT, INPUT), Formula({}, [], None, self.formula.m), EXAMPLE).causes()
            about = Text("; of W: ", "；关于 W：") if causes else NOTHING
            more = Text(
                ", ".join(cause.sentence.en for cause in causes), "，".join(cause.sentence.zh for cause in causes)
            )
            yield said("another W", about=about, more=more)

    def _labels(self) -> Iterator[Mistake]:
        """Something else for A or for Y in dZ = A - Y."""
        if "Y" not in self.formula.tensors:
            return
        A, Y, Z = (self.formula.tensors[name] for name in ("A", "Y", "Z"))
        taken = Y.unique(dim=0)[torch.cdist(A - self.found, Y.unique(dim=0)).argmin(dim=1)]
        others = (taken != Y).any(dim=1)
        if 0 < 2 * others.sum() <= len(Y) and self.equal(A - taken):
            yield said("labels of examples", which=listed(EXAMPLE, others))
        for sign in (1, -1):
            other_A, other_Y = Y + sign * self.found, A - sign * self.found
            groups = {label: other_Y[label == Y] for label in Y.unique().tolist()}
            if len(groups) <= FEW and all(len(group) >= 2 and constant(group) for group in groups.values()):
                labels = ", ".join(short(group[0]) for group in groups.values())
                yield said(
                    "other labels",
                    labels=labels,
                    sign=Text(", and the sign is wrong", "，正负号也反了") if sign < 0 else NOTHING,
                )
            for text, function in FUNCTIONS.items():
                for name, tensor, operand, other in (
                    ("Z", Z, "A", other_A),
                    ("A", A, "A", other_A),
                    ("Y", Y, "Y", other_Y),
                ):
                    made = function(tensor)
                    if not (constant(made) or torch.equal(made, Y)) and ((other - made).abs() <= self.allowed).all():
                        yield said("another operand", made=text.format(*2 * [name]), operand=operand, factor=NOTHING)
            several = Y.shape[1] > 1
            logit = centred(other_A.log()) if several else torch.logit(other_A)
            logits = centred(Z) if several else Z
            if logit.isfinite().all() and logit.numel() > ENOUGH:
                same = match(logit, logits, CLOSE * logit.norm().item())
                if same is not None:
                    yield said("another operand", made=f"g({times(same.factor, 'Z')})", operand="A", factor=NOTHING)

    def _terms(self) -> Iterator[Mistake]:
        """How often each term counts in the sum."""
        terms = self.formula.terms
        if terms is None or self.right.numel() <= ENOUGH:
            return
        n, matrix = len(terms), terms.flatten(1).T
        for i, term in enumerate(terms):
            same = match(self.found - self.right, term, self.allowed.norm().item() / SAFETY)
            if same is not None and (term != 0).sum() >= ENOUGH and self.equal(self.right + same.factor * term):
                yield said("weights", which=listed(self.summed, torch.arange(n) == i), times=short(1 + same.factor))
        sums = torch.cat([torch.zeros_like(terms[:1]), terms.cumsum(dim=0)])
        for first, end in combinations(range(n + 1), 2) if n <= MOST_RANGES else ():
            if end - first < n and (factor := self.multiple(sums[end] - sums[first])) is not None:
                chosen = (torch.arange(n) >= first) & (torch.arange(n) < end)
                few = 2 * (end - first) <= n
                which = listed(self.summed, chosen if few else ~chosen)
                yield said("only some terms" if few else "terms left out", which=which, factor=self._multiplied(factor))
        if self.right.numel() >= n + ENOUGH and torch.linalg.matrix_rank(matrix) == n:
            weights = torch.linalg.lstsq(matrix, self.found.reshape(-1, 1), driver="gelsd").solution[:, 0]
            if self.equal((matrix @ weights).reshape(self.found.shape)):
                yield from self._counts(weights)

    def _counts(self, weights: Tensor) -> Iterator[Mistake]:
        """How often each term counts, from the weights of the terms."""
        zero, one = weights.abs() < LOOSE, (weights - 1).abs() < LOOSE
        rest = weights[~zero]
        if zero.any() and len(rest) and rest.max() - rest.min() <= LOOSE * rest.abs().max():
            by = self._multiplied(rest[0].item())
            yield said("only some terms", which=listed(self.summed, ~zero), factor=by)
        elif weights.max() - weights.min() > LOOSE * weights.abs().max():
            counts = list(dict.fromkeys(short(weight) for weight in weights[~one]))
            more = ", …" * (len(counts) > LISTED)
            yield said("weights", which=listed(self.summed, ~one), times=", ".join(counts[:LISTED]) + more)

    def _where(self) -> Iterator[Mistake]:
        """Where the matrix is wrong, if it is right elsewhere."""
        shows = self.shows
        right, parts, narrow, region = shows & ~self.wrong, [], False, torch.ones_like(shows)
        for axis, what in enumerate(self.axes):
            wrong, shown = self.wrong.any(dim=1 - axis), shows.any(dim=1 - axis)
            if 0 < wrong.sum() < shown.sum():
                parts.append(listed(what, wrong))
                narrow |= bool(wrong.sum() == 1 or 4 * wrong.sum() <= shown.sum())
                region &= wrong[:, None] if axis == 0 else wrong
        which = Text(", ".join(part.en for part in parts), "".join(part.zh for part in parts))
        if not (self.wrong | ~shows)[region].all():
            which = Text("some entries of {which}", "{which}里的几个元素").fill(which=which)
        by_label = self.formula.tensors.get("Y")
        if by_label is not None and by_label.shape[1] == 1 and torch.equal(self.wrong, by_label == 0):
            yield said("Y = 0 only")
        if narrow:
            yield said("some rows", which=which)
        if min(self.wrong.sum(), right.sum()) >= ENOUGH:
            yield from self._condition(right)
        if parts:
            yield said("some rows", which=which)

    def _condition(self, right: Tensor) -> Iterator[Mistake]:
        """A tensor whose entries tell which entries are wrong."""
        chosen = {name: tensor for name, tensor in self.beside.items() if name in ("Z", "A")}
        for name, tensor in (*chosen.items(), ("the right number", self.right)):
            for text, values in ((name, tensor), (f"|{name}|", tensor.abs())):
                good, bad = values[right], values[self.wrong]
                if text == "Z" and bad.max() <= 0 < good.min():
                    yield said("Z ≤ 0 only")
                elif good.max() < bad.min():
                    yield said("some entries", condition=f"{text} > {between(good.max().item(), bad.min().item())}")
                elif bad.max() < good.min():
                    yield said("some entries", condition=f"{text} ≤ {between(bad.max().item(), good.min().item())}")

    def _how(self) -> Iterator[Mistake]:
        """How the wrong entries come from the right ones, or from other tensors."""
        found, right, allowed = (each[self.wrong] for each in (self.found, self.right, self.allowed))
        size, partly = allowed.norm().item() / SAFETY, bool((self.shows & ~self.wrong).any())
        if partly and bool((found.abs() <= allowed).all()):
            yield said("0 there")
        elif partly and len(found) > 1 and (same := match(found, right, size)) is not None:
            yield said("multiple there", factor=short(same.factor))
        rows = self.wrong.any(dim=1)
        if 0 < 2 * rows.sum() <= len(rows) and self.found.shape[1] > 1:
            nearest = torch.cdist(self.found[rows], self.right, p=torch.inf).min(dim=1)
            if (nearest.values <= self.allowed.max()).all():
                chosen = torch.zeros(len(rows)).bool().index_fill(0, nearest.indices, True)
                yield said("numbers of others", which=listed(self.axes[0], chosen))
        for name, tensor in (*self.beside.items(), ("itself", self.right)) if len(found) > ENOUGH else ():
            for text, function in FUNCTIONS.items():
                values, named = function(tensor)[self.wrong], text.format(*2 * [name])
                if constant(values):
                    continue
                if name != "itself" and (same := match(found - right, values, size)) is not None:
                    yield said("term added", term=times(same.factor, named))
                if name != "itself" and (same := match(found, values, size)) is not None:
                    yield said("another tensor", tensor=times(same.factor, named))
                if (same := match(found, right * values, size)) is not None:
                    yield said("multiplied by", factor=times(same.factor, named))
                if name != "itself" and (same := match(found, right.sign() * values, size)) is not None:
                    with_signs = f"{times(same.factor, named)} with the signs of the right numbers"
                    yield said("another tensor", tensor=with_signs)

    def _factors(self) -> Iterator[Mistake]:
        """A few factors, one of which multiplies each entry."""
        shows = self.right.abs() > 1e6 * self.allowed
        if shows.sum() < FEW * ENOUGH or (self.wrong & ~shows).any():
            return
        factors = (self.found[shows] / self.right[shows]).sort().values
        groups = torch.tensor_split(factors, ((factors.diff() > 1e-6).nonzero()[:, 0] + 1).tolist())
        if 2 <= len(groups) <= FEW and all(len(group) >= 2 for group in groups):
            values = [short(group[0]) for group in groups]
            by_dropout = Text(", as by dropout", "，就像 dropout 那样")
            meaning = by_dropout if values[0] == "0" and len(values) == 2 else NOTHING
            yield said("few factors", factors=", ".join(values), meaning=meaning)

    def _of_each(self, axis: int) -> Iterator[Mistake]:
        """Another order of the rows or columns, or a factor or a shift of its own for each of them."""
        what = self.axes[axis]
        found, right, allowed = (each if axis == 0 else each.T for each in (self.found, self.right, self.allowed))
        if min(found.shape) < 2:
            return
        nearest = torch.cdist(found, right, p=torch.inf).min(dim=1)
        if (nearest.values <= allowed.amax(dim=1)).all() and len(nearest.indices.unique()) == len(found):
            yield said("another order", what=what)
        rows = zip(found, right, allowed / SAFETY, strict=True)
        matches = [match(a, b, error.norm().item()) for a, b, error in rows if a.any() or b.any()]
        factors = torch.tensor([same.factor for same in matches if same is not None], dtype=torch.float64)
        differ = len(factors) > 1 and factors.max() - factors.min() > 1e-6 * factors.abs().max()
        if differ and len(factors) == len(matches) and len(factors) * (found.shape[1] - 1) >= ENOUGH:
            norms = factors * right.norm(dim=1) if len(factors) == len(right) else factors
            by_norm = bool(norms.max() - norms.min() <= LOOSE * norms.abs().max())
            meaning = Text(", as if divided by its norm", "，好像除以了它的范数") if by_norm else NOTHING
            yield said("own factors", what=what, meaning=meaning)
        shifts = found[:, :1] - right[:, :1]
        if ((found - right - shifts).abs() <= allowed).all() and found.numel() - len(found) >= ENOUGH:
            of_mean = bool(((found - centred(right)).abs() <= allowed).all())
            meaning = Text(": its mean is subtracted", "：减去了它的平均值") if of_mean else NOTHING
            yield said("own shifts", what=what, meaning=meaning)
