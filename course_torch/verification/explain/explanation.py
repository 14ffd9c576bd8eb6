"""Every explanation of one wrong tensor: a known mistake alone, with a factor, or in another layout."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.verification.difference import difference
from course_torch.verification.explain.factors import is_plain, readings
from course_torch.verification.explain.hypotheses import Hypotheses, Hypothesis
from course_torch.verification.explain.match import Match, match
from course_torch.verification.explain.statements import Causes

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

    @property
    def text(self) -> list[str]:
        """Keys and English sentences of the causes. The sentences contain the fitted numbers."""
        return [f"{cause.key}: {cause.sentence.en}" for cause in self.causes]


def possible_explanations(
    step: BackwardContext, found: Tensor, errors: Tensor, hypotheses: Hypotheses
) -> Iterator[Explanation]:
    """Explain the tensor `found` of this step by every hypothesis that makes it, even if only by chance.

    errors   the standard rounding error of each entry
    """
    right = step.right
    for layout, tensor in layouts(found, step):
        growth = max(1.0, (tensor.norm() / right.norm()).item()) if right.any() else 1.0
        error = errors.double().norm().item() * growth
        error += 2 * torch.finfo(found.dtype).eps * tensor.double().norm().item()
        for hypothesis in hypotheses.about(tensor, error):
            if hypothesis.adds:
                if tensor.shape == right.shape and not layout:
                    yield from added(hypothesis, tensor - right, error)
            else:
                explanations = list(replaced(hypothesis, layout, tensor, error))
                # A mistake that makes the right tensor in this network explains nothing.
                if explanations and (
                    hypothesis.cause is None or not difference(hypothesis.tensor, right, errors).agrees
                ):
                    yield from explanations


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
