"""The gradient report as a table for the terminal, and as one HTML file: no network, no script, light and dark."""

from base64 import b64encode
from html import escape
from io import BytesIO
from math import isnan
from typing import Any

from rich import box
from rich.table import Table
from rich.text import Text

from course_torch.reports.tables import filled
from course_torch.verification.comparing import Difference
from course_torch.verification.report import GradientReport, TensorReport

VERDICTS = {"equal": "[green]equal[/]", "different": "[bold red]DIFFERENT[/]", "not judged": "[yellow]not judged[/]"}
WIDTH, NARROW = 136, 76  # columns that the whole table needs, and the table without shape, norm, entries and c

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #ffffff; --line: #c8c8c8; --good: #00614a; --bad: #a8320a; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --paper: #16181c; --line: #454a52; --good: #5fd0ae; --bad: #ff9a66; }
}
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 2rem; }
h1 { font-size: 1.3rem; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: 0.25rem 0.6rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th { border-bottom-width: 2px; }
td:first-child, th:first-child, td:nth-child(2), th:nth-child(2), td:nth-child(3), th:nth-child(3) { text-align: left; }
.equal { color: var(--good); }
.different { color: var(--bad); font-weight: bold; }
.not-judged { font-style: italic; }
.scroll { overflow-x: auto; }
thead th { white-space: normal; vertical-align: bottom; }
img { max-width: 100%; background: #ffffff; }
"""
COLUMNS = (
    *("tensor", "verdict", "shape", "norm", "largest |a-b|", "formulas: autograd", "formulas: differences"),
    *("entries judged", "as trained: autograd", "c (residual)"),
)


def comparison_table(report: GradientReport, title: str, judged: str = "formulas", width: int = WIDTH) -> Table:
    """A row for each tensor with its verdict. A terminal narrower than WIDTH gets fewer columns. `judged`: whose."""
    if width < WIDTH:
        return narrow_table(report, title, judged, width)
    numbers = ("norm", f"{judged}: autograd", "differences", "entries", "as trained: autograd", "c (residual)")
    rows = ((str(row.name), *cells(row), VERDICTS[row.verdict]) for row in report)
    caption = (
        f"‖a-b‖/(‖a‖+‖b‖) ≤ what rounding errors explain; a: {judged} or as trained; b: the judge named; "
        "a ≈ c b; a dash: not judged; entries: judged of sampled (the others are at the kink of g)"
    )
    columns = ("tensor", "shape", *numbers, "verdict")
    return filled(columns, rows, right=numbers, title=Text(title, "table.title"), box=box.SIMPLE_HEAD, caption=caption)


def narrow_table(report: GradientReport, title: str, judged: str, width: int) -> Table:
    """How far each tensor is from what its judge computes, and the verdict."""
    columns, rows = (judged, "differences", "as trained"), []
    for row in report:
        seen = [relative_text(difference) for difference in (row.formulas, row.numeric, row.trained)]
        seen = [text.split(" ")[0] for text in seen] if width < NARROW else seen
        rows.append((str(row.name), *seen, VERDICTS[row.verdict]))
    caption = (
        "relative error ≤ what rounding explains; differences: central differences; a dash: not judged; "
        f"a terminal of {WIDTH} columns shows more"
    )
    options: dict[str, Any] = {"title": Text(title, "table.title"), "box": box.SIMPLE_HEAD, "caption": caption}
    table = filled(("tensor", *columns, "verdict"), rows, right=columns, **options)
    for column in table.columns[1:]:
        column.no_wrap = True
    return table


def cells(row: TensorReport) -> list[str]:
    """Shape, norm, and what each judge says: 1.3e-16 ≤ 2e-15, entries judged of sampled, c and residual, or a dash."""
    entries = f"{row.sampled - row.kinks} of {row.sampled}" if row.kinks else str(row.sampled)
    seen = row.farthest
    factor = "-" if isnan(seen.factor) else f"{seen.factor:.4f} ({seen.residual:.0e})"
    judged = relative_text(row.formulas), relative_text(row.numeric), entries, relative_text(row.trained)
    return [str(row.shape), f"{row.norm:.1e}", *judged, factor]


def relative_text(seen: Difference | None) -> str:
    return "-" if seen is None else str(seen)


def html_report(report: GradientReport, title: str) -> str:
    """A page with the verdict, the diagnosis if there is one, a row for each tensor, and the figure of the errors."""
    from course_torch.reports.figures.curves import gradient_errors

    head = "".join(f"<th>{escape(column)}</th>" for column in COLUMNS)
    picture = BytesIO()
    gradient_errors(report, title).savefig(picture, format="png", dpi=150)
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head>
<body>
<h1>{escape(title)}</h1>
<p>{escape(str(report))}</p>
<div class="scroll"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{"".join(html_row(row) for row in report)}</tbody>
</table></div>
<p>a is the tensor by the formulas, or as trained; b is the tensor of the judge that the column names. Each cell shows
‖a-b‖/(‖a‖+‖b‖) and the tolerance that rounding errors explain; a ≈ c · b. A dash: this judge has not judged.</p>
<img alt="The relative error and the tolerance of each tensor, on a logarithmic scale: the numbers of the table"
src="data:image/png;base64,{b64encode(picture.getvalue()).decode()}">
</body>
</html>
"""


def html_row(row: TensorReport) -> str:
    """One row, the verdict in its colour as well as its word."""
    shape, norm, *judged = cells(row)
    start = f'<tr><td>{escape(str(row.name))}</td><td class="{row.verdict.replace(" ", "-")}">{row.verdict}</td>'
    others = (shape, norm, f"{row.farthest.largest:.1e}", *judged)
    return start + "".join(f"<td>{escape(cell)}</td>" for cell in others) + "</tr>\n"
