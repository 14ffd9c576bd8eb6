"""The gradient report as a table."""

from math import isnan

from rich import box
from rich.table import Table
from rich.text import Text

from course_torch.reports.tables.shapes import shape_text
from course_torch.verification.difference import Difference
from course_torch.verification.report import GradientReport, TensorReport

VERDICTS = {"equal": "[green]equal[/]", "different": "[bold red]DIFFERENT[/]", "not judged": "[yellow]not judged[/]"}
WIDTH, NARROW = 136, 76
"""Columns that the whole table needs, and the table without shape, norm, entries and c."""


def comparison_table(report: GradientReport, title: str, judged: str = "formulas", width: int = WIDTH) -> Table:
    """A row for each tensor, in the order in which they are computed. The verdict is a word, not only a colour.

    judged   whose gradients they are
    width    columns of the terminal: a narrow table has fewer columns, and below NARROW no tolerances
    """
    return whole_table(report, title, judged) if width >= WIDTH else narrow_table(report, title, judged, width)


def whole_table(report: GradientReport, title: str, judged: str) -> Table:
    """The table with everything. The title may hold the name of a file, in which brackets are no markup."""
    table = Table(title=Text(title, "table.title"), box=box.SIMPLE_HEAD)
    table.add_column("tensor")
    table.add_column("shape")
    columns = ("norm", f"{judged}: autograd", "differences", "entries", "as trained: autograd", "c (residual)")
    for column in columns:
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for row in report:
        table.add_row(
            str(row.name),
            shape_text(row.shape),
            f"{row.norm:.1e}",
            relative_text(row.formulas),
            relative_text(row.numeric),
            entries_text(row),
            relative_text(row.trained),
            factor_text(row.farthest),
            VERDICTS[row.verdict],
        )
    table.caption = (
        f"‖a-b‖/(‖a‖+‖b‖) ≤ what rounding errors explain; a: {judged} or as trained; b: the judge named; "
        "a ≈ c b; a dash: not judged; entries: judged of sampled (the others are at the kink of g)"
    )
    return table


def narrow_table(report: GradientReport, title: str, judged: str, width: int) -> Table:
    """How far each tensor is from what its judge computes, and the verdict."""
    table = Table(title=Text(title, "table.title"), box=box.SIMPLE_HEAD)
    table.add_column("tensor")
    for column in (judged, "differences", "as trained"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("verdict", no_wrap=True)
    for row in report:
        seen = [relative_text(each) for each in (row.formulas, row.numeric, row.trained)]
        if width < NARROW:
            seen = [text.split(" ")[0] for text in seen]
        table.add_row(str(row.name), *seen, VERDICTS[row.verdict])
    table.caption = (
        "relative error ≤ what rounding explains; differences: central differences; a dash: not judged; "
        f"a terminal of {WIDTH} columns shows more"
    )
    return table


def factor_text(seen: Difference) -> str:
    """c and the residual, or a dash if the reference is 0."""
    return "-" if isnan(seen.factor) else f"{seen.factor:.4f} ({seen.residual:.0e})"


def relative_text(seen: Difference | None) -> str:
    """1.3e-16 ≤ 2e-15, or a dash without a judgement."""
    return "-" if seen is None else str(seen)


def entries_text(row: TensorReport) -> str:
    """The entries that the central differences judged: 100, or 97 of 100 if some are at the kink of g."""
    return f"{row.sampled - row.kinks} of {row.sampled}" if row.kinks else str(row.sampled)
