"""Find the first wrong tensor of a backward pass, and the mistakes that make exactly this tensor.

The diagnosis uses tensors only, not the code that computed them. So it can also compare a learner's backward pass with
a reference. Tensors are compared as wholes, by norms, because single entries of inactive units would give 0/0.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, replace

from torch import Tensor

from course_torch.language import Text, same
from course_torch.mistakes import MISTAKES
from course_torch.mistakes.context import BackwardContext, ForwardPass, TensorName
from course_torch.mistakes.record import Mistake
from course_torch.verification.case import Case
from course_torch.verification.difference import difference
from course_torch.verification.guesses import Guesses, guesses_of
from course_torch.verification.patterns import certain, patterns

WRONG_SHAPE = Text("shape {found}, expected {right}", "形状是 {found}，应当是 {right}")
WRONG_DTYPE = Text("{seen}, dtype {found}, expected {right}", "{seen}，dtype 是 {found}，应当是 {right}")
WRONG_NUMBERS = Text(
    "relative error {relative}, {factor} times the right one with residual {residual}",
    "相对误差 {relative}，是正确值的 {factor} 倍，残差 {residual}",
)


@dataclass(frozen=True)
class Diagnosis:
    """The first wrong tensor, all wrong tensors, the explanations of the first one, and what is seen of it in numbers.

    There are several explanations if each of them alone makes this tensor. An explanation is one cause, or several
    causes that occur together. A cause is named by its key in the catalogue. The keys of mistakes made together are
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
    def sentences(self) -> tuple[str, ...]:
        """The English sentence of each explanation."""
        return tuple(dict.fromkeys(map(sentence, self.explanations)))

    def at(self, update: Text) -> "Diagnosis":
        """The diagnosis, which says in which update of training it was seen."""
        return replace(self, seen=same("{seen}{update}").fill(seen=self.seen, update=update))

    def as_record(self) -> dict[str, object]:
        """The diagnosis as strings and lists of strings."""
        return {
            "tensor": str(self.tensor),
            "wrong": [str(name) for name in self.wrong],
            "causes": list(self.causes),
            "sentences": list(self.sentences),
            "symptom": self.symptom,
        }

    def __str__(self) -> str:
        return f"first wrong: {self.tensor} ({self.symptom}). Probably {'; or: '.join(self.sentences)}."


def diagnose(
    found: Mapping[TensorName, Tensor],
    reference: Mapping[TensorName, Tensor],
    errors: Mapping[TensorName, Tensor],
    forward: ForwardPass,
    alternatives: Sequence[Mapping[TensorName, Tensor]] = (),
    guesses: Callable[[BackwardContext, Set[TensorName]], Guesses] = guesses_of,
) -> Diagnosis | None:
    """Explain the first wrong tensor. Returns None if all tensors agree.

    found          the tensors to check; some may be missing, such as all dZ and dA
    reference      the right tensors, in the order of computation
    errors         the standard rounding error of each entry
    forward        the forward pass from which all tensors were computed
    alternatives   other right tensors, such as those with ReLU's slope 1 where Z is exactly 0
    guesses        the hypotheses about a tensor; `Remembered` keeps them for the next diagnosis
    """
    cases = [Case(found, right, errors, forward, guesses) for right in (reference, *alternatives)]
    case, wrong = min(((each, wrong_tensors(each)) for each in cases), key=lambda pair: len(pair[1]))
    if not wrong:
        return None
    name = wrong[0]
    explanations: list[tuple[Mistake, ...]] = [(MISTAKES[key],) for key in certain(case, name)]
    explanations = explanations or [each.causes for each in case.explanations(name)]
    explanations = explanations or [(MISTAKES[key],) for key in patterns(case, name)] or [(MISTAKES["unknown"],)]
    seen = symptom(case.found[name], case.right[name])
    dtype, expected = (str(each[name].dtype).removeprefix("torch.") for each in (case.found, case.right))
    if explanations[0][0].key == dtype != expected:
        seen = WRONG_DTYPE.fill(seen=seen, found=dtype, right=expected)
    return Diagnosis(name, tuple(wrong), tuple(explanations), seen)


def wrong_tensors(case: Case) -> list[TensorName]:
    """The names of the tensors that differ from the right ones, in the order of computation."""
    return [name for name in case.right if name in case.found and not case.is_right(name)]


def sentence(causes: tuple[Mistake, ...]) -> str:
    """Join the English sentences of causes that occur together, each with its section of the notes."""
    return ", and ".join(
        f"{cause.sentence.en} (notes {cause.section})" if cause.section else cause.sentence.en for cause in causes
    )


def symptom(found: Tensor, reference: Tensor) -> Text:
    """Describe in numbers how the tensor differs from the right one."""
    if found.shape != reference.shape:
        return WRONG_SHAPE.fill(found=tuple(found.shape), right=tuple(reference.shape))
    seen = difference(found, reference, reference)
    return WRONG_NUMBERS.fill(
        relative=f"{seen.relative:.1e}", factor=f"{seen.factor:.4g}", residual=f"{seen.residual:.1e}"
    )
