"""The gradient report: what each judge says about each tensor, and the diagnosis of the first wrong tensor."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from math import inf, nan, prod
from typing import Protocol, runtime_checkable

from course_torch.language import NOTHING, SEMICOLON, Text, joined, same
from course_torch.network.propagation import TensorName
from course_torch.text import html_table
from course_torch.verification.difference import Agreement, Difference, first_wrong
from course_torch.verification.finding import ALONE, RIGHT, FormulaFinding

FORMULAS, YOURS = Text("formulas", "公式"), Text("yours", "你的")
COMMA = Text(", ", "、")
THEN = Text(" Then ", "然后：")
WITH_COVERAGE = Text("{verdict} ({coverage})", "{verdict}（{coverage}）")
ALL_EQUAL = Text("all {n} tensors are equal{rest}", "全部 {n} 个张量都相等{rest}")
ONE_EQUAL = Text("the tensor is equal{rest}", "这个张量相等{rest}")
UNJUDGED = Text(", {n} more {are} not judged", "，另有 {n} 个没有检查")
NONE_JUDGED = Text(
    "no gradient was judged: every judge needs a right forward pass", "没有检查梯度：每种检查都需要正确的正向传播"
)
NOTHING_JUDGED = Text("no gradient was judged", "没有检查任何梯度")
BY_AUTOGRAD = Text("judged: {n} by autograd", "用 autograd 检查了 {n} 个")
BY_DIFFERENCES = Text("{n} by central differences", "用中心差分检查了 {n} 个")
AT_RANDOM = Text(", at {n} random entries of {name}", "，在 {name} 中随机抽取 {n} 个元素")
JUDGED = Text("judged: {what}", "{what}")
AS_TRAINED = Text("{n} as trained by J.backward()", "J.backward() 训练时所用的检查了 {n} 个")
NO_DIFFERENCES = Text("; not judged by differences: {names}", "；没有用差分检查：{names}")
LEFT_OUT = Text("; not judged, because {why}: {names}", "；没有检查，因为{why}：{names}")
AT_KINK = Text(
    "; judged with random b: Z is exactly 0 in layer{s} {layers}, where the slopes 0 and 1 are right (notes 2.4)",
    "；用随机的 b 检查，因为第 {layers} 层有 Z 恰好等于 0，那里斜率取 0 或 1 都对（笔记 2.4）",
)
IN_TRAINING = Text("as trained by J.backward(): {diagnosis}", "J.backward() 训练时：{diagnosis}")
DIFFERENT = Text("different{though}: {{names}}", "不同{though}：{{names}}")
THOUGH = Text(", though the formulas agree with autograd", "（虽然公式与 autograd 一致）")
NOT_COMPUTED = Text("not computed: {names}", "没有计算：{names}")
ROUNDED = Text(
    "not judged, because rounding errors in this dtype hide them: {names}",
    "没有检查，因为这种 dtype 的舍入误差掩盖了它们：{names}",
)
VERDICTS: dict[Agreement, Text] = {
    "equal": Text("equal", "相等"),
    "different": Text("different", "不同"),
    "not judged": Text("not judged", "没有检查"),
}


UNJUDGED_DIFFERENCE = Difference(largest=nan, relative=0.0, factor=nan, residual=0.0, tolerance=inf)
"""The difference of a tensor that no judge has judged."""


@dataclass(frozen=True)
class TensorReport:
    """The verdicts on one tensor.

    formulas   the hand-written tensor against autograd's: with random b if only then it is too far off. None for a
               function without a plain form that autograd could differentiate
    numeric    the hand-written tensor against central differences, or None if no entry was judged
    trained    the tensor that J.backward() leaves for training against autograd's: with random b if only then it is
               too far off. None if training has no such tensor
    sampled    the number of entries for which central differences were computed
    kinks      the number of these entries that were left out, because even the smallest nudge moves some Z across 0
    """

    name: TensorName | str
    shape: tuple[int, ...]
    norm: float
    formulas: Difference | None
    numeric: Difference | None = None
    trained: Difference | None = None
    sampled: int = 0
    kinks: int = 0

    @property
    def against_autograd(self) -> Difference:
        """The comparison of the formulas with autograd, or that of the trained tensor if it alone is too far off.

        Without both it is that with central differences.
        """
        seen = [each for each in (self.formulas, self.trained) if each is not None]
        return first_wrong(seen or [UNJUDGED_DIFFERENCE if self.numeric is None else self.numeric])

    @property
    def is_sampled(self) -> bool:
        """Whether only a random sample of the entries is judged. Autograd judges every entry."""
        return self.formulas is None and 0 < self.sampled < prod(self.shape)

    @property
    def verdict(self) -> Agreement:
        """ "different" if a judge objects, "not judged" if the rounding errors hide the tensor, else "equal"."""
        compared = [each for each in (self.formulas, self.numeric, self.trained) if each is not None]
        if not all(each.agrees for each in compared):
            return "different"
        return "equal" if compared and all(each.judged for each in compared) else "not judged"


@runtime_checkable
class Explained(Protocol):
    """The diagnosis of the first wrong tensor, of a function or of a network."""

    @property
    def text(self) -> Text: ...

    def as_record(self) -> dict[str, object]: ...


@dataclass(frozen=True)
class GradientReport:
    """The reports on all tensors, in the order of computation, and the diagnosis of the first wrong tensor.

    own        whether the gradients are those of a function of the user, which trains nothing
    broken     where the hand-written pass ends
    missing    the tensors that were not computed
    forward    the first wrong tensor of the forward pass, from which every judge starts: then no gradient is judged.
               If only the J that training computes is wrong, it is J, and the gradients are judged
    update     the finding about the formula of the parameter update
    rewired    whether each formula alone is right, so that the mistake is in their calls
    unjudged   the tensors that nothing judges, and why
    at_kink    the layers where Z is exactly 0 with the network's own b, if a tensor differed: then the report is on a
               copy of the network with random b
    """

    tensors: list[TensorReport]
    diagnosis: Explained | None
    own: bool = False
    broken: FormulaFinding | None = None
    missing: tuple[TensorName, ...] = ()
    forward: FormulaFinding | None = None
    update: FormulaFinding | None = None
    rewired: bool = False
    unjudged: dict[Text, Text] = field(default_factory=dict)
    at_kink: tuple[int, ...] = ()

    @property
    def agrees(self) -> bool:
        """Whether nothing is found, no tensor is missing, and every tensor of the report is judged and right.

        A report without tensors judged nothing. The tensors that are `unjudged` do not count: the text and the record
        of the report name them.
        """
        found = self.forward or self.broken or self.update or self.missing or self.diagnosis
        return not found and bool(self.tensors) and all(tensor.verdict == "equal" for tensor in self.tensors)

    @property
    def whose(self) -> Text:
        """Whose gradients are judged: those of the formulas, or of a learner."""
        return YOURS if self.own else FORMULAS

    def named(self, *verdicts: Agreement) -> list[str]:
        """The names of the tensors with one of these verdicts."""
        return [str(tensor.name) for tensor in self.tensors if tensor.verdict in verdicts]

    @property
    def coverage(self) -> Text:
        """How many tensors each judge judged, in words."""
        if self.forward is not None and not self.tensors:
            return joined(NOTHING, (NONE_JUDGED, self.left_out))
        missing: list[Text] = []
        judged = sum(tensor.formulas is not None for tensor in self.tensors)
        parts = [BY_AUTOGRAD.fill(n=judged)] if judged or not self.tensors else []
        if sampled := [tensor for tensor in self.tensors if tensor.sampled]:
            missing = [same(str(tensor.name)) for tensor in sampled if tensor.numeric is None]
            at_random = (AT_RANDOM.fill(n=each.sampled, name=each.name) for each in sampled if each.is_sampled)
            by_differences = joined(NOTHING, (BY_DIFFERENCES.fill(n=len(sampled) - len(missing)), *at_random))
            parts.append(by_differences if parts else JUDGED.fill(what=by_differences))
        if not self.own:
            parts.append(AS_TRAINED.fill(n=sum(tensor.trained is not None for tensor in self.tensors)))
        not_by_differences = NO_DIFFERENCES.fill(names=joined(COMMA, missing)) if missing else NOTHING
        return joined(NOTHING, (joined(COMMA, parts), not_by_differences, self.left_out))

    @property
    def left_out(self) -> Text:
        """The tensors that nothing judges, and why, in words."""
        names: dict[Text, list[Text]] = {}
        for name, why in self.unjudged.items():
            names.setdefault(why, []).append(name)
        return joined(NOTHING, (LEFT_OUT.fill(why=why, names=joined(COMMA, names[why])) for why in names))

    @property
    def text(self) -> Text:
        """The verdict in words."""
        n = len(self.unjudged)
        rest = UNJUDGED.fill(n=n, are="is" if n == 1 else "are") if n else NOTHING
        equal = ALL_EQUAL if len(self.tensors) > 1 else ONE_EQUAL
        verdict = equal.fill(n=len(self.tensors), rest=rest) if self.agrees else self.objection
        layers = joined(COMMA, map(same, map(str, self.at_kink)))
        on_random_b = AT_KINK.fill(s="s" * (len(self.at_kink) > 1), layers=layers) if self.at_kink else NOTHING
        return joined(NOTHING, (WITH_COVERAGE.fill(verdict=verdict, coverage=self.coverage), on_random_b))

    def __str__(self) -> str:
        return self.text.en

    def __repr__(self) -> str:
        return f"GradientReport: {self}"

    def _repr_html_(self) -> str:
        """The verdict in words and a row for each tensor, for a notebook."""
        judges = {"autograd": "formulas", "differences": "numeric"} | ({} if self.own else {"as trained": "trained"})
        rows = [
            (str(row.name), row.verdict, row.shape, *(getattr(row, judge) or "-" for judge in judges.values()))
            for row in self
        ]
        return html_table(str(self), ("tensor", "verdict", "shape", *judges), rows)

    @property
    def objection(self) -> Text:
        """Which tensors are wrong or hidden by rounding errors, in words."""
        if self.forward is not None and self.diagnosis is None:
            return self.forward.text
        by_formulas = not self.own and all(row.formulas is None or row.formulas.agrees for row in self.tensors)
        others = [finding.text for finding in (self.broken, self.update) if finding is not None]
        if self.diagnosis is not None:
            diagnosis = self.diagnosis.text
            diagnosis = IN_TRAINING.fill(diagnosis=diagnosis) if by_formulas else diagnosis
            diagnosis = joined(NOTHING, (diagnosis, RIGHT.fill(right=ALONE))) if self.rewired else diagnosis
            before = [] if self.forward is None else [self.forward.text]
            return joined(THEN, [*before, diagnosis, *others])
        if others:
            return joined(THEN, others)
        if not self.tensors and not self.missing:
            return NOTHING_JUDGED
        though = THOUGH if by_formulas else NOTHING
        parts = (
            (DIFFERENT.fill(though=though), self.named("different")),
            (NOT_COMPUTED, list(map(str, self.missing))),
            (ROUNDED, self.named("not judged")),
        )
        return joined(SEMICOLON, (text.fill(names=joined(COMMA, map(same, names))) for text, names in parts if names))

    @property
    def largest_relative_error(self) -> float:
        """The largest relative error against autograd, by the formulas or as trained. nan if nothing was judged."""
        seen = [each for row in self.tensors for each in (row.formulas, row.trained) if each is not None]
        seen = seen or [row.numeric for row in self.tensors if row.numeric is not None]
        return max((each.relative for each in seen), default=nan)

    def as_record(self) -> dict[str, object]:
        """The report as numbers, strings, lists and dicts."""
        rows = [asdict(row) | {"name": str(row.name), "verdict": row.verdict} for row in self.tensors]
        diagnosis = None if self.diagnosis is None else self.diagnosis.as_record()
        return {
            "tensors": rows,
            "diagnosis": diagnosis,
            "agrees": self.agrees,
            "broken": None if self.broken is None else str(self.broken),
            "missing": list(map(str, self.missing)),
            "forward": None if self.forward is None else self.forward.as_record(),
            "update": None if self.update is None else self.update.as_record(),
            "at_kink": list(self.at_kink),
            "not_judged": {name.en: why.en for name, why in self.unjudged.items()},
            "summary": str(self),
        }

    def __iter__(self) -> Iterator[TensorReport]:
        return iter(self.tensors)
