"""Write docs/benchmarks.md in both languages from the times of `course-torch bench --json docs/benchmarks.json`.

python -m tools.build_benchmarks_page
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from textwrap import fill
from typing import Any

from course_torch.benchmarks.rounds import AUTO, BRIDGE, EAGER, EMPTY
from course_torch.language import LANGUAGES, Language, Text
from tools import benchmarks_texts as texts
from tools.benchmarks_texts import named

WIDTH = 120
DOCS = Path(__file__).parents[1] / "docs"
RECORD = DOCS / "benchmarks.json"
PAGES: dict[Language, Path] = {"en": DOCS / "benchmarks.md", "zh": DOCS / "benchmarks.zh-CN.md"}
SHORT = {
    **{"gradient_descent, fused": "fused", "gradient_descent, plain": "plain"},
    **{BRIDGE: "autograd.Function", EMPTY: "empty Function", EAGER: "eager"},
    **{"PyTorch, torch.compile": "torch.compile", "NumPy, the course's form": "NumPy"},
    **{"scikit-learn MLPClassifier": "scikit-learn", "JAX, jit": "JAX"},
}
"""Contender -> the head of its column, in the order of the columns."""
SHOWN = 10


def page(record: Mapping[str, Any], language: Language) -> str:
    """The text of the page for the record of a run."""
    goals = record["goals"]
    missed = [each for each in goals if each["reached"] is False]
    not_judged = [each for each in goals if each["reached"] is None]
    parts = [texts.INTRODUCTION.say(language), machine(record["machine"], language)]
    parts += [texts.STEP.say(language), steps(record["rows"], language), texts.PIPELINES.say(language)]
    parts += [pipeline(title, seconds, language) for title, seconds in record["pipelines"].items()]
    parts += [texts.START.say(language), starts(record["start"], language)]
    parts += [texts.PLAYGROUND.say(language), playground(record["playground"], language)]
    parts += [texts.CROSSOVER.say(language), crossover(record["crossover"], language)]
    parts += [texts.GOALS.say(language), goals_table(goals, language)]
    if missed:
        parts += [texts.NOT_REACHED.say(language), "".join(f"- {sentence(each, language)}\n" for each in missed)]
        parts += [texts.BOOKKEEPING.say(language), bookkeeping(record["rows"], language)]
    if not_judged:
        parts += [texts.NOT_JUDGED.say(language), "".join(f"- {sentence(each, language)}\n" for each in not_judged)]
    parts += [texts.GROWTH.say(language), growth(record["growth"], language), texts.FIGURE.say(language)]
    return "\n\n".join(part.strip() for part in parts) + "\n"


def machine(facts: Mapping[str, Any], language: Language) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in facts["versions"].items())
    gpu = texts.NO_GPU if facts["device"] == "cpu" else Text("", "")
    text = texts.MACHINE.fill(**{**facts, "versions": versions, "gpu": gpu}).say(language)
    return fill(text, WIDTH, break_on_hyphens=False) if language == "en" else text


def steps(rows: Iterable[Mapping[str, Any]], language: Language) -> str:
    rows = list(rows)
    timed = [name for name in SHORT if any(name in row["seconds"] for row in rows)]
    lines = []
    for row in rows:
        seconds = row["seconds"]
        unit = seconds[AUTO]
        ratios = [f"{seconds[name] / unit:.2f}" if name in seconds else "" for name in timed]
        name = named(f"{row['workload']}, {row['dtype']}", language)
        lines.append([name, f"{1e6 * unit:,.1f}", f"{1e6 * row['limit']:,.1f}", *ratios])
    return table([*head(texts.STEP_HEAD, language), *(SHORT[name] for name in timed)], lines)


def pipeline(title: str, seconds: Mapping[str, float], language: Language) -> str:
    unit = seconds["bare loop"]
    lines = [[named(way, language), f"{value:.3g}", f"{value / unit:.2f}"] for way, value in seconds.items()]
    return table([named(title, language), *head((texts.SECONDS, texts.RATIO), language)], lines)


def starts(seconds: Mapping[str, float], language: Language) -> str:
    unit = seconds["import torch"]
    lines = [[f"`{name}`", f"{value:.2f}", f"{value / unit:.2f}"] for name, value in seconds.items()]
    return table(head((texts.PROGRAM, texts.SECONDS, texts.RATIO), language), lines)


def playground(times: Mapping[str, Any], language: Language) -> str:
    lines = []
    for network, rates in times["rates"].items():
        steps = times["steps"][network]
        ratio = steps["playground"] / steps["gradient_descent, plain"]
        numbers = [f"{rates['frames']:.0f}", f"{rates['steps']:.0f}", f"{1e3 * rates['setting']:.0f}"]
        lines.append([network, *numbers, f"{1e6 * steps['playground']:.0f}", f"{ratio:.2f}"])
    opening = texts.OPENING.fill(**times["opening"]).say(language)
    return opening + table(head(texts.PLAYGROUND_HEAD, language), lines)


def crossover(points: Iterable[Mapping[str, Any]], language: Language) -> str:
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
    return table([*head(texts.CROSSOVER_HEAD, language), "fused", "gram", "auto", texts.RATIO.say(language)], lines)


def goals_table(goals: Iterable[Mapping[str, Any]], language: Language) -> str:
    lines = [
        [
            named(goal["row"], language),
            named(goal["what"], language).strip(),
            f"{goal['measured']:.2f}",
            limit(goal, language),
            texts.RESULT[goal["reached"]].say(language),
        ]
        for goal in goals
    ]
    return table(head(texts.GOALS_HEAD, language), lines)


def limit(goal: Mapping[str, Any], language: Language) -> str:
    side = texts.AT_LEAST if goal["at_least"] else texts.AT_MOST
    return f"{side.say(language)} {goal['limit']:g} {goal['unit']}".strip()


def sentence(goal: Mapping[str, Any], language: Language) -> str:
    measured = f"{goal['measured']:.2f} {goal['unit']}".strip()
    values = {"row": named(goal["row"], language), "what": named(goal["what"], language)}
    return texts.SENTENCE.fill(**values, measured=measured, limit=limit(goal, language)).say(language)


def bookkeeping(rows: Iterable[Mapping[str, Any]], language: Language) -> str:
    """Where the time of a step in autograd.Function goes: the Function itself, and what it computes."""
    lines = []
    for row in rows:
        micro = {name: 1e6 * seconds for name, seconds in row["seconds"].items()}
        times = [micro[BRIDGE], micro[EMPTY], micro[BRIDGE] - micro[EMPTY], micro[EAGER]]
        lines.append([named(f"{row['workload']}, {row['dtype']}", language), *(f"{each:,.0f}" for each in times)])
    return table(head(texts.BOOKKEEPING_HEAD, language), lines)


def growth(curves: Iterable[Mapping[str, Any]], language: Language) -> str:
    lines = [[each["quantity"], *(f"{each['sizes'][i]}" for i in (0, -1)), f"{each['slope']:.2f}"] for each in curves]
    return table(head(texts.GROWTH_HEAD, language), lines)


def head(columns: Iterable[Text], language: Language) -> list[str]:
    return [column.say(language) for column in columns]


def table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def main() -> None:
    record = json.loads(RECORD.read_text(encoding="utf-8"))
    for language in LANGUAGES:
        PAGES[language].write_text(page(record, language), encoding="utf-8")


if __name__ == "__main__":
    main()
