"""The gradient report as a table for the terminal, and as one HTML file: no network, no script, light and dark."""

from base64 import b64encode
from collections.abc import Callable, Iterable
from html import escape
from io import BytesIO
from math import isnan
from typing import Any, NamedTuple

from rich import box
from rich.table import Table
from rich.text import Text as Line

from course_torch.language import NOTHING, Language, Text, same
from course_torch.lessons import linked
from course_torch.reports.page import html_page, scrolling_table
from course_torch.reports.tables import filled
from course_torch.verification.report import VERDICTS, GradientReport, TensorReport

SENTENCE_END = Text(". ", "。")
STYLES = {"equal": "green", "different": "bold red", "not judged": "yellow"}
WIDTH, NARROW = 136, 76  # columns that the whole table needs, and the table without shape, norm, entries and c
OF = Text("{judged} of {sampled}", "{sampled} 中的 {judged}")
RANDOM = Text("{judged} random", "随机 {judged}")
CAPTION = Text(
    "‖a-b‖/(‖a‖+‖b‖) ≤ what rounding errors explain; a: {whose}; b: the judge named; a ≈ c b; a dash: not judged; "
    "entries: how many the differences judged{kinks}",
    "‖a-b‖/(‖a‖+‖b‖) ≤ 舍入误差所能解释的；a：{whose}；b：所写的裁判；a ≈ c b；短横：没有检查；"
    "元素：差分检查了多少{kinks}",
)
AT_KINKS = Text(
    " (the others are at a kink: there the slope jumps, as that of relu at 0)",
    "（其余在拐点上：那里的斜率有跳跃，如 relu 在 0 处）",
)
OR_TRAINED = Text("{whose} or as trained", "{whose}或训练时所用的")
NARROW_CAPTION = Text(
    "relative error ≤ what rounding explains; differences: central differences; a dash: not judged; "
    "a terminal of {width} columns shows more",
    "相对误差 ≤ 舍入误差所能解释的；差分：中心差分；短横：没有检查；终端有 {width} 列时显示更多",
)
HOW_TO_READ = Text(
    "a is the tensor {whose}; b is the tensor of the judge that the column names. Each cell shows ‖a-b‖/(‖a‖+‖b‖) and "
    "the tolerance that rounding errors explain; a ≈ c · b. A dash: this judge has not judged. Central differences "
    "judge the entries but for those at a kink: there the slope jumps, as that of relu does at 0.",
    "a 是{whose}张量，b 是列名所写的裁判算出的张量。每格是 ‖a-b‖/(‖a‖+‖b‖) 和舍入误差所能解释的容差；a ≈ c · b。"
    "短横：这位裁判没有检查。差分不检查拐点上的元素：那里的斜率有跳跃，如 relu 在 0 处。",
)
OF_FORMULAS = Text("by the formulas, or as trained", "公式算出的、或训练时所用的")
OF_FILE = Text("that your file computes", "你的文件算出的")
TABLE = Text("The verdict on each tensor", "对每个张量的判断")
FIGURE = Text(
    "The relative error and the tolerance of each tensor, on a logarithmic scale: the numbers of the table",
    "各个张量的相对误差和容差，对数刻度：即表中的数",
)


class Column(NamedTuple):
    """A column of the report: its heading, which may name whose tensors are judged, and the cell of a tensor."""

    heading: Text
    cell: Callable[[TensorReport, Language], str]


def entries(row: TensorReport, language: Language) -> str:
    """The number of entries that central differences judged, of how many if they are not all, and if of a sample."""
    judged = OF.fill(judged=row.sampled - row.kinks, sampled=row.sampled) if row.kinks else same(str(row.sampled))
    return (RANDOM.fill(judged=judged) if row.is_sampled else judged).say(language)


def factor(row: TensorReport, language: Language) -> str:
    """c of a ≈ c b with its residual, or a dash if it is undefined."""
    seen = row.against_autograd
    return "-" if isnan(seen.factor) else f"{seen.factor:.4f} ({seen.residual:.0e})"


def verdict(row: TensorReport, language: Language) -> str:
    """The verdict in its colour. In English the word for a mistake is in capitals."""
    word = VERDICTS[row.verdict].say(language)
    return f"[{STYLES[row.verdict]}]{word.upper() if row.verdict == 'different' else word}[/]"


