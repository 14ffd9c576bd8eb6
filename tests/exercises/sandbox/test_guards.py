"""What a guarded process cannot do. A guard that this machine lacks is skipped, and reports say which guards held."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from course_torch.exercises.sandbox import guards
from course_torch.exercises.sandbox.child_process import Start, start_process
from course_torch.exercises.sandbox.fork_server import start_copy
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard, refusing_filter, strongest
from course_torch.exercises.sandbox.process import Answer, Failure, Learner
from course_torch.exercises.sandbox.source import read_source
from tests.fixture_types import Monkeypatch

PROBE = """
import ctypes, fcntl, mmap, os, resource, socket, subprocess, sys, threading, time

libc = ctypes.CDLL(None, use_errno=True)
NUMBERS = {"x86_64": {"io_uring_setup": 425, "tgkill": 234}, "aarch64": {"io_uring_setup": 425, "tgkill": 131}}

def system(name, *arguments):
    if libc.syscall(NUMBERS[os.uname().machine][name], *arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def c(name, *arguments):
    if getattr(libc, name)(*arguments) < 0:
        raise OSError(ctypes.get_errno(), name)

def connected(address, kind):
    with socket.socket(socket.AF_UNIX if kind == "abstract" else socket.AF_INET, socket.SOCK_DGRAM) as udp:
        udp.connect(address)

def signal_of_a_pipe():
    fcntl.fcntl(os.pipe()[0], fcntl.F_SETOWN, os.getppid())

def child():
    if os.fork() == 0:
        os._exit(0)

def session():
    if os.fork() == 0:
        os.setsid()
        os._exit(0)

def thread():
    started = threading.Thread(target=time.sleep, args=(0,))
    started.start()
    started.join()

def attempt(action):
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return "done"

def probe(other, outside):
    return {name: attempt(action) for name, action in {
        "read another submission": lambda: open(other).read(),
        "list its folder": lambda: os.listdir(os.path.dirname(other)),
        "ask for its size": lambda: os.stat(other),
        "read the users": lambda: open("/etc/passwd").read(),
        "write outside": lambda: open(outside, "w").write("x"),
        "write here": lambda: open("own", "w").write("x"),
        "cut a file off": lambda: os.truncate(outside, 0),
        "change a mode": lambda: os.chmod(other, 0o600),
        "change a time": lambda: os.utime(other),
        "a process": child,
        "a session": session,
        "a program": lambda: subprocess.run([sys.executable, "-c", ""], check=True),
        "a signal": lambda: os.kill(os.getppid(), 0),
        "a signal to a thread": lambda: system("tgkill", os.getppid(), os.getppid(), 0),
        "a signal by a pipe": signal_of_a_pipe,
        "limits of the parent": lambda: resource.prlimit(os.getppid(), resource.RLIMIT_NOFILE),
        "UDP": lambda: connected(("127.0.0.1", 9), "UDP"),
        "an abstract socket": lambda: socket.socket(socket.AF_UNIX).bind(chr(0) + str(os.getpid())),
        "a ring": lambda: system("io_uring_setup", 1, bytes(200)),
        "shared memory": lambda: mmap.mmap(-1, 4096),
        "memory in a file": lambda: os.memfd_create("mine"),
        "a stack that grows": lambda: mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS | 0x100),
        "memory in a pipe": lambda: c("vmsplice", os.pipe()[1], None, 0, 0),
        "a pipe in a pipe": lambda: c("splice", os.pipe()[0], None, os.pipe()[1], None, 0, 0),
        "a semaphore": lambda: c("semget", 0, 1, 0o600),
        "messages of other programs": lambda: c("msgctl", 0, 3, ctypes.create_string_buffer(200)),
        "a watch of files": lambda: c("inotify_init"),
        "a shared map of zeros": lambda: mmap.mmap(os.open("/dev/zero", os.O_RDWR), 4096, flags=mmap.MAP_SHARED),
        "a life without the checker": lambda: c("prctl", 1, 0, 0, 0, 0),
        "the same, with bits that the kernel ignores": lambda: c("prctl", ctypes.c_ulong(2**32 + 1), 0, 0, 0, 0),
        "a signal by a pipe, with such bits": lambda: c("fcntl", os.pipe()[0], ctypes.c_ulong(2**32 + 8), os.getppid()),
    }.items()} | {
        "own memory": attempt(lambda: mmap.mmap(-1, 4096, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)),
        "a thread": attempt(thread),
        "the time zone": attempt(lambda: time.localtime()),
        "import numpy": attempt(lambda: __import__("numpy").fft.fft([1.0])),
    }
