"""The gradients that train, judged at the current parameters: by autograd in each frame, by differences on demand."""

from functools import cached_property
from typing import Any

from torch import Tensor

from course_torch.mistakes.context import TensorName
from course_torch.playground.mistakes import Mistaken
from course_torch.playground.session import Session, StoppedError
from course_torch.tracing.judging import sentences
from course_torch.verification.comparing import difference
from course_torch.verification.comparison import by_differences, named_gradients
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.judges import NumericJudge
from course_torch.verification.reference import Tensors, by_autograd, in_order, product_eps
from course_torch.verification.right_pass import RightPass

GRADIENTS = ("dW", "db", "dslope")


class GradientCheck:
    """The passes on the batch of the next step.

    right     the tensors of the formulas; errors: their standard rounding errors
    found     what trains: the gradients of the formulas or of the learner, or all tensors of a mistake
    """

    def __init__(self, session: Session) -> None:
        self.network, self.batch = session.network, session.batch
        self.passes = RightPass(self.network, self.batch.X, self.batch.Y)
        self.caches, self.right, self.errors = self.passes.caches, in_order(self.passes.steps), self.passes.errors()
        self.found = found_by(session)

    @property
    def tensors(self) -> Tensors:
        """What trains, and the formulas' tensors where what trains has none."""
        return self.right | self.found

    @cached_property
    def gradients(self) -> list[dict[str, Any]]:
        """Each dW, db and dslope beside autograd's, in the order of the backward pass."""
        right = named_gradients(self.network.autograd_gradients(self.batch.X, self.batch.Y))
        return [
            {"name": str(name), **compared(self.found[name], right[name], self._error(name, right[name]))}
            for name in self.right
            if name in right and name in self.found
        ]

    def _error(self, name: TensorName, right: Tensor) -> Tensor:
        """The standard error of a gradient that trains: 1/m enters at dZ[L], and rounds there."""
        return self.errors[name] + product_eps(right) * right.abs().double()

    def differences(self) -> list[dict[str, Any]]:
        """Each dW, db and dslope beside central differences."""
        X, Y, _ = self.batch
        judge = NumericJudge(self.network, X, Y)
        exact, autograd = by_autograd(judge.network, X.double(), judge.Y), self.passes.right
        rows = []
        for name, found in self.found.items():
            if name.kind in GRADIENTS:
                seen, sampled, kinks = by_differences(
                    name, found, autograd[name], self.errors[name], exact[name], judge
                )
                told = {field: getattr(seen, field, None) for field in ("relative", "tolerance")}
                verdict = "not judged" if seen is None else seen.verdict  # None: every entry is at a kink
                rows.append({"name": str(name), **told, "verdict": verdict, "sampled": sampled, "kinks": kinks})
        return rows

    def diagnosis(self) -> Diagnosis | None:
        """The first wrong tensor and what explains it; None if all tensors are right."""
        return self.passes.diagnosis(self.found)


def found_by(session: Session) -> Tensors:
    """The tensors of what trains; nothing if it stops."""
    network, batch = session.network, session.batch
    if isinstance(session.used_pass, Mistaken):
        return session.used_pass.tensors(network, batch)
    try:
        return named_gradients(session.used_pass(network, batch)[1])
    except StoppedError:
        return {}


def compared(found: Tensor, right: Tensor, error: Tensor) -> dict[str, Any]:
    """A gradient beside autograd's: how far they are apart, and the two numbers that are farthest apart."""
    seen = difference(found, right, error)
    row = {
        "norm": found.norm().item(),
        "entry": None,
        "found": None,
        "autograd": None,
        "largest": seen.largest,
        "relative": seen.relative,
        "tolerance": seen.tolerance,
        "verdict": seen.verdict,
    }
    if found.shape != right.shape:
        return row
    place = int((found - right).abs().argmax())
    columns = right.shape[1] if right.ndim == 2 else 1
    entry = [place // columns, place % columns] if right.ndim == 2 else []
    return row | {"entry": entry, "found": found.flatten()[place].item(), "autograd": right.flatten()[place].item()}


def as_record(diagnosis: Diagnosis | None, *, told: bool = True) -> dict[str, Any] | None:
    """The diagnosis for the page; the sentences, which name the cause, only if it may be told."""
    if diagnosis is None:
        return None
    return {
        "tensor": str(diagnosis.tensor),
        "wrong": [str(name) for name in diagnosis.wrong],
        "symptom": diagnosis.seen._asdict(),
        "sentences": sentences(diagnosis) if told else None,
    }
