"""Every explanation of one wrong tensor: a known mistake alone, with a factor, or in another layout."""

from collections.abc import Iterator
from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, TensorName
from course_torch.mistakes.record import Mistake
from course_torch.verification.difference import difference
from course_torch.verification.factors import is_plain, readings
from course_torch.verification.guesses import Guesses
from course_torch.verification.hypotheses import Hypothesis
from course_torch.verification.matching import Match, match

A_NUMBER = 1.5
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
        yield Explanation((cause,), guess.origin.name, A_NUMBER, 1, same)


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
        rank = len(causes) + (A_NUMBER if fitted or reading[0].key.startswith("m ") else len(reading))
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
