"""Statements that explain every entry of a wrong tensor: a function of the right one, another operand, other terms."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import chain, combinations

import torch
from torch import Tensor

from course_torch.language import NOTHING, Text, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.operands import ENTRIES, EXAMPLE, FUNCTIONS, LABEL_PROBABILITY, REDUCTIONS, ROW, WHOLE, Name
from course_torch.mistakes.record import Mistake
from course_torch.verification.comparing import match
from course_torch.verification.evidence import (
    CLOSE,
    ENOUGH,
    FEW,
    LISTED,
    LOOSE,
    Evidence,
    centred,
    close,
    constant,
    listed,
    said,
    short,
    times,
)

MOST_RANGES = 64
"""Up to so many terms, every range of terms is tried as the only one that counts."""
RIGHT = Text("the right tensor", "正确的张量")
SIGN_OF, WITH_EPSILON = Text("the sign of {T}", "{T} 的正负号"), same("{T} / (|{T}| + {epsilon})")
IN_ANOTHER_ORDER = Text("{T} of the examples in another order", "次序不同的样本的 {T}")
G_OF = same("g({T})")
CUT_OFF = Text("Z cut off to ±{limit}", "截断到 ±{limit} 的 Z")
HELD = {True: "only some terms", False: "terms left out"}
"""Whether few terms are in the sum -> key of the statement."""
OF_TERMS = ("weights", "only some terms", "norm of terms")
"""Keys of the statements for which there must be more entries than terms."""
NEAR_1 = 0.01
"""How far an epsilon may move a standard deviation from 1."""
SCALES = torch.logspace(-1.5, 1.5, 121, dtype=torch.float64)
"""Where the search for c in g(c Z) begins."""


def explanations(seen: Evidence) -> Iterator[Mistake]:
    """Every statement that explains all entries. The simplest come first."""
    return chain(labels(seen), Z_cut_off(seen), entry_by_entry(seen), operands(seen), function_of_Z(seen), terms(seen))


def entry_by_entry(seen: Evidence) -> Iterator[Mistake]:
    """A function of each right entry alone."""
    found, right, largest = seen.found, seen.right, seen.found.abs().max()
    at_limit = int(((found.abs() - largest).abs() <= seen.allowed).sum())
    if at_limit >= 2 and largest > seen.allowed.max() and seen.equal(right.clamp(-largest, largest)):
        yield said("clipped", limit=short(largest))
    for digits in range(7):
        if seen.wrong.sum() >= ENOUGH and seen.equal(right.round(decimals=digits)):
            yield said("rounded", digits=digits)
    for text, function in FUNCTIONS.items() if seen.is_rich else ENTRIES.items() if seen.has_many else ():
        made = function(right)
        known = text == same("(1 + {T})") or close(made, right)  # a constant that is added has a statement of its own
        if not known and (factor := seen.multiple(made)) is not None:
            yield said("another tensor", tensor=times(factor, text.fill(T=RIGHT)))
    if seen.has_many and (found * right > 0)[seen.kept & (right != 0)].all():
        columns = torch.stack([right.abs()[seen.shows], torch.ones_like(right)[seen.shows]], dim=1)
        size = right.abs()[seen.shows] / found.abs()[seen.shows]  # (|right| + ε) / c
        a, b = torch.linalg.lstsq(columns, size[:, None], driver="gelsd").solution[:, 0].tolist()
        if 0 < b < a and seen.equal(right / (a * right.abs() + b)):
            yield said("another tensor", tensor=times(1 / a, WITH_EPSILON.fill(T=RIGHT, epsilon=short(b / a))))
    yield from standardized(seen)
    yield from sums(seen)


def standardized(seen: Evidence) -> Iterator[Mistake]:
    """Columns or rows with mean 0 and standard deviation 1. An epsilon may be beside the standard deviation."""
    for dim, in_lines in enumerate(text for text in WHOLE if "standardized" in text.en):
        spread, center = torch.std_mean(seen.right, dim=dim, keepdim=True, correction=0)
        if seen.right.shape[dim] <= ENOUGH - dim or not seen.kept.all() or (spread == 0).any():
            continue
        right = (seen.right - center) / spread
        factors = (seen.found * right).sum(dim=dim, keepdim=True) / right.square().sum(dim=dim, keepdim=True)
        if ((factors - 1).abs() <= NEAR_1).all() and seen.equal(factors * right):
            yield said("another tensor", tensor=in_lines.fill(T=RIGHT))


def sums(seen: Evidence) -> Iterator[Mistake]:
    """A sum of multiples of two tensors: the right tensor and another one, or two others."""
    tensors: dict[Name, Tensor] = {RIGHT: seen.right, "1": torch.ones_like(seen.right)}
    if seen.is_rich or seen.formula.axes[0] == ROW:
        for name, tensor in seen.beside.items():
            tensors |= {name: tensor, SIGN_OF.fill(T=name): tensor.sign()}
    for one, other in combinations(tensors, 2):
        columns = torch.stack([tensors[one][seen.kept], tensors[other][seen.kept]], dim=1)
        if len(columns) <= ENOUGH + 1 or torch.linalg.matrix_rank(columns) < 2:
            continue
        a, b = torch.linalg.lstsq(columns, seen.found[seen.kept][:, None], driver="gelsd").solution[:, 0].tolist()
        if min(abs(a), abs(b)) <= LOOSE or not seen.equal(a * tensors[one] + b * tensors[other]):
            continue
        if one == RIGHT and other == "1" and abs(seen.found.sum()) < LOOSE * seen.found.abs().sum():
            yield said("standardized")
        elif one == RIGHT and short(a) == "1":
            yield MISTAKES["constant added"] if other == "1" else said("term added", term=times(b, other))
        else:
            yield said("sum of two", one=times(a, one), other=times(b, other))


def operands(seen: Evidence) -> Iterator[Mistake]:
    """Something else in the place of an operand."""
    at_row = seen.formula.axes[0] == ROW
    for name, given, tensor, formula, functions in seen.formula.operands:
        if min(tensor.numel(), seen.found.numel()) <= ENOUGH:
            continue
        for text, function in functions.items():
            made = function(tensor)
            shows_little = not seen.is_rich and (text in WHOLE or name == "dA")
            known = (name == given and close(made, tensor)) or (shows_little and not at_row)
            if not known and (factor := seen.multiple(formula(made))) is not None:
                written = text.fill(T=given)
                if name == RIGHT:
                    yield said("another tensor", tensor=times(factor, written))
                else:
                    yield said("another operand", made=written, operand=name, factor=multiplied(seen, factor))
    terms = seen.formula.terms
    if terms is not None and seen.formula.summed == EXAMPLE and seen.found.numel() > 1:
        for made_of, reduction in REDUCTIONS.items():
            if seen.equal(reduction(seen.formula.m * terms)):
                yield said("another reduction", made=made_of)


MULTIPLIED = Text(", and multiplied by {by}", "，再乘以 {by}")


def multiplied(seen: Evidence, factor: float) -> Text:
    """The factor beside another statement, in words."""
    m = seen.formula.m
    by_m = {short(m): "m", short(m**-1): "1/m", short(-m): "-m", short(-(m**-1)): "-1/m"}
    by = "1" if short(factor) == "1" else by_m.get(short(factor), short(factor))
    return NOTHING if by == "1" else MULTIPLIED.fill(by=by)


def labels(seen: Evidence) -> Iterator[Mistake]:
    """Something else for A or for Y in dZ = A - Y."""
    if "Y" not in seen.formula.tensors or "A" not in seen.formula.tensors or seen.formula.axes[1] == ROW:
        return
    A, Y, Z = (seen.formula.tensors[name] for name in ("A", "Y", "Z"))
    taken = Y.unique(dim=0)[torch.cdist(A - seen.found, Y.unique(dim=0)).argmin(dim=1)]
    others = (taken != Y).any(dim=1)
    if 0 < 2 * others.sum() <= len(Y) and seen.equal(A - taken):
        yield said("labels of examples", which=listed(EXAMPLE, others))
    for sign in (1, -1):
        other_A, other_Y = Y + sign * seen.found, A - sign * seen.found
        reversed_sign = Text(", and the sign is wrong", "，正负号也反了") if sign < 0 else NOTHING
        groups = {label: other_Y[label == Y] for label in Y.unique().tolist()}
        if len(groups) <= FEW and all(len(group) >= 2 and constant(group) for group in groups.values()):
            labels = ", ".join(short(group[0]) for group in groups.values())
            yield said("other labels", labels=labels, sign=reversed_sign)
        elif len(groups) > ENOUGH:
            columns = torch.stack([Y.flatten(), torch.ones_like(Y).flatten()], dim=1)
            a, c = torch.linalg.lstsq(columns, other_Y.reshape(-1, 1), driver="gelsd").solution[:, 0].tolist()
            if ((other_Y - a * Y - c).abs() <= seen.allowed).all():
                made = short(c) if short(a) == "0" else f"{short(a)} Y + {short(c)}"
                yield said("other labels", labels=made, sign=reversed_sign)
        yield from other_operand(seen, {"Z": Z, "A": A}, "A", other_A)
        yield from other_operand(seen, {"Y": Y}, "Y", other_Y)
        if constant(other_A):
            yield said("another operand", made=short(other_A.median()), operand="A", factor=NOTHING)
        elif ((other_A - A.clamp(other_A.min(), other_A.max())).abs() <= seen.allowed).all():
            limits = (
                (f"A ≥ {short(other_A.min())}", (other_A > A + seen.allowed).any()),
                (f"A ≤ {short(other_A.max())}", (other_A < A - seen.allowed).any()),
            )
            yield said("A clipped", limits=", ".join(text for text, is_limit in limits if is_limit))
        several = Y.shape[1] > 1
        logit = centred(other_A.log()) if several else torch.logit(other_A)
        logits = centred(Z) if several else Z
        if logit.isfinite().all() and logit.numel() > ENOUGH:
            same = match(logit, logits, CLOSE * logit.norm().item())
            if same is not None:
                yield said("another operand", made=G_OF.fill(T=times(same.factor, "Z")), operand="A", factor=NOTHING)
    if (p := seen.formula.tensors.get(LABEL_PROBABILITY)) is not None:
        epsilon = p * seen.right / seen.found - p
        if constant(epsilon) and len(epsilon) > ENOUGH and epsilon.isfinite().all():
            yield said("epsilon in dA", epsilon=short(epsilon.median()))


def other_operand(seen: Evidence, tensors: dict[Name, Tensor], operand: str, other: Tensor) -> Iterator[Mistake]:
    """A function of one of the tensors that stands for A or for Y."""
    for name, tensor in tensors.items():
        for text, function in FUNCTIONS.items():
            made = function(tensor)
            known = constant(made) or torch.equal(made, seen.formula.tensors["Y"])
            if not known and ((other - made).abs() <= seen.allowed).all():
                yield said("another operand", made=text.fill(T=name), operand=operand, factor=NOTHING)


def Z_cut_off(seen: Evidence) -> Iterator[Mistake]:
    """g or g' at a Z that is cut off at a limit of two digits."""
    if seen.formula.of_Z is None:
        return
    (weight, g), Z = seen.formula.of_Z, seen.formula.tensors["Z"]
    inside = Z.abs()[seen.shows & ~seen.wrong]
    if not seen.wrong.any() or (len(inside) and inside.max() > Z.abs()[seen.wrong].min()):
        return
    limit, _ = fitted(lambda c: (weight * g(Z.clamp(-c, c)))[seen.kept], seen.found[seen.kept], scaled=False)
    plain = float(f"{limit:.2g}")
    cut = seen.wrong & (Z.abs() > plain)
    if cut.sum() >= 2 and abs(limit - plain) <= LOOSE * plain and seen.equal(weight * g(Z.clamp(-plain, plain))):
        yield said("another operand", made=CUT_OFF.fill(limit=short(plain)), operand="Z", factor=NOTHING)


