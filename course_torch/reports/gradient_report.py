"""The gradient report as a table for the terminal, and as one HTML file: no network, no script, light and dark."""

from base64 import b64encode
from collections.abc import Iterable
from html import escape
from io import BytesIO
from math import isnan
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text as Line

from course_torch.language import Language, Text
from course_torch.lessons import linked
from course_torch.reports.page import html_page, scrolling_table
from course_torch.reports.tables import filled
from course_torch.verification.difference import Difference
from course_torch.verification.report import VERDICTS, GradientReport, TensorReport

STYLES = {"equal": "green", "different": "bold red", "not judged": "yellow"}
WIDTH, NARROW = 136, 76  # columns that the whole table needs, and the table without shape, norm, entries and c
TENSOR, SHAPE, NORM, VERDICT = (
    Text("tensor", "张量"),
    Text("shape", "形状"),
    Text("norm", "范数"),
    Text("verdict", "判断"),
)
LARGEST = Text("largest |a-b|", "最大的 |a-b|")
BY_AUTOGRAD = Text("{whose}: autograd", "{whose}：autograd")
BY_DIFFERENCES = Text("{whose}: differences", "{whose}：差分")
DIFFERENCES = Text("differences", "差分")
ENTRIES, ENTRIES_JUDGED = Text("entries", "元素"), Text("entries judged", "检查的元素")
AS_TRAINED = Text("as trained: autograd", "训练时所用：autograd")
TRAINED = Text("as trained", "训练时所用")
FACTOR = Text("c (residual)", "c（残差）")
OF = Text("{judged} of {sampled}", "{sampled} 中的 {judged}")
CAPTION = Text(
    "‖a-b‖/(‖a‖+‖b‖) ≤ what rounding errors explain; a: {whose} or as trained; b: the judge named; "
    "a ≈ c b; a dash: not judged; entries: judged of sampled (the others are at the kink of g)",
    "‖a-b‖/(‖a‖+‖b‖) ≤ 舍入误差所能解释的；a：{whose}或训练时所用的；b：所写的裁判；"
    "a ≈ c b；短横：没有检查；元素：抽取的之中检查了多少（其余在 g 的拐点上）",
)
NARROW_CAPTION = Text(
    "relative error ≤ what rounding explains; differences: central differences; a dash: not judged; "
    "a terminal of {width} columns shows more",
    "相对误差 ≤ 舍入误差所能解释的；差分：中心差分；短横：没有检查；终端有 {width} 列时显示更多",
)
HOW_TO_READ = Text(
    "a is the tensor {whose}; b is the tensor of the judge that the column names. Each cell shows ‖a-b‖/(‖a‖+‖b‖) and "
    "the tolerance that rounding errors explain; a ≈ c · b. A dash: this judge has not judged.",
    "a 是{whose}张量，b 是列名所写的裁判算出的张量。每格是 ‖a-b‖/(‖a‖+‖b‖) 和舍入误差所能解释的容差；a ≈ c · b。"
    "短横：这位裁判没有检查。",
)
OF_FORMULAS = Text("by the formulas, or as trained", "公式算出的、或训练时所用的")
OF_FILE = Text("that your file computes", "你的文件算出的")
TABLE = Text("The verdict on each tensor", "对每个张量的判断")
FIGURE = Text(
    "The relative error and the tolerance of each tensor, on a logarithmic scale: the numbers of the table",
    "各个张量的相对误差和容差，对数刻度：即表中的数",
)


def comparison_table(report: GradientReport, title: str, width: int = WIDTH, language: Language = "en") -> Table:
    """A row for each tensor with its verdict. A terminal narrower than WIDTH gets fewer columns."""
    if width < WIDTH:
        return narrow_table(report, title, width, language)
    columns = said(
        (TENSOR, SHAPE, NORM, BY_AUTOGRAD, DIFFERENCES, ENTRIES, AS_TRAINED, FACTOR, VERDICT), report, language
    )
    rows = ((str(row.name), *cells(row, language), verdict(row, language)) for row in report)
    caption = CAPTION.fill(whose=report.whose).say(language)
    options: dict[str, Any] = {"title": Line(title, "table.title"), "box": box.SIMPLE_HEAD, "caption": caption}
    return filled(columns, rows, right=columns[2:-1], **options)


