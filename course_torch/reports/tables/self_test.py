"""The self-test of the gradient report as a table."""

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from course_torch.verification.self_test import COUNTS, Score


def self_test_table(mistakes: Sequence[Score], variants: Sequence[Score]) -> Table:
    """Each mistake made on purpose: how often it was found, placed at the right tensor and named."""
    table = Table(title="mistakes made on purpose, and right code written otherwise")
    table.add_column("mistake or variant")
    for column in COUNTS:
        table.add_column({"runs": "networks"}.get(column, column), justify="right")
    table.add_column("report")
    table.add_column("also named")
    for row in mistakes:
        table.add_row(
            escape(row.name),
            *(str(getattr(row, count)) for count in COUNTS),
            "different" if row.reported else "[bold red]EQUAL[/]",
            ", ".join(sorted(row.also_named)),
            end_section=row is mistakes[-1],
        )
    for row in variants:
        table.add_row(f"right: {escape(row.name)}", str(row.runs), f"{row.found} alarms")
    return table
