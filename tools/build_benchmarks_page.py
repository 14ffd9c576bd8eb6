"""Write docs/benchmarks.md from the times of `course-torch bench --json docs/benchmarks.json`.

python tools/build_benchmarks_page.py
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

WIDTH = 120
DOCS = Path(__file__).parents[1] / "docs"
RECORD, PAGE = DOCS / "benchmarks.json", DOCS / "benchmarks.md"
INTRODUCTION = """# Benchmarks

`make benchmarks` measures all times on this page and writes the page. `course-torch bench` prints them. Its options
`--json` and `--figure` write them to files. JAX is included if it is installed (`pip install -e '.[bench]'`). All
implementations are timed alternately in one run, so that a slowdown of the machine affects all of them."""
STEP = """## A step

The second column is `gradient_descent` with `method="auto"`, including set-up, over the course's number of iterations.
The third column is a lower bound for a *direct* step: the larger of multiply-adds / measured rate of 1024×1024
products, and bytes / measured bandwidth. `auto` is below this bound if it uses [the Gram matrix](gram.md). The other
columns are the time of a step divided by the time in the second column."""
AUTO = "gradient_descent, auto"
SHORT = {
    **{"gradient_descent, fused": "fused", "gradient_descent, plain": "plain"},
    **{"autograd.Function, SGD": "autograd.Function", "PyTorch, eager": "eager"},
    **{"PyTorch, torch.compile": "torch.compile", "NumPy, the course's form": "NumPy"},
    **{"scikit-learn MLPClassifier": "scikit-learn", "JAX, jit": "JAX"},
}
"""Contender -> the head of its column, in the order of the columns."""
PIPELINES = """## Lightning and the data pipeline

Lightning trains as train.py does, but without the callbacks of train.py. The bare loop calls `zero_grad`, `backward`
and `step`. The usual pipeline is `Dataset`, `ToTensor` and `DataLoader`."""
START = """## The start

Each program starts in a new process. `check` judges a finished file of the chapter `deep`. The last row is the time
from a save of this file to the answer of a watcher that has answered before."""
PLAYGROUND = """## The playground

A client without a picture counts the frames that the server sends. The step is a full batch in one thread."""
CROSSOVER = """## Fused and gram

Both forms at the points of a grid, in ms. `auto` chooses without a measurement ([how](gram.md)). The ratio is its time
divided by the time of the faster form. The table shows the points at which it is largest."""
SHOWN = 10
MISSED = """## Goals that were not reached

The hand-written pass in `autograd.Function` stays readable: fused kernels would be faster, but hide the formulas."""
GROWTH = """## How the time grows

