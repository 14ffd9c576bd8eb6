"""Find the first wrong tensor of a backward pass, and the mistakes that make exactly this tensor.

The diagnosis uses tensors only, not the code that computed them. So it can also compare a learner's backward pass with
a reference. Tensors are compared as wholes, by norms, because single entries of inactive units would give 0/0.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from course_torch.language import OR, Text, joined, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, ForwardPass, TensorName
from course_torch.mistakes.record import Mistake, sentence
from course_torch.text import dtype_name
from course_torch.verification.comparing import (
    DIGITS,
    NARROW,
    SAFETY,
    Match,
    difference,
    distinct,
    largest,
    match,
    rounded_to,
    symptom,
    vector_of,
)
from course_torch.verification.explain.explanation import (
    Explanation,
    guesses_of,
    made_from,
    possible_explanations,
    remembered_guesses,
)
from course_torch.verification.explain.statements import of_backward, statement
from course_torch.verification.finding import PROBABLY

NamedTensors = Mapping[TensorName, Tensor]


class Suspicion:
    """The tensors that were handed in, the right tensors, and the standard rounding error of each entry.

    found     the tensors that were handed in; some names may be missing
    right     all tensors in the order of computation
    forward   the forward pass from which both were computed
    """

    def __init__(self, found: NamedTensors, right: NamedTensors, errors: NamedTensors, forward: ForwardPass) -> None:
        self.found, self.right, self.errors, self.forward = found, right, errors, forward
        self._known: dict[TensorName, list[Explanation]] = {}

    def step(self, name: TensorName) -> BackwardContext:
        return BackwardContext(name, self.right, self.forward)

    def local(self, name: TensorName) -> BackwardContext | None:
        """The step that computes this tensor from the tensor that was handed in before it, if there is one."""
        step, before = self.step(name), self.step(name).before
        if before not in self.found or self.found[before].shape != self.right[before].shape:
            return None
        made = step.handed_on(self.found[before].to(self.right[before]))
        return BackwardContext(name, {**self.right, **self.found, name: made}, self.forward)

    def is_right(self, name: TensorName) -> bool:
        """Whether the tensor that was handed in differs from the right tensor by rounding errors only."""
        return difference(self.found[name], self.right[name], self.errors[name]).agrees

    def possible(self, name: TensorName) -> list[Explanation]:
        """Every explanation of this tensor, even if its causes make the tensor only by chance."""
        if name not in self._known:
            step = self.step(name)
            guesses = remembered_guesses(step, set(self.found))
            self._known[name] = list(possible_explanations(step, self.found[name], self.errors[name], guesses))
        return self._known[name]

    def explanations(self, name: TensorName) -> list[Explanation]:
        """The simplest explanations of this tensor that have enough evidence and that no other tensor contradicts.

        A layer of one unit makes a multiple of many mistakes. So an explanation that holds in another layer too comes
        before a simpler explanation that stands alone.
        """
        likely = [each for each in self.possible(name) if self.evidence(each, name) >= DIGITS]
        simplest: list[Explanation] = []
        for rank in sorted({each.rank for each in likely}):
            found = [each for each in likely if each.rank == rank]
            simplest = simplest or found
            if not has_little(self.right[name]) or not all(self.stands_alone(each, name) for each in found):
                return found
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
                    same = self.same_in(other, explanation)
                    if same is None:
                        return -1.0
                    matches.append(same)
        if self.found[name].numel() == 1 or total(matches, explanation.fitted) < DIGITS:
            others = [self.same_in(other, explanation) for other in self.wrong_beside(name)]
            matches += [same for same in others if same]
            is_weak = explanation.fitted or len(explanation.causes) > 1
            if self.found[name].numel() == 1 and is_weak and not all(others):
                return -1.0
        return total(matches, explanation.fitted)

    def hidden_in(self, name: TensorName, explanation: Explanation) -> bool:
        """Whether a tensor is right although the mistake of this explanation was made before it."""
        right, errors = self.right[name], self.errors[name]
        return self.is_right(name) and any(
            guess.cause in explanation.causes
            and guess.origin.name == explanation.origin
            and difference(guess.tensor, right, errors).agrees
            for guess in remembered_guesses(self.step(name), set(self.found)).all
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
        guesses = guesses_of(step, set(self.found))
        others = possible_explanations(step, self.found[step.name], self.errors[step.name], guesses)
        return any(each.text == explanation.text for each in others)

    def wrong_step(self, name: TensorName, first: TensorName) -> BackwardContext | None:
        """The step to this tensor, if it is wrong in itself and of the same kind as the first wrong one."""
        if self.step(name).place != self.step(first).place:
            return None
        step = self.step(name) if name == first else self.local(name)
        if step is None or difference(self.found[name], step.right, self.errors[name]).agrees:
            return None
        return step

    def same_in(self, name: TensorName, explanation: Explanation) -> Match | None:
        """How well the same causes reproduce another tensor, in which a further mistake may be made.

        None if no explanation of that tensor has these causes.
        """
        for each in self.possible(name):
            if set(explanation.text) <= set(each.text) and each.origin.kind == explanation.origin.kind:
                return each.match
        return None


def total(matches: list[Match], fitted: int) -> float:
    """The matching digits of all entries, minus the digits that the fitted numbers use up."""
    return sum(each.evidence for each in matches) - fitted * max(each.digits for each in matches)


REMAINDER = 1e-6
"""A remainder below this fraction of the norm counts as a rounding error."""


def patterns(suspicion: Suspicion, name: TensorName) -> Iterator[str]:
    """Yield the keys of the causes whose pattern the tensor shows. No record makes this tensor."""
    found, right = suspicion.found[name], suspicion.right[name]
    if found.shape != right.shape:
        yield "shape"
    elif not found.isfinite().all():
        yield "not finite"
    elif found.any():
        step = suspicion.step(name)
        if (dtype := rounded_to(found, right, suspicion.errors[name], len(suspicion.forward.Y))) is not None:
            yield dtype
        elif step.place == "dZ[L]" and has_class_weights(suspicion, name):
            yield "class weights"
        elif step.place == "dZ[L]" and has_other_labels(suspicion, name):
            yield "labels shuffled"
        elif has_constant_added(suspicion, name):
            yield "constant added"


def certain(suspicion: Suspicion, name: TensorName) -> Iterator[str]:
    """Yield the key of a cause that the dtype or the other tensor of the formula proves, without any suspect."""
    found, right, errors = suspicion.found[name], suspicion.right[name], suspicion.errors[name]
    key = dtype_name(found.dtype)
    if key in NARROW.get(right.dtype, ()):
        rounding = torch.finfo(found.dtype).eps
        if difference(found, right, errors).relative <= 10 * rounding:
            yield key
    other = TensorName("db", name.layer)
    if name.kind == "dW" and other in suspicion.found:
        is_db = difference(found, suspicion.right[other], suspicion.errors[other]).agrees
        if is_db and difference(suspicion.found[other], right, errors).agrees:
            yield "swapped"
    for other in suspicion.found if not name.of_loss and not suspicion.is_right(name) else ():
        alike = other.kind == name.kind and other != name and suspicion.found[other].shape == right.shape
        swapped = ((found, other), (suspicion.found[other], name)) if alike and not suspicion.is_right(other) else ()
        if swapped and all(difference(made, suspicion.right[n], suspicion.errors[n]).agrees for made, n in swapped):
            yield "swapped between layers"


def has_class_weights(suspicion: Suspicion, name: TensorName) -> bool:
    """Whether the rows of each class are the right rows times a positive factor, and the factors differ."""
    found, right = suspicion.found[name], suspicion.right[name]
    labels, label_of = suspicion.forward.Y.unique(dim=0, return_inverse=True)
    if len(labels) == len(found):
        return False
    factors, digits = [], 0.0
    for label in range(len(labels)):
        chosen = label_of == label
        error = suspicion.errors[name][chosen].double().norm().item() + REMAINDER * found[chosen].double().norm().item()
        same = match(found[chosen], right[chosen], error)
        if same is None or same.factor < 0:
            return False
        factors.append(same.factor)
        digits += same.evidence - same.digits
    return digits >= DIGITS and max(factors) > (1 + 10 * REMAINDER) * min(factors)


def has_other_labels(suspicion: Suspicion, name: TensorName) -> bool:
    """Whether A - dZ is the label of another example in at least two rows."""
    found, Y = suspicion.found[name].double(), suspicion.forward.Y.double()
    used = suspicion.forward.caches[-1].A.double() - found
    nearest = torch.cdist(used, Y).min(dim=1)
    taken = Y[nearest.indices]
    if all(len(taken[(label == Y).all(dim=1)].unique(dim=0)) == 1 for label in Y.unique(dim=0)):
        return False  # each class has become another class: no order of the examples does that
    near = (nearest.values <= 10 * SAFETY * suspicion.errors[name].double().norm(dim=1)).all()
    as_often = torch.equal(taken.sum(dim=0), Y.sum(dim=0))
    return bool(near) and as_often and int((taken != Y).any(dim=1).sum()) > 1


def has_constant_added(suspicion: Suspicion, name: TensorName) -> bool:
    """Whether every entry is too large by the same number. Entries of the same size are no further evidence."""
    right = vector_of(suspicion.right[name])
    off = suspicion.found[name].double() - suspicion.right[name].double()
    same = match(off, torch.ones_like(off), suspicion.errors[name].double().norm().item())
    if same is None or not right.any():
        return False
    return same.digits * (distinct(right / largest(right)) - 1) >= DIGITS


WRONG_DTYPE = Text("{seen}, dtype {found}, expected {right}", "{seen}，dtype 是 {found}，应当是 {right}")
FIRST_WRONG = Text("first wrong: {tensor} ({seen}). {said}.", "第一个出错的张量：{tensor}（{seen}）。{said}。")
FACTS = {"unknown", "not updated", "of before", "all 0", "only dW 0"}
"""Keys of the records that only say what the numbers are, so that nothing is probable."""


@dataclass(frozen=True)
class Diagnosis:
    """The first wrong tensor, all wrong tensors, the explanations of the first one, and what is seen of it in numbers.

    There are several explanations if each of them alone makes this tensor. An explanation is one cause, or several
    causes that occur together. A cause is named by the key of its record. The keys of mistakes made together are
    joined by "and". A constant factor has a name such as "factor 2".
    """

    tensor: TensorName
    wrong: tuple[TensorName, ...]
    explanations: tuple[tuple[Mistake, ...], ...]
    seen: Text

    @property
    def symptom(self) -> str:
        """In numbers how the tensor differs from the right one, in English."""
        return self.seen.en

    @property
    def causes(self) -> tuple[str, ...]:
        """The keys of the causes of each explanation."""
        return tuple(dict.fromkeys(" and ".join(cause.key for cause in causes) for causes in self.explanations))

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The sentence of each explanation: one sentence if only its words about the same cause differ."""
        said: dict[tuple[str, ...], Text] = {}
        for causes in self.explanations:
            said.setdefault(tuple(cause.key for cause in causes), sentence(causes))
        return tuple(said.values())

    def at(self, update: Text) -> "Diagnosis":
        """The diagnosis, which says in which update of training it was seen."""
        return replace(self, seen=same("{seen}{update}").fill(seen=self.seen, update=update))

    def as_record(self) -> dict[str, object]:
        """The diagnosis as strings and lists of strings."""
        return {
            "tensor": str(self.tensor),
            "wrong": [str(name) for name in self.wrong],
            "causes": list(self.causes),
            "sentences": [each.en for each in self.sentences],
            "symptom": self.symptom,
        }

    @property
    def text(self) -> Text:
        """The first wrong tensor, what is seen of it, and the probable causes."""
        said = joined(OR, self.sentences)
        is_fact = set(self.causes) <= FACTS
        said = said._replace(en=said.en[:1].upper() + said.en[1:]) if is_fact else PROBABLY.fill(causes=said)
        return FIRST_WRONG.fill(tensor=self.tensor, seen=self.seen, said=said)

    def __str__(self) -> str:
        return self.text.en


