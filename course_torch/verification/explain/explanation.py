"""Every explanation of one wrong tensor: a known mistake alone, with a factor, or in another layout."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from functools import cached_property
from math import isfinite

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Size, Tensor

from course_torch.language import NOTHING, Text
from course_torch.mistakes import BACKWARD, MISTAKES
from course_torch.mistakes.context import BackwardContext, Kind, TensorName
from course_torch.mistakes.record import Edit, Mistake, tensors_of
from course_torch.verification.comparing import SAFETY, SAMPLE, Match, difference, match, sign_and_power, vector_of
from course_torch.verification.explain.statements import said


@dataclass(frozen=True)
class Hypothesis:
    """What a mistake would have computed.

    cause    the mistake; None for the right tensor, to which only a factor may have been applied
    tensor   the tensor that the mistake makes instead of the right tensor, or a tensor of which it adds a multiple
    origin   the step in which the mistake was made
    adds     the edit that adds a multiple of `tensor` to the right tensor; None if `tensor` replaces it
    """

    cause: Mistake | None
    tensor: Tensor
    origin: BackwardContext
    adds: Edit | None = None


def hypotheses(step: BackwardContext, given: Set[TensorName]) -> Iterator[Hypothesis]:
    """Yield all hypotheses about the tensor of this step.

    `given` are the names of the tensors that were handed in. If the tensor before this one was not handed in, a mistake
    in that tensor is possible too: this step passes it on.
    """
    yield Hypothesis(None, step.right, step)
    for mistake in BACKWARD:
        for edit, tensor in tensors_of(mistake, step.place, step):
            yield Hypothesis(mistake, tensor, step, edit if edit.adds else None)
    before = tensor_before(step)
    if before is not None and before.name not in given:
        for each in hypotheses(before, given):
            if each.tensor.shape == before.right.shape:
                yield Hypothesis(each.cause, step.handed_on(each.tensor), each.origin, each.adds)


def tensor_before(step: BackwardContext) -> BackwardContext | None:
    """The step whose tensor this step starts from. None for dZ[L] and dA."""
    if step.place in ("dZ[L]", "dA"):
        return None
    return BackwardContext(step.before, step.tensors, step.forward)


def made_from(name: TensorName) -> list[TensorName]:
    """The tensors of the same layer that are computed from this dZ or dA."""
    kinds: tuple[Kind, ...] = ("dW", "db") if name.kind == "dZ" else ("dslope", "dZ", "dW", "db")
    return [TensorName(kind, name.layer) for kind in kinds]


ROUNDED = 1e-12
"""Far more than the rounding errors of ‖x‖² - (u·x)², relative to ‖x‖²."""


class Guesses:
    """The hypotheses about a tensor, in their order."""

    def __init__(self, hypotheses: Iterable[Hypothesis]) -> None:
        self.all = list(hypotheses)

    @cached_property
    def directions(self) -> dict[Size, tuple[list[int], NDArray[np.float64]]]:
        """Shape -> the numbers of the guessed tensors of this shape, and their first entries as unit vectors u."""
        numbers: dict[Size, list[int]] = {}
        for number, guess in enumerate(self.all):
            numbers.setdefault(guess.tensor.shape, []).append(number)
        return {shape: (each, self._unit_vectors(each)) for shape, each in numbers.items() if shape.numel()}

    def _unit_vectors(self, numbers: list[int]) -> NDArray[np.float64]:
        rows = np.stack([vector_of(self.all[number].tensor)[:SAMPLE] for number in numbers])
        with np.errstate(all="ignore"):  # zeros and infinities have no direction: nan, to which nothing is near
            rows /= np.abs(rows).max(axis=1, keepdims=True)
            return rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True))

    def about(self, tensor: Tensor, error: float) -> list[Hypothesis]:
        """The hypotheses that may explain this tensor, whose rounding errors have this norm.

        They are all terms, and the guessed tensors of which the tensor may be a multiple: its first entries x lie at
        most SAFETY · error beside the line of u, where ‖x‖² - (u·x)² is the square of the distance.
        """
        numbers, directions = self.directions.get(tensor.shape, ([], np.empty((0, 0))))
        x = vector_of(tensor)[:SAMPLE] if numbers else np.empty(0)
        with np.errstate(all="ignore"):
            squares = x @ x - (directions @ x) ** 2
            near = squares <= np.square(SAFETY * error) + ROUNDED * (x @ x)
        possible = {number for number, is_near in zip(numbers, near, strict=True) if is_near}
        return [guess for number, guess in enumerate(self.all) if guess.adds or number in possible]


def guesses_of(step: BackwardContext, given: Set[TensorName]) -> Guesses:
    """All hypotheses about the tensor of this step. `given` are the names of the tensors that were handed in."""
    return Guesses(hypotheses(step, given))


def remembered_guesses(step: BackwardContext, given: Set[TensorName]) -> Guesses:
    """The same, computed once for a forward pass and its right tensors, beside which many passes may be diagnosed."""
    key = id(step.tensors), step.name, frozenset(given)  # the guesses hold `tensors`, so no other object has its id
    known = step.forward.remembered
    if key not in known:
        known[key] = guesses_of(step, given)
    return known[key]


EPSILON = 1e-6
"""A factor nearer to 1 than this is the effect of an epsilon in a denominator."""
NEAR_1 = 1e-3
"""A factor nearer to 1 than this is no constant that a programmer writes: a constant such as 1/m may be rounded."""
SUMMED_OVER_UNITS = {"dA": "dA_prev = dZ W", "dslope": "dslope = (1/m) Σ dA * min(0, Z)"}
LARGEST_M = 10**6
"""The largest wrong number of examples that is named."""

EXACTLY = Text("exactly ", "恰好")
CALLS = Text(", or gradients of {factor} calls added up", "，或者累加了 {factor} 次调用的梯度")

BY_M = ((1, 2, "m²"), (1, -2, "1/m²"), (2, 1, "2m"), (2, -1, "2/m"), (0.5, -1, "1/(2m)"))
BY_ROOT = ((1, 0.5, "√m"), (1, -0.5, "1/√m"))
"""(number, power, text): the factor number · m^power, and how it is written."""

Reading = tuple[Mistake, ...]


def readings(c: float, precision: float, step: BackwardContext) -> list[Reading]:
    """List all explanations of the factor c in the tensor of this step. `precision` is c's relative error.

    -1, m, 1/m and their products have their own causes. Any other factor is named by its number. It may also come from
    a sum that was divided by another number than m.
    """
    if not isfinite(c) or c == 0 or is_near(c, 1, precision):
        return []
    negative = c < 0
    is_mean = not step.name.of_loss and not negative  # the sum may be divided by another number than m
    if (power := sign_and_power([(abs(c), step.m)], precision)) is not None:
        named = [(*([sign(step)] if negative else []), *power_of_m(power[1], step.name))]
        if power[1] == 1 and is_mean:  # Σ of a layer with one unit may be divided by 1
            named += [(MISTAKES[key],) for key, number in sizes(step) if number == 1]
        return named
    if abs(c - 1) < NEAR_1:
        return [(near_1(c, precision, step),)]
    causes = other_m(c, precision, step) if is_mean else []
    likelier = [cause for cause in causes if cause.key == "m - 1"]  # than a constant
    causes.insert(len(likelier), constant(c, precision, step))
    if step.name.kind in SUMMED_OVER_UNITS and step.n > 1 and is_near(c, 1 / step.n, precision):
        causes.insert(0, said("mean of the units", formula=SUMMED_OVER_UNITS[step.name.kind]))
    return [(cause,) for cause in causes]


def is_near(c: float, value: float, precision: float) -> bool:
    """Whether c is that value within its precision."""
    return abs(c - value) <= precision * abs(value)


def is_plain(c: float, precision: float) -> bool:
    """Whether a programmer would write c: a number of two digits, or a fraction with the denominator 3, 6, 7 or 9."""
    return is_near(c, float(f"{c:.2g}"), precision) or any(is_near(c * n, round(c * n), precision) for n in (6, 7, 9))


def sign(step: BackwardContext) -> Mistake:
    """The cause of a negative factor."""
    return MISTAKES["sign at the output" if step.place == "dZ[L]" else "sign"]


def power_of_m(power: int, name: TensorName | None) -> Reading:
    """The cause of a factor m or 1/m. dZ and dA, the derivatives of the loss, are no sum over the examples."""
    if power == 0:
        return ()
    of_loss = name is not None and name.of_loss
    if power == 1:
        return (named_factor("m", name),) if of_loss else (MISTAKES["no 1/m"],)
    return (MISTAKES[f"1/m in {name.kind}" if name is not None and of_loss else "1/m twice"],)


def other_m(c: float, precision: float, step: BackwardContext) -> list[Mistake]:
    """The causes that divide the sum by another number than m: c = m / number. m - 1 comes first."""
    m, number = step.m, round(step.m / c)
    numbers = (("m - 1", m - 1), *sizes(step))
    found = [MISTAKES[key] for key, number in numbers if number and is_near(c, m / number, precision)]
    if not found and number in range(1, LARGEST_M + 1) and is_near(c, m / number, precision):
        found.append(said("another m", number=number, m=m))
    return found


def sizes(step: BackwardContext) -> tuple[tuple[str, int], ...]:
    """(key of the cause, size): the sizes that may be confused with m."""
    return ("m of the features", step.A_prev.shape[1]), ("m of the units", step.Z.shape[1])


def constant(c: float, precision: float, step: BackwardContext) -> Mistake:
    """The cause of a factor other than ±1, ±m and ±1/m."""
    m, plain = step.m, is_plain(c, precision)
    for number, power, text in (*BY_M, *(BY_ROOT if not plain else ())) if m > 2 else ():
        if is_near(abs(c), number * float(m) ** power, precision):
            return named_factor(f"{'-' * (c < 0)}{text}", step.name)
    right = step.right.double()
    sizes = {} if plain or right.numel() == 1 else {"norm": right.norm(), "largest": right.abs().max()}
    for key, size in sizes.items():
        made = abs(c) * size.item()
        if is_plain(made, precision + torch.finfo(step.right.dtype).eps * right.numel()):
            return said(f"scaled to a {key}", size=f"{made:.4g}", sign="-" * (c < 0))
    return named_factor(f"{c:.4g}", step.name, exact=plain)


def near_1(c: float, precision: float, step: BackwardContext) -> Mistake:
    """The cause of a factor that is nearly 1: 1/m in a narrower dtype, an epsilon, or another rounded constant."""
    for name in ("float32", "float16", "bfloat16"):
        rounded = torch.tensor(1 / step.m, dtype=torch.float64).to(getattr(torch, name)).item() * step.m
        if rounded != 1 and is_near(c, rounded, precision):
            return said("constant rounded", dtype=name)
    if abs(c - 1) < EPSILON:
        return MISTAKES["epsilon"]
    return named_factor(f"{c:.7g}", step.name, exact=False)


def named_factor(text: str, name: TensorName | None, *, exact: bool = True) -> Mistake:
    """The cause of a factor that is known only by its number."""
    exactly = EXACTLY if exact else NOTHING
    calls = CALLS.fill(factor=text) if name is not None and text.isdigit() and not name.of_loss else NOTHING
    return replace(said("factor", exactly=exactly, factor=text, calls=calls), key=f"factor {text}")


RANK_OF_A_NUMBER = 1.5
"""The rank of a fitted factor or multiple. It lies between the ranks of one cause and of two causes."""


@dataclass(frozen=True)
class Explanation:
    """Causes that together make the tensor.

    origin   the tensor in which the mistake was made
    rank     the number of causes; the explanation with the lowest rank is the likeliest
    fitted   how many numbers were fitted to the tensor: the digits that a fitted number uses up are no evidence
    match    how well the causes reproduce the tensor
    """

    causes: tuple[Mistake, ...]
    origin: TensorName
    rank: float
    fitted: int
    match: Match

    @property
    def text(self) -> list[str]:
        """Keys and English sentences of the causes. The sentences contain the fitted numbers."""
        return [f"{cause.key}: {cause.sentence.en}" for cause in self.causes]


def possible_explanations(
    step: BackwardContext, found: Tensor, errors: Tensor, guesses: Guesses
) -> Iterator[Explanation]:
    """Explain the tensor `found` of this step by every hypothesis that makes it, even if only by chance.

    errors    the standard rounding error of each entry
    guesses   all hypotheses about the tensor
    """
    right = step.right
    for layout, tensor in layouts(found, step):
        growth = max(1.0, (tensor.norm() / right.norm()).item()) if right.any() else 1.0
        error = errors.double().norm().item() * growth
        error += 2 * torch.finfo(found.dtype).eps * tensor.double().norm().item()
        for guess in guesses.about(tensor, error):
            if guess.adds:
                if tensor.shape == right.shape and not layout:
                    yield from added(guess, tensor - right, error)
            else:
                explanations = list(replaced(guess, layout, tensor, error))
                # A mistake that makes the right tensor in this network explains nothing.
                if explanations and (guess.cause is None or not difference(guess.tensor, right, errors).agrees):
                    yield from explanations


def added(guess: Hypothesis, off: Tensor, error: float) -> Iterator[Explanation]:
    """Explain the difference `off` from the right tensor as a multiple of the guessed tensor."""
    cause, edit = guess.cause, guess.adds
    assert cause is not None
    assert edit is not None
    same = match(off, guess.tensor, error, edit.slack)
    if same is not None and edit.limits[0] < same.factor < edit.limits[1]:
        yield Explanation((cause,), guess.origin.name, RANK_OF_A_NUMBER, 1, same)


def replaced(guess: Hypothesis, layout: tuple[Mistake, ...], tensor: Tensor, error: float) -> Iterator[Explanation]:
    """Explain the tensor as the guessed tensor in that layout, with or without a factor."""
    same = match(tensor, guess.tensor, error)
    if same is None:
        return
    causes = (*layout, *((guess.cause,) if guess.cause else ()))
    if abs(same.factor - 1) <= same.precision:
        if causes:
            yield Explanation(causes, guess.origin.name, len(causes), 0, same)
        return
    for reading in readings(same.factor, same.precision, guess.origin):
        fitted = MISTAKES.get(reading[0].key) is not reading[0] or reading[0].key == "epsilon"
        if fitted and causes and not is_plain(same.factor, same.precision):
            continue
        rank = len(causes) + (RANK_OF_A_NUMBER if fitted or reading[0].key.startswith("m ") else len(reading))
        yield Explanation((*causes, *reading), guess.origin.name, rank, int(fitted), same)


def layouts(found: Tensor, step: BackwardContext) -> Iterator[tuple[tuple[Mistake, ...], Tensor]]:
    """Yield the tensor unchanged, then the tensor brought into the right shape, with the cause of the wrong layout."""
    shape = step.right.shape
    yield (), found
    if found.ndim == 2 and found.T.shape == shape and step.place in ("dW", "db", "dA"):
        yield (MISTAKES["transposed"],), found.T
    elif found.shape != shape and found.numel() == step.right.numel():
        lost = step.name.kind == "db" and found.ndim < 2
        yield (MISTAKES["keepdim missing" if lost else "another shape"],), found.reshape(shape)
