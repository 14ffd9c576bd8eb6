"""How far a learner is: the file `.course-torch.json` beside the learner's files. It may be deleted at any time."""

import json
from pathlib import Path
from typing import Any

from course_torch.command_line.files import as_json, write_text
from course_torch.errors import InputError
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.sandbox.source import Source

NAME = ".course-torch.json"
PARTS: dict[str, type] = {"chapter": str, "functions": int, "right": dict}
"""The parts of an entry: the file's chapter, its number of functions, and the hash of each function that was right."""


def read_progress(folder: Path) -> dict[str, dict[str, Any]]:
    """File name -> entry. A missing or damaged file is empty."""
    try:
        entries = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: entry for name, entry in entries.items() if is_entry(entry)} if isinstance(entries, dict) else {}


def is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(part), kind) for part, kind in PARTS.items())


def newly_right(source: Source, chapter: str, verdicts: list[Verdict]) -> list[Verdict]:
    """Keep which functions are right. Returns the functions that were not right before.

    A folder that cannot be written keeps no progress.
    """
    folder = source.path.absolute().parent
    entries = read_progress(folder)
    before = entries.get(source.path.name, {}).get("right", {})
    right = [verdict for verdict in verdicts if verdict.state == "right"]
    hashes = {verdict.task.name: source.hash_of(verdict.task.name) for verdict in right}
    entries[source.path.name] = {"chapter": chapter, "functions": len(verdicts), "right": hashes}
    try:
        write_text(folder / NAME, as_json(entries))
    except (OSError, InputError):
        return []
    return [verdict for verdict in right if verdict.task.name not in before]
