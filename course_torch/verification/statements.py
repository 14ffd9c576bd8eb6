"""What can be said of a wrong tensor that no known mistake makes: where it is wrong, and how the wrong entries differ.

Everything is read from the numbers, so it holds for a mistake that nobody has written down. A layer of one or two units
shows little: many formulas make its few numbers. So a statement must hold in every layer that shows enough.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from itertools import chain

import torch
from torch import Tensor

from course_torch.language import NOTHING, Text
from course_torch.mistakes.operands import EXAMPLE, INPUT, ROW, UNIT, WHOLE, Formula, Operand
from course_torch.mistakes.record import Mistake
from course_torch.verification.comparing import exact
from course_torch.verification.every_entry import OF_TERMS, RIGHT, explanations, terms_tell
from course_torch.verification.evidence import (
    CLOSE,
    ENOUGH,
    Evidence,
    close_to,
    conditions,
    few_factors,
    listed,
    parts,
    said,
    short,
    wrong_entries,
)

ROUGH = 1e-5
"""From larger rounding errors nothing is read, in fractions of the largest entry: too many formulas would fit."""
Causes = tuple[Mistake, ...]
PLACES = ("some rows", "some entries", "Z ≤ 0 only", "Y = 0 only")
"""Keys of the statements that say where a tensor is wrong, but not how."""
SOME_ENTRIES = Text("some entries", "几个元素")
OF_MATRIX = ("{T} without its diagonal", "the upper triangle of {T}", "the lower triangle of {T}")
"""Functions that have no meaning for a row."""
OF_LAYER = re.compile(r"(some entries of )?\b(example|unit|input)s? [\d, to…]+|-?\d[\d.]*(e-?\d+)?")
"""What differs between the layers: examples, units and numbers."""


def evidence_of(formula: Formula, found: Tensor, right: Tensor, error: Tensor) -> Evidence | None:
    """The evidence of a wrong tensor.

    None if the tensor proves nothing: another shape, a single number, 0, not finite, too few digits.
    """
    if (
        right.ndim != 2
        or right.numel() == 1
        or found.shape != right.shape
        or not (right.any() and found.any() and found.isfinite().all())
    ):
        return None
    found, right, error = map(exact, (found, right, error))
    if error.max() > ROUGH * right.abs().max():
        return None
    return Evidence(found, right, error.expand_as(right), formula, torch.ones_like(right).bool())


def agreed(layers: Mapping[str, Evidence]) -> tuple[str, Causes] | None:
    """What holds in every wrong tensor that shows enough, and the name of the tensor that shows it best."""
    if len(layers) > 1 and (scaled := of_scaled_layers(list(layers.values()))) is not None:
        return next(iter(layers)), (scaled,)
    if len(layers) > 1 and (causes := next(of_all_entries(joined(list(layers.values()))), None)) is not None:
        return next(iter(layers)), causes
    rich = [name for name, seen in layers.items() if seen.is_rich]
    many = [name for name, seen in layers.items() if seen.has_many]
    judges = rich or many or sorted(layers, key=lambda name: -layers[name].found.numel())[:1]
    kinds: dict[str, set[str]] = {}
    for name in judges:
        for causes in statements(layers[name]):
            others = [other for other in judges if other != name and tells(layers[other], causes)]
            for other in others:
                if other not in kinds:
                    kinds[other] = {kind_of(causes) for causes in statements(layers[other])}
            if all(kind_of(causes) in kinds[other] for other in others):
                return name, causes
    return None


MEASURES: dict[Text, Callable[[Tensor], Tensor]] = {
    Text("norm", "范数"): torch.norm,
    Text("root mean square", "均方根"): lambda found: found.norm() / found.numel() ** 0.5,
    Text("largest size", "最大绝对值"): lambda found: found.abs().max(),
}
"""What normalization makes equal in all layers."""


def of_scaled_layers(layers: list[Evidence]) -> Mistake | None:
    """The statement that a factor of its own scales each layer to the same size."""
    if any(seen.multiple(seen.right, enough=1) is None for seen in layers):
        return None
    for measure, size in MEASURES.items():
        sizes = torch.stack([size(seen.found) for seen in layers])
        if close_to(sizes):
            return said("scaled layers", measure=measure, value=short(sizes[0]))
    return None


def of_all_entries(seen: Evidence) -> Iterator[Causes]:
    """What holds in all entries of several layers, or in those that a condition chooses."""
    everywhere = torch.equal(seen.wrong, seen.shows)
    condition = next(conditions(seen), None)
    how = next(wrong_entries(seen), None)
    if condition is not None and how is not None and is_simple((condition, how)):
        yield condition, how
    for cause in explanations(seen):
        yield (cause,)
    for how in wrong_entries(seen):
        if everywhere:
            yield (how,)
        elif condition is not None and condition.key == "some entries":
            yield condition, how


def joined(layers: list[Evidence]) -> Evidence:
    """The entries of all layers in a row: together they prove more."""
    formulas = [seen.formula for seen in layers]
    common = [name for name in layers[0].beside if all(name in seen.beside for seen in layers)]
    named = {name: row([seen.beside[name] for seen in layers]) for name in common}
    of_examples = [each.terms.flatten(1) for each in formulas if each.terms is not None and each.summed == EXAMPLE]
    terms = torch.cat(of_examples, dim=1)[:, None] if len(of_examples) == len(layers) else None
    found, right, error = (row([getattr(seen, name) for seen in layers]) for name in ("found", "right", "error"))
    functions = {
        text: made for text, made in WHOLE.items() if layers[0].formula.axes[0] != ROW or text.en not in OF_MATRIX
    }
    operands = [in_all([Operand(RIGHT, RIGHT, seen.right, torch.clone, functions) for seen in layers])]
    operands += [in_all(several) for several in zip(*(each.operands for each in formulas), strict=True)]
    formula = Formula((ROW, UNIT), formulas[0].m, named, operands, EXAMPLE, terms)
    return Evidence(found, right, error, formula, torch.ones_like(right).bool())


def row(tensors: Sequence[Tensor]) -> Tensor:
    """The entries of several tensors in a row."""
    return torch.cat([tensor.flatten() for tensor in tensors])[None]


def in_all(operands: Sequence[Operand]) -> Operand:
    """An operand of the formulas of several layers. The result is the row of their results."""
    first = operands[0]

    def of_all(text: Text, _: Tensor) -> Tensor:
        return row([each.formula(each.functions[text](each.tensor)) for each in operands])

    right = row([each.formula(each.tensor) for each in operands])
    functions = {text: partial(of_all, text) for text in first.functions}
    return Operand(first.name, first.given, right, torch.clone, functions)


def tells(seen: Evidence, causes: Causes) -> bool:
    """Whether a tensor has enough entries to contradict a statement."""
    if causes[-1].key == "another W":
        return product_tells(seen)
    return causes[-1].key not in OF_TERMS or terms_tell(seen)


def kind_of(causes: Causes) -> str:
    """A statement without what differs between the layers."""
    if causes[-1].key == "weights":
        return "weights"
    return OF_LAYER.sub("", causes[-1].sentence.en)


def statements(seen: Evidence) -> Iterator[Causes]:
    """Every statement about a tensor, each alone enough. The simplest come first."""
    if seen.multiple(seen.right) is not None:
        return  # a factor is no evidence of anything else
    here = parts(seen)
    says_how = bool(here) and here[-1].key not in PLACES
    simple = says_how and (here[-1].key == "0 there" or is_simple(here))
    if simple:  # than any function that gives such numbers there
        yield here
    for cause in chain(explanations(seen), another_W(seen)):
        yield (cause,)
    if says_how and not simple:
        yield here
    yield from beside(seen)
    if here and not says_how:
        yield here


def is_simple(causes: Causes) -> bool:
    """Whether a condition chooses the entries that a factor multiplies."""
    return len(causes) == 2 and causes[0].key in PLACES[1:] and causes[1].key == "multiple there"


def beside(seen: Evidence) -> Iterator[Causes]:
    """What holds beside the entries that are 0 by another mistake, or cut off at a limit."""
    zero = (seen.found == 0) & (seen.right.abs() > seen.allowed)
    largest = seen.found.abs().max()
    cut = (seen.found.abs() - largest).abs() <= seen.allowed
    for left_out, cause in (
        (zero, said("0 in", which=region(seen, zero))),
        (cut & (cut.sum() >= ENOUGH), said("clipped", limit=short(largest))),
    ):
        rest = replace(seen, kept=seen.kept & ~left_out)
        if not left_out.any() or rest.wrong.sum() < 2:
            continue
        if (factor := rest.multiple(rest.right, enough=1)) is not None:
            by_dropout = cause.key == "0 in" and region(seen, zero) is SOME_ENTRIES
            yield (
                (few_factors(["0", short(factor)]),)
                if by_dropout
                else (cause, said("multiple elsewhere", factor=short(factor)))
            )
        for how in chain(explanations(rest), wrong_entries(rest)):
            yield cause, how


def region(seen: Evidence, chosen: Tensor) -> Text:
    """The rows or columns that hold the chosen entries and no others."""
    for axis, what in enumerate(seen.formula.axes):
        lines = chosen.any(dim=1 - axis)
        whole = lines[:, None] if axis == 0 else lines
        if torch.equal(chosen, whole & (seen.right.abs() > seen.allowed)):
            return listed(what, lines)
    return SOME_ENTRIES


def product_tells(seen: Evidence) -> bool:
    """Whether the first factor of a product tells the second."""
    if seen.formula.product is None or not seen.kept.all():
        return False
    T = seen.formula.product[1]
    return len(T) > T.shape[1] + 1 and bool(torch.linalg.matrix_rank(T) == T.shape[1])


def another_W(seen: Evidence) -> Iterator[Mistake]:
    """The W that makes dA_prev = dZ W or Z = A_prev Wᵀ + b, if the other factor tells it, and what it is like."""
    if not product_tells(seen):
        return
    assert seen.formula.product is not None
    formula, T, W = seen.formula.product
    other = torch.linalg.lstsq(T, seen.found, driver="gelsd").solution
    if not seen.equal(T @ other) or (other - W).abs().max() <= 1e-6 * W.abs().max():
        return
    operands = {"W": (other, W)}
    if seen.formula.summed == INPUT:
        operands = {"W": (other[:-1].T, W[:-1].T), "b": (other[-1:], W[-1:])}
    changed = {name: pair for name, pair in operands.items() if (pair[0] - pair[1]).abs().max() > CLOSE * W.abs().max()}
    if len(changed) == 1:
        ((name, (found, right)),) = changed.items()
        axes = (UNIT, INPUT) if name == "W" else (ROW, UNIT)
        about = evidence_of(Formula(axes, seen.formula.m, {}, []), found, right, CLOSE * W.abs().max())
        for causes in statements(about) if about else ():
            more = Text(
                ", ".join(cause.sentence.en for cause in causes), "，".join(cause.sentence.zh for cause in causes)
            )
            introduced = Text("; of {name}: {more}", "；关于 {name}：{more}").fill(name=name, more=more)
            yield said("another W", formula=formula, names=name, about=introduced)
    yield said("another W", formula=formula, names=" and another ".join(changed), about=NOTHING)
