"""A worker process: the tests near a mutant, run in a copy of the working tree, each mutant in a fork of the worker."""

import ast
import contextlib
import gc
import importlib
import json
import os
import shutil
import signal
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from itertools import count
from pathlib import Path
from time import process_time
from typing import NamedTuple

import pytest

from tools.mutants.mutations import Mutant

PACKAGE = "course_torch"
WHOLE_RUNS = {"training", "commands"}  # Slow: a test is near only the modules here that it mirrors or imports.
REFUSALS = Path("tests", "test_refusals.py")


def modules() -> list[str]:
    return [str(path) for path in sorted(Path(PACKAGE).rglob("*.py"))]


def mirrored_test(file: str) -> str:
    package, name = Path(file).parts[1:-1], Path(file).name
    return str(Path("tests", *package, f"test_{name}"))


def tests_near(file: str) -> list[str]:
    """The mirrored test, others of the same or parent package, and those of other packages that import the module.

    The table of refusals is near each module that refuses something.
    """
    module, mirrored = ".".join(Path(file).with_suffix("").parts), Path(mirrored_test(file))
    folder = next(folder for folder in mirrored.parents if folder.is_dir())
    imports = {path: imported_modules(path) for path in Path("tests").rglob("test_*.py")}
    near = {
        path
        for path, found in imports.items()
        if path == mirrored or (module in found and (path.parent == folder or path.parts[1] not in WHOLE_RUNS))
    }
    if not near or Path(file).parts[1] not in WHOLE_RUNS:
        # A test file that does not import the package runs it in other processes, for many seconds a test.
        here = {path for path, found in imports.items() if any(name.partition(".")[0] == PACKAGE for name in found)}
        near |= {path for path in here if path.parent == folder}
    if "InputError" in Path(file).read_text():
        near.add(REFUSALS)
    return [str(path) for path in sorted(near, key=lambda path: (path != mirrored, path))]


