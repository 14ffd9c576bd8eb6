"""`course-torch doctor` and `course-torch bench`: this machine, its gradients, and its times."""

from collections.abc import Iterator
from pathlib import Path

import torch
from rich import box
from rich.markup import escape
from rich.table import Table

import course_torch
from course_torch.checkup.machine import (
    DTYPES,
    JUDGED,
    Device,
    Finding,
    GradientCheck,
    check_gradients,
    device_finding,
    find_devices,
    gradient_finding,
    installation_findings,
    machine_findings,
    probe,
)
from course_torch.command_line.files import FigureFile, OutputFile, as_json, write_text
from course_torch.console import wide_console, with_progress
from course_torch.errors import InputError
from course_torch.reports.figures.drawing import write_figure
from course_torch.reports.tables import filled
from course_torch.text import dtype_name

WIDTH = 100
BENCHMARKS = Path(course_torch.__file__).parents[1] / "benchmarks"
"""A checkout has them, and the wheel has not."""


def doctor(*, json: OutputFile | None = None) -> int:
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


def bench(*, device: str = "cpu", json: OutputFile | None = None, figure: FigureFile | None = None) -> int:
    """Time a step of gradient descent against alternatives, in alternation, and Lightning against the plain loop.

    Also times the start of the programs against `import torch`, and the fast forms of gradient descent against each
    other, and says which goals are reached. Needs a checkout of the repository.

    Args:
        device: cpu, or an accelerator; an accelerator is timed in float32 only
        json: file for all times in seconds, the goals, and the facts of the machine
        figure: file for a figure of time over size (.png, .svg or .pdf)
    """
    if device != "cpu" and not torch.accelerator.is_available():
        raise InputError(
            f"device: found '{device}', but this machine has no accelerator",
            f"device：得到 '{device}'，但本机没有加速器",
        )
    if not (BENCHMARKS / "record.py").is_file():
        raise InputError(
            f"bench: found no {BENCHMARKS}, expected a checkout of the repository: pip install --editable .",
            f"bench：没有 {BENCHMARKS}，需要仓库的一份检出：pip install --editable .",
        )
    from benchmarks.growth import growth_curves
    from benchmarks.page import page
    from benchmarks.record import measure

    record = measure(device)
    text = page(record, "en")
    print(text[text.index("## ") :], end="")
    if json is not None:
        write_text(json, as_json(record))
    if figure is not None:
        write_figure(figure, growth_curves(record["growth"]))
    return 0
