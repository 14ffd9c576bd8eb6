"""The gradient report as one HTML file: no network, no script, light and dark."""

from base64 import b64encode
from collections.abc import Sequence
from html import escape
from io import BytesIO

from matplotlib.figure import Figure

from course_torch.reports.figures.gradient_errors import gradient_errors
from course_torch.reports.tables.comparison import entries_text, factor_text, relative_text
from course_torch.reports.tables.shapes import shape_text
from course_torch.verification.report import GradientReport

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


def html_report(report: GradientReport, title: str) -> str:
    """A page with the verdict, the diagnosis if there is one, a row for each tensor, and the figure of the errors."""
    rows = [
        (
            *(str(row.name), row.verdict, shape_text(row.shape)),
            *(f"{row.norm:.1e}", f"{row.farthest.largest:.1e}", relative_text(row.formulas)),
            *(relative_text(row.numeric), entries_text(row), relative_text(row.trained), factor_text(row.farthest)),
        )
        for row in report
    ]
    head = "".join(f"<th>{escape(column)}</th>" for column in COLUMNS)
    return f"""<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>{escape(title)}</title><style>{STYLE}</style></head>
<body>
<h1>{escape(title)}</h1>
<p>{escape(str(report))}</p>
<div class="scroll"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{"".join(table_row(row) for row in rows)}</tbody>
</table></div>
<p>a is the tensor by the formulas, or as trained; b is the tensor of the judge that the column names. Each cell shows
‖a-b‖/(‖a‖+‖b‖) and the tolerance that rounding errors explain; a ≈ c · b. A dash: this judge has not judged.</p>
<img alt="The relative error and the tolerance of each tensor, on a logarithmic scale: the numbers of the table"
src="data:image/png;base64,{b64encode(picture_of(gradient_errors(report, title))).decode()}">
</body>
</html>
"""


def picture_of(figure: Figure) -> bytes:
    """Draw a figure as PNG."""
    file = BytesIO()
    figure.savefig(file, format="png", dpi=150)
    return file.getvalue()


def table_row(cells: Sequence[str]) -> str:
    """One row, the verdict in its colour as well as its word."""
    name, verdict, *others = cells
    start = f'<tr><td>{escape(name)}</td><td class="{verdict.replace(" ", "-")}">{verdict}</td>'
    return start + "".join(f"<td>{escape(cell)}</td>" for cell in others) + "</tr>\n"
