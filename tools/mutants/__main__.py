"""Count the one-line mutants of the package that the tests near them kill, and list the survivors.

The working tree never changes: each worker mutates a copy of it.
"""

import argparse
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from rich.console import Console
from rich.progress import track

from tools.mutants.mutations import Mutant, mutants_of
from tools.mutants.worker import PACKAGE, Choice, measure, modules, start_worker, tested, tests_near

EQUIVALENT = "tests/equivalent_mutants.txt"
GOAL = 0.95  # Fraction of mutants that the tests must kill. Mutants listed as equivalent do not count.


def listed_mutants() -> set[str]:
    """Keys of the mutants listed as equivalent; a line of the list is `file function: mutated line → reason`."""
    path = Path(EQUIVALENT)
    lines = path.read_text().splitlines() if path.exists() else []
    return {line.rpartition(" → ")[0] for line in lines if line and not line.startswith("#")}


def mutants_in(files: list[str]) -> list[Mutant]:
    return [mutant for file in files for mutant in mutants_of(file, Path(file).read_text())]


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.mutants", description=__doc__.splitlines()[0])
    parser.add_argument("--only", nargs="+", default=[PACKAGE], help="files or folders to mutate, instead of all")
    parser.add_argument("--sample", type=int, help="number of mutants to draw, instead of all")
    parser.add_argument("--seed", type=int, default=0, help="seed of the sample")
    parser.add_argument("--workers", type=int, default=os.cpu_count(), help="mutants tested at a time")
    parser.add_argument("--slow", action="store_true", help="run the tests with the marker slow too")
    parser.add_argument("--matrix", type=Path, help="run all tests on each mutant; file for those that fail")
    options = parser.parse_args(arguments)
    console = Console(highlight=False, soft_wrap=True)

    def reject(message: str) -> None:
        parser.exit(2, f"{parser.prog}: {message}\n")

    files = [file for file in modules() if file.startswith(tuple(options.only))]
    if missing := [name for name in options.only if not any(file.startswith(name) for file in files)]:
        reject(f"--only: found {', '.join(missing)}, expected files or folders of {PACKAGE}")
    every, listed = mutants_in(files), listed_mutants()
    own = {key for key in listed if not key or key.startswith(tuple(options.only))}
    if unknown := own - {mutant.key for mutant in every}:
        reject(f"{EQUIVALENT}: found entries that are no mutants or have no reason: {', '.join(sorted(unknown))}")
    mutants = [mutant for mutant in every if mutant.key not in listed]
    if options.sample is not None and options.sample < len(mutants):
        drawn = sorted(random.Random(options.seed).sample(range(len(mutants)), options.sample))
        mutants = [mutants[i] for i in drawn]
    if not mutants:
        reject(f"found no mutants in {', '.join(options.only)}, expected at least 1")
    tests = sorted({test for file in {mutant.file for mutant in mutants} for test in tests_near(file)})

    killers: dict[Mutant, list[str]] = {}
    choice, survivors = Choice(options.slow, every=options.matrix is not None), []
    with tempfile.TemporaryDirectory() as root:
        workers = ProcessPoolExecutor(options.workers, get_context("fork"), start_worker, (Path(root),))
        with workers as pool:
            console.print(f"{len(mutants)} mutants of {len(files)} files; {len(tests)} test files run unchanged first")
            seconds = pool.submit(measure, tests, choice).result()
            results = zip(mutants, pool.map(partial(tested, seconds, choice), mutants), strict=True)
            for mutant, run in track(results, "mutants", total=len(mutants), console=console):
                killers[mutant] = run.killers
                if run.passed:
                    survivors.append(mutant)
                    console.print(named(mutant), markup=False)
    if options.matrix is not None:
        rows = {named(mutant): tests for mutant, tests in killers.items()}
        options.matrix.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
        console.print(matrix_line([{function_of(test) for test in tests} for tests in rows.values()], seconds))
    return report(console, mutants, survivors, [mutant for mutant in every if mutant.key in listed])


def named(mutant: Mutant) -> str:
    return f"{mutant.file}:{mutant.line}: {mutant.before} -> {mutant.after}"


def function_of(test: str) -> str:
    return test.partition("[")[0]


def matrix_line(killers: list[set[str]], tests: Iterable[str]) -> str:
    """Count the test functions that kill a mutant, that alone kill one, and that, chosen greedily, kill all."""
    killed = [functions for functions in killers if functions]
    kill, alone = set().union(*killed), set().union(*(functions for functions in killed if len(functions) == 1))
    cover: list[str] = []
    while killed:
        best, _ = Counter(function for functions in killed for function in functions).most_common(1)[0]
        cover.append(best)
        killed = [functions for functions in killed if best not in functions]
    count = len({function_of(test) for test in tests})
    return f"of {count} test functions {len(kill)} kill a mutant, {len(alone)} alone; {len(cover)} of them kill all"


def report(console: Console, mutants: list[Mutant], survivors: list[Mutant], listed: list[Mutant]) -> int:
    """Print the counts of each package. Returns the exit code: 1 if the tests kill too few mutants."""
    tested, survived, equivalent = (
        Counter(str(Path(mutant.file).parent) for mutant in some) for some in (mutants, survivors, listed)
    )
    for package in sorted(tested | equivalent):
        killed = tested[package] - survived[package]
        console.print(f"{package}: {killed} killed, {survived[package]} survived, {equivalent[package]} equivalent")
    killed_fraction = 1 - len(survivors) / len(mutants)
    console.print(f"{killed_fraction:.1%} killed; the goal is {GOAL:.0%}")
    return int(killed_fraction < GOAL)


if __name__ == "__main__":
    sys.exit(main())
