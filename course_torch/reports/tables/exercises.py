"""Tables of `course-torch exercise` and `course-torch check`."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table

LONGEST_NAME = 27
"""Characters of the longest function name of a chapter, and a comma."""
COLOURS = {"right": "green", "wrong": "bold red", "missing": "dim", "not judged": "yellow"}


def check_table(headings: tuple[str, str, str], rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """One row per function: its name, the section of the notes, its state, and the state's text."""
    table = Table(*headings, box=box.SIMPLE_HEAD)
    for name, section, state, text in rows:
        table.add_row(escape(name), section, f"[{COLOURS[state]}]{escape(text)}[/]")
    return table


def chapters_table(headings: tuple[str, str, str, str], rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """One row per chapter: its name, its sections, its functions, and how far the files of the chapter are.

    A narrow terminal folds the other columns, so that the count after a file name is never cut.
    """
    table = Table(box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for heading, width in zip(headings, (None, None, LONGEST_NAME, None), strict=True):
        table.add_column(heading, width=width, overflow="fold")
    for row in rows:
        table.add_row(*map(escape, row))
    return table


def scores_table(counts: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """One row per chapter of the checker's self-test."""
    table = Table("chapter", box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for count in counts:
        table.add_column(count, justify="right")
    for row in rows:
        table.add_row(*map(str, row))
    return table
