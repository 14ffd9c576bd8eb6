"""The rules of a class: how many points a file gets, and what else the teacher's file of rules names."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from course_torch.command_line.configs import not_yaml
from course_torch.data.csv_file import text_of
from course_torch.errors import InputError, check_name, check_regular, one_of, unexpected, unreadable
from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.table import function_names
from course_torch.exercises.judge.verdicts import STATES
from course_torch.exercises.learners_file.text import LARGEST
from course_torch.language import Text

BY_TORCH = "by torch"  # what the rules call a right function in which torch differentiates or computes the loss
WEIGHTS = Text("numbers from 0 to 1e6 for functions of chapter {chapter}", "{chapter} 章的函数的数，在 0 到 1e6 之间")
CREDITED = (*STATES, BY_TORCH)
CREDIT = Text("numbers from 0 to 1 for {states}", "{states}的数，在 0 到 1 之间")


@dataclass(frozen=True)
class Rules:
    """How a class is graded.

    roster       a CSV file with a row for each student, or None
    weights      function -> its points, 1 if it is not here
    credit       state of a function -> the fraction of its points, 0 if it is not here; BY_TORCH -> that of a right
                 function in which torch differentiates or computes the loss, 1 if it is not here
    """

    roster: Path | None = None
    weights: Mapping[str, float] = field(default_factory=dict)
    credit: Mapping[str, float] = field(default_factory=dict)

    def points(self, grade: Grade) -> float:
        """The points of a file."""
        credits: Mapping[str, float] = {BY_TORCH: 1.0, **self.credit, "right": 1.0}
        return sum(
            self.weights.get(name, 1.0)
            * credits.get(BY_TORCH if state == "right" and name in grade.by_torch else state, 0.0)
            for name, state in grade.states.items()
        )

    def possible(self, grade: Grade) -> float:
        """The points of a file in which all functions are right."""
        return sum(self.weights.get(name, 1.0) for name in grade.states)


def read_rules(path: str | None, chapter: str) -> Rules:
    """Read the rules of a class, a file in YAML. Raises InputError."""
    if path is None:
        return Rules()
    text = text_in(Path(path), "rules")
    try:
        entries = yaml.load(text, Loader=yaml.BaseLoader) or {}  # every value is a text
    except yaml.YAMLError as error:
        problem = not_yaml(error)
        raise InputError(
            f"rules: {path} is not YAML: {problem.en}", f"rules：{path} 不是 YAML：{problem.zh}"
        ) from error
    expected = {
        "roster": Text("a file", "一个文件"),
        "weights": WEIGHTS.fill(chapter=chapter),
        "credit": CREDIT.fill(states=one_of(CREDITED)),
    }
    if not isinstance(entries, dict):
        example = Text("entries such as 'roster: roster.csv'", "像 'roster: roster.csv' 这样的条目")
        raise unexpected(f"rules: {path}", repr(entries), example)
    rules: dict[str, Any] = {}
    for name, value in entries.items():
        check_name(f"rules: {path}", name, expected)
        entry = f"rules: {path}: {name}"
        try:
            match name:
                case "roster":
                    rules[name] = Path(path).parent / value
                case "weights":
                    rules[name] = numbers(entry, value, function_names(chapter), 1e6)
                case _:
                    rules[name] = numbers(entry, value, CREDITED, 1.0)
        except InputError:
            raise
        except (ValueError, TypeError, AttributeError) as error:
            raise unexpected(entry, repr(value), expected[name]) from error
    return Rules(**rules)


def numbers(entry: str, values: Mapping[str, str], names: Collection[str], most: float) -> dict[str, float]:
    """Name -> number. Raises InputError for a name not in `names`, ValueError for no number from 0 to `most`."""
    for name, _ in values.items():
        check_name(entry, name, names)
    found = {name: float(value) for name, value in values.items()}
    if not all(0 <= number <= most for number in found.values()):
        raise ValueError
    return found


def text_in(path: Path, option: str) -> str:
    """The text of a file of the teacher. Raises InputError."""
    try:
        check_regular(path, LARGEST)
        return text_of(path.read_bytes(), f"{option}: {path}")
    except OSError as error:
        raise unreadable(f"{option}: {path}", error) from error
