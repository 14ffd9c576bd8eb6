"""Find the first wrong tensor of a backward pass, and the mistakes that make exactly this tensor.

The diagnosis uses tensors only, not the code that computed them. So it can also compare a learner's backward pass with
a reference. Tensors are compared as wholes, by norms, because single entries of inactive units would give 0/0.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import torch

from course_torch.float64 import exact
from course_torch.language import OR, Text, joined
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import ForwardPass
from course_torch.mistakes.record import sentence
from course_torch.network.propagation import TensorName, Tensors
from course_torch.text import dtype_name
from course_torch.verification.difference import SAFETY, difference, symptom
from course_torch.verification.finding import PROBABLY, as_fact
from course_torch.verification.match import NARROW, rounded_to
from course_torch.verification.networks.explain.explanation import Explanation
from course_torch.verification.networks.explain.factors import Causes, with_values
from course_torch.verification.networks.explain.wrong_pass import WrongPass, has_little

WRONG_DTYPE = Text("{seen}, dtype {found}, expected {right}", "{seen}，dtype 是 {found}，应当是 {right}")
FIRST_WRONG = Text("first wrong: {tensor} ({seen}). {causes}.", "第一个出错的张量：{tensor}（{seen}）。{causes}。")
FACTS = {
    *("unknown", "not updated", "of before", "all 0", "shape"),
    *("swapped", "swapped between layers", "another tensor"),
}
"""Keys of the records that state a fact: their sentence does not begin with "Probably"."""
ENOUGH = 4
"""More different entries than this prove that a whole tensor is another one."""
CLOSE = 1e-9
"""Entries are equal if they differ by less than this fraction of the largest entry, or by rounding errors."""
ROUGH = 1e-5
"""From larger rounding errors no other tensor is recognized, in fractions of the largest entry."""


@dataclass(frozen=True)
class Diagnosis:
    """The first wrong tensor, all wrong tensors, the explanations of the first one, and what is seen of it in numbers.

    There are several explanations if each of them alone makes this tensor. An explanation is one cause, or several
    causes that occur together. A cause is named by the key of its record. The keys of mistakes made together are
    joined by "and". A constant factor has a name such as "factor 2".
    """

    tensor: TensorName
    wrong: tuple[TensorName, ...]
    explanations: tuple[Causes, ...]
    seen: Text

    @property
    def causes(self) -> tuple[str, ...]:
        """The keys of the causes of each explanation."""
        return tuple(dict.fromkeys(" and ".join(cause.key for cause in causes) for causes in self.explanations))

    @property
    def sentences(self) -> tuple[Text, ...]:
        """The sentence of each explanation: one sentence if only its words about the same cause differ."""
        by_keys: dict[tuple[str, ...], Text] = {}
        for causes in self.explanations:
            by_keys.setdefault(tuple(cause.key for cause in causes), sentence(causes))
        return tuple(by_keys.values())

    def as_record(self) -> dict[str, object]:
        """The diagnosis as strings and lists of strings."""
        return {
            "tensor": str(self.tensor),
            "wrong": [str(name) for name in self.wrong],
            "causes": list(self.causes),
            "sentences": [each.en for each in self.sentences],
            "symptom": self.seen.en,
        }

    @property
    def text(self) -> Text:
        """The first wrong tensor, what is seen of it, and the probable causes."""
        causes = joined(OR, self.sentences)
        causes = as_fact(causes) if set(self.causes) <= FACTS else PROBABLY.fill(causes=causes)
        return FIRST_WRONG.fill(tensor=self.tensor, seen=self.seen, causes=causes)

    def __str__(self) -> str:
        return self.text.en


def diagnose(found: Tensors, right: Tensors, errors: Tensors, forward: ForwardPass) -> Diagnosis | None:
    """Explain the first wrong tensor. Returns None if all tensors agree.

    found     the tensors to check; some may be missing, such as all dZ and dA
    right     the right tensors, in the order of computation
    errors    the standard rounding error of each entry
    forward   the forward pass from which all tensors were computed
    """
    backward = WrongPass(found, right, errors, forward)
    if not backward.wrong_names:
        return None
    name = backward.wrong_names[0]
    explanations = next(filter(None, searches(backward, name)))
    seen = symptom(found[name], right[name])
    dtype, expected = (dtype_name(tensors[name].dtype) for tensors in (found, right))
    if explanations[0][0].key == dtype != expected:
        seen = WRONG_DTYPE.fill(seen=seen, found=dtype, right=expected)
    return Diagnosis(name, tuple(backward.wrong_names), tuple(explanations), seen)


def searches(backward: WrongPass, name: TensorName) -> Iterator[list[Causes]]:
    """What is tried, in this order: the first search that finds something ends the diagnosis."""
    little = has_little(backward.right[name])
    yield proven(backward, name)
    made = backward.explanations(name)
    # A layer of one unit makes a multiple of many mistakes, and a constant is the same in all layers.
    doubtful = bool(made) and (little or all(map(is_number, made)))
    yield [each.causes for each in made if not doubtful or not backward.stands_alone(each, name)]
    if doubtful:
        yield another_tensor(backward, name)
        yield [each.causes for each in made if is_number(each)]
    yield patterns(backward, name)
    yield another_tensor(backward, name)
    yield [(MISTAKES["unknown" if backward.found[name].any() else "all 0"],)]


def proven(backward: WrongPass, name: TensorName) -> list[Causes]:
    """The causes that the dtype or the other tensors prove: a narrower dtype, or tensors that are swapped."""
    keys = []
    found, right, errors = backward.found[name], backward.right[name], backward.errors[name]
    dtype = dtype_name(found.dtype)
    if dtype in NARROW.get(right.dtype, ()):
        rounding = torch.finfo(found.dtype).eps
        if difference(found, right, errors).relative <= 10 * rounding:
            keys.append(dtype)
    if name.kind == "dW" and swapped(backward, name, TensorName("db", name.layer)):
        keys.append("swapped")
    if not name.of_loss:
        others = [other for other in backward.wrong_names if other.kind == name.kind and other != name]
        keys += ["swapped between layers" for other in others if swapped(backward, name, other)]
    return [(MISTAKES[key],) for key in keys]


def swapped(backward: WrongPass, name: TensorName, other: TensorName) -> bool:
    """Whether each of two tensors is the right tensor of the other name."""
    return other in backward.found and all(
        difference(backward.found[found], backward.right[right], backward.errors[right]).agrees
        for found, right in ((name, other), (other, name))
    )


def patterns(backward: WrongPass, name: TensorName) -> list[Causes]:
    """The cause that the tensor shows, though no record makes it: a shape, a dtype, or numbers that are not finite."""
    found, right, errors = backward.found[name], backward.right[name], backward.errors[name]
    if found.shape != right.shape:
        key: str | None = "shape"
    elif not found.isfinite().all():
        key = "not finite"
    elif not found.any():
        key = None
    else:
        key = rounded_to(found, right, errors, len(backward.forward.Y))
    return [(MISTAKES[key],)] if key else []


def another_tensor(backward: WrongPass, name: TensorName) -> list[Causes]:
    """That the numbers are those of another tensor of the pass, if they are."""
    step = backward.step(name)
    found, right, error = map(exact, (backward.found[name], step.right, backward.errors[name]))
    size = right.abs().max()
    if found.shape != right.shape or not (found.any() and found.isfinite().all()) or error.max() > ROUGH * size:
        return []
    beside = {str(other): tensor for other, tensor in step.tensors.items() if other != name}
    beside |= {"X": step.X, "Y": step.forward.Y}
    for l, (cache, W) in enumerate(zip(step.forward.caches, step.forward.W, strict=True), start=1):
        beside |= {f"Z[{l}]": cache.Z, f"A[{l}]": cache.A, f"W[{l}]": W}
    allowed = 2 * SAFETY * error + CLOSE * size
    for other, tensor in beside.items():
        if tensor.shape != right.shape or len(tensor.unique()) <= ENOUGH:
            continue
        if ((found - exact(tensor)).abs() <= allowed).all():
            return [(with_values("another tensor", tensor=other),)]
    return []


def is_number(explanation: Explanation) -> bool:
    """Whether a number alone explains the tensor."""
    return [cause.recognized for cause in explanation.causes] == ["number"]
