"""The gradient report: what each judge says about each tensor, and the diagnosis of the first wrong tensor."""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from math import nan
from typing import Literal

from course_torch.mistakes.context import TensorName
from course_torch.network.gradient_descent import METHODS
from course_torch.notebook import html_table
from course_torch.verification.comparing import Difference
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.judges import UPDATES
from course_torch.verification.pass_failure import ALONE, Finding

OWN = "own"
"""The `method` of a report on the gradients of a function of the user, which trains nothing."""
Verdict = Literal["equal", "different", "not judged"]


@dataclass(frozen=True)
class TensorReport:
    """The verdicts on one tensor.

    formulas   the hand-written tensor against autograd's: with random b if only then it is too far off
    numeric    the hand-written tensor against central differences, or None if no entry was judged
    trained    the tensor that training uses (by J.backward() or gradient_descent) against autograd's: the first update
               in which it is too far off, or else the first update. None if training has no such tensor
    updates    the number of updates in which training was judged
    sampled    the number of entries for which central differences were computed
    kinks      the number of these entries that were left out, because even the smallest nudge moves some Z across 0
    """

    name: TensorName
    shape: tuple[int, ...]
    norm: float
    formulas: Difference
    numeric: Difference | None = None
    trained: Difference | None = None
    sampled: int = 0
    kinks: int = 0
    updates: int = 0

    @property
    def judgements(self) -> list[Difference]:
        """The comparisons of all judges that judged this tensor."""
        return [each for each in (self.formulas, self.numeric, self.trained) if each is not None]

    @property
    def farthest(self) -> Difference:
        """The first comparison with autograd that is too far off, or the comparison of the formulas if none is."""
        against_autograd = [each for each in (self.formulas, self.trained) if each is not None]
        return next((each for each in against_autograd if not each.agrees), self.formulas)

    @property
    def verdict(self) -> Verdict:
        """ "different" if a judge objects, "not judged" if the rounding errors hide the tensor, else "equal"."""
        if not all(each.agrees for each in self.judgements):
            return "different"
        return "equal" if all(each.judged for each in self.judgements) else "not judged"


