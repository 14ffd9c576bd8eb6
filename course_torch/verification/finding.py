"""The finding about a formula that is wrong or cannot be run, and its sentences."""

from dataclasses import KW_ONLY, dataclass
from typing import Literal

from course_torch.language import NOTHING, OR, Text, joined

Of = Literal["forward", "backward", "update"]
"""A pass, or the parameter update."""
ALONE = Text(
    "Each formula alone is right: look at their calls in linear_step, block_backward and backward_propagation",
    "每个公式单独看都正确：请检查 linear_step、block_backward 和 backward_propagation 里对它们的调用",
)
PASSES = {
    "forward": Text("forward pass", "正向传播"),
    "backward": Text("backward pass", "反向传播"),
    "update": Text("update", "参数更新"),
}
RIGHT = Text(" {right}.", "{right}。")
AT = Text(" at {tensor}", "在 {tensor} 处")
BREAKS_OFF = Text("breaks off{where}", "{where}中断")
JUDGED_UP_TO = Text("is judged only up to {tensor}", "只检查到 {tensor}")
ENDS = Text("the {of} {ends}: {formula} {seen}.{right}", "{of}{ends}：{formula} {seen}。{right}")
PROBABLY = Text("Probably {causes}", "可能的原因：{causes}")
NO_MISTAKE = Text("No known mistake makes exactly this tensor", "没有一种已知的错误恰好得出这个张量")
FIRST_WRONG = Text(
    "first wrong: {tensor} in the {of}, computed by {formula} ({seen}). {causes}.{right}",
    "第一个出错的张量：{tensor}（{of}），计算它的是 {formula}（{seen}）。{causes}。{right}",
)


@dataclass(frozen=True)
class FormulaFinding:
    """The first wrong tensor of a pass, the formula that computes it, and what is seen of it.

    tensor      its name; "" if each formula alone runs
    formula     the formula, and the shapes of its arguments if the pass breaks off
    seen        in numbers how the tensor differs, or what the formula raises or returns instead of a tensor
    sentences   the probable causes; empty if the pass breaks off or no known mistake makes the tensor
    right       what the formula must compute
    breaks_off  whether the next formula cannot use what this formula does
    stops       whether this ends every pass; otherwise the pass runs, but the judge ends
    of          the pass, or the parameter update
    certain     whether the sentences are known and not only probable
    """

    tensor: Text
    formula: str
    seen: Text
    _: KW_ONLY
    sentences: tuple[Text, ...] = ()
    right: Text = NOTHING
    breaks_off: bool = False
    stops: bool = True
    of: Of = "forward"
    certain: bool = False

    @property
    def text(self) -> Text:
        """The finding in sentences."""
        of, tensor = PASSES[self.of], self.tensor
        right = RIGHT.fill(right=self.right) if self.right.en else NOTHING
        rest = {"formula": self.formula, "seen": self.seen, "right": right}
        if self.breaks_off:
            where = AT.fill(tensor=tensor) if tensor.en else NOTHING
            ends = BREAKS_OFF.fill(where=where) if self.stops else JUDGED_UP_TO.fill(tensor=tensor)
            return ENDS.fill(of=of, ends=ends, **rest)
        causes = joined(OR, self.sentences)
        known = as_fact(causes) if self.certain else PROBABLY.fill(causes=causes)
        causes = known if self.sentences else NO_MISTAKE
        return FIRST_WRONG.fill(of=of, tensor=tensor, causes=causes, **rest)

    def __str__(self) -> str:
        return self.text.en

    def as_record(self) -> dict[str, object]:
        """The finding as strings and a list of strings."""
        return {
            "tensor": self.tensor.en,
            "formula": self.formula,
            "symptom": self.seen.en,
            "sentences": [each.en for each in self.sentences],
            "breaks_off": self.breaks_off,
        }


def as_fact(causes: Text) -> Text:
    """The causes as a sentence of their own. A name at its beginning, such as dW, keeps its letters."""
    first = causes.en.partition(" ")[0]
    return causes._replace(en=causes.en[:1].upper() + causes.en[1:]) if first.islower() else causes