def function_of_Z(seen: Evidence) -> Iterator[Mistake]:
    """Another function of Z in the place of g or g'."""
    if seen.formula.of_Z is None:
        return
    weight, g = seen.formula.of_Z
    Z = seen.formula.tensors["Z"]
    clear = (weight.abs() > LOOSE * weight.abs().max()) & seen.kept
    made, right, at = seen.found[clear] / weight[clear], seen.right[clear] / weight[clear], Z[clear]
    name = "g'(Z)" if "g'(Z)" in seen.formula.tensors else "g(Z)"
    if len(made) <= 2 * ENOUGH or constant(made):
        return
    if name == "g'(Z)" and seen.kept.all() and not close(g(2 * Z), g(Z)):
        implied, own = torch.where(clear, seen.found / weight, torch.nan), g(Z)
        off = (implied[:, None] - own).abs().nan_to_num(0).amax(dim=2)
        if (off.amin(dim=1) <= LOOSE * own.abs().max()).all() and len(off.argmin(dim=1).unique()) == len(off):
            yield said("another operand", made=IN_ANOTHER_ORDER.fill(T=name), operand=name, factor=NOTHING)
    epsilon = made.reciprocal() - right
    if epsilon.isfinite().all() and constant(epsilon):
        more = f"1/({name} + {short(epsilon.median())})"
        yield said("another operand", made=more, operand=name, factor=NOTHING)
    if not close(g(2 * Z), g(Z)):
        scale, factor = fitted(lambda c: g(c * Z)[clear], made)
        if short(scale) != "1" and seen.equal(factor * weight * g(scale * Z)):
            scaled = times(factor, Text(*(name.replace("Z", part) for part in times(scale, "Z"))))
            yield said("another operand", made=scaled, operand=name, factor=NOTHING)
    for text, values in (("Z", at), ("|Z|", at.abs())):
        order = values.argsort()
        steps = made[order].diff()
        if len(made) > 3 * ENOUGH and ((steps >= 0).all() or (steps <= 0).all()) and not close(made, right):
            (first, last), (low, high) = made[order][[0, -1]].tolist(), values[order][[0, -1]].tolist()
            ends = f"{short(first)} ({text} = {low:.2g}), {short(last)} ({text} = {high:.2g})"
            yield said("another function", operand=name, ends=ends)


