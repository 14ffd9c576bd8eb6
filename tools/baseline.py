"""Record what the checker says, and print every difference from the earlier record.

The record holds entries, key -> sentence: the verdict, the causes and the sentences on each function of the files in
the folders, and of each known mistake in a solution. Without an earlier record, or with --store, the record is written.

Every task runs in a process of its own and imports the package there.
"""

import argparse
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

RECORD = Path("baseline.json")
Entries = dict[str, str]
Task = Callable[[], Entries]
FORMS = [(library, layout) for library in ("numpy", "torch") for layout in ("columns", "rows")]
CHAPTERS = sorted(path.stem for path in Path("course_torch/mistakes/solutions").glob("*.py"))


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 if the record is written or nothing differs, 1 after a difference, 2 after a mistake of the user."""
    parser = argparse.ArgumentParser(prog="python -m tools.baseline", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, help="folders of learners' files (.py, .ipynb)")
    parser.add_argument("--record", type=Path, default=RECORD, help=f"the file of the record; {RECORD} if left out")
    parser.add_argument("--store", action="store_true", help="write the record, also over an earlier record")
    parser.add_argument("--only", nargs="+", help="the sections to record, instead of all")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes at a time")
    options = parser.parse_args(arguments)
    for folder in options.folders:
        if not folder.is_dir():
            parser.exit(2, f"{parser.prog}: folders: found {folder}, expected a folder\n")
    chosen = sections([folder.resolve() for folder in options.folders])
    if options.only:
        if unknown := set(options.only) - set(chosen):
            parser.exit(2, f"{parser.prog}: --only: found {', '.join(unknown)}, expected {', '.join(chosen)}\n")
        chosen = {name: chosen[name] for name in options.only}
    console = Console(highlight=False, soft_wrap=True)
    found = recorded(chosen, options.workers, console)
    if options.store or not options.record.exists():
        options.record.write_text(json.dumps(found, indent=0, ensure_ascii=False, sort_keys=True) + "\n")
        counts = ", ".join(f"{len(entries)} {name}" for name, entries in found.items())
        console.print(f"{options.record}: {counts}")
        return 0
    before = json.loads(options.record.read_text())
    lines = [line for name in found for line in differences(name, before.get(name, {}), found[name])]
    console.print("\n".join(lines) or "no difference", markup=False)
    return int(bool(lines))


def recorded(chosen: dict[str, list[Task]], workers: int, console: Console) -> dict[str, Entries]:
    """Compute the entries of the sections. Each task runs in a fork of its own."""
    import lightning  # noqa: F401, once for all forks, as torch
    import torch

    torch.set_num_threads(1)
    tasks = [(name, task) for name, some in chosen.items() for task in some]
    found: dict[str, Entries] = {name: {} for name in chosen}
    with get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        results = pool.imap_unordered(computed, tasks)
        for name, entries in track(results, "entries", total=len(tasks), console=console):
            found[name] |= entries
    return found


def computed(named: tuple[str, Task]) -> tuple[str, Entries]:
    """The entries of a task. An exception is an entry too: it must not end the record."""
    name, task = named
    try:
        return name, task()
    except Exception as error:
        return name, {f"{task.func.__name__} {task.args}": f"raises {type(error).__name__}: {error}"}


def differences(section: str, before: Entries, now: Entries) -> Iterator[str]:
    """The changed, gone and new entries of a section."""
    changed = [key for key in before.keys() & now.keys() if before[key] != now[key]]
    gone, new = before.keys() - now.keys(), now.keys() - before.keys()
    if changed or gone or new:
        yield f"\n{section}: {len(changed)} changed, {len(gone)} gone, {len(new)} new, of {len(before)}"
    for key in sorted([*changed, *gone, *new]):
        yield f"  {key}"
        yield from (f"    {sign} {entries[key]}" for sign, entries in (("-", before), ("+", now)) if key in entries)


def sections(folders: list[Path]) -> dict[str, list[Task]]:
    """Name of a section -> the tasks that compute its entries."""
    return {
        "files": [partial(of_file, path, folder) for folder in folders for path in learners_files(folder)],
        "check of changed solutions": [partial(of_chapter, name, *form) for name in CHAPTERS for form in FORMS],
    }


def learners_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".ipynb") and path.is_file())


def of_file(path: Path, folder: Path) -> Entries:
    """The state, causes and message of each function of a learner's file, and the notes on the file."""
    from course_torch.errors import InputError
    from course_torch.exercises.check.answer import as_record
    from course_torch.exercises.check.checking import CheckOptions, check_file
    from course_torch.exercises.sandbox.guards import strongest

    name = str(path.relative_to(folder.parent))
    try:
        answer = as_record(check_file(path, CheckOptions(language="en", guard=strongest())))
    except InputError as error:
        return {name: f"refused: {error}"}
    entries = {}
    for record in (answer, *answer.get("others", ())):
        chapter = f"{name} {record['chapter']}"
        entries[chapter] = " | ".join(filter(None, [record["failure"], *record["notes"]]))
        for function in record["functions"]:
            causes = ", ".join(function["causes"])
            entries[f"{chapter} {function['function']}"] = f"{function['state']} [{causes}] {function['message']}"
    return entries


def of_chapter(chapter: str, library: str, layout: str) -> Entries:
    """What `check` says of each known mistake, and of each right spelling, in one form of a chapter's solution."""
    from course_torch.exercises.check.answer import message
    from tests.exercises.self_test.changes import first_wrong, mistakes_in, spellings_in, text_of

    entries = {}
    changes = (*mistakes_in(chapter, library, layout), *spellings_in(chapter, library, layout))
    for function, old, new, *_ in changes:
        verdict = first_wrong(chapter, text_of(chapter, library, layout, (function, old, new)), function)
        causes = [] if verdict is None else [finding.key for finding in verdict.findings]
        entries[f"{chapter} {library} {layout} {function}: {old} -> {new}"] = (
            f"{verdict.task.name} {verdict.state} {causes} {message(verdict, 'en')}" if verdict else "right"
        )
    return entries


if __name__ == "__main__":
    sys.exit(main())
