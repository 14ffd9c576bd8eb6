"""What a guarded process cannot do, and that no trick of a file decides: a guard that this machine lacks is skipped."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from course_torch.exercises.check.checking import CheckOptions, FileCheck, check_file
from course_torch.exercises.grade.grading import graded_file
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.learners_file.source import read_source
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox import guards
from course_torch.exercises.sandbox.child_process import Start, new_process, start_process
from course_torch.exercises.sandbox.client import Answer, Failure, Learner
from course_torch.exercises.sandbox.guards import LEARNER, LIMITS_ONLY, Guard, refusing_filter, strongest
from course_torch.exercises.tasks import CHAPTERS
from tests.exercises.judged import written
from tests.support.fixture_types import Monkeypatch

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
        "read the connections": lambda: open("/proc/self/net/tcp").read(),
        "read the mounts": lambda: open("/proc/self/mountinfo").read(),
        "read the control groups": lambda: open("/proc/self/cgroup").read(),
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
@pytest.mark.parametrize("start", [new_process, start_process])
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
    seen, limits = outcome(submissions, Guard())
    files = ("read another submission", "list its folder", "read the users", "write outside", "write here")
    of_machine = ("read the connections", "read the mounts", "read the control groups")
    assert {name for name, result in seen.items() if result == "done"} == HARMLESS | {*files, *of_machine}
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
    with Learner(read_source(submissions / "mine.py"), {}, guard=Guard()) as learner:
        assert learner.call("f", []) == Failure("StubResultError", "other.secret")


# A file that tricks the checker: it calls no formula of course_torch, and what it patches decides nothing


def test_the_part_that_the_process_sees_holds_no_formula() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in LEARNER.glob("*.py")}
    assert "main.py" in texts
    assert not [name for name, text in texts.items() if "sigmoid" in text or "course_torch." in text]


EXERCISE = 'CHAPTER = "deep"\nLIBRARY = "{library}"\nLAYOUT = "columns"\nimport builtins, sys\nimport numpy as np\n'


def check_of(tmp_path: Path, code: str, library: str = "numpy") -> FileCheck:
    return check_file(written(tmp_path, EXERCISE.format(library=library) + code))


def relu_of(check: FileCheck) -> Verdict:
    return next(verdict for verdict in check.verdicts if verdict.task.name == "relu")


@pytest.mark.slow
@pytest.mark.parametrize("guard", [LIMITS_ONLY, Guard()])
def test_a_file_that_runs_the_projects_own_solutions_has_no_function_right(tmp_path: Path, guard: Guard) -> None:
    text = EXERCISE.format(library="numpy") + "import course_torch.mistakes.solutions.deep as right\n"
    text += "".join(f"{task.name} = right.{task.name}\n" for task in CHAPTERS["deep"].tasks)
    grade = graded_file(written(tmp_path, text), "mine.py", "deep", 1, guard, "en")
    assert set(grade.states.values()) == {"wrong"}
    assert "imports course_torch, which is empty while the file is judged" in grade.problem


IN_PLACE = "def relu(Z):\n    Z *= Z > 0\n    return Z\n"
AT_FIRST = """
calls = []
def relu(Z):
    A = np.maximum(0, Z)
    calls.append(1)
    Z *= len(calls) > 1
    return A
"""
PATCHES = {
    "only the first call": AT_FIRST,
    "np.array_equal": "np.array_equal = lambda *values, **options: True\n",
    "all": "builtins.all = lambda values: True\n",
    "a profiler": """
def restore(frame, event, _):
    if event == "call" and {"now", "before"} <= frame.f_locals.keys():
        frame.f_locals["now"][...] = frame.f_locals["before"]

sys.setprofile(restore)
""",
}


@pytest.mark.slow
@pytest.mark.parametrize(("patch", "library"), [("np.array_equal", "torch"), *((patch, "numpy") for patch in PATCHES)])
def test_no_patch_hides_a_changed_argument(tmp_path: Path, patch: str, library: str) -> None:
    code = PATCHES[patch] if patch == "only the first call" else PATCHES[patch] + IN_PLACE
    verdict = relu_of(check_of(tmp_path, code, library))
    assert [cause.key for cause in verdict.findings] == ["arguments changed"]


SOLUTIONS = """
import sys

def search():
    frame, texts = sys._getframe(), []
    while frame is not None:
        dicts = [value for value in frame.f_locals.values() if isinstance(value, dict)]
        texts += [str(value) for each in [frame.f_locals, *dicts] for value in each.values()]
        frame = frame.f_back
    return "\\n".join(texts)

FOUND = search()

def found(x):
    return FOUND
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chapter", "head", "there"),
    [
        ("deep", "", set()),
        ("logistic", "from mine_utils import sigmoid\ndef predict(w, b, X):\n    return sigmoid(X)\n",
         {"sigmoid", "predict"}),
    ],
)  # fmt: skip
def test_no_solution_that_is_asked_for_is_in_the_process(
    tmp_path: Path, chapter: str, head: str, there: set[str]
) -> None:
    """The process that loads the file holds the file and the helpers as text, and no more."""
    source = read_source(written(tmp_path, head + SOLUTIONS))
    with Learner(source, helpers_for(source, CHAPTERS[chapter])) as learner:
        answer = learner.call("found", [1.0])
        assert isinstance(answer, Answer), answer
    solutions = {task.key for task in CHAPTERS[chapter].tasks if f"def {task.key}(" in answer.result}
    assert there <= solutions, "the search finds the functions of the file itself"
    assert solutions <= there | {"sigmoid", "sigmoid_backward", "relu_backward"}  # what the course hands out


KEEPING = """
import numpy as np
kept = []
def linear_backward(dZ, cache):
    A_prev, W, b = cache
    kept.append(dZ)
    return dZ @ W, dZ.T @ A_prev / len(dZ), dZ.sum(0, keepdims=True) / len(dZ)
def relu_backward(dA, cache):
    for dZ in kept:
        if dZ.shape == dA.shape and ((dZ == 0) | (dZ == dA)).all():
            return dZ.copy()
    return dA
"""


@pytest.mark.slow
@pytest.mark.parametrize(("guard", "state"), [(LIMITS_ONLY, "right"), (Guard(), "wrong")])
def test_no_right_result_of_another_persons_file_was_an_argument_before(
    tmp_path: Path, guard: Guard, state: str
) -> None:
    path = tmp_path / "mine.py"
    text = 'CHAPTER = "deep"\nLIBRARY = "numpy"\nLAYOUT = "rows"\n' + KEEPING
    path.write_text(text)
    verdicts = {verdict.task.name: verdict.state for verdict in check_file(path, CheckOptions(guard=guard)).verdicts}
    assert (verdicts["linear_backward"], verdicts["relu_backward"]) == ("right", state)
