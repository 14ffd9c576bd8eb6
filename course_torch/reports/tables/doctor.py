"""Tables of `course-torch doctor`."""

from collections.abc import Iterable, Sequence

from rich import box
from rich.markup import escape
from rich.table import Table


def findings_table(findings: Iterable[tuple[str, str, str, str]], title: str) -> Table:
    """One row per check: the subject, the result, and a mark for a problem or advice."""
    table = Table(title, "found", "", box=box.SIMPLE_HEAD)
    for subject, found, problem, advice in findings:
        mark = "[bold red]PROBLEM[/]" if problem else "[yellow]advice[/]" if advice else ""
        table.add_row(escape(subject), escape(found), mark)
    return table


def devices_table(dtypes: Iterable[str], devices: Iterable[tuple[str, str, Sequence[bool]]]) -> Table:
    """One row per device: its name, its description, and whether it multiplies matrices in each dtype."""
    table = Table("device", "description", *dtypes, box=box.SIMPLE_HEAD)
    for name, description, usable in devices:
        table.add_row(name, escape(description), *("yes" if each else "[yellow]no[/]" for each in usable))
    return table


def gradients_table(checks: Iterable[tuple[str, str, int, float, str]]) -> Table:
    """One row per device and dtype: number of checked networks, largest relative error, and verdict."""
    table = Table("gradients on", "dtype", box=box.SIMPLE_HEAD)
    table.add_column("networks", justify="right")
    table.add_column("largest relative error", justify="right")
    table.add_column("verdict")
    for device, dtype, networks, largest_relative_error, wrong in checks:
        verdict = "[bold red]WRONG[/]" if wrong else "[green]equal[/]"
        table.add_row(device, dtype, str(networks), f"{largest_relative_error:.1e}", verdict)
    return table
