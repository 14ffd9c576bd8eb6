"""`course-torch doctor`: check the installation, the machine and the gradients on each device."""

from collections.abc import Iterator

from rich import box
from rich.markup import escape
from rich.table import Table

from course_torch.checkup.devices import (
    DTYPES,
    JUDGED,
    Device,
    GradientCheck,
    check_gradients,
    device_finding,
    find_devices,
    gradient_finding,
    probe,
)
from course_torch.checkup.machine import Finding, installation_findings, machine_findings
from course_torch.command_line.files import as_json, write_text
from course_torch.console import wide_console, with_progress
from course_torch.reports.tables import filled
from course_torch.text import dtype_name

WIDTH = 100


def doctor(json: str | None = None) -> int:
    """Check the installation and this machine, and check gradients on every device for at most two seconds.

    Prints versions, threads, devices with their dtypes and the checksum of the pictures, then one line for each advice
    and for each problem. Returns the exit code: 0, or 1 if there is a problem.

    Args:
        json: file for all findings
    """
    installation, machine = installation_findings(), machine_findings()
    devices = [probe(device) for device in find_devices()]
    pairs = [(device.name, dtype) for device in devices for dtype in JUDGED if device.usable(dtype)]
    checks = [check_gradients(*pair) for pair in with_progress(pairs, "checking gradients")]
    findings = [*installation, *machine, *map(device_finding, devices), *map(gradient_finding, checks)]
    problems = [str(each) for each in findings if each.problem]
    advice = [str(each) for each in findings if each.advice]

    console = wide_console(WIDTH)
    for table in tables(installation, machine, devices, checks):
        console.print(table)
    for line in (*(f"advice: {each}" for each in advice), *(f"problem: {each}" for each in problems)):
        console.print(line, markup=False, highlight=False, soft_wrap=not console.is_terminal)
    print(f"problems: {len(problems)}, advice: {len(advice)}")
    if json is not None:
        record = {
            "problems": problems,
            "advice": advice,
            "found": {each.subject: each.found for each in findings},
            "devices": {each.name: {dtype_name(dtype): each.usable(dtype) for dtype in DTYPES} for each in devices},
            "gradients": [each._asdict() for each in checks],
        }
        write_text(json, as_json(record))
    return 1 if problems else 0


def tables(
    installation: list[Finding], machine: list[Finding], devices: list[Device], checks: list[GradientCheck]
) -> Iterator[Table]:
    """Yield a table of the findings, of the devices with their dtypes, and of the checked gradients."""
    for title, found in (("installed", installation), ("machine", machine)):
        marks = {True: "[bold red]PROBLEM[/]", False: "[yellow]advice[/]"}
        rows: list[tuple[str, ...]] = [
            (escape(f.subject), escape(f.found), marks[bool(f.problem)] if f.problem or f.advice else "") for f in found
        ]
        yield filled((title, "found", ""), rows, box=box.SIMPLE_HEAD)
    usable = (["yes" if device.usable(dtype) else "[yellow]no[/]" for dtype in DTYPES] for device in devices)
    rows = [
        (device.name, escape(device.description), *answers) for device, answers in zip(devices, usable, strict=True)
    ]
    yield filled(("device", "description", *map(dtype_name, DTYPES)), rows, box=box.SIMPLE_HEAD)
    columns = ("gradients on", "dtype", "networks", "largest relative error", "verdict")
    verdicts = ("[bold red]WRONG[/]" if check.wrong else "[green]equal[/]" for check in checks)
    numbers = ((c.device, c.dtype, str(c.networks), f"{c.largest_relative_error:.1e}") for c in checks)
    rows = [(*cells, verdict) for cells, verdict in zip(numbers, verdicts, strict=True)]
    yield filled(columns, rows, right=columns[2:4], box=box.SIMPLE_HEAD)