def diagnose(
    found: NamedTensors,
    reference: NamedTensors,
    errors: NamedTensors,
    forward: ForwardPass,
    alternatives: Sequence[NamedTensors] = (),
) -> Diagnosis | None:
    """Explain the first wrong tensor. Returns None if all tensors agree.

    found          the tensors to check; some may be missing, such as all dZ and dA
    reference      the right tensors, in the order of computation
    errors         the standard rounding error of each entry
    forward        the forward pass from which all tensors were computed
    alternatives   other right tensors, such as those with ReLU's slope 1 where Z is exactly 0
    """
    cases = [Suspicion(found, right, errors, forward) for right in (reference, *alternatives)]
    suspicion, wrong = min(((each, wrong_tensors(each)) for each in cases), key=lambda pair: len(pair[1]))
    if not wrong:
        return None
    name = wrong[0]
    explanations: list[tuple[Mistake, ...]] = [(MISTAKES[key],) for key in certain(suspicion, name)]
    explained = [] if explanations else suspicion.explanations(name)
    if explained and (has_little(suspicion.right[name]) or all(map(is_number, explained))):
        # A layer of one unit makes a multiple of many mistakes, and a constant is the same in all layers.
        beside = [each for each in explained if not suspicion.stands_alone(each, name)]
        if not beside:
            explanations = seen_in_numbers(suspicion, name)
            beside = [each for each in explained if is_number(each)]
        explained = beside
    explanations = explanations or [each.causes for each in explained]
    if not explanations:
        shown: list[tuple[Mistake, ...]] = [(MISTAKES[key],) for key in patterns(suspicion, name)]
        by_chance = shown == [(MISTAKES["constant added"],)] and has_little(suspicion.right[name])
        explanations = shown if shown and not by_chance else seen_in_numbers(suspicion, name) or shown
    if not explanations:
        key = "unknown" if suspicion.found[name].any() else "all 0"
        db = TensorName("db", name.layer)
        if (
            key == "all 0"
            and name.kind == "dW"
            and db in suspicion.found
            and db not in wrong
            and suspicion.found[db].any()
        ):
            key = "only dW 0"
        explanations = [(MISTAKES[key],)]
    seen = symptom(suspicion.found[name], suspicion.right[name])
    dtype, expected = (dtype_name(each[name].dtype) for each in (suspicion.found, suspicion.right))
    if explanations[0][0].key == dtype != expected:
        seen = WRONG_DTYPE.fill(seen=seen, found=dtype, right=expected)
    return Diagnosis(name, tuple(wrong), tuple(explanations), seen)


def seen_in_numbers(suspicion: Suspicion, name: TensorName) -> list[tuple[Mistake, ...]]:
    """What the numbers of a tensor show, if they show anything."""
    causes = statement(of_backward(suspicion.step(name), suspicion.found[name], suspicion.errors[name]))
    return [causes] if causes else []


def has_little(tensor: Tensor) -> bool:
    """Whether a matrix has at most two rows or columns, so that many formulas make it by chance."""
    return min(tensor.shape, default=0) <= 2


def is_number(explanation: Explanation) -> bool:
    """Whether a number alone explains the tensor."""
    return [cause.recognized for cause in explanation.causes] == ["number"]


def wrong_tensors(suspicion: Suspicion) -> list[TensorName]:
    """The names of the tensors that differ from the right ones, in the order of computation."""
    return [name for name in suspicion.right if name in suspicion.found and not suspicion.is_right(name)]
