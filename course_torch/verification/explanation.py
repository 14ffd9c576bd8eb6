"""The causes that explain one wrong tensor, and how well the numbers bear them out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.verification.catalogue import BY_KEY
from course_torch.verification.catalogue.cause import Cause
from course_torch.verification.difference import difference
from course_torch.verification.factors import is_plain, readings
from course_torch.verification.hypotheses import Hypothesis, hypotheses, made_from
from course_torch.verification.matching import DIGITS, Match, match
from course_torch.verification.names import TensorName
from course_torch.verification.suspects import ForwardPass, Step

Tensors = Mapping[TensorName, Tensor]
A_NUMBER = 1.5
"""The rank of a factor or a multiple that was fitted: more than one cause, less than two."""


@dataclass(frozen=True)
class Explanation:
    """Causes that together make the tensor. The fewest causes are the likeliest: `rank` counts them.

    origin   the tensor in which the mistake was made
    fitted   numbers that were chosen to fit: they are no evidence
    """

    causes: tuple[Cause, ...]
    origin: TensorName
    rank: float
    fitted: int
    match: Match

    @property
    def text(self) -> list[str]:
        """What is said of the causes, with the numbers in it."""
        return [f"{cause.key}: {cause.sentence}" for cause in self.causes]


class Case:
    """The tensors that were handed in, the right ones, and the explanations of each."""

    def __init__(self, found: Tensors, right: Tensors, errors: Tensors, forward: ForwardPass) -> None:
        self.found, self.right, self.errors, self.forward = found, right, errors, forward
        self._known: dict[TensorName, list[Explanation]] = {}

    def step(self, name: TensorName) -> Step:
        return Step(name, self.right, self.forward)

    def is_right(self, name: TensorName, tensor: Tensor) -> bool:
        """Whether the tensor is the right one of that name, but for rounding."""
        right = self.right[name]
        return tensor.shape == right.shape and difference(tensor, right, self.errors[name]).agrees

    def possible(self, name: TensorName) -> list[Explanation]:
        """Everything that makes this tensor, by chance or not."""
        if name not in self._known:
            self._known[name] = list(possible(self, name))
        return self._known[name]

    def explanations(self, name: TensorName) -> list[Explanation]:
        """The simplest explanations of this tensor that are no chance and that no other tensor speaks against."""
        likely = [each for each in self.possible(name) if self.evidence(each, name) >= DIGITS]
        simplest = min((each.rank for each in likely), default=0)
        return [each for each in likely if each.rank == simplest]

    def evidence(self, explanation: Explanation, name: TensorName) -> float:
        """Digits that agree though nothing was fitted to them. Below 0 where another tensor contradicts.

        A mistake in a tensor that was not handed in must show in everything that is made from it. A single number is
        judged together with the tensors of its kind in the other layers, where the same mistake may have been made.
        """
        matches = [explanation.match]
        if explanation.origin.kind != name.kind:
            for other in made_from(explanation.origin):
                if other != name and other in self.found:
                    same = self.same_in(other, explanation)
                    if same is None:
                        return -1.0
                    matches.append(same)
        if self.found[name].numel() == 1 or total(matches, explanation.fitted) < DIGITS:
            others = [self.same_in(other, explanation) for other in self.wrong_beside(name)]
            matches += [same for same in others if same]
            if self.found[name].numel() == 1 and not all(others):
                return -1.0
        return total(matches, explanation.fitted)

    def wrong_beside(self, name: TensorName) -> list[TensorName]:
        """The wrong tensors of the same kind in other layers; all zeros could come from anything."""
        return [
            other
            for other, tensor in self.found.items()
            if other.kind == name.kind and other != name and tensor.any() and not self.is_right(other, tensor)
        ]

    def same_in(self, name: TensorName, explanation: Explanation) -> Match | None:
        """The match of the same causes in another tensor."""
        for each in self.possible(name):
            if each.text == explanation.text and each.origin.kind == explanation.origin.kind:
                return each.match
        return None


def total(matches: list[Match], fitted: int) -> float:
    """The digits of all entries but for the fitted ones."""
    return sum(each.evidence for each in matches) - fitted * max(each.digits for each in matches)


def possible(case: Case, name: TensorName) -> Iterator[Explanation]:
    """Each hypothesis that makes the tensor, alone, with a factor, or in another layout."""
    step, found = case.step(name), case.found[name]
    guesses = list(hypotheses(step, set(case.found)))
    for layout, tensor in layouts(found, step):
        growth = max(1.0, (tensor.norm() / step.reference.norm()).item()) if step.reference.any() else 1.0
        error = case.errors[name].double().norm().item() * growth
        error += 2 * torch.finfo(found.dtype).eps * tensor.double().norm().item()
        for guess in guesses:
            if guess.added:
                if tensor.shape == step.reference.shape and not layout:
                    yield from added(guess, tensor - step.reference, error)
            else:
                causes = list(replaced(guess, layout, tensor, error))
                if causes and (guess.cause is None or not case.is_right(name, guess.tensor)):
                    yield from causes


def added(guess: Hypothesis, off: Tensor, error: float) -> Iterator[Explanation]:
    """The explanation by an added multiple of a tensor."""
    cause = guess.cause
    assert cause is not None
    same = match(off, guess.tensor, error, cause.slack)
    if same is not None and cause.limits[0] < same.factor < cause.limits[1]:
        yield Explanation((cause,), guess.origin.name, A_NUMBER, 1, same)


def replaced(guess: Hypothesis, layout: tuple[Cause, ...], tensor: Tensor, error: float) -> Iterator[Explanation]:
    """The explanations by the guessed tensor in that layout, as it is or with a factor."""
    same = match(tensor, guess.tensor, error)
    if same is None:
        return
    causes = (*layout, *((guess.cause,) if guess.cause else ()))
    if abs(same.factor - 1) <= same.precision:
        if causes:
            yield Explanation(causes, guess.origin.name, len(causes), 0, same)
        return
    for reading in readings(same.factor, same.precision, guess.origin):
        fitted = reading[0].key not in BY_KEY or reading[0].key == "epsilon"
        if fitted and causes and not is_plain(same.factor, same.precision):
            continue
        rank = len(causes) + (A_NUMBER if fitted or reading[0].key.startswith("m ") else len(reading))
        yield Explanation((*causes, *reading), guess.origin.name, rank, int(fitted), same)


def layouts(found: Tensor, step: Step) -> Iterator[tuple[tuple[Cause, ...], Tensor]]:
    """The tensor as it is, and in the other layouts that it may be meant in."""
    shape = step.reference.shape
    yield (), found
    if found.ndim == 2 and found.T.shape == shape and min(shape) > 0 and step.place in ("dW", "db", "dA"):
        yield (BY_KEY["transposed"],), found.T
    elif found.shape != shape and found.numel() == step.reference.numel():
        lost = step.name.kind == "db" and found.ndim < 2
        yield (BY_KEY["keepdim missing" if lost else "another shape"],), found.reshape(shape)
