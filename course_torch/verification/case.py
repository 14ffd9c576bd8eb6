"""The tensors of one backward pass under diagnosis, and the explanations that all of them together support."""

from collections.abc import Callable, Mapping, Set

from torch import Tensor

from course_torch.mistakes.context import BackwardContext, ForwardPass, TensorName
from course_torch.verification.difference import difference
from course_torch.verification.explanation import Explanation, possible_explanations
from course_torch.verification.guesses import Guesses, guesses_of
from course_torch.verification.hypotheses import made_from
from course_torch.verification.matching import DIGITS, Match

NamedTensors = Mapping[TensorName, Tensor]


class Case:
    """The tensors that were handed in, the right tensors, and the standard rounding error of each entry.

    found     the tensors that were handed in; some names may be missing
    right     all tensors in the order of computation
    forward   the forward pass from which both were computed
    guesses   the hypotheses about the tensor of a step, of these right tensors and this forward pass
    """

    def __init__(
        self,
        found: NamedTensors,
        right: NamedTensors,
        errors: NamedTensors,
        forward: ForwardPass,
        guesses: Callable[[BackwardContext, Set[TensorName]], Guesses] = guesses_of,
    ) -> None:
        self.found, self.right, self.errors, self.forward = found, right, errors, forward
        self.guesses = guesses
        self._known: dict[TensorName, list[Explanation]] = {}

    def step(self, name: TensorName) -> BackwardContext:
        return BackwardContext(name, self.right, self.forward)

    def is_right(self, name: TensorName) -> bool:
        """Whether the tensor that was handed in differs from the right tensor by rounding errors only."""
        return difference(self.found[name], self.right[name], self.errors[name]).agrees

    def possible(self, name: TensorName) -> list[Explanation]:
        """Every explanation of this tensor, even if its causes make the tensor only by chance."""
        if name not in self._known:
            step = self.step(name)
            guesses = self.guesses(step, set(self.found))
            self._known[name] = list(possible_explanations(step, self.found[name], self.errors[name], guesses))
        return self._known[name]

    def explanations(self, name: TensorName) -> list[Explanation]:
        """The simplest explanations of this tensor that have enough evidence and that no other tensor contradicts."""
        likely = [each for each in self.possible(name) if self.evidence(each, name) >= DIGITS]
        return [each for each in likely if each.rank == min(other.rank for other in likely)]

    def evidence(self, explanation: Explanation, name: TensorName) -> float:
        """Count the matching digits, without the digits that fitted numbers use up. -1 if another tensor contradicts.

        A mistake in a tensor that was not handed in must show in every tensor made from it. A single number proves
        nothing, so the tensors of the same kind in other layers, where the mistake may occur too, are judged with it.
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
        """The wrong tensors of the same kind in other layers. All zeros are left out: anything could make zeros."""
        return [
            other
            for other, tensor in self.found.items()
            if other.kind == name.kind and other != name and tensor.any() and not self.is_right(other)
        ]

    def same_in(self, name: TensorName, explanation: Explanation) -> Match | None:
        """How well the same causes reproduce another tensor. None if no explanation of that tensor has these causes."""
        for each in self.possible(name):
            if each.text == explanation.text and each.origin.kind == explanation.origin.kind:
                return each.match
        return None


def total(matches: list[Match], fitted: int) -> float:
    """The matching digits of all entries, minus the digits that the fitted numbers use up."""
    return sum(each.evidence for each in matches) - fitted * max(each.digits for each in matches)
