"""The record of a trace: what the page, the terminal and `--json` show.

`Trace.as_record` gives the record as plain JSON values, with numbers of ten significant digits: an object for each
class below, whose keys are the fields. The tensor with id 7 is tensors[7], and the step with number 3 is steps[3].
"""

from dataclasses import asdict, dataclass, field
from html import escape
from math import nan
from typing import Any, Literal

from torch import Tensor

from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.tracing.page import page_of
from course_torch.verification.difference import Agreement
from course_torch.writing import finite

LONGEST = 8
"""A longer axis of a tensor is cut to its first CUT entries."""
CUT = 6
DIGITS = 10
"""Significant digits of a number in the record."""
Phase = Literal["forward", "backward", "update"]
SUMMARY = Text(
    "{steps} steps in {updates} update{s}; by autograd {equal} of {judged} derivatives are equal",
    "{updates} 次更新共 {steps} 步；{judged} 个导数中有 {equal} 个与 autograd 相等",
)
Numbers = Any
"""A number, or nested lists of numbers."""


@dataclass(frozen=True)
class Source:
    """A function of the package. Its id looks like "layers.linear"."""

    function: str  #: its name, such as "linear"
    file: str  #: its file within the package, such as "formulas/layers.py"
    first_line: int  #: the number of its first line
    text: str  #: its lines, with "\n" between them
    formula: str | None = None
    """Such as "Z = A_prev Wᵀ + b"; null for a function that only calls formulas, such as forward_propagation."""
    prose: dict[str, str] | None = None
    """{"en": …, "zh": …}: what the formula means, one sentence or two; null if `formula` is null."""


@dataclass(frozen=True)
class Judgement:
    """The numbers of another computation of a tensor, and how far they are from the tensor."""

    values: Numbers  #: its numbers on the same slice
    relative: float  #: ‖a - b‖ / (‖a‖ + ‖b‖)
    largest: float  #: the largest |a - b|
    tolerance: float  #: what rounding explains


@dataclass(frozen=True)
class OwnTensor(Judgement):
    """The learner's tensor, judged against the reference."""

    verdict: Literal["equal", "different"]


@dataclass
class TracedTensor:
    """A tensor with its name in the notes, its numbers and the verdicts on them."""

    id: int  #: its index in `tensors`
    name: str
    """Such as "dZ[2]", "A[1]", "W[1]", "X", "Y", "J".

    "L" is the loss of each example, "g'(Z[1])" the derivative of an activation. A tensor without a name in the notes
    has the name of an argument or of a result, such as "total".
    """
    update: int  #: the update in which it is used first
    made: int | None
    """The number of the step that computes it; null for X, Y and the first parameters.

    Before this step the tensor does not exist yet. After an update the new tensor of a parameter has the same name.
    """
    shape: list[int]  #: [] for a number, [5] for a vector, [5, 4] for a matrix
    place: list[list[int]]
    """The slice of which `values` are the numbers: a range from (included) to (excluded) for each axis.

    [[0, 5], [0, 4]] is the whole matrix (5, 4), [[0, 6], [0, 6]] the corner of a large matrix.
    """
    values: Numbers
    """Nested lists of the slice's numbers; a number if the shape is []. null stands for nan and infinity."""
    minimum: float
    maximum: float
    mean: float
    norm: float  #: minimum, maximum, mean and norm are those of the whole tensor, not only of the slice
    also: list[str] = field(default_factory=list)  #: further names of the same tensor: ["A[0]"] for X
    verdict: Agreement | None = None
    """Autograd's on a derivative: "equal", "different", or "not judged" (rounding errors hide it); otherwise null."""
    autograd: Judgement | None = None  #: what the verdict rests on: autograd's tensor
    own: OwnTensor | None = None


@dataclass(frozen=True)
class Value:
    """An argument or a result of a step: a tensor by its id, or a text."""

    name: str
    """As in the signature. Fields of a cache are listed one by one, as "cache.Z". A result has its symbol: "dW"."""
    tensor: int | None = None
    text: str | None = None  #: numbers and names, such as the activation


@dataclass(frozen=True)
class Line:
    """A line of the package."""

    source: str  #: the id of its function
    line: int  #: its number in the file: line `line - first_line` of the function's text, counted from 0


