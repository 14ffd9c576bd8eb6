"""Tables for the terminal: trained networks, exercises, self-tests, times and goals of the benchmark, the doctor."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from course_torch.text import shown

LONGEST_NAME = 27
"""Characters of the longest function name of a chapter, and a comma."""
COLOURS = {"right": "green", "wrong": "bold red", "missing": "dim", "not judged": "yellow"}


def filled(
    columns: Sequence[str], rows: Iterable[Iterable[str | Text]], right: Collection[str] = (), **options: Any
) -> Table:
    """Make a table of these rows. The columns named in `right` are aligned to the right."""
    table = Table(**options)
    for column in columns:
        table.add_column(column, justify="right" if column in right else "left")
    for row in rows:
        table.add_row(*row)
    return table


def results_table(results: Mapping[str, tuple[float, float]], score: str) -> Table:
    """One row a split: its cost and its score, which is called `score` (accuracy as a fraction, or R2)."""
    rows = ((split, f"{cost:.6f}", f"{value:.4f}") for split, (cost, value) in results.items())
    return filled(("split", "cost", score), rows, right=("cost", score))


def predictions_table(predictions: Sequence[Mapping[str, object]], value: str) -> Table:
    """One row per example, without the probabilities of the other classes. `value` names a predicted number."""
    names = [name for name in predictions[0] if name != "probabilities"]
    columns = [escape(shown(value)) if name == "value" else name.replace("_", " ") for name in names]
    return filled(columns, ([Text(cell(prediction[name])) for name in names] for prediction in predictions))


def cell(value: object) -> str:
    """A name or a line number as it is, other numbers with four decimals, None as an empty cell."""
    if value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(map(cell, value))
    return f"{value:.4f}" if isinstance(value, float) else shown(value)


def export_table(differences: Mapping[str, float]) -> Table:
    """One row per file: the largest difference between original and reloaded predictions."""
    rows = ((Text(shown(file)), f"{difference:.1e}") for file, difference in differences.items())
    return filled(("file", "largest difference of reloaded predictions"), rows)


def check_table(headings: tuple[str, str, str], rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """One row per function: its name, the section of the notes, its state, and the state's text."""
    cells = ((escape(name), section, f"[{COLOURS[state]}]{escape(text)}[/]") for name, section, state, text in rows)
    return filled(headings, cells, box=box.SIMPLE_HEAD)


def chapters_table(headings: tuple[str, str, str, str], rows: Iterable[tuple[str, str, str, str]]) -> Table:
    """One row per chapter: its name, its sections, its functions, and how far the files of the chapter are.

    A narrow terminal folds the other columns, so that the count after a file name is never cut.
    """
    table = filled(headings, (map(escape, row) for row in rows), box=box.SIMPLE_HEAD, padding=(0, 0, 0, 1))
    for column, width in zip(table.columns, (None, None, LONGEST_NAME, None), strict=True):
        column.width, column.overflow = width, "fold"
    return table


def scores_table(counts: Sequence[str], rows: Iterable[Sequence[object]]) -> Table:
    """One row per chapter of the checker's self-test."""
    options: dict[str, Any] = {"box": box.SIMPLE_HEAD, "padding": (0, 0, 0, 1)}
    return filled(("chapter", *counts), (map(str, row) for row in rows), right=counts, **options)


def self_test_table(counts: Sequence[str], mistakes: Sequence[Any], variants: Sequence[Any]) -> Table:
    """Each mistake made on purpose: how often it was found, placed at the right tensor and named.

    The scores of mistakes and of right variants are those of `course_torch.verification.self_test`.
    """
    named = {count: {"runs": "networks"}.get(count, count) for count in counts}
    columns = ("mistake or variant", *named.values(), "report", "also named")
    title = "mistakes made on purpose, and right code written otherwise"
    table = filled(columns, (), right=named.values(), title=title)
    for row in mistakes:
        report = "different" if row.reported else "[bold red]EQUAL[/]"
        numbers = (str(getattr(row, count)) for count in counts)
        end_section = row is mistakes[-1]
        table.add_row(escape(row.name), *numbers, report, ", ".join(sorted(row.also_named)), end_section=end_section)
    for row in variants:
        table.add_row(f"right: {escape(row.name)}", str(row.runs), f"{row.found} alarms")
    return table


def speedups_table(title: str, seconds: Mapping[str, float]) -> Table:
    """One row per implementation: median seconds, and the speedup over the first implementation (notes 1.6)."""
    first = next(iter(seconds.values()))
    rows = ((way, f"{value:.6f}", f"{first / value:,.1f}") for way, value in seconds.items())
    columns = ("way", "seconds", "times as fast")
    return filled(columns, rows, right=columns[1:], title=title)


def findings_table(findings: Iterable[tuple[str, str, str, str]], title: str) -> Table:
    """One row per check of the doctor: the subject, the result, and a mark for a problem or advice."""
    table = Table(title, "found", "", box=box.SIMPLE_HEAD)
    for subject, found, problem, advice in findings:
        mark = "[bold red]PROBLEM[/]" if problem else "[yellow]advice[/]" if advice else ""
        table.add_row(escape(subject), escape(found), mark)
    return table


def devices_table(dtypes: Iterable[str], devices: Iterable[tuple[str, str, Sequence[bool]]]) -> Table:
    """One row per device: its name, its description, and whether it multiplies matrices in each dtype."""
    table = Table("device", "description", *dtypes, box=box.SIMPLE_HEAD)
    for name, description, usable in devices:
        table.add_row(name, escape(description), *("yes" if works else "[yellow]no[/]" for works in usable))
    return table


def gradients_table(checks: Iterable[tuple[str, str, int, float, str]]) -> Table:
    """One row per device and dtype: number of checked networks, largest relative error, and verdict."""
    rows = (
        (device, dtype, str(networks), f"{largest:.1e}", "[bold red]WRONG[/]" if wrong else "[green]equal[/]")
        for device, dtype, networks, largest, wrong in checks
    )
    columns = ("gradients on", "dtype", "networks", "largest relative error", "verdict")
    return filled(columns, rows, right=columns[2:4], box=box.SIMPLE_HEAD)
