"""What `course-torch doctor` finds, as tables."""

from collections.abc import Iterable

from rich import box
from rich.markup import escape
from rich.table import Table

from course_torch.checkup.device_gradients import GradientCheck
from course_torch.checkup.devices import DTYPES, Device, dtype_name
from course_torch.checkup.finding import Finding


def findings_table(findings: Iterable[Finding], title: str) -> Table:
    """One row a subject: what was found, and whether that is a problem."""
    table = Table(title, "found", "", box=box.SIMPLE_HEAD)
    for each in findings:
        mark = "[bold red]PROBLEM[/]" if each.problem else "[yellow]advice[/]" if each.advice else ""
        table.add_row(escape(each.subject), escape(each.found), mark)
    return table


def devices_table(devices: Iterable[Device]) -> Table:
    """One row a device: what it is, and which dtypes it multiplies matrices in."""
    table = Table("device", "what it is", *map(dtype_name, DTYPES), box=box.SIMPLE_HEAD)
    for each in devices:
        answers = ("yes" if each.usable(dtype) else "[yellow]no[/]" for dtype in DTYPES)
        table.add_row(each.name, escape(each.description), *answers)
    return table


def gradients_table(checks: Iterable[GradientCheck]) -> Table:
    """One row a device and dtype: how many networks were checked, and how far the judges differ at most."""
    table = Table("gradients on", "dtype", box=box.SIMPLE_HEAD)
    table.add_column("networks", justify="right")
    table.add_column("largest relative error", justify="right")
    table.add_column("verdict")
    for each in checks:
        verdict = "[bold red]WRONG[/]" if each.wrong else "[green]equal[/]"
        table.add_row(each.device, each.dtype, str(each.networks), f"{each.largest_relative_error:.1e}", verdict)
    return table
