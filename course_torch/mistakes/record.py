"""A mistake is one record: its words in both languages, its section of the notes, and the mistake itself as edits.

An edit replaces a piece of the reference text of a tensor (`reference.py`), as `dW = dZ.T @ A_prev / m` becomes
`dW = dZ.T @ A_prev`. The edited text computes the tensor that the diagnosis compares with, and it computes the fault
that a self-test or the playground injects. In the same way an edit of a function in the solutions of the exercises
(`solution.py`) computes the result that a learner's result is compared with, and makes the self-test's wrong files.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from course_torch.language import Text, joined
from course_torch.lessons import cited

Recognized = Literal["tensor", "factor", "layout", "pattern", "number", "exception", "nothing"]
"""How the diagnosis recognizes a mistake: by the tensor that the edited text computes, by the factor or the layout that
it gives the right tensor, by a pattern in the numbers, by a number that its sentence tells, or by an exception, a
result's form or the text. "nothing" says what is seen if no mistake is recognized."""


@dataclass(frozen=True)
class Edit:
    """One way to make a mistake: `new` in place of the first `old` in the reference text of a tensor or a function.

    place   the kind of the tensor: dZ[L], dZ, dA, dW, db, dslope, or in the forward pass Z, A, L; or the name of a
            function of the exercises
    of      the names of the activations or outputs with which the mistake is possible; all if empty
    need    what the network must have besides: "square" W, two square W ("deep"), several outputs ("classes"), or
            "float64", because float32's rounding errors hide the mistake. Of a function: "rows" or "numpy", if the
            edit is possible only there
    adds    the tensor of which the mistake adds a multiple. The diagnosis then recognizes any multiple
    limits  the smallest and the largest multiple
    slack   the largest deviation of the added tensor from a multiple, relative to its norm
    columns (old, new) for a solution whose examples are columns, if its text differs there
    value   what {value} stands for in the record's sentence
    """

    place: str
    old: str
    new: str
    of: str = ""
    need: str = ""
    adds: str = ""
    limits: tuple[float, float] = (float("-inf"), float("inf"))
    slack: float = 0.0
    columns: tuple[str, str] | None = None
    value: str = ""

    def possible_with(self, function: str) -> bool:
        """Whether the mistake is possible with this activation or output."""
        return not self.of or function in self.of.split()


@dataclass(frozen=True)
class Mistake:
    """One known mistake.

    key        its unique name, which JSON and the gradebook print
    title      the key in both languages
    section    the section of the notes with the right formula
    sentence   what is wrong and what is right
    edits      the ways to make the mistake
    together   whether all edits make one mistake, which exchanges two tensors
    """

    key: str
    title: Text
    section: str
    sentence: Text
    edits: tuple[Edit, ...] = ()
    recognized: Recognized = "tensor"
    together: bool = False

    def edits_of(self, place: str) -> list[Edit]:
        """The edits that the diagnosis of such a tensor tries."""
        return [edit for edit in self.edits if edit.place == place and self.recognized == "tensor"]


AND = Text(", and ", "；并且")


def sentence(causes: Iterable[Mistake]) -> Text:
    """The sentences of causes that occur together, each with its section of the notes."""
    return joined(AND, (cited(cause.sentence, cause.section) for cause in causes))


def mistake(
    key: str,
    title: str,
    section: str,
    en: str,
    zh: str,
    *edits: Edit,
    recognized: Recognized = "tensor",
    together: bool = False,
) -> Mistake:
    """A record from its key, its Chinese title, its section, its sentence in both languages, and its edits."""
    return Mistake(key, Text(key, title), section, Text(en, zh), edits, recognized, together)


def edits(
    old: str, new: str, *places: str, columns: tuple[str, str] | None = None, need: str = "", value: str = ""
) -> list[Edit]:
    """The same edit of several functions of the exercises."""
    return [Edit(place, old, new, need=need, columns=columns, value=value) for place in places]


def first(statement: str, *places: str, columns: str = "", value: str = "") -> list[Edit]:
    """Edits that put a statement before the others. For examples as columns it may be another statement."""
    old, new = "):\n", "):\n    {}\n"
    return edits(old, new.format(statement), *places, columns=(old, new.format(columns or statement)), value=value)