def fitted(function: Callable[[Tensor], Tensor], found: Tensor, *, scaled: bool = True) -> tuple[float, float]:
    """(c, a) with the smallest ‖a f(c) - found‖. a is 1 if f is not scaled."""

    def factor(c: Tensor) -> Tensor:
        made = function(c)
        return (made * found).sum() / made.square().sum() if scaled else torch.ones(())

    def off(c: Tensor) -> float:
        return (factor(c) * function(c) - found).norm().nan_to_num(nan=torch.inf).item()

    best = min(range(len(SCALES)), key=lambda i: off(SCALES[i]))
    low, high = SCALES[max(0, best - 1)], SCALES[min(len(SCALES) - 1, best + 1)]
    for _ in range(80):
        third = (high - low) / 3
        low, high = (low, high - third) if off(low + third) < off(high - third) else (low + third, high)
    return low.item(), factor(low).item()


def terms(seen: Evidence) -> Iterator[Mistake]:
    """How often each term counts in the sum."""
    terms, rest = seen.formula.terms, seen.formula.rest
    if terms is None or seen.right.numel() <= ENOUGH:
        return
    seen = replace(seen, found=seen.found - rest, right=seen.right - rest)
    what, n = seen.formula.summed, len(terms)
    sums = torch.cat([torch.zeros_like(terms[:1]), terms.cumsum(dim=0)])
    ranges = list(combinations(range(n + 1), 2)) if n <= MOST_RANGES else [(i, i + 1) for i in range(n)]
    more = replace(seen, found=seen.found - seen.right)
    for target in (more, seen):
        for first, end in near(target, sums, ranges):
            chosen = (torch.arange(n) >= first) & (torch.arange(n) < end)
            part = terms[first] if end == first + 1 else sums[end] - sums[first]
            if (factor := target.multiple(part, enough=ENOUGH - (target is more))) is None:
                continue
            count = short(1 + factor)
            if target is more and count != "0":
                yield said("weights", counts=counted(listed(what, chosen), count))
                continue
            held, by = (~chosen, NOTHING) if target is more else (chosen, multiplied(seen, factor))
            few = 2 * held.sum() < n
            yield said(HELD[bool(few)], which=listed(what, held if few else ~held), factor=by)
    if terms_tell(seen):
        weights = torch.linalg.lstsq(terms[:, seen.kept].T, seen.found[seen.kept][:, None], driver="gelsd").solution[
            :, 0
        ]
        if seen.equal((terms * weights[:, None, None]).sum(dim=0)):
            yield from counts(seen, weights)