Each quantity is doubled four times. The time of a forward and backward pass grows as a power of it:"""
FIGURE = "![Seconds of a pass against m, n_x and L on log-log axes](images/growth.png)"


def page(record: Mapping[str, Any]) -> str:
    """The text of the page for the record of a run."""
    goals = record["goals"]
    missed = [each for each in goals if not each["reached"]]
    parts = [INTRODUCTION, machine(record["machine"]), STEP, steps(record["rows"]), PIPELINES]
    parts += [pipeline(title, seconds) for title, seconds in record["pipelines"].items()]
    parts += [START, starts(record["start"])]
    parts += [PLAYGROUND, playground(record["playground"]), CROSSOVER, crossover(record["crossover"])]
    parts += ["## Goals", goals_table(goals)]
    parts += [MISSED, "".join(f"- {sentence(each)}\n" for each in missed)] if missed else []
    parts += [GROWTH, growth(record["growth"]), FIGURE]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def machine(facts: Mapping[str, Any]) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    accelerator = " Times on a GPU were not measured." if facts["device"] == "cpu" else ""
    text = (
        f"The times below are from one run on {facts['device']}: {facts['processor']}, {facts['cores']} cores, "
        f"{facts['threads']} threads of torch, {facts['system']}. Versions: {versions}.{accelerator}"
    )
    return fill(text, WIDTH, break_on_hyphens=False)


def steps(rows: Iterable[Mapping[str, Any]]) -> str:
    rows = list(rows)
    timed = [name for name in SHORT if any(name in row["seconds"] for row in rows)]
    lines = []
    for row in rows:
        seconds = row["seconds"]
        unit = seconds[AUTO]
        ratios = [f"{seconds[name] / unit:.2f}" if name in seconds else "" for name in timed]
        name = f"{row['workload']}, {row['dtype']}"
        lines.append([name, f"{1e6 * unit:,.1f}", f"{1e6 * row['limit']:,.1f}", *ratios])
    return table(["workload", "µs a step", "direct limit, µs", *(SHORT[name] for name in timed)], lines)


def pipeline(title: str, seconds: Mapping[str, float]) -> str:
    unit = seconds["bare loop"]
    lines = [[way, f"{value:.3g}", f"{value / unit:.2f}"] for way, value in seconds.items()]
    return table([title, "seconds", "ratio"], lines)


def starts(seconds: Mapping[str, float]) -> str:
    unit = seconds["import torch"]
    lines = [[f"`{name}`", f"{value:.2f}", f"{value / unit:.2f}"] for name, value in seconds.items()]
    return table(["program", "seconds", "ratio"], lines)


def playground(times: Mapping[str, Any]) -> str:
    opening = times["opening"]
    lines = []
    for network, rates in times["rates"].items():
        steps = times["steps"][network]
        ratio = steps["playground"] / steps["gradient_descent, plain"]
        numbers = [f"{rates['frames']:.0f}", f"{rates['steps']:.0f}", f"{1e3 * rates['setting']:.0f}"]
        lines.append([network, *numbers, f"{1e6 * steps['playground']:.0f}", f"{ratio:.2f}"])
    head = ["network", "frames a second", "steps a second", "setting, ms", "µs a step", "ratio to `gradient_descent`"]
    text = f"The page stands after {opening['page']:.2f} s, the first frame after {opening['first_frame']:.2f} s.\n\n"
    return text + table(head, lines)


def crossover(points: Iterable[Mapping[str, Any]]) -> str:
    worst = sorted(points, key=lambda point: -point["ratio"])[:SHOWN]
    sizes = ("m", "n_x", "n_1", "iterations")
    lines = [
        [
            *(f"{point[size]}" for size in sizes),
            *(f"{1e3 * point[form]:.2f}" for form in ("fused", "gram")),
            point["chosen"],
            f"{point['ratio']:.2f}",
        ]
        for point in worst
    ]
    return table([*sizes, "fused", "gram", "auto", "ratio"], lines)


def goals_table(goals: Iterable[Mapping[str, Any]]) -> str:
    lines = [
        [goal["row"], goal["what"], f"{goal['measured']:.2f}", limit(goal), "reached" if goal["reached"] else "missed"]
        for goal in goals
    ]
    return table(["row", "measured", "value", "goal", ""], lines)


def limit(goal: Mapping[str, Any]) -> str:
    return f"{'at least' if goal['at_least'] else 'at most'} {goal['limit']:g} {goal['unit']}".strip()


def sentence(goal: Mapping[str, Any]) -> str:
    measured = f"{goal['measured']:.2f} {goal['unit']}".strip()
    return f"{goal['row']}: {goal['what']} is {measured}, the goal is {limit(goal)}."


def growth(curves: Iterable[Mapping[str, Any]]) -> str:
    lines = [[each["quantity"], *(f"{each['sizes'][i]}" for i in (0, -1)), f"{each['slope']:.2f}"] for each in curves]
    return table(["quantity", "from", "to", "power"], lines)


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    PAGE.write_text(page(json.loads(RECORD.read_text(encoding="utf-8"))), encoding="utf-8")


if __name__ == "__main__":
    main()