@cache
def imported_modules(path: Path) -> set[str]:
    """Find all modules that a file imports. A name that the package re-exports counts as its module."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    if path.name != "__init__.py" and (exports := Path(PACKAGE, "__init__.py")).exists():
        for node in ast.walk(ast.parse(exports.read_text())):
            if isinstance(node, ast.ImportFrom) and {f"{PACKAGE}.{alias.name}" for alias in node.names} & found:
                found.add(str(node.module))
    return found


IMPORTED_ONCE = ("torch", "lightning", "torchvision", "sklearn.datasets", "matplotlib.pyplot", "hypothesis")
NOT_COPIED = (".git", ".venv", "__pycache__", ".*_cache", ".hypothesis")
OPTIONS = ["--rootdir=.", "--basetemp=../temporary", "--hypothesis-profile=ci", "-p", "no:cacheprovider"]
QUIET = ["-q", "--tb=line"]
ALREADY_IMPORTED = ["-W", "ignore::pytest.PytestAssertRewriteWarning"]  # plugins from before the fork
GRACE = 30  # seconds of processor time that a test may take in addition to three times its usual time
ASLEEP = 600  # seconds after which a test is ended that computes nothing, but waits
MODIFIED = count(1)  # Times of mutated files differ: Python knows a stale .pyc by size and whole second.
FAILED, CURRENT, SECONDS = (Path("..", name) for name in ("failed", "current", "seconds"))


class Schedule:
    """A pytest plugin: mirrored tests first, fast before slow, within a limit; `seconds` are usual processor times.

    The limit is processor time, so that another program's load kills no mutant.
    """

    def __init__(self, mirrored: str, seconds: dict[str, float]) -> None:
        self.mirrored, self.seconds, self.measured = mirrored, seconds, {}

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        items.sort(key=lambda item: (item.nodeid.split("::")[0] != self.mirrored, self.seconds.get(item.nodeid, 0)))

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        CURRENT.write_text(nodeid)
        self.began = process_time()
        limit_to(GRACE + 3 * self.seconds.get(nodeid, 100))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.measured[report.nodeid] = process_time() - self.began
        if report.failed:
            with FAILED.open("a") as file:
                file.write(f"{report.nodeid}\n")


def limit_to(seconds: float) -> None:
    """Let the process end itself after these seconds of processor time, or after ASLEEP seconds."""
    signal.setitimer(signal.ITIMER_PROF, seconds)
    signal.alarm(ASLEEP)


class Run(NamedTuple):
    """Whether all tests pass, the processor time of each, and the tests that fail or do not end."""

    passed: bool
    seconds: dict[str, float]
    killers: list[str]


@dataclass(frozen=True)
class Choice:
    """Which tests run: the slow ones too or not, and all of them or only those up to the first failure."""

    slow: bool = False
    every: bool = False

    @property
    def options(self) -> list[str]:
        return [*QUIET, *([] if self.slow else ["-m", "not slow"]), *([] if self.every else ["-x"])]


def start_worker(root: Path) -> None:
    """Copy the working tree, and import the slow modules."""
    copy = Path(tempfile.mkdtemp(dir=root)) / "tree"
    shutil.copytree(".", copy, ignore=shutil.ignore_patterns(*NOT_COPIED))
    os.chdir(copy)
    os.environ |= {"PYTHONPATH": str(copy), "MPLBACKEND": "agg"}
    sys.path[0], sys.argv = str(copy), ["pytest"]
    import_once()
    gc.freeze()  # a third of the time of a short test run would go into collections over the imported modules


def import_once() -> None:
    """Import the slow modules that are installed, before forks. The package itself is not: a fork may change it."""
    os.environ["OMP_NUM_THREADS"] = "1"
    for module in IMPORTED_ONCE:
        if find_spec(module.partition(".")[0]) is not None:
            importlib.import_module(module)
    if "torch" in sys.modules:
        sys.modules["torch"].set_num_threads(1)


def run_tests(tests: list[str], choice: Choice, schedule: Schedule) -> Run:
    """Run the tests in a fork."""
    for file in (FAILED, CURRENT, SECONDS):
        file.unlink(missing_ok=True)
    pid = os.fork()
    if pid == 0:
        os.setsid()
        limit_to(2 * GRACE)  # the imports: each test sets a new limit
        with open("../output", "wb") as output:
            os.dup2(output.fileno(), 1)
            os.dup2(output.fileno(), 2)
        code = pytest.main([*OPTIONS, *choice.options, *ALREADY_IMPORTED, *tests], plugins=[schedule])
        SECONDS.write_text(json.dumps(schedule.measured))
        sys.stdout.flush()
        os._exit(code)
    _, status = os.waitpid(pid, 0)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)  # end processes that the tests left running
    killers = FAILED.read_text().splitlines() if FAILED.exists() else []
    if os.WIFSIGNALED(status):
        killers.append(CURRENT.read_text() if CURRENT.exists() else "the imports")
    return Run(status == 0, json.loads(SECONDS.read_text()) if SECONDS.exists() else {}, sorted(set(killers)))


def measure(tests: list[str], choice: Choice) -> dict[str, float]:
    run = run_tests(tests, choice, Schedule("", {}))
    if not run.passed:
        raise SystemExit(f"the tests fail without a mutant:\n{Path('../output').read_text()}")
    return run.seconds


def tested(seconds: dict[str, float], choice: Choice, mutant: Mutant) -> Run:
    """Run the tests near a mutant; `seconds` holds the usual processor time of each test."""
    path = Path(mutant.file)
    unchanged, age = path.read_text(), path.stat().st_mtime
    try:
        path.write_text(mutant.source)
        os.utime(path, (0, next(MODIFIED)))
        return run_tests(tests_near(mutant.file), choice, Schedule(mirrored_test(mutant.file), seconds))
    finally:
        path.write_text(unchanged)
        os.utime(path, (age, age))