def narrow_table(report: GradientReport, title: str, width: int, language: Language) -> Table:
    """How far each tensor is from what its judge computes, and the verdict."""
    columns, rows = said((TENSOR, report.whose, DIFFERENCES, TRAINED, VERDICT), report, language), []
    for row in report:
        seen = [relative_text(difference) for difference in (row.formulas, row.numeric, row.trained)]
        seen = [text.split(" ")[0] for text in seen] if width < NARROW else seen
        rows.append((str(row.name), *seen, verdict(row, language)))
    caption = NARROW_CAPTION.fill(width=WIDTH).say(language)
    options: dict[str, Any] = {"title": Line(title, "table.title"), "box": box.SIMPLE_HEAD, "caption": caption}
    table = filled(columns, rows, right=columns[1:-1], **options)
    for column in table.columns[1:]:
        column.no_wrap = True
    return table


def said(columns: Iterable[Text], report: GradientReport, language: Language) -> list[str]:
    return [column.fill(whose=report.whose).say(language) for column in columns]


def verdict(row: TensorReport, language: Language) -> str:
    """The verdict in its colour. In English the word for a mistake is in capitals."""
    word = VERDICTS[row.verdict].say(language)
    return f"[{STYLES[row.verdict]}]{word.upper() if row.verdict == 'different' else word}[/]"


def cells(row: TensorReport, language: Language) -> list[str]:
    """Shape, norm, and what each judge says: 1.3e-16 ≤ 2e-15, entries judged of sampled, c and residual, or a dash."""
    judged = OF.fill(judged=row.sampled - row.kinks, sampled=row.sampled).say(language)
    seen = row.farthest
    factor = "-" if isnan(seen.factor) else f"{seen.factor:.4f} ({seen.residual:.0e})"
    entries = judged if row.kinks else str(row.sampled)
    texts = relative_text(row.formulas), relative_text(row.numeric), entries, relative_text(row.trained)
    return [str(row.shape), f"{row.norm:.1e}", *texts, factor]


def relative_text(seen: Difference | None) -> str:
    return "-" if seen is None else str(seen)


def html_report(report: GradientReport, title: str, language: Language = "en") -> str:
    """A page with the verdict, the diagnosis if there is one, a row for each tensor, and the figure of the errors."""
    from course_torch.reports.figures.curves import gradient_errors

    every = (TENSOR, VERDICT, SHAPE, NORM, LARGEST, BY_AUTOGRAD, BY_DIFFERENCES, ENTRIES_JUDGED, AS_TRAINED, FACTOR)
    columns = [column for column in every if not (report.own and column == AS_TRAINED)]
    picture = BytesIO()
    gradient_errors(report, title, language).savefig(picture, format="png", dpi=150)
    read = HOW_TO_READ.fill(whose=OF_FILE if report.own else OF_FORMULAS)
    headings, rows = (
        map(escape, said(columns, report, language)),
        (html_row(row, report.own, language) for row in report),
    )
    figure = escape(FIGURE.say(language))
    body = f"""<p class="{"good" if report.agrees else "bad"}">{linked(escape(report.text.say(language)), language)}</p>
{scrolling_table(TABLE.say(language), headings, rows)}<p class="hint">{escape(read.say(language))}</p>
<div class="scroll" role="group" tabindex="0" aria-label="{figure}">
<img alt="{figure}" src="data:image/png;base64,{b64encode(picture.getvalue()).decode()}"></div>
"""
    return html_page(title, body, language)


def html_row(row: TensorReport, own: bool, language: Language) -> str:
    """One row, the verdict in its colour as well as its word."""
    shape, norm, *judged = cells(row, language)
    if own:
        del judged[-2]  # a learner's pass trains nothing
    kind, word = row.verdict.replace(" ", "-"), VERDICTS[row.verdict].say(language)
    start = f'<tr><th scope="row">{escape(str(row.name))}</th><td class="{kind}">{word}</td>'
    others = (shape, norm, f"{row.farthest.largest:.1e}", *judged)
    return start + "".join(f"<td>{escape(cell)}</td>" for cell in others) + "</tr>\n"
