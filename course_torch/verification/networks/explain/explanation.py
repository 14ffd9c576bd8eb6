"""Every explanation of one wrong tensor: a known mistake alone, with a factor, or in another layout."""

from collections.abc import Iterator, Set
from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.float64 import exact
from course_torch.mistakes import BACKWARD, MISTAKES
from course_torch.mistakes.context import BackwardContext
from course_torch.mistakes.record import Edit, Mistake, tensors_of
from course_torch.network.propagation import Kind, TensorName
from course_torch.verification.difference import difference
from course_torch.verification.match import Match, error_norm, match
from course_torch.verification.networks.explain.factors import Causes, is_plain, readings


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
    # dZ[L] and dA are explained without the tensor before
    if step.place not in ("dZ[L]", "dA") and step.before not in given:
        before = BackwardContext(step.before, step.tensors, step.forward)
        for each in hypotheses(before, given):
            if each.tensor.shape == before.right.shape:
                yield Hypothesis(each.cause, step.handed_on(each.tensor), each.origin, each.adds)


def made_from(name: TensorName) -> list[TensorName]:
    """The tensors of the same layer that are computed from this dZ or dA."""
    kinds: tuple[Kind, ...] = ("dW", "db") if name.kind == "dZ" else ("dslope", "dZ", "dW", "db")
    return [TensorName(kind, name.layer) for kind in kinds]


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

    causes: Causes
    origin: TensorName
    rank: float
    fitted: int
    match: Match


def possible_explanations(
    step: BackwardContext, found: Tensor, errors: Tensor, given: Set[TensorName]
) -> Iterator[Explanation]:
    """Explain the tensor `found` of this step by every hypothesis that makes it, even if only by chance.

    errors   the standard rounding error of each entry
    given    the names of the tensors that were handed in
    """
    right, about = step.right, list(hypotheses(step, given))
    for layout, tensor in layouts(found, step):
        eps = torch.finfo(found.dtype).eps
        error = error_norm(errors, tensor, right) + 2 * eps * exact(tensor).norm().item()
        for hypothesis in about:
            if hypothesis.adds is None:
                explanations = list(replaced(hypothesis, layout, tensor, error))
                if explanations and not makes_right(hypothesis, right, errors):
                    yield from explanations
            elif tensor.shape == right.shape and not layout:
                yield from added(hypothesis, tensor - right, error)


def makes_right(hypothesis: Hypothesis, right: Tensor, errors: Tensor) -> bool:
    """Whether a mistake makes the right tensor in this network, so that it explains nothing."""
    return hypothesis.cause is not None and difference(hypothesis.tensor, right, errors).agrees


def added(hypothesis: Hypothesis, off: Tensor, error: float) -> Iterator[Explanation]:
    """Explain the difference `off` from the right tensor as a multiple of the hypothesis's tensor."""
    cause, edit = hypothesis.cause, hypothesis.adds
    assert cause is not None
    assert edit is not None
    fit = match(off, hypothesis.tensor, error, edit.slack)
    if fit is not None and edit.limits[0] < fit.factor < edit.limits[1]:
        yield Explanation((cause,), hypothesis.origin.name, RANK_OF_A_NUMBER, 1, fit)


def replaced(hypothesis: Hypothesis, layout: Causes, tensor: Tensor, error: float) -> Iterator[Explanation]:
    """Explain the tensor as the hypothesis's tensor in that layout, with or without a factor."""
    fit = match(tensor, hypothesis.tensor, error)
    if fit is None:
        return
    causes = (*layout, *((hypothesis.cause,) if hypothesis.cause else ()))
    if abs(fit.factor - 1) <= fit.precision:
        if causes:
            yield Explanation(causes, hypothesis.origin.name, len(causes), 0, fit)
        return
    for reading in readings(fit.factor, fit.precision, hypothesis.origin):
        fitted = MISTAKES.get(reading[0].key) is not reading[0] or reading[0].key == "epsilon"
        if fitted and causes and not is_plain(fit.factor, fit.precision):
            continue
        rank = len(causes) + (RANK_OF_A_NUMBER if fitted or reading[0].key.startswith("m ") else len(reading))
        yield Explanation((*causes, *reading), hypothesis.origin.name, rank, int(fitted), fit)


def layouts(found: Tensor, step: BackwardContext) -> Iterator[tuple[Causes, Tensor]]:
    """Yield the tensor unchanged, then the tensor brought into the right shape, with the cause of the wrong layout."""
    shape = step.right.shape
    yield (), found
    if found.ndim == 2 and found.T.shape == shape and step.place in ("dW", "db", "dA"):
        yield (MISTAKES["transposed"],), found.T
    elif found.shape != shape and found.numel() == step.right.numel():
        lost = step.name.kind == "db" and found.ndim < 2
        yield (MISTAKES["keepdim missing" if lost else "another shape"],), found.reshape(shape)
