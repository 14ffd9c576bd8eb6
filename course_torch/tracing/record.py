"""The record of a trace: what the page, the terminal and `--json` show.

`Trace.as_record` gives the record as plain JSON values, with numbers of ten significant digits. It is one object:

    network       layer_sizes [n_x, n_1, …, n_y], hidden_activation, output (names), parameters (their number), dtype
    data          name of the data set and class_names, both empty if X and Y come from Python. Other people choose
                  these names: they are plain text, which may contain "<"
    m, updates, learning_rate
    sources       source id -> a function of the package
    tensors       a list: the tensor with id 7 is tensors[7]
    steps         a list: the step with number 3 is steps[3]
    own           the learner's pass beside the reference, or null

A source has
    function      its name, such as "linear"
    file          its file within the package, such as "formulas/layers.py"
    first_line    number of its first line
    text          its lines, with "\\n" between them
    formula       the formula, such as "Z = A_prev Wᵀ + b"; null for a function that only calls formulas, such as
                  forward_propagation
    prose         {"en": …, "zh": …}: what the formula means, one sentence or two; null if `formula` is null
Source ids look like "layers.linear".

A step is one call of a formula:
    number        0, 1, 2, … in the order in which the calls begin
    update        1, 2, …: the parameter update to which it belongs
    phase         "forward", "backward" or "update"
    layer         1 … L
    depth         0 for a call from outside the formulas, 1 for a call by a step of depth 0, and so on
    parent        number of the step that calls it, or null
    source        id of the function that is called; its formula is sources[source]["formula"]
    inputs        [{"name": "A_prev", "tensor": 0, "text": null}, {"name": "m", "tensor": null, "text": "5"}, …], in
                  the order of the signature. Each has either `tensor` (an id) or `text` (numbers and names, such as the
                  activation). Fields of a cache are listed one by one, as "cache.Z". Arguments of None are left out
    outputs       the same for the result. `name` is the symbol of the result, such as "dW".
                  The identity hands back its argument: then the tensor is older than the step
    called_from   {"source": id, "line": 61}: the line of the package that makes the call. `line` is a line number of
                  the file, so it is line `line - first_line` of the source's text, counted from 0
A step of depth d contains the later steps with larger depth, until the next step of depth d or less.

A tensor has
    id            its index in `tensors`
    name          the name in the notes, such as "dZ[2]", "A[1]", "W[1]", "X", "Y", "J". "L" is the loss of each
                  example, "g'(Z[1])" the derivative of an activation. A tensor without a name in the notes has the name
                  of an argument or of a result, such as "total"
    also          further names of the same tensor: ["A[0]"] for X
    update        the update in which it is used first
    made          number of the step that computes it; null for X, Y and the first parameters. Before this step the
                  tensor does not exist yet. After an update the new tensor of a parameter has the same name
    shape         [] for a number, [5] for a vector, [5, 4] for a matrix
    place         the slice of which `values` are the numbers, a range from (included) to (excluded) for each axis:
                  [[0, 5], [0, 4]] is the whole matrix (5, 4), [[0, 6], [0, 6]] the corner of a large matrix
    values        nested lists of the slice's numbers; a number if the shape is []. null stands for nan and infinity
    minimum, maximum, mean, norm      of the whole tensor, not only of the slice
    verdict       autograd's verdict on a derivative: "equal", "different", or "not judged" (rounding errors hide it).
                  null if the tensor has no verdict, as all tensors of the forward pass
    autograd      what the verdict rests on, or null: {"values": autograd's numbers on the same slice, "relative":
                  ‖a - b‖ / (‖a‖ + ‖b‖), "largest": the largest |a - b|, "tolerance": what rounding explains}
    own           the learner's tensor, or null: {"values": on the same slice, "verdict": "equal" or "different" from
                  the reference, "largest", "relative", "tolerance"}

`own`, if the trace holds the pass of a learner's file, has
    file          name of the file, plain text
    first_wrong   null if every tensor is right, otherwise {"tensor": id, "step": number of the step that makes the
                  tensor, "symptom": {"en": …, "zh": …}, in numbers, "causes": keys of the records of mistakes,
                  "sentences": {"en": […], "zh": […]}, "line": the learner's line that computes the tensor, or null if
                  none is found}. The causes are alternatives. `causes` and `sentences` are empty if the tensor is J
A learner's line is {"place": {"en": "line 57", "zh": …}, "line": 57, "code": the line, "first_line": 50, "text": the
function with the line, which begins at `first_line`}
"""

from dataclasses import asdict, dataclass, field
from html import escape
from math import nan
from typing import Any, Literal

from torch import Tensor

from course_torch.command_line.files import finite
from course_torch.formulas.average import average
from course_torch.language import Text
from course_torch.tracing.page import page_of
from course_torch.verification.difference import Agreement

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
    """A function of the package (see the docstring of this module)."""

    function: str
    file: str
    first_line: int
    text: str
    formula: str | None = None
    prose: dict[str, str] | None = None


@dataclass(frozen=True)
class Judgement:
    """The numbers of another computation of a tensor, and how far they are from the tensor."""

    values: Numbers
    relative: float
    largest: float
    tolerance: float


@dataclass(frozen=True)
class OwnTensor(Judgement):
    """The learner's tensor, judged against the reference."""

    verdict: Literal["equal", "different"]


@dataclass
class TracedTensor:
    """A tensor (see the docstring of this module)."""

    id: int
    name: str
    update: int
    made: int | None
    shape: list[int]
    place: list[list[int]]
    values: Numbers
    minimum: float
    maximum: float
    mean: float
    norm: float
    also: list[str] = field(default_factory=list)
    verdict: Agreement | None = None
    autograd: Judgement | None = None
    own: OwnTensor | None = None


@dataclass(frozen=True)
class Value:
    """An argument or a result of a step: a tensor by its id, or a text."""

    name: str
    tensor: int | None = None
    text: str | None = None


@dataclass(frozen=True)
class Line:
    """A line of the package: the id of its source, and its number in the file."""

    source: str
    line: int


@dataclass(frozen=True)
class Step:
    """One call of a formula (see the docstring of this module)."""

    number: int
    update: int
    phase: Phase
    layer: int
    depth: int
    parent: int | None
    source: str
    inputs: list[Value]
    outputs: list[Value]
    called_from: Line


@dataclass(frozen=True)
class FirstWrong:
    """The first wrong tensor of a learner's pass, with its diagnosis."""

    tensor: int
    step: int
    symptom: dict[str, str]
    causes: list[str]
    sentences: dict[str, list[str]]
    line: dict[str, Any] | None = None


@dataclass
class OwnResult:
    """A learner's file, and the first wrong tensor of its pass."""

    file: str
    first_wrong: FirstWrong | None = None


@dataclass
class Trace:
    """The steps of some parameter updates with all their tensors."""

    network: dict[str, Any]
    m: int
    updates: int
    learning_rate: float
    sources: dict[str, Source] = field(default_factory=dict)
    tensors: list[TracedTensor] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    data: dict[str, Any] = field(default_factory=lambda: {"name": "", "class_names": []})
    own: OwnResult | None = None

    def as_record(self) -> dict[str, Any]:
        """The record as numbers, strings, lists and dicts (see the docstring of this module)."""
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
