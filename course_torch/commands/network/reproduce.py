"""`course-torch reproduce`: the course's experiments against the numbers that it prints."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from rich.console import Console
from rich.table import Table

from course_torch.command_line.files import InputFile, OutputFile
from course_torch.console import with_progress
from course_torch.data.published_sets import EDITIONS, FILES
from course_torch.data.table import load_data_set
from course_torch.language import SEMICOLON, Language, Text, joined, same
from course_torch.network.threads import computing_with
from course_torch.published.reproduction import (
    ACCURACIES,
    EXPERIMENTS,
    Reproduction,
    Run,
    hidden_size_sweep,
    learning_rate_sweep,
)
from course_torch.published.reproduction import reproduce as reproduce_one
from course_torch.reports.tables import filled
from course_torch.writing import as_json, write_text

WITHOUT_CATS = Text(
    "The three experiments on cats need two files of the course. This package has no licence to ship the files:\n"
    "they come with the assignments of weeks 2 and 4 (folder datasets). Pass their folder as --cats FOLDER.",
    "猫的三个实验需要课程的两个文件。本项目没有许可发布它们：\n"
    "它们在第 2 周和第 4 周作业的 datasets 文件夹里。请用 --cats FOLDER 给出所在的文件夹。",
)
HIDDEN_SIZES = Text("flower: hidden sizes, 5000 iterations", "花形数据：隐层的大小，5000 次迭代")
LEARNING_RATES = Text("cats: logistic regression, 1500 iterations", "猫：Logistic 回归，1500 次迭代")
TITLE = Text("{name}: α = {alpha}, {n} iterations", "{name}：α = {alpha}，{n} 次迭代")
AGREEMENT = Text("required agreement: {agreement}", "要求的一致：{agreement}")
PUBLISHED, MEASURED = Text("published", "公布"), Text("measured", "实测")
REACHED, NOT_REACHED = Text("[green]reached[/]", "[green]达到[/]"), Text("[bold red]MISSED[/]", "[bold red]未达到[/]")
ONE = Text("{experiment}, {figure}", "{experiment}，{figure}")
MISSED = Text("missed: {figures}", "未达到：{figures}")
REPRODUCED = Text("all {n} published numbers are reproduced", "公布的 {n} 个数全部重现")


def reproduce(*, cats: InputFile | None = None, json: OutputFile | None = None, language: Language = "en") -> int:
    """Run the course's experiments from its own initial parameters, in float64.

    Prints each published number beside the measured number. Returns the exit code: 0, or 1 if a number differs.

    Args:
        cats: folder of the course's two .h5 files; without this option only the flower runs
        json: file for all numbers, with accuracies as fractions
        language: en or zh
    """
    sets = {"planar": load_data_set("planar")}
    if cats is not None:
        sets["cats"] = load_data_set("cats", root=cats)
    tasks: dict[str, Callable[[], Any]] = {
        each.name.en: partial(reproduce_one, each, sets[each.data]) for each in EXPERIMENTS if each.data in sets
    }
    tasks["hidden sizes"] = lambda: hidden_size_sweep(sets["planar"])
    if "cats" in sets:
        tasks["learning rates"] = lambda: learning_rate_sweep(sets["cats"])
    with computing_with(1):  # every step is small
        done = {name: tasks[name]() for name in with_progress(list(tasks), "training")}
    experiments = [each for each in done.values() if isinstance(each, Reproduction)]
    sweeps: dict[str, dict[float, Run]] = {name: runs for name, runs in done.items() if isinstance(runs, dict)}
    print_reproductions(experiments, sweeps, language)
    if json is not None:
        record = {
            "experiments": {
                each.published.name.en: [item._asdict() | {"name": item.name.en} for item in each.figures]
                for each in experiments
            },
            **{name: {str(value): run._asdict() for value, run in runs.items()} for name, runs in sweeps.items()},
        }
        write_text(json, as_json(record))
    figures = [(each.published.name, figure) for each in experiments for figure in each.figures]
    missed = [ONE.fill(experiment=name, figure=figure.name) for name, figure in figures if not figure.agrees]
    said = MISSED.fill(figures=joined(SEMICOLON, missed)) if missed else REPRODUCED.fill(n=len(figures))
    print(said.say(language))
    return 1 if missed else 0


def print_reproductions(
    experiments: Iterable[Reproduction], sweeps: Mapping[str, Mapping[float, Run]], language: Language
) -> None:
    """Print a table for each experiment and each sweep, and where to get the cats if they are missing."""
    console = Console()
    for experiment in experiments:
        console.print(reproduction_table(experiment, language))
    console.print(sweep_table(HIDDEN_SIZES, "n_1", sweeps["hidden sizes"], ["train"], language))
    if "learning rates" in sweeps:
        console.print(sweep_table(LEARNING_RATES, "α", sweeps["learning rates"], ["train", "test"], language))
    else:
        print(WITHOUT_CATS.say(language))
        print("\n".join(f"  {FILES[split]}  sha256 {digest}" for split, digest in EDITIONS.items()))


def reproduction_table(reproduction: Reproduction, language: Language) -> Table:
    """One row per printed number, with the measured number and a verdict."""
    printed = reproduction.published
    title = TITLE.fill(name=printed.name, alpha=printed.learning_rate, n=printed.iterations).say(language)
    caption = AGREEMENT.fill(agreement=printed.agreement).say(language)
    columns = Text("figure", "数"), PUBLISHED, MEASURED, Text("verdict", "判断")
    table = filled(columns, (), language, right=(PUBLISHED, MEASURED), title=title, caption=caption)
    for figure in reproduction.figures:
        decimals = max(6, len(str(figure.published).split(".")[-1]))
        numbers = (f"{number:.{decimals}f}" for number in (figure.published, figure.measured))
        table.add_row(figure.name.say(language), *numbers, (REACHED if figure.agrees else NOT_REACHED).say(language))
    return table


def sweep_table(
    title: Text, parameter: str, runs: Mapping[float, Run], splits: Sequence[str], language: Language
) -> Table:
    """One row per value of the parameter: accuracies in per cent, as in the course."""
    columns = (same(parameter), *(ACCURACIES[f"{split}_accuracy"] for split in splits))
    rows = (
        (f"{value:g}", *(f"{100 * getattr(run, f'{split}_accuracy'):.2f} %" for split in splits))
        for value, run in runs.items()
    )
    return filled(columns, rows, language, right=columns, title=title.say(language))