TENSOR = Column(Text("tensor", "张量"), lambda row, _: str(row.name))
SHAPE = Column(Text("shape", "形状"), lambda row, _: str(row.shape))
NORM = Column(Text("norm", "范数"), lambda row, _: f"{row.norm:.1e}")
LARGEST = Column(Text("largest |a-b|", "最大的 |a-b|"), lambda row, _: f"{row.against_autograd.largest:.1e}")
BY_AUTOGRAD = Column(Text("{whose}: autograd", "{whose}：autograd"), lambda row, _: str(row.formulas or "-"))
DIFFERENCES = Column(Text("differences", "差分"), lambda row, _: str(row.numeric or "-"))
ENTRIES = Column(Text("entries", "元素"), entries)
TRAINED = Column(Text("as trained", "训练时所用"), lambda row, _: str(row.trained or "-"))
AS_TRAINED = TRAINED._replace(heading=Text("as trained: autograd", "训练时所用：autograd"))
FACTOR = Column(Text("c (residual)", "c（残差）"), factor)
VERDICT = Column(Text("verdict", "判断"), verdict)
WIDE_TABLE = (TENSOR, SHAPE, NORM, BY_AUTOGRAD, DIFFERENCES, ENTRIES, AS_TRAINED, FACTOR, VERDICT)
NARROW_TABLE = (TENSOR, BY_AUTOGRAD._replace(heading=same("{whose}")), DIFFERENCES, TRAINED, VERDICT)
PAGE = (
    *(SHAPE, NORM, LARGEST, BY_AUTOGRAD),
    DIFFERENCES._replace(heading=Text("{whose}: differences", "{whose}：差分")),
    ENTRIES._replace(heading=Text("entries judged", "检查的元素")),
    *(AS_TRAINED, FACTOR),
)
"""The columns of the page behind the tensor and its verdict."""


def of_report(columns: Iterable[Column], report: GradientReport) -> list[Column]:
    """The columns without that of training, if the gradients are those of a file or a function: it trains nothing."""
    return [column for column in columns if not (report.own and column in (TRAINED, AS_TRAINED))]


def headings(columns: Iterable[Column], report: GradientReport, language: Language) -> list[str]:
    return [column.heading.fill(whose=report.whose).say(language) for column in columns]


def comparison_table(report: GradientReport, title: str, width: int = WIDTH, language: Language = "en") -> Table:
    """A row for each tensor with its verdict. A terminal narrower than WIDTH gets fewer columns."""
    columns = of_report(WIDE_TABLE if width >= WIDTH else NARROW_TABLE, report)
    whose = report.whose if report.own else OR_TRAINED.fill(whose=report.whose)
    kinks = AT_KINKS if any(row.kinks for row in report) else NOTHING
    caption = CAPTION.fill(whose=whose, kinks=kinks) if width >= WIDTH else NARROW_CAPTION.fill(width=WIDTH)
    rows = [[column.cell(row, language) for column in columns] for row in report]
    if width < NARROW:  # without the tolerances
        rows = [[name, *(cell.split(" ")[0] for cell in cells), said] for name, *cells, said in rows]
    names = headings(columns, report, language)
    right = [name for name, column in zip(names, columns, strict=True) if column not in (TENSOR, SHAPE, VERDICT)]
    options: dict[str, Any] = {"box": box.SIMPLE_HEAD, "caption": caption.say(language)}
    table = filled(names, rows, right=right, title=Line(title, "table.title"), **options)
    for column in table.columns[1:] if width < WIDTH else ():
        column.no_wrap = True
    return table


def html_report(report: GradientReport, title: str, language: Language = "en") -> str:
    """A page with the verdict, the diagnosis if there is one, the figure of the errors, and a row for each tensor."""
    from course_torch.reports.figures.curves import gradient_errors

    columns = of_report(PAGE, report)
    picture = BytesIO()
    gradient_errors(report, title, language).savefig(picture, format="png", dpi=150)
    read = HOW_TO_READ.fill(whose=OF_FILE if report.own else OF_FORMULAS)
    names = map(escape, headings((TENSOR, VERDICT, *columns), report, language))
    rows = (html_row(row, columns, language) for row in report)
    figure = escape(FIGURE.say(language))
    first, end, others = report.text.say(language).partition(SENTENCE_END.say(language))
    said = f'<p class="{"good" if report.agrees else "bad"}">{escape(first + end)}</p>'
    said += f"\n<p>{escape(others)}</p>" if others else ""
    body = f"""{linked(said, language)}
<div class="scroll" role="group" tabindex="0" aria-label="{figure}">
<img alt="{figure}" src="data:image/png;base64,{b64encode(picture.getvalue()).decode()}"></div>
{scrolling_table(TABLE.say(language), names, rows)}<p class="hint">{escape(read.say(language))}</p>
"""
    return html_page(title, body, language)


def html_row(row: TensorReport, columns: Iterable[Column], language: Language) -> str:
    """One row, the verdict in its colour as well as its word."""
    kind, word = row.verdict.replace(" ", "-"), VERDICTS[row.verdict].say(language)
    start = f'<tr><th scope="row">{escape(str(row.name))}</th><td class="{kind}">{word}</td>'
    return start + "".join(f"<td>{escape(column.cell(row, language))}</td>" for column in columns) + "</tr>\n"