@dataclass(frozen=True)
class Step:
    """One call of a formula. A step of depth d contains the later steps of larger depth, until one of depth d or less.

    The identity hands back its argument: then the output is older than the step.
    """

    number: int  #: 0, 1, 2, … in the order in which the calls begin
    update: int  #: 1, 2, …: the parameter update to which the step belongs
    phase: Phase
    layer: int  #: 1 … L
    depth: int  #: 0 for a call from outside the formulas, 1 for a call by a step of depth 0, and so on
    parent: int | None  #: the number of the step that calls it, or null
    source: str  #: the id of the function that is called; its formula is sources[source]["formula"]
    inputs: list[Value]  #: in the order of the signature. Arguments of None are left out
    outputs: list[Value]
    called_from: Line  #: the line of the package that makes the call


@dataclass(frozen=True)
class FirstWrong:
    """The first wrong tensor of a learner's pass, with its diagnosis. For J `causes` and `sentences` are empty."""

    tensor: int
    step: int  #: the number of the step that makes the tensor
    symptom: dict[str, str]  #: {"en": …, "zh": …}: what is seen, in numbers
    causes: list[str]  #: keys of the records of mistakes, which are alternatives
    sentences: dict[str, list[str]]  #: {"en": […], "zh": […]}: a sentence for each cause
    line: dict[str, Any] | None = None
    """The learner's line that computes the tensor, or null if none is found.

    {"place": {"en": "line 57", "zh": …}, "line": 57, "code": the line, "first_line": 50, "text": the function with the
    line, which begins at `first_line`}
    """


@dataclass
class OwnResult:
    """A learner's file, by its name in plain text, and the first wrong tensor of its pass."""

    file: str
    first_wrong: FirstWrong | None = None  #: null if every tensor is right


@dataclass
class Trace:
    """The steps of some parameter updates with all their tensors."""

    network: dict[str, Any]
    """layer_sizes [n_x, n_1, …, n_y], hidden_activation, output (names), parameters (their number), dtype."""
    m: int
    updates: int
    learning_rate: float
    sources: dict[str, Source] = field(default_factory=dict)  #: id -> function
    tensors: list[TracedTensor] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=lambda: {"name": "", "class_names": []})
    """Name of the data set and class_names, both empty if X and Y come from Python.

    Other people choose these names: they are plain text, which may contain "<".
    """
    own: OwnResult | None = None  #: the learner's pass beside the reference, if there is one

    def as_record(self) -> dict[str, Any]:
        """The record as numbers, strings, lists and dicts."""
        return finite(asdict(self), DIGITS)

    def _repr_html_(self) -> str:
        """The page in a frame, for a notebook."""
        page = escape(page_of(self.as_record()))
        return f'<iframe title="trace" srcdoc="{page}" sandbox="allow-scripts" width="100%" height="800"></iframe>'

    @property
    def agrees(self) -> bool:
        """Whether autograd, and the reference if there is a learner's pass, find every tensor right."""
        own_right = self.own is None or self.own.first_wrong is None
        return own_right and all(tensor.verdict in ("equal", None) for tensor in self.tensors)

    @property
    def summary(self) -> Text:
        """The number of steps, and how many derivatives autograd finds equal."""
        verdicts = [tensor.verdict for tensor in self.tensors if tensor.verdict is not None]
        counts = {"equal": verdicts.count("equal"), "judged": len(verdicts)}
        return SUMMARY.fill(steps=len(self.steps), updates=self.updates, s="s" * (self.updates > 1), **counts)

    def __str__(self) -> str:
        return self.summary.en


def traced(number: int, values: Tensor, *names: str, update: int, made: int | None) -> TracedTensor:
    """The tensor in the record: the whole tensor if it is small, otherwise its corner, and its statistics."""
    exact, n = values.double(), values.numel()
    return TracedTensor(
        id=number,
        name=names[0],
        update=update,
        made=made,
        shape=list(values.shape),
        place=place_of(values),
        values=numbers(values),
        minimum=exact.min().item() if n else nan,
        maximum=exact.max().item() if n else nan,
        mean=average(exact.sum().item(), n) if n else nan,
        norm=exact.norm().item(),
        also=list(names[1:]),
    )


def place_of(tensor: Tensor) -> list[list[int]]:
    """The range of the entries that are shown, from (included) to (excluded), for each axis."""
    return [[0, size if size <= LONGEST else CUT] for size in tensor.shape]


def numbers(tensor: Tensor) -> Numbers:
    """The numbers of the slice, as nested lists."""
    return tensor[tuple(slice(*ends) for ends in place_of(tensor))].double().tolist()