"""
"""`probe` returns attempt -> "done", or the type of the exception."""
HARMLESS = {"own memory", "a thread", "the time zone", "import numpy", "ask for its size"}
"""What a file may do under every guard. Landlock leaves the size of a file whose path is known."""


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "mine.py").write_text(PROBE)
    (folder / "other.py").write_text("secret = 1")
    return folder


def outcome(submissions: Path, guard: Guard, start: Start = start_process) -> tuple[Mapping[str, str], list[str]]:
    outside = submissions.parent / "outside"
    outside.write_text("of another person")
    with Learner(read_source(submissions / "mine.py"), {}, guard=guard, start=start) as learner:
        answer = learner.call("probe", [str(submissions / "other.py"), str(outside)])
        assert isinstance(answer, Answer), (answer, learner.printed)
        return answer.result, learner.limits


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="the attempts are calls of Linux")
def test_without_a_guard_everything_is_possible_and_the_report_says_so(submissions: Path) -> None:
    """So the refusals below come from the guards. A container may refuse io_uring, and root alone reads every file."""
    seen, limits = outcome(submissions, LIMITS_ONLY)
    assert {name for name, result in seen.items() if result != "done"} <= {"a ring"}
    assert not {"files", "network", "sockets", "new processes"} & set(limits)


@pytest.mark.smoke
@pytest.mark.parametrize("start", [start_process, start_copy])
def test_landlock_and_the_filter_leave_only_what_is_harmless(submissions: Path, start: Start) -> None:
    guard = strongest()
    if not guard.isolates:
        pytest.skip("needs Linux with Landlock and libseccomp")
    seen, limits = outcome(submissions, guard, start)
    assert {name for name, result in seen.items() if result == "done"} == HARMLESS
    assert {"files", "sockets", "signals", "new processes"} <= set(limits)
    assert (submissions.parent / "outside").read_text() == "of another person"


@pytest.mark.slow
@pytest.mark.skipif(refusing_filter() is None, reason="needs Linux with libseccomp")
def test_the_filter_holds_where_no_guard_hides_files(submissions: Path) -> None:
    seen, limits = outcome(submissions, Guard("limits"))
    assert {name for name, result in seen.items() if result == "done"} == HARMLESS | {
        *("read another submission", "list its folder", "read the users", "write outside", "write here")
    }
    assert "files" not in limits


@pytest.mark.parametrize(
    ("landlock", "program", "isolates"), [(7, "filter", True), (7, None, False), (0, "filter", False)]
)
def test_only_landlock_together_with_the_filter_isolates(
    monkeypatch: Monkeypatch, landlock: int, program: str | None, isolates: bool
) -> None:
    monkeypatch.setattr(guards, "landlock_version", lambda: landlock)
    monkeypatch.setattr(guards, "refusing_filter", lambda: program)
    monkeypatch.setattr(sys, "platform", "linux")
    assert strongest().isolates == isolates
    assert not LIMITS_ONLY.isolates


@pytest.mark.slow
def test_only_a_learners_own_check_may_import_files_beside_the_file(submissions: Path) -> None:
    (submissions / "mine.py").write_text("import other\ndef f():\n    return other.secret\n")
    with Learner(read_source(submissions / "mine.py"), {}) as learner:
        assert isinstance(learner.call("f", []), Answer)
    with Learner(read_source(submissions / "mine.py"), {}, guard=Guard("limits")) as learner:
        assert learner.call("f", []) == Failure("StubResultError", "other.secret")
