"""`course-torch reproduce`: run the course's experiments and compare their numbers with the published numbers."""

from collections.abc import Callable
from functools import partial
from typing import Any

from rich.console import Console

from course_torch.command_line.files import as_json, write_text
from course_torch.console import with_progress
from course_torch.data.published_sets import EDITIONS, FILES
from course_torch.data.table import load_data_set
from course_torch.network.threads import computing_with
from course_torch.published.reproduction import EXPERIMENTS, Reproduction, hidden_size_sweep, learning_rate_sweep
from course_torch.published.reproduction import reproduce as reproduce_one
from course_torch.reports.tables import reproduction_table, sweep_table

WITHOUT_CATS = (
    "The three experiments on cats need two files of the course. This package has no licence to ship the files:\n"
    "they come with the assignments of weeks 2 and 4 (folder datasets). Pass their folder as --cats FOLDER.\n"
) + "\n".join(f"  {FILES[split]}  sha256 {digest}" for split, digest in EDITIONS.items())


def reproduce(cats: str | None = None, json: str | None = None, figure: str | None = None) -> int:
    """Run the course's experiments from its own initial parameters, in float64.

    Prints each published number beside the measured number. Returns the exit code: 0, or 1 if a number differs.

    Args:
        cats: folder of the course's two .h5 files; without this option only the flower runs
        json: file for all numbers, with accuracies as fractions
        figure: file for a figure of the costs (.png, .svg or .pdf)
    """
    sets = {"planar": load_data_set("planar")}
    if cats is not None:
        sets["cats"] = load_data_set("cats", root=cats)
    tasks: dict[str, Callable[[], Any]] = {
        each.name: partial(reproduce_one, each, sets[each.data]) for each in EXPERIMENTS if each.data in sets
    }
    tasks["hidden sizes"] = lambda: hidden_size_sweep(sets["planar"])
    if "cats" in sets:
        tasks["learning rates"] = lambda: learning_rate_sweep(sets["cats"])
    with computing_with(1):  # every step is small
        done = {name: tasks[name]() for name in with_progress(list(tasks), "training")}
    experiments = [each for each in done.values() if isinstance(each, Reproduction)]

    console = Console()
    for experiment in experiments:
        console.print(reproduction_table(experiment))
    console.print(sweep_table("flower: hidden sizes, 5000 iterations", "n_1", done["hidden sizes"], ["train"]))
    if "learning rates" in done:
        title = "cats: logistic regression, 1500 iterations"
        console.print(sweep_table(title, "α", done["learning rates"], ["train", "test"]))
    else:
        print(WITHOUT_CATS)
    if json is not None:
        sweeps = {name: runs for name, runs in done.items() if isinstance(runs, dict)}
        record = {
            "experiments": {each.published.name: [item._asdict() for item in each.figures] for each in experiments},
            **{name: {str(value): run._asdict() for value, run in runs.items()} for name, runs in sweeps.items()},
        }
        write_text(json, as_json(record))
    if figure is not None:
        from course_torch.reports.figures.curves import reproductions
        from course_torch.reports.figures.drawing import write_figure

        write_figure(figure, reproductions(experiments))
    figures = [each for experiment in experiments for each in experiment.figures]
    missed = [f"{e.published.name}, {each.name}" for e in experiments for each in e.figures if not each.agrees]
    print(f"missed: {'; '.join(missed)}" if missed else f"all {len(figures)} published numbers are reproduced")
    return 1 if missed else 0
