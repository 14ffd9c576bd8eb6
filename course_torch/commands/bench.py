"""`course-torch bench`: the time of a step, of an epoch and of the start, compared with alternatives and goals."""

import torch

from course_torch.benchmarks.growth import Growth, measure_growth
from course_torch.benchmarks.pipelines import epoch_times, lightning_overhead
from course_torch.benchmarks.playground import playground_times, step_times
from course_torch.benchmarks.rounds import time_workloads
from course_torch.benchmarks.start import start_times
from course_torch.benchmarks.workloads import WORKLOADS
from course_torch.command_line.files import as_json, write_text
from course_torch.command_line.progress import track_on_terminal, wide_console
from course_torch.errors import InputError
from course_torch.reports.figures.file import write_figure
from course_torch.reports.figures.growth import growth_curves
from course_torch.reports.tables.starts import starts_table
from course_torch.reports.tables.times import times_table
from course_torch.training.settings import quiet_lightning

WIDTH = 110


def bench(device: str = "cpu", json: str | None = None, figure: str | None = None) -> int:
    """Time a step of gradient descent against alternatives, in alternation, and Lightning against the plain loop.

    Also times the start of the programs against `import torch`, and the playground: its page, its frames, its steps.

    Args:
        device: cpu, or an accelerator; an accelerator is timed in float32 only
        json: file for all times, in seconds
        figure: file for a figure of time over size (.png, .svg or .pdf)
    """
    if device != "cpu" and not torch.accelerator.is_available():
        raise InputError(f"device: found '{device}', but this machine has no accelerator")
    quiet_lightning()
    rows = time_workloads(device, lambda tasks: track_on_terminal(tasks, "timing"))
    flower = next(each for each in WORKLOADS if each.name.startswith("flower"))
    pipelines = {"a step on the flower": lightning_overhead(flower), "an epoch of 60,000 × 784": epoch_times()}
    growth = measure_growth()
    starts = [each.as_record() for each in start_times()]
    opening, rates = playground_times()
    steps = step_times()
    console = wide_console(WIDTH)
    for row in rows:
        title = f"{row.workload}, {row.dtype}; no direct step can take less than {1e6 * row.limit:.1f} µs"
        console.print(times_table(title, row.seconds, unit=row.seconds["gradient_descent, auto"]))
    for title, times in pipelines.items():
        console.print(times_table(title, times, unit=min(times.values())))
    console.print(starts_table(starts))
    for name, times in steps.items():
        console.print(times_table(f"a step of the playground on {name}", times, unit=times["gradient_descent, plain"]))
    print(f"playground: page after {opening.page:.2f} s, first frame after {opening.first_frame:.2f} s")
    for name, seen in rates.items():
        print(
            f"playground, {name}: {seen.frames:.0f} frames and {seen.steps:.0f} steps a second, "
            f"a setting shows after {1000 * seen.setting:.0f} ms"
        )
    for each in growth:
        print(f"time grows with {each.quantity} to the power {each.slope:.2f} ({each.sizes[0]} to {each.sizes[-1]})")
    if json is not None:
        record = {"rows": [row._asdict() for row in rows], "pipelines": pipelines, "start": starts}
        by_network = {name: each._asdict() for name, each in rates.items()}
        playground = {"opening": opening._asdict(), "rates": by_network, "steps": steps}
        write_text(json, as_json(record | {"playground": playground, "growth": [each._asdict() for each in growth]}))
    if figure is not None:
        write_figure(figure, growth_curves(labelled(growth)))
    return 0


def labelled(growth: list[Growth]) -> dict[str, tuple[list[int], list[float]]]:
    """Return label, which names the slope -> (sizes, seconds)."""
    return {f"{each.quantity}: slope {each.slope:.2f}": (each.sizes, each.seconds) for each in growth}
