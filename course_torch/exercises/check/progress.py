"""How far a learner is: the file `.course-torch.json` beside the learner's files. It may be deleted at any time."""

import json
from collections import Counter
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from course_torch.errors import InputError
from course_torch.writing import as_json, write_text

NAME = ".course-torch.json"
PARTS: dict[str, type] = {"chapter": str, "right": list, "sections": dict}
"""The parts of an entry: the file's chapter, the functions that are right, and the section of each."""
Counts = dict[str, tuple[int, int]]
"""Section of the notes -> the number of right functions, and of all functions."""


def read_progress(folder: Path) -> dict[str, dict[str, Any]]:
    """File name -> entry. A missing or damaged file is empty."""
    try:
        entries = json.loads((folder / NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return {name: entry for name, entry in entries.items() if is_entry(entry)} if isinstance(entries, dict) else {}


def files_here(folder: Path) -> dict[str, dict[str, Any]]:
    """File name -> entry, of the files that are still in the folder."""
    return {name: entry for name, entry in read_progress(folder).items() if (folder / name).is_file()}


def is_entry(entry: Any) -> bool:
    return isinstance(entry, dict) and all(isinstance(entry.get(part), kind) for part, kind in PARTS.items())


def keep(path: Path, chapter: str, sections: Mapping[str, str], right: list[str]) -> None:
    """Keep which functions of a file are right.

    sections   function -> section of the notes, of all functions of the file

    A folder that cannot be written keeps no progress.
    """
    folder = path.absolute().parent
    entries = {**read_progress(folder), path.name: {"chapter": chapter, "right": right, "sections": sections}}
    with suppress(OSError, InputError):
        write_text(folder / NAME, as_json(entries))


def by_section(folder: Path) -> Counts:
    """How many functions of each section are right. Of several files of a chapter the one with most of them counts."""
    best: dict[str, dict[str, Any]] = {}
    for entry in files_here(folder).values():
        known = best.get(entry["chapter"])
        if known is None or len(known["right"]) < len(entry["right"]):
            best[entry["chapter"]] = entry
    made, every = Counter[str](), Counter[str]()
    for entry in best.values():
        for function, section in entry["sections"].items():
            every[str(section)] += 1
            made[str(section)] += function in entry["right"]
    return {section: (made[section], every[section]) for section in sorted(every)}