@dataclass(frozen=True)
class GradientReport:
    """The reports on all tensors, in the order of computation, and the diagnosis of the first wrong tensor.

    `method` is how training computes its gradients: "backward" (J.backward()), a method of gradient_descent, or OWN.
    `broken` says where the hand-written pass ends. Tensors that were not computed are `missing`. If the forward pass is
    wrong, `forward` names its first wrong tensor, and no gradient is judged: every judge starts from the forward pass.
    If only the J that training computes or records is wrong, `forward` names J, and the gradients are judged.
    `rewired` says that each formula alone is right, so that the mistake is in their calls. `unjudged` names the tensors
    of the forward pass that nothing judges, and says why.
    """

    tensors: list[TensorReport]
    diagnosis: Diagnosis | None
    method: str
    broken: Finding | None = None
    missing: tuple[TensorName, ...] = ()
    forward: Finding | None = None
    rewired: bool = False
    unjudged: Mapping[str, str] = field(default_factory=dict)

    @property
    def agrees(self) -> bool:
        """Whether both passes run, no tensor is missing, and every tensor is judged and right.

        The tensors that are `unjudged` do not count: the text and the record of the report name them.
        """
        runs = self.forward is None and self.broken is None and not self.missing
        return runs and all(tensor.verdict == "equal" for tensor in self.tensors)

    def named(self, *verdicts: Verdict) -> list[str]:
        """The names of the tensors with one of these verdicts."""
        return [str(tensor.name) for tensor in self.tensors if tensor.verdict in verdicts]

    @property
    def coverage(self) -> str:
        """How many tensors each judge judged, in words."""
        if self.forward is not None and not self.tensors:
            return "no gradient was judged: every judge needs a right forward pass" + self.left_out
        trained = sum(tensor.trained is not None for tensor in self.tensors)
        how = "J.backward()" if self.method == "backward" else f"gradient_descent, method {self.method}"
        parts = [f"judged: {len(self.tensors)} by autograd"]
        if self.method != OWN:
            parts.append(f"{trained} as trained by {how}")
        if self.method in METHODS:
            judged = sum(tensor.updates for tensor in self.tensors)
            parts[-1] += f" ({judged} of {UPDATES * trained} in {UPDATES} updates)"
        missing = [str(tensor.name) for tensor in self.tensors if tensor.sampled and tensor.numeric is None]
        if sampled := sum(tensor.sampled > 0 for tensor in self.tensors):
            parts.insert(1, f"{sampled - len(missing)} by central differences")
        text = ", ".join(parts) + (f"; not judged by differences: {', '.join(missing)}" if missing else "")
        return text + self.left_out

    @property
    def left_out(self) -> str:
        """The tensors that nothing judges, and why, in words."""
        names: dict[str, list[str]] = {}
        for name, why in self.unjudged.items():
            names.setdefault(why, []).append(name)
        return "".join(f"; not judged, because {why}: {', '.join(names[why])}" for why in names)

    def __str__(self) -> str:
        if self.agrees:
            are = "is" if len(self.unjudged) == 1 else "are"
            rest = f", {len(self.unjudged)} more {are} not judged" if self.unjudged else ""
            return f"all {len(self.tensors)} tensors are equal{rest} ({self.coverage})"
        return f"{self.objection} ({self.coverage})"

    def __repr__(self) -> str:
        return f"GradientReport: {self}"

    def _repr_html_(self) -> str:
        """The verdict in words and a row for each tensor, for a notebook."""
        rows = [
            (row.name, row.verdict, row.shape, *(each or "-" for each in (row.formulas, row.numeric, row.trained)))
            for row in self
        ]
        return html_table(str(self), ("tensor", "verdict", "shape", "autograd", "differences", "as trained"), rows)

    @property
    def objection(self) -> str:
        """Which tensors are wrong or hidden by rounding errors, in words."""
        if self.forward is not None and self.diagnosis is None:
            return str(self.forward)
        by_formulas = all(tensor.formulas.agrees for tensor in self.tensors)
        if self.diagnosis is not None:
            diagnosis = f"as trained ({self.method}): {self.diagnosis}" if by_formulas else str(self.diagnosis)
            diagnosis += f" {ALONE}." if self.rewired else ""
            diagnosis = diagnosis if self.forward is None else f"{self.forward} Then {diagnosis}"
            return diagnosis if self.broken is None else f"{diagnosis} Then {self.broken}"
        if self.broken is not None:
            return str(self.broken)
        different, hidden = self.named("different"), self.named("not judged")
        absent = ", ".join(map(str, self.missing))
        though = ", though the formulas agree with autograd" if by_formulas else ""
        parts = [f"different{though}: {', '.join(different)}"] if different else []
        parts += [f"not computed: {absent}"] if absent else []
        parts += [f"not judged, because rounding errors in this dtype hide them: {', '.join(hidden)}"] if hidden else []
        return "; ".join(parts)

    @property
    def largest_relative_error(self) -> float:
        """The largest relative error against autograd, by the formulas or as trained. nan if nothing was judged."""
        seen = [each for row in self.tensors for each in (row.formulas, row.trained) if each is not None]
        return max((each.relative for each in seen), default=nan)

    def as_record(self) -> dict[str, object]:
        """The report as numbers, strings, lists and dicts."""
        rows = [asdict(row) | {"name": str(row.name), "verdict": row.verdict} for row in self.tensors]
        diagnosis = None if self.diagnosis is None else self.diagnosis.as_record()
        return {
            "tensors": rows,
            "diagnosis": diagnosis,
            "agrees": self.agrees,
            "method": self.method,
            "broken": None if self.broken is None else str(self.broken),
            "missing": list(map(str, self.missing)),
            "forward": None if self.forward is None else self.forward.as_record(),
            "not_judged": dict(self.unjudged),
            "summary": str(self),
        }

    def __iter__(self) -> Iterator[TensorReport]:
        return iter(self.tensors)
