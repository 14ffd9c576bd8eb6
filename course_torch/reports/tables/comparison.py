"""The gradient report as a table."""

from math import isnan

from rich import box
from rich.table import Table

from course_torch.reports.tables.shapes import shape_text
from course_torch.verification.comparison import GradientReport, TensorReport
from course_torch.verification.difference import Difference

VERDICTS = {"equal": "[green]equal[/]", "different": "[bold red]DIFFERENT[/]", "not judged": "[yellow]not judged[/]"}
WIDTH = 124
"""Columns that the report needs; a narrower terminal folds its cells."""


def comparison_table(report: GradientReport, title: str) -> Table:
    """One row a tensor, in the order in which they are computed; the verdict is a word, not a colour alone."""
    table = Table(title=title, box=box.SIMPLE_HEAD)
    table.add_column("tensor")
    table.add_column("shape")
    for column in ("norm", "largest |a-b|", "against autograd", "against differences", "entries", "c (residual)"):
        table.add_column(column, justify="right")
    table.add_column("verdict")
    for row in report:
        kinks = f" - {row.kinks}" if row.kinks else ""
        table.add_row(
            str(row.name),
            shape_text(row.shape),
            f"{row.norm:.1e}",
            f"{row.autograd.largest:.1e}",
            relative_text(row.autograd),
            numeric_text(row),
            f"{row.sampled}{kinks}",
            factor_text(row.autograd),
            VERDICTS[row.verdict],
        )
    table.caption = (
        "a by hand; ‖a-b‖/(‖a‖+‖b‖) and what rounding explains; entries judged - those at ReLU's kink; a ≈ c b"
    )
    return table


def factor_text(seen: Difference) -> str:
    """c and the residual, or a dash where the reference is 0."""
    return "-" if isnan(seen.factor) else f"{seen.factor:.4f} ({seen.residual:.0e})"


def relative_text(seen: Difference) -> str:
    """1.3e-16 ≤ 2e-15, or > where it is too large."""
    return f"{seen.relative:.1e} {'≤' if seen.agrees else '>'} {seen.tolerance:.0e}"


def numeric_text(row: TensorReport) -> str:
    """The same for the numeric judge; a dash where all its entries are at a kink."""
    return relative_text(row.numeric) if row.sampled > row.kinks else "-"
