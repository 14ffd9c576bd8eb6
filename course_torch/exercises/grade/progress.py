"""How far a learner is: the file `.course-torch.json` beside the learner's files. It may be deleted at any time."""

import json
from pathlib import Path
from typing import Any

from course_torch.command_line.files import as_json, write_text
from course_torch.errors import InputError
from course_torch.exercises.judge.judging import Verdict
from course_torch.exercises.sandbox.source import Source

NAME = ".course-torch.json"


def read_state(folder: Path) -> dict[str, dict[str, Any]]:
    """File name -> its chapter, its number of functions, and the hash of each function that was right.

    A missing or damaged state is empty.
    """
    try:
        state = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(state, dict):
        return {}
    return {name: entry for name, entry in state.items() if is_entry(entry)}


def is_entry(entry: object) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("chapter"), str)
        and isinstance(entry.get("functions"), int)
        and isinstance(entry.get("right"), dict)
    )


def newly_right(source: Source, chapter: str, verdicts: list[Verdict]) -> list[Verdict]:
    """Keep which functions are right. Returns the functions that were not right before, or were written differently.

    A folder that cannot be written keeps no state.
    """
    folder = source.path.absolute().parent
    state = read_state(folder)
    before = state.get(source.path.name, {}).get("right", {})
    right = {verdict.task.name: source.hash_of(verdict.task.name) for verdict in verdicts if verdict.state == "right"}
    state[source.path.name] = {"chapter": chapter, "functions": len(verdicts), "right": right}
    try:
        write_text(folder / NAME, as_json(state))
    except (OSError, InputError):
        return []
    return [verdict for verdict in verdicts if verdict.state == "right" and verdict.task.name not in before]