def near(seen: Evidence, sums: Tensor, ranges: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """The ranges of terms of whose sum the tensor may be a multiple. `sums` are those of the first terms."""
    first, end = torch.tensor(ranges).T
    made, found = (sums[end] - sums[first])[:, seen.kept], seen.found[seen.kept]
    squares = made.square().sum(dim=1) * found.square().sum()
    is_near = ((made @ found).square() >= (1 - LOOSE) * squares) & (squares > 0) & (end - first + 1 < len(sums))
    return [pair for pair, possible in zip(ranges, is_near.tolist(), strict=True) if possible]


def terms_tell(seen: Evidence) -> bool:
    """Whether the entries tell how often each term counts."""
    if seen.formula.terms is None:
        return False
    matrix = seen.formula.terms[:, seen.kept]
    return matrix.shape[1] >= len(matrix) + ENOUGH and bool(torch.linalg.matrix_rank(matrix) == len(matrix))


def counts(seen: Evidence, weights: Tensor) -> Iterator[Mistake]:
    """How often each term counts, from the weights of the terms."""
    zero, one = weights.abs() < LOOSE, (weights - 1).abs() < LOOSE
    what, rest, terms = seen.formula.summed, weights[~zero], seen.formula.terms
    assert terms is not None
    norms = (weights[:, None] * terms.flatten(1))[~one].norm(dim=1) * seen.formula.m
    if zero.any() and len(rest) and rest.max() - rest.min() <= LOOSE * rest.abs().max():
        by = multiplied(seen, rest[0].item())
        yield said("only some terms", which=listed(what, ~zero), factor=by)
    elif (~one).sum() > 1 and norms.max() - norms.min() <= LOOSE * norms.max():
        yield said("norm of terms", which=listed(what, ~one), norm=short(norms[0]))
    elif weights.max() - weights.min() > LOOSE * weights.abs().max():
        yield said("weights", counts=all_counted(what, [short(weight) for weight in weights]))


def all_counted(what: Text, counts: list[str]) -> Text:
    """How often each term counts: the terms of each number, or the first and last numbers in the order of the terms."""
    others = [count for count in dict.fromkeys(counts) if count != "1"]
    if len(others) > FEW:
        chosen = torch.tensor([count != "1" for count in counts])
        numbers = [count for count in counts if count != "1"]
        in_order = Text("{which}, in this order,", "{which}依次").fill(which=listed(what, chosen))
        if len(numbers) > LISTED:
            numbers = [*numbers[: LISTED // 2], "…", *numbers[-LISTED // 2 :]]
        return counted(in_order, ", ".join(numbers))
    groups = [counted(listed(what, torch.tensor([each == count for each in counts])), count) for count in others]
    return Text(", ".join(group.en for group in groups), "，".join(group.zh for group in groups))


def counted(which: Text, count: str) -> Text:
    """The words for terms that count so often."""
    return Text("{which} counted {count} times", "{which}算了 {count} 次").fill(which=which, count=count)
