"""The first wrong tensor of a backward pass, and the mistake that makes just such a tensor.

It takes tensors and knows nothing of the code that made them: a learner's backward pass can be held against a
reference as well as this project's own. Tensors are compared whole, by norms: entry by entry, units that are off
would give 0/0.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from torch import Tensor

from course_torch.verification.causes import CAUSES
from course_torch.verification.difference import difference
from course_torch.verification.names import TensorName
from course_torch.verification.patterns import patterns
from course_torch.verification.suspects import ForwardPass, suspects


@dataclass(frozen=True)
class Diagnosis:
    """The first wrong tensor, all wrong ones, and the causes that explain it: several where none can be told apart."""

    tensor: TensorName
    wrong: tuple[TensorName, ...]
    causes: tuple[str, ...]
    symptom: str

    def as_record(self) -> dict[str, object]:
        """The diagnosis as strings and lists of strings."""
        return {
            "tensor": str(self.tensor),
            "wrong": [str(name) for name in self.wrong],
            "causes": list(self.causes),
            "symptom": self.symptom,
        }

    def __str__(self) -> str:
        explained = "; or: ".join(CAUSES[cause] for cause in self.causes)
        return f"first wrong: {self.tensor} ({self.symptom}). Probably {explained}."


def diagnose(
    found: Mapping[TensorName, Tensor],
    reference: Mapping[TensorName, Tensor],
    errors: Mapping[TensorName, Tensor],
    forward: ForwardPass,
    alternatives: Sequence[Mapping[TensorName, Tensor]] = (),
) -> Diagnosis | None:
    """None where all tensors agree; they are named as in "dW[2]" and come in the order in which they are computed.

    found       what is to be checked; tensors may be left out, such as all dZ and dA
    errors      the standard error that rounding leaves in each entry
    forward     the forward pass from which all were computed
    alternatives  tensors that are right too, such as those with slope 1 where ReLU's Z is exactly 0
    """
    verdicts = [
        [name for name in right if name in found and not same(found[name], right[name], errors[name])]
        for right in (reference, *alternatives)
    ]
    if [] in verdicts:
        return None
    wrong = verdicts[0]
    name = wrong[0]
    causes = [
        cause
        for cause, tensor in suspects(name, reference, forward, set(found))
        if same(found[name], tensor, errors[name] * growth(tensor, reference[name]))
        and not same(reference[name], tensor, errors[name])
    ]
    causes = causes or list(patterns(name, found[name], reference, forward)) or ["unknown"]
    return Diagnosis(name, tuple(wrong), tuple(dict.fromkeys(causes)), symptom(found[name], reference[name]))


def same(a: Tensor, b: Tensor, error: Tensor) -> bool:
    """Whether the shapes are equal and the difference is within what rounding explains."""
    return a.shape == b.shape and difference(a, b, error).agrees


def growth(suspect: Tensor, reference: Tensor) -> float:
    """How much larger a suspect is than the right tensor, and so its rounding; at least 1."""
    return max(1.0, (suspect.norm() / reference.norm()).item()) if reference.any() else 1.0


def symptom(found: Tensor, reference: Tensor) -> str:
    """What is seen: the shapes, or how far and in what proportion the numbers are off."""
    if found.shape != reference.shape:
        return f"shape {tuple(found.shape)}, expected {tuple(reference.shape)}"
    seen = difference(found, reference, reference)
    return (
        f"relative error {seen.relative:.1e}, {seen.factor:.4g} times the right one with residual {seen.residual:.1e}"
    )
