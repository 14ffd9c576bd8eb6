"""`course-torch bench`: the time of a step, of an epoch and of the start, compared with alternatives and goals."""

import torch

from course_torch.benchmarks.crossover import crossover_goal, measure_crossover
from course_torch.benchmarks.growth import Growth, measure_growth
from course_torch.benchmarks.machine import machine_facts
from course_torch.benchmarks.pipelines import pipeline_goals, pipeline_times
from course_torch.benchmarks.playground import playground_goals, playground_times, step_times
from course_torch.benchmarks.rounds import AUTO, time_workloads
from course_torch.benchmarks.start import IMPORT, start_goals, start_times
from course_torch.benchmarks.workloads import WORKLOADS
from course_torch.command_line.files import as_json, write_text
from course_torch.command_line.progress import track_on_terminal, wide_console
from course_torch.errors import InputError
from course_torch.reports.figures.curves import growth_curves
from course_torch.reports.figures.drawing import write_figure
from course_torch.reports.tables import goals_table, starts_table, times_table
from course_torch.training.settings import quiet_lightning

WIDTH = 110


def bench(device: str = "cpu", json: str | None = None, figure: str | None = None) -> int:
    """Time a step of gradient descent against alternatives, in alternation, and Lightning against the plain loop.

    Also times the start of the programs against `import torch`, the fast forms of gradient descent against each other,
    and the playground, and says which goals are reached.

    Args:
        device: cpu, or an accelerator; an accelerator is timed in float32 only
        json: file for all times in seconds, the goals, and the facts of the machine
        figure: file for a figure of time over size (.png, .svg or .pdf)
    """
    if device != "cpu" and not torch.accelerator.is_available():
        raise InputError(f"device: found '{device}', but this machine has no accelerator")
    quiet_lightning()
    rows = time_workloads(device, lambda tasks: track_on_terminal(tasks, "timing"))
    pipelines = pipeline_times(next(each for each in WORKLOADS if each.name.startswith("flower")))
    growth = measure_growth()
    starts = start_times()
    opening, rates = playground_times()
    playground_steps = step_times()
    crossover = measure_crossover()
    console = wide_console(WIDTH)
    for row in rows:
        title = f"{row.name}; no direct step can take less than {1e6 * row.limit:.1f} µs"
        console.print(times_table(title, row.seconds, unit=row.seconds[AUTO]))
    for title, times in pipelines.items():
        console.print(times_table(title, times, unit=min(times.values())))
    console.print(starts_table(starts, unit=starts[IMPORT]))
    for name, times in playground_steps.items():
        console.print(times_table(f"a step of the playground on {name}", times, unit=times["gradient_descent, plain"]))
    for each in growth:
        print(f"time grows with {each.quantity} to the power {each.slope:.2f} ({each.sizes[0]} to {each.sizes[-1]})")
    judged = [*(goal for row in rows for goal in row.goals()), *pipeline_goals(pipelines), *start_goals(starts)]
    judged += [*playground_goals(opening, rates), crossover_goal(crossover)]
    goals = [each.as_record() for each in judged]
    console.print(goals_table(goals))
    if json is not None:
        record = {
            "machine": machine_facts(device),
            "rows": [row._asdict() for row in rows],
            "pipelines": pipelines,
            "start": starts,
            "playground": {
                "opening": opening._asdict(),
                "rates": {name: each._asdict() for name, each in rates.items()},
                "steps": playground_steps,
            },
            "crossover": [each._asdict() for each in crossover],
            "growth": [each._asdict() | {"slope": each.slope} for each in growth],
            "goals": goals,
        }
        write_text(json, as_json(record))
    if figure is not None:
        write_figure(figure, growth_curves(labelled(growth)))
    return 0


def labelled(growth: list[Growth]) -> dict[str, tuple[list[int], list[float]]]:
    """Return label, which names the slope -> (sizes, seconds)."""
    return {f"{each.quantity}: slope {each.slope:.2f}": (each.sizes, each.seconds) for each in growth}
