"""The two suites: `make test` runs the fast tests, and `make test-slow` those with the marker slow.

slow       takes long, or starts processes
browser    runs Chromium: slow too
sweep(n)   n of the function's cases are fast, chosen by a hash of their names, and the others are slow
smoke      starts a process or a browser and is fast all the same: one test for each thing that people do first

A test without the markers slow and smoke may start no process: hundreds of such tests made `make test` last a quarter
of an hour.
"""

import os
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Generator
from multiprocessing.process import BaseProcess
from typing import Any
from zlib import crc32

import pytest

from tests.support.browser import MISSING
from tests.support.engines import NO_FIREFOX, NO_WEBKIT

IN_CI = os.environ.get("CI") == "true"
ALLOWED_SKIPS = (
    "root may read every file",
    "set COURSE_TORCH_CATS to the folder of the course's cat files",  # they are not ours to publish
    NO_WEBKIT,
    NO_FIREFOX,
)
"""Why CI may skip a test on Linux."""
PROCESSES = {"os.fork", "os.posix_spawn", "subprocess.Popen"}
"""Audit events of Python."""
PROBES = {"uname", "fc-list", "/sbin/ldconfig", "import sys, json; print(json.dumps(sys.path))"}
"""Programs that h5py, matplotlib, pyseccomp and jsonargparse ask about the machine, once in a process."""
LEFT_OUT = pytest.StashKey[int]()

started: list[str] = []
"""The processes that the current test started, as audit events."""


def note_process(event: str, arguments: tuple) -> None:
    asked = {arguments[0], *arguments[1]} if len(arguments) > 1 and event in PROCESSES else set()
    if event in PROCESSES and not PROBES & asked:
        started.append(event)


sys.addaudithook(note_process)


def note_and_start(process: BaseProcess, start: Callable[[BaseProcess], None] = BaseProcess.start) -> None:
    """Note a process of multiprocessing, whose server of forks raises no audit event."""
    started.append("multiprocessing")
    start(process)


BaseProcess.start = note_and_start


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the slow tests, and skip what this machine cannot run. In CI a missing browser lets its tests fail."""
    cases = defaultdict(list)
    for item in items:
        if item.get_closest_marker("browser"):
            if not item.get_closest_marker("smoke"):
                item.add_marker("slow")
            if MISSING is not None and not IN_CI:
                item.add_marker(pytest.mark.skip(reason=MISSING))
        if sweep := item.get_closest_marker("sweep"):
            cases[item.nodeid.partition("[")[0], *sweep.args].append(item)
    for (_, n), found in cases.items():
        for item in sorted(found, key=lambda item: crc32(item.name.encode()))[n:]:
            item.add_marker("slow")


def pytest_runtest_logstart() -> None:
    started.clear()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a fast test that started a process, and a test that CI skips without an allowed reason."""
    report = yield
    if report.when == "teardown" and started and not any(map(item.get_closest_marker, ("slow", "smoke"))):
        counts = ", ".join(f"{n} × {event}" for event, n in Counter(started).items())
        report.outcome, report.longrepr = "failed", f"starts a process ({counts}): mark the test slow"
    if report.skipped and IN_CI and sys.platform == "linux" and not hasattr(report, "wasxfail"):
        *_, reason = report.longrepr
        if not reason.removeprefix("Skipped: ").startswith(ALLOWED_SKIPS):
            report.outcome, report.longrepr = "failed", f"skipped in CI: {reason}"
    return report


def pytest_deselected(items: list[pytest.Item]) -> None:
    if items:
        stash, slow = items[0].config.stash, sum(item.get_closest_marker("slow") is not None for item in items)
        stash[LEFT_OUT] = stash.get(LEFT_OUT, 0) + slow


def pytest_sessionfinish(session: pytest.Session) -> None:
    if hasattr(session.config, "workeroutput"):  # a worker of pytest-xdist: all of them leave out the same tests
        session.config.workeroutput["left_out"] = session.config.stash.get(LEFT_OUT, 0)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    node.config.stash[LEFT_OUT] = getattr(node, "workeroutput", {}).get("left_out", 0)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    left_out = config.stash.get(LEFT_OUT, 0)
    if left_out and config.option.markexpr == "not slow":
        terminalreporter.write_line(
            f"{left_out} slow tests were left out: those that start processes or a browser, the hold-out mistakes, and "
            "most cases of the known mistakes. `make test-slow` runs them."
        )
