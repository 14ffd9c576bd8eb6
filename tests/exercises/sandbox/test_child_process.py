"""Processes that are started ahead: copies of one process for the files of a class, the next one for a watched file."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest

from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.sandbox import child_process, client
from course_torch.exercises.sandbox.child_process import SERVERS, PrestartedProcess, start_process
from course_torch.exercises.sandbox.client import Answer, Failure, Learner
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard, strongest
from tests.conftest import wait_until
from tests.support.fixture_types import Monkeypatch

CODE = """
import ctypes, os, sys, threading, time
import numpy as np

def double(x):
    return 2 * x

def patch():
    np.tanh = None
    os.environ["LEFT"] = sys.left = "behind"

def left():
    return [np.tanh is None, "LEFT" in os.environ, hasattr(sys, "left")]

def descriptors():
    listed = []
    for number in range(200):
        try:
            os.fstat(number)
        except OSError:
            continue
        listed.append(number)
    return len(listed)

def threads():
    return threading.active_count()

def ends(code):
    os._exit(code)

def reads_nothing():
    ctypes.string_at(0)

def waits():
    time.sleep(60)

def fills():
    return np.ones(10**10)

def prints():
    print("seen")

def stops():
    os.kill(os.getppid(), 9)
"""


@pytest.fixture
def guard() -> Iterator[Guard]:
    """A guard whose copies may share a server, and no server before and after."""
    guard = strongest()
    if not guard.isolates:
        pytest.skip("needs Linux with Landlock and libseccomp")
    end_servers()
    yield guard
    end_servers()


def end_servers() -> None:
    while SERVERS:
        SERVERS.popitem()[1].close()


def learner(guard: Guard, library: str = "numpy") -> Learner:
    code = CODE if library == "numpy" else f"import torch\n{CODE}"
    return Learner(Source(Path("mine.py"), (Piece("mine.py", code),)), {}, guard=guard)


def result(one: Learner, function: str, *arguments: object) -> object:
    answer = one.call(function, list(arguments))
    assert isinstance(answer, Answer), answer
    return answer.result


@pytest.mark.smoke
@pytest.mark.parametrize("library", ["numpy", "torch"])
def test_one_server_starts_a_copy_after_the_other(guard: Guard, library: str) -> None:
    servers = []
    for _ in range(3):
        with learner(guard, library) as one:
            np.testing.assert_array_equal(result(one, "double", np.ones(3)), np.full(3, 2.0))  # type: ignore[arg-type]
            servers.append(SERVERS[library])
    assert servers == [servers[0]] * 3
    assert not servers[0].has_ended
    assert list(SERVERS) == [library]


@pytest.mark.slow
def test_a_copy_knows_nothing_of_the_copy_before(guard: Guard) -> None:
    with learner(guard) as one:
        result(one, "patch")
        assert result(one, "left") == [True, True, True]
    with learner(guard) as one:
        assert result(one, "left") == [False, False, False]


@pytest.mark.slow
def test_a_copy_has_its_standard_streams_the_two_pipes_and_the_thread_that_watches_the_time(guard: Guard) -> None:
    with learner(guard) as one:
        assert (result(one, "descriptors"), result(one, "threads")) == (5, 2)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "arguments", "kind", "message"),
    [
        ("ends", [7], "end", "exit code 7"),
        ("reads_nothing", [], "end", "SIGSEGV"),
        ("waits", [], "timeout", "1"),
        ("fills", [], "MemoryError", ""),
        ("stops", [], "PermissionError", ""),  # a copy cannot end its server
    ],
)
def test_how_a_call_ended_is_known_and_the_next_call_has_a_copy(
    guard: Guard, function: str, arguments: list[object], kind: str, message: str, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(client, "SECONDS", 1.0)
    with learner(guard) as one:
        failure = one.call(function, arguments)
        assert isinstance(failure, Failure)
        assert failure.type == kind
        assert message in failure.message
        assert not SERVERS["numpy"].has_ended
        assert result(one, "double", 2) == 4
        result(one, "prints")
    assert one.printed == b"seen\n"
    assert {"memory", "processor time", "files", "new processes"} <= set(one.limits)


@pytest.mark.slow
def test_while_a_copy_runs_the_next_process_is_a_new_one(guard: Guard) -> None:
    with learner(guard) as one, learner(guard) as other:
        assert (result(one, "double", 1), result(other, "double", 2)) == (2, 4)


@pytest.mark.slow
def test_a_server_that_was_ended_is_started_again(guard: Guard) -> None:
    with learner(guard) as one:
        assert result(one, "double", 2) == 4
        server = psutil.Process(SERVERS["numpy"]._process.pid)
        copies = server.children(recursive=True)
        server.kill()
        assert psutil.wait_procs(copies, timeout=10)[1] == []
        failure = one.call("double", [2])
        assert isinstance(failure, Failure)
        assert failure.type == "end"
        assert result(one, "double", 2) == 4


@pytest.mark.slow
def test_a_copy_that_has_ended_leaves_no_process(guard: Guard) -> None:
    with learner(guard) as one:
        result(one, "double", 2)
        server = psutil.Process(SERVERS["numpy"]._process.pid)
        running = len(server.children(recursive=True))
    wait_until(lambda: len(server.children(recursive=True)) < running, 30)
    assert len(server.children(recursive=True)) == running - 1


@pytest.mark.slow
def test_a_file_that_may_reach_another_process_has_a_process_of_its_own(guard: Guard, monkeypatch: Monkeypatch) -> None:
    """Without Landlock a file could write into the server's memory, without the filter signal it."""
    monkeypatch.setattr(child_process, "ForkServer", None)
    for weaker in (LIMITS_ONLY, Guard(), replace(guard, alone=False)):
        started = start_process("numpy", weaker)
        assert started.end() == "SIGKILL"


@pytest.mark.slow
def test_the_process_for_the_next_judgement_is_started_ahead_for_the_same_library() -> None:
    with closing(PrestartedProcess()) as prestarted:
        prestarted.prepare("numpy")
        waiting = prestarted._waiting["numpy"]
        assert prestarted("numpy", LIMITS_ONLY) is waiting
        prestarted.prepare("numpy")
        unneeded, other = prestarted._waiting["numpy"], prestarted("torch", LIMITS_ONLY)
        assert other is not unneeded
    for started in (waiting, unneeded, other):
        assert started.end() == "SIGKILL"


@pytest.mark.slow
def test_a_process_that_is_not_needed_is_ended(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    prestarted = PrestartedProcess()
    prestarted.prepare("numpy")
    assert len(list(tmp_path.iterdir())) == 1
    prestarted.close()
    assert list(tmp_path.iterdir()) == []
