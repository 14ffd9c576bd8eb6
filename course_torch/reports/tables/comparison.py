"""The gradient report as a table."""

from math import isnan

from rich import box
from rich.table import Table

from course_torch.reports.tables.shapes import shape_text
from course_torch.verification.difference import Difference
from course_torch.verification.report import GradientReport, TensorReport

VERDICTS = {"equal": "[green]equal[/]", "different": "[bold red]DIFFERENT[/]", "not judged": "[yellow]not judged[/]"}
WIDTH = 136
"""Columns that the report needs. A narrower terminal folds the cells."""


def comparison_table(report: GradientReport, title: str, judged: str = "formulas") -> Table:
    """A row for each tensor, in the order in which they are computed. The verdict is a word, not only a colour.

    judged   whose gradients they are
    """
    table = Table(title=title, box=box.SIMPLE_HEAD)
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


def factor_text(seen: Difference) -> str:
    """c and the residual, or a dash if the reference is 0."""
    return "-" if isnan(seen.factor) else f"{seen.factor:.4f} ({seen.residual:.0e})"


def relative_text(seen: Difference | None) -> str:
    """1.3e-16 ≤ 2e-15, with > for a difference that is too large, or a dash without a judgement."""
    return "-" if seen is None else f"{seen.relative:.1e} {'≤' if seen.agrees else '>'} {seen.tolerance:.0e}"


def entries_text(row: TensorReport) -> str:
    """The entries that the central differences judged: 100, or 97 of 100 if some are at the kink of g."""
    return f"{row.sampled - row.kinks} of {row.sampled}" if row.kinks else str(row.sampled)
