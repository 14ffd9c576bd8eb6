"""Record what the checker says of learners' files, and print every difference from the earlier record.

The record holds entries, key -> sentence: the verdict, the causes and the sentences on each function of the files in
the folders. Without an earlier record, or with --store, the record is written.

Every file is judged in a process of its own, which imports the package there.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

RECORD = Path("baseline.json")
Entries = dict[str, str]


def main(arguments: list[str] | None = None) -> int:
    """Returns 0 if the record is written or nothing differs, 1 after a difference, 2 after a mistake of the user."""
    parser = argparse.ArgumentParser(prog="python -m tools.baseline", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, help="folders of learners' files (.py, .ipynb)")
    parser.add_argument("--record", type=Path, default=RECORD, help=f"the file of the record; {RECORD} if left out")
    parser.add_argument("--store", action="store_true", help="write the record, also over an earlier record")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="processes at a time")
    options = parser.parse_args(arguments)
    for folder in options.folders:
        if not folder.is_dir():
            parser.exit(2, f"{parser.prog}: folders: found {folder}, expected a folder\n")
    console = Console(highlight=False, soft_wrap=True)
    found = recorded([folder.resolve() for folder in options.folders], options.workers, console)
    if options.store or not options.record.exists():
        options.record.write_text(json.dumps(found, indent=0, ensure_ascii=False, sort_keys=True) + "\n")
        console.print(f"{options.record}: {len(found)} entries")
        return 0
    lines = [*differences(json.loads(options.record.read_text()), found)]
    console.print("\n".join(lines) or "no difference", markup=False)
    return int(bool(lines))


def recorded(folders: list[Path], workers: int, console: Console) -> Entries:
    """The entries of all files. Each file is judged in a fork of its own."""
    import lightning  # noqa: F401, once for all forks, as torch
    import torch

    torch.set_num_threads(1)
    files = [(path, folder) for folder in folders for path in learners_files(folder)]
    found: Entries = {}
    with get_context("fork").Pool(workers, maxtasksperchild=1) as pool:
        results = pool.imap_unordered(of_file, files)
        for entries in track(results, "files", total=len(files), console=console):
            found |= entries
    return found


def differences(before: Entries, now: Entries) -> Iterator[str]:
    """The changed, gone and new entries."""
    changed = [key for key in before.keys() & now.keys() if before[key] != now[key]]
    gone, new = before.keys() - now.keys(), now.keys() - before.keys()
    if changed or gone or new:
        yield f"{len(changed)} changed, {len(gone)} gone, {len(new)} new, of {len(before)}"
    for key in sorted([*changed, *gone, *new]):
        yield f"  {key}"
        yield from (f"    {sign} {entries[key]}" for sign, entries in (("-", before), ("+", now)) if key in entries)


def learners_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in (".py", ".ipynb") and path.is_file())


def of_file(file: tuple[Path, Path]) -> Entries:
    """What is said of each function of a learner's file in a folder, and of the file. An exception is an entry too."""
    from course_torch.exercises.check.answer import as_record
    from course_torch.exercises.check.checking import CheckOptions, check_file
    from course_torch.exercises.sandbox.guards import strongest

    path, folder = file
    name = str(path.relative_to(folder.parent))
    try:
        answer = as_record(check_file(path, CheckOptions(language="en", guard=strongest())))
    except Exception as error:
        return {name: f"{type(error).__name__}: {error}"}
    entries = {}
    for record in (answer, *answer.get("others", ())):
        chapter = f"{name} {record['chapter']}"
        entries[chapter] = " | ".join(filter(None, [record["failure"], *record["notes"]]))
        for function in record["functions"]:
            causes = ", ".join(function["causes"])
            entries[f"{chapter} {function['function']}"] = f"{function['state']} [{causes}] {function['message']}"
    return entries


if __name__ == "__main__":
    sys.exit(main())
