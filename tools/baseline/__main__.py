"""Record what the checker and the report say, and print every difference from the earlier record.

The record holds the verdict, the causes and the sentences on each function of the files in the folders, on the known
mistakes and the hold-out mistakes, on the configs, and on edited formulas. Without an earlier record, or with --store,
the record is written.
"""

import argparse
import json
import os
import sys
from collections.abc import Iterator
from importlib import import_module
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tools.baseline.entries import Entries, Task, sections

RECORD = Path("baseline.json")
IMPORTED_ONCE = ("torch", "torchvision", "lightning", "sklearn.datasets", "hypothesis")
"""Imported before the forks. The package itself is not: a fork may import an edited formula."""


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
    for module in IMPORTED_ONCE:
        import_module(module)
    sys.modules["torch"].set_num_threads(1)
    os.environ["OMP_NUM_THREADS"] = "1"
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


if __name__ == "__main__":
    sys.exit(main())
