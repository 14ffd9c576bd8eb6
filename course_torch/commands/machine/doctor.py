"""`course-torch doctor`: what is installed, this machine, and the gradients on its devices."""

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
from course_torch.console import print_line, wide_console, with_progress
from course_torch.language import NOTHING, Language, Text, same
from course_torch.reports.tables import filled
from course_torch.text import dtype_name

WIDTH = 100
ADVICE, PROBLEM = Text("advice: {line}", "建议：{line}"), Text("problem: {line}", "问题：{line}")
PROBLEM_MARK = Text("[bold red]PROBLEM[/]", "[bold red]问题[/]")
ADVICE_MARK = Text("[yellow]advice[/]", "[yellow]建议[/]")
YES, NO = Text("yes", "能"), Text("[yellow]no[/]", "[yellow]不能[/]")
EQUAL, WRONG = Text("[green]equal[/]", "[green]相等[/]"), Text("[bold red]WRONG[/]", "[bold red]不对[/]")
COUNTS = Text("problems: {problems}, advice: {advice}", "问题 {problems} 个，建议 {advice} 条")


def doctor(*, language: Language = "en") -> int:
    """Show what is installed, check this machine, and check gradients on every device for at most two seconds.

    Prints versions, threads, devices with their dtypes, then one line for each advice and for each problem. Returns the
    exit code: 0, or 1 if there is a problem.

    Args:
        language: en or zh
    """
    installation, machine = installation_findings(), machine_findings()
    devices = [probe(device) for device in find_devices()]
    pairs = [(device.name, dtype) for device in devices for dtype in JUDGED if device.usable(dtype)]
    checks = [check_gradients(*pair) for pair in with_progress(pairs, "checking gradients")]
    findings = [*installation, *machine, *map(device_finding, devices), *map(gradient_finding, checks)]
    problems = [each.line for each in findings if each.problem]
    advice = [each.line for each in findings if each.advice]

    console = wide_console(WIDTH)
    console.print(findings_table(Text("installed", "安装"), installation, language))
    console.print(findings_table(Text("machine", "机器"), machine, language))
    console.print(devices_table(devices, language))
    console.print(gradients_table(checks, language))
    for line in (*(ADVICE.fill(line=each) for each in advice), *(PROBLEM.fill(line=each) for each in problems)):
        print_line(line.say(language), console)
    print(COUNTS.fill(problems=len(problems), advice=len(advice)).say(language))
    return 1 if problems else 0


def findings_table(title: Text, findings: list[Finding], language: Language) -> Table:
    """A row for each finding, marked if it is a problem or has advice."""
    marks = (PROBLEM_MARK if each.problem else ADVICE_MARK if each.advice else NOTHING for each in findings)
    texts = ((Text(*map(escape, each.subject)), Text(*map(escape, each.found))) for each in findings)
    rows = ([text.say(language) for text in (*pair, mark)] for pair, mark in zip(texts, marks, strict=True))
    return filled((title, Text("found", "结果"), ""), rows, language, box=box.SIMPLE_HEAD)


def devices_table(devices: list[Device], language: Language) -> Table:
    """A row for each device, with the dtypes in which it multiplies matrices."""
    rows = (
        (each.name, escape(each.description), *((YES if each.usable(dtype) else NO).say(language) for dtype in DTYPES))
        for each in devices
    )
    columns = Text("device", "设备"), Text("description", "说明"), *(same(dtype_name(dtype)) for dtype in DTYPES)
    return filled(columns, rows, language, box=box.SIMPLE_HEAD)


def gradients_table(checks: list[GradientCheck], language: Language) -> Table:
    """A row for each check of gradients and of the forms of gradient descent."""
    verdicts = ([(WRONG if each else EQUAL).say(language) for each in (check.wrong, check.descent)] for check in checks)
    cells = ((each.device, each.dtype, str(each.networks), f"{each.largest_relative_error:.1e}") for each in checks)
    rows = ((*row, *pair) for row, pair in zip(cells, verdicts, strict=True))
    numbers = Text("networks", "网络数"), Text("largest relative error", "最大相对误差")
    columns = (
        Text("gradients on", "设备上的梯度"),
        "dtype",
        *numbers,
        Text("verdict", "判断"),
        Text("descent", "梯度下降"),
    )
    return filled(columns, rows, language, right=numbers, box=box.SIMPLE_HEAD)
