"""`course-torch figures`, `shapes`, `vectorization` and `reproduce`: what the notes draw, count, time and publish."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import Any

import torch
from rich.console import Console
from rich.text import Text as Line

from course_torch.command_line.files import FigureFile, OutputFile, as_json, output_folder, write_text
from course_torch.console import with_progress
from course_torch.data.published_sets import EDITIONS, FILES
from course_torch.data.table import DataConfig, load_data_set
from course_torch.errors import InputError, check_count, check_name
from course_torch.language import Language, Text, same
from course_torch.network.config import NetworkConfig
from course_torch.network.threads import computing_with
from course_torch.published.reproduction import EXPERIMENTS, Reproduction, Run, hidden_size_sweep, learning_rate_sweep
from course_torch.published.reproduction import reproduce as reproduce_one
from course_torch.published.vectorization import time_steps
from course_torch.reports.tables import filled, reproduction_table, shapes_table, sweep_table
from course_torch.text import shown

DRAWN = Text("{figures} in {folder}", "{figures} 在 {folder} 里")
LARGEST = 10**8  # features in all examples. The two loops would take minutes for more.
WITHOUT_CATS = (
    "The three experiments on cats need two files of the course. This package has no licence to ship the files:\n"
    "they come with the assignments of weeks 2 and 4 (folder datasets). Pass their folder as --cats FOLDER.\n"
) + "\n".join(f"  {FILES[split]}  sha256 {digest}" for split, digest in EDITIONS.items())


def figures(*, only: str | None = None, out: str = "figures", list: bool = False, language: Language = "en") -> int:
    """Draw the figures of the notes and write each as NAME.png and NAME.svg.

    Args:
        only: name of a single figure; a second --only replaces the first
        out: output folder, created if it does not exist
        list: print the names of the figures with a line for each, and draw nothing
        language: of the figures, en or zh
    """
    from course_torch.reports.figures.drawing import write_figure  # matplotlib, which the other commands do not need
    from course_torch.reports.gallery import GALLERY

    if list:
        width = max(map(len, GALLERY))
        print("\n".join(f"{name:{width}}  {entry.line.say(language)}" for name, entry in GALLERY.items()))
        return 0
    if only is not None:
        check_name("only", only, GALLERY)
    folder = output_folder("out", out)
    for name in with_progress([only] if only else [*GALLERY], "drawing"):
        with computing_with(1):  # every step is small
            figure = GALLERY[name].draw(language)
        write_figure(folder / f"{name}.png", figure)
        write_figure(folder / f"{name}.svg", figure)
    drawn = same(only) if only else Text("{n} figures", "{n} 张图").fill(n=len(GALLERY))
    print(DRAWN.fill(figures=drawn, folder=shown(folder)).say(language))
    return 0


def shapes(model: NetworkConfig, data: DataConfig) -> int:
    """Run one forward and backward pass, and print the shapes of all W, b, Z, A and of their derivatives.

    Args:
        model: the network
        data: the set whose training split is the input
    """
    network = model.network()
    data_set = data.load_for(network)
    X, Y = data_set.train
    X = data_set.features(X, torch.get_default_dtype())
    caches = network.caches(X)
    steps = network.backward_steps(X, Y, input_derivative=True)
    console = Console()
    console.print(shapes_table(network, caches, steps))
    options = {f"model.{name}": value for name, value in asdict(model).items()}
    options |= {f"data.{name}": value for name, value in asdict(data).items()}
    rows = ((name, Line(shown(value))) for name, value in options.items())
    console.print(filled(("name", "value"), rows, title="hyperparameters"))
    return 0


def vectorization(*, examples: int = 1000, features: int = 1000) -> int:
    """Time one step of logistic regression with two loops, with one loop and without loops, on the same data.

    Args:
        examples: number of examples m, at least 1
        features: number of features n_x, at least 1
    """
    for name, value in (("examples", examples), ("features", features)):
        check_count(name, value, 1)
    if examples * features > LARGEST:
        raise InputError(
            f"examples, features: found {examples} × {features}, expected a product of at most {LARGEST:,}",
            f"examples、features：得到 {examples} × {features}，乘积至多为 {LARGEST:,}",
        )
    seconds = time_steps(examples, features)
    first, columns = next(iter(seconds.values())), ("way", "seconds", "times as fast")
    rows = ((way, f"{value:.6f}", f"{first / value:,.1f}") for way, value in seconds.items())
    title = f"one step, {examples} examples of {features} features"
    Console().print(filled(columns, rows, right=columns[1:], title=title))
    return 0


def reproduce(*, cats: str | None = None, json: OutputFile | None = None, figure: FigureFile | None = None) -> int:
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
    sweeps: dict[str, dict[float, Run]] = {name: runs for name, runs in done.items() if isinstance(runs, dict)}
    print_reproductions(experiments, sweeps)
    if json is not None:
        record = {
            "experiments": {each.published.name: [item._asdict() for item in each.figures] for each in experiments},
            **{name: {str(value): run._asdict() for value, run in runs.items()} for name, runs in sweeps.items()},
        }
        write_text(json, as_json(record))
    if figure is not None:
        from course_torch.reports.figures.curves import reproductions
        from course_torch.reports.figures.drawing import write_figure

        write_figure(figure, reproductions(experiments))
    numbers = sum(len(experiment.figures) for experiment in experiments)
    missed = [f"{e.published.name}, {each.name}" for e in experiments for each in e.figures if not each.agrees]
    print(f"missed: {'; '.join(missed)}" if missed else f"all {numbers} published numbers are reproduced")
    return 1 if missed else 0


def print_reproductions(experiments: Iterable[Reproduction], sweeps: Mapping[str, Mapping[float, Run]]) -> None:
    """Print a table for each experiment and each sweep, and where to get the cats if they are missing."""
    console = Console()
    for experiment in experiments:
        console.print(reproduction_table(experiment))
    console.print(sweep_table("flower: hidden sizes, 5000 iterations", "n_1", sweeps["hidden sizes"], ["train"]))
    if "learning rates" in sweeps:
        title = "cats: logistic regression, 1500 iterations"
        console.print(sweep_table(title, "α", sweeps["learning rates"], ["train", "test"]))
    else:
        print(WITHOUT_CATS)
