"""Which explanations of a wrong tensor have enough evidence: the other tensors of the pass must not contradict them."""

from functools import cached_property

from torch import Tensor

from course_torch.mistakes.context import BackwardContext, ForwardPass
from course_torch.network.propagation import TensorName, Tensors
from course_torch.verification.difference import difference
from course_torch.verification.match import DIGITS, Match
from course_torch.verification.networks.explain.explanation import (
    Explanation,
    hypotheses,
    made_from,
    possible_explanations,
)


class WrongPass:
    """The tensors of a backward pass that were handed in, beside the right tensors.

    found     the tensors that were handed in; some names may be missing
    right     all tensors in the order of computation
    errors    the standard rounding error of each entry
    forward   the forward pass from which both were computed
    """

    def __init__(self, found: Tensors, right: Tensors, errors: Tensors, forward: ForwardPass) -> None:
        self.found, self.right, self.errors, self.forward = found, right, errors, forward
        self._known: dict[TensorName, list[Explanation]] = {}

    def step(self, name: TensorName) -> BackwardContext:
        return BackwardContext(name, self.right, self.forward)

    def is_right(self, name: TensorName) -> bool:
        """Whether the tensor that was handed in differs from the right tensor by rounding errors only."""
        return difference(self.found[name], self.right[name], self.errors[name]).agrees

    @cached_property
    def wrong_names(self) -> list[TensorName]:
        """The names of the tensors that differ from the right ones, in the order of computation."""
        return [name for name in self.right if name in self.found and not self.is_right(name)]

    def possible(self, name: TensorName) -> list[Explanation]:
        """Every explanation of this tensor, even if its causes make the tensor only by chance."""
        if name not in self._known:
            found, errors = self.found[name], self.errors[name]
            self._known[name] = list(possible_explanations(self.step(name), found, errors, self.found.keys()))
        return self._known[name]

    def explanations(self, name: TensorName) -> list[Explanation]:
        """The simplest explanations of this tensor that have enough evidence and that no other tensor contradicts.

        A layer of one unit makes a multiple of many mistakes. So an explanation that holds in another layer too comes
        before a simpler explanation that stands alone.
        """
        likely = [each for each in self.possible(name) if self.evidence(each, name) >= DIGITS]
        simplest: list[Explanation] = []
        for rank in sorted({each.rank for each in likely}):
            of_rank = [each for each in likely if each.rank == rank]
            simplest = simplest or of_rank
            if not has_little(self.right[name]) or not all(self.stands_alone(each, name) for each in of_rank):
                return of_rank
        return simplest

    def evidence(self, explanation: Explanation, name: TensorName) -> float:
        """Count the matching digits, without the digits that fitted numbers use up. -1 if another tensor contradicts.

        A mistake in a tensor that was not handed in must show in every tensor made from it, unless it makes the right
        tensor there, as inverted labels make the right db where there are as many 0 as 1. A number that is fitted to
        a single number proves nothing, and two causes little, because they are many pairs: so the tensors of the same
        kind in other layers must have the same explanation.
        """
        matches = [explanation.match]
        if explanation.origin.kind != name.kind:
            for other in made_from(explanation.origin):
                if other != name and other in self.found and not self.hidden_in(other, explanation):
                    fit = self.match_in(other, explanation)
                    if fit is None:
                        return -1.0
                    matches.append(fit)
        if self.found[name].numel() == 1 or total(matches, explanation.fitted) < DIGITS:
            others = [self.match_in(other, explanation) for other in self.wrong_beside(name)]
            matches += [fit for fit in others if fit]
            is_weak = explanation.fitted or len(explanation.causes) > 1
            if self.found[name].numel() == 1 and is_weak and not all(others):
                return -1.0
        return total(matches, explanation.fitted)

    def hidden_in(self, name: TensorName, explanation: Explanation) -> bool:
        """Whether a tensor is right although the mistake of this explanation was made before it."""
        right, errors = self.right[name], self.errors[name]
        return self.is_right(name) and any(
            each.cause in explanation.causes
            and each.origin.name == explanation.origin
            and difference(each.tensor, right, errors).agrees
            for each in hypotheses(self.step(name), self.found.keys())
        )

    def wrong_beside(self, name: TensorName) -> list[TensorName]:
        """The wrong tensors of the same kind in other layers. All zeros are left out: anything could make zeros."""
        return [
            other
            for other, tensor in self.found.items()
            if other.kind == name.kind and other != name and tensor.any() and not self.is_right(other)
        ]

    def stands_alone(self, explanation: Explanation, name: TensorName) -> bool:
        """Whether there are wrong steps of the same kind in other layers, and none of them has this explanation."""
        steps = [step for other in self.found if other != name and (step := self.wrong_step(other, name)) is not None]
        return bool(steps) and not any(self.explains(explanation, step) for step in steps)

    def explains(self, explanation: Explanation, step: BackwardContext) -> bool:
        """Whether the same causes make the tensor of another step."""
        found, errors = self.found[step.name], self.errors[step.name]
        others = possible_explanations(step, found, errors, self.found.keys())
        return any(each.causes == explanation.causes for each in others)

    def wrong_step(self, name: TensorName, first: TensorName) -> BackwardContext | None:
        """The step to this tensor from the tensor before it, if it is wrong in itself and of the kind of the first."""
        step, before = self.step(name), self.step(name).before
        if step.place != self.step(first).place or before not in self.found:
            return None
        if self.found[before].shape != self.right[before].shape:
            return None
        made = step.handed_on(self.found[before].to(self.right[before]))
        if difference(self.found[name], made, self.errors[name]).agrees:
            return None
        return BackwardContext(name, {**self.right, **self.found, name: made}, self.forward)

    def match_in(self, name: TensorName, explanation: Explanation) -> Match | None:
        """How well the same causes reproduce another tensor, in which a further mistake may be made.

        None if no explanation of that tensor has these causes.
        """
        for each in self.possible(name):
            if {*explanation.causes} <= {*each.causes} and each.origin.kind == explanation.origin.kind:
                return each.match
        return None


def total(matches: list[Match], fitted: int) -> float:
    """The matching digits of all entries, minus the digits that the fitted numbers use up."""
    return sum(each.evidence for each in matches) - fitted * max(each.digits for each in matches)


def has_little(tensor: Tensor) -> bool:
    """Whether a matrix has at most two rows or columns, so that many formulas make it by chance."""
    return min(tensor.shape, default=0) <= 2
