"""Why a function has its verdict: the steps of the judge, and the first wrong number."""

from collections.abc import Iterator

from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.layout import Part, in_layout
from course_torch.language import Language, Text

WHY = Text("Why {name} is judged: {state}", "{name} 为什么判为：{state}")
KINDS = {
    "call": Text("call {name}: {found}", "调用（{name}）：{found}"),
    "search": Text("search {name}: {found}", "查找 {name}：{found}"),
    "change": Text("change of the text, {name}: {found}", "改动代码，{name}：{found}"),
    "rule": Text("rule {name}: {found}", "规则 {name}：{found}"),
}
NOTHING_FOUND = Text("nothing", "没有找到")
FIRST = Text(
    "the first wrong number: {entry} is {found}, expected {right}", "第一个错误的数：{entry} 是 {found}，应当是 {right}"
)


def why_lines(verdict: Verdict, layout: str, language: Language) -> Iterator[str]:
    """The steps of the judge, one in a line, each with its place in the package, and the first wrong number."""
    yield WHY.fill(name=verdict.task.name, state=verdict.label).say(language)
    for step in verdict.trail:
        said = KINDS[step.kind].fill(name=step.name, found=step.found if step.found.en else NOTHING_FOUND).say(language)
        yield f"  {said}" + (f"  [{step.place}]" if step.place else "")
    if verdict.part is not None and verdict.part.found.shape == verdict.part.right.shape:
        yield f"  {first_wrong_number(verdict.part, layout).say(language)}"


def first_wrong_number(part: Part, layout: str) -> Text:
    """The first entry of a tensor that is not the right one, in the layout of the file."""
    found, right = (in_layout(tensor, part.name, layout) for tensor in (part.found, part.right))
    at = next(iter((~found.double().isclose(right.double(), rtol=1e-4)).nonzero().tolist()), [0] * found.ndim)
    entry = part.name + (f"[{', '.join(map(str, at))}]" if at else "")
    return FIRST.fill(entry=entry, found=f"{found[tuple(at)].item():.6g}", right=f"{right[tuple(at)].item():.6g}")
