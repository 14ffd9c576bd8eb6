"""A file that attacks the checker: it reads no formula of course_torch, and what it patches decides nothing."""

import json
from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import numpy as np
import pytest

from course_torch.exercises.grade.grading import graded_file
from course_torch.exercises.judge.answer import form_lines
from course_torch.exercises.judge.checking import Check, check_file
from course_torch.exercises.judge.verdicts import Verdict
from course_torch.exercises.recognition.stand_ins import helpers_for
from course_torch.exercises.sandbox import child_process, fork_server, guards
from course_torch.exercises.sandbox.child_process import Start, start_process
from course_torch.exercises.sandbox.fork_server import start_copy
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard, strongest
from course_torch.exercises.sandbox.process import Answer, Failure, Learner
from course_torch.exercises.sandbox.source import Piece, Source, read_source
from course_torch.exercises.tasks import CHAPTERS
from tests.exercises.judged import written

SECRET = "the right formula"
READS = """
import ctypes, gc, glob, importlib, importlib.util, inspect, os, subprocess, sys, zipimport

libc = ctypes.CDLL(None)

def packages(path):
    return os.path.dirname(os.path.dirname(path))

def run(*command):
    return subprocess.run(command, capture_output=True, text=True).stdout

def by_folder_descriptor(path):
    folder = os.open(os.path.dirname(path), os.O_RDONLY)
    return os.fdopen(os.open(os.path.basename(path), os.O_RDONLY, dir_fd=folder)).read()

def by_import(path):
    sys.meta_path[:] = [finder for finder in sys.meta_path if "Stub" not in type(finder).__name__]
    for name in [name for name in sys.modules if name.startswith("course_torch")]:
        del sys.modules[name]
    sys.path.insert(0, packages(path))
    return importlib.import_module("course_torch.answers").SECRET

def by_loader(path):
    spec = importlib.util.spec_from_file_location("answers", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SECRET

def by_root_of_any_process(path):
    for root in glob.glob("/proc/[0-9]*/root"):
        try:
            return open(root + path).read()
        except OSError:
            pass

def by_memory_of_the_judge(path):
    if "python" in os.readlink(f"/proc/{os.getppid()}/exe"):
        open(f"/proc/{os.getppid()}/mem", "rb")
        return SECRET_IN_MEMORY

def by_block_device(path):
    for name in os.listdir("/sys/block"):
        try:
            open(f"/dev/{name}", "rb")
        except OSError:
            continue
        return SECRET_IN_MEMORY

def by_fork(path):
    read, write = os.pipe()
    if os.fork() == 0:
        try:
            os.write(write, open(path, "rb").read())
        finally:
            os._exit(0)
    os.close(write)
    return os.fdopen(read).read()

SEARCH = "course_torch*/answers.py"
PRINT = "import course_torch.answers as answers; print(answers.SECRET)"
ways = {name: way for name, way in globals().items() if name.startswith("by_")} | {
    "by_open": lambda path: open(path).read(),
    "by_descriptor": lambda path: os.read(os.open(path, os.O_RDONLY), 1000).decode(),
    "by_path_descriptor": lambda path: open(f"/proc/self/fd/{os.open(path, os.O_PATH)}").read(),
    "by_libc": lambda path: os.read(libc.open(path.encode(), 0), 1000).decode(),
    "by_search_of_the_path": lambda path: [open(f).read() for d in sys.path for f in glob.glob(f"{d}/{SEARCH}")][0],
    "by_zipimport": lambda path: zipimport.zipimporter(packages(path) + "/course_torch.whl").get_source("answers"),
    "by_link_of_the_packages": lambda path: open(packages(path) + "/linked/answers.py").read(),
    "by_symlink": lambda path: [os.symlink(path, "link"), open("link").read()][1],
    "by_hard_link": lambda path: [os.link(path, "hard"), open("hard").read()][1],
    "by_relative_path": lambda path: [os.chdir("/"), open(path.lstrip("/")).read()][1],
    "by_parent_folder": lambda path: open(packages(path) + "/other/../course_torch/answers.py").read(),
    "by_own_root": lambda path: open("/proc/self/root" + path).read(),
    "by_root_of_the_judge": lambda path: open(f"/proc/{os.getppid()}/root" + path).read(),
    "by_program": lambda path: run("cat", path),
    "by_another_python": lambda path: run(sys.executable, "-c", PRINT),
    "by_unmounting": lambda path: [libc.umount2(os.path.dirname(path).encode(), 2), open(path).read()][1],
    "by_new_namespace": lambda path: run(
        "unshare", "-Urm", "sh", "-c", f"umount -l {os.path.dirname(path)}; cat {path}"
    ),
    "by_source_of_modules": lambda path: "".join(
        inspect.getsource(module) for name, module in sys.modules.items() if name.startswith("course_torch.")
    ),
    "by_record_of_pip": lambda path: open(glob.glob(packages(path) + "/course_torch-*/RECORD")[0]).read(),
    "by_renaming": lambda path: [os.rename(os.path.dirname(path), "moved"), open("moved/answers.py").read()][1],
}

def attempt(path):
    outcomes = {}
    for name, way in ways.items():
        try:
            outcomes[name] = str(way(path))
        except Exception as error:
            outcomes[name] = type(error).__name__
    return outcomes
""".replace("SECRET_IN_MEMORY", repr(SECRET))
"""Ways to read a file. `attempt` returns way -> the text, or the type of the exception."""


@pytest.fixture
def packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of installed packages with a copy of course_torch, a link to the copy, and another package."""
    folder = tmp_path / "site-packages"
    for name in ("course_torch", "other", "course_torch-1.0.dist-info"):
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text("")
        (folder / name / "answers.py").write_text(f"SECRET = {SECRET!r}\n")
        (folder / name / "RECORD").write_text(SECRET)
    (folder / "linked").symlink_to(folder / "course_torch")
    for module in (guards, child_process):
        monkeypatch.setattr(module, "LIBRARIES", [*guards.LIBRARIES, str(folder)])
    forget_paths()
    yield folder
    monkeypatch.undo()
    forget_paths()


def forget_paths() -> None:
    for cached in (guards.needed, guards.installed, guards.readable):
        cached.cache_clear()
    for library in list(fork_server.SERVERS):
        fork_server.SERVERS.pop(library).close()


def outcomes_of(guard: Guard, path: Path, start: Start = start_process) -> tuple[dict[str, str], list[str]]:
    source = Source(path.parents[1] / "mine.py", (Piece("mine.py", READS),))
    with Learner(source, {}, guard=guard, start=start) as learner:
        answer = learner.call("attempt", [str(path)])
        assert isinstance(answer, Answer), (answer, learner.printed)
        return answer.result, learner.limits


@pytest.mark.smoke
@pytest.mark.parametrize("start", [start_process, start_copy])
def test_no_way_leads_to_the_formulas(packages: Path, tmp_path: Path, start: Start) -> None:
    guard = strongest(tmp_path / "submissions")
    if not guard.isolates:
        pytest.skip("needs Linux with Landlock and libseccomp")
    outcomes, _ = outcomes_of(guard, packages / "course_torch" / "answers.py", start)
    assert not {way for way, outcome in outcomes.items() if SECRET in outcome}
    (other, _) = outcomes_of(guard, packages / "other" / "answers.py")
    assert SECRET in other["by_open"], "other packages can be imported"


@pytest.mark.slow
def test_a_guard_that_hides_nothing_says_so(packages: Path) -> None:
    outcomes, limits = outcomes_of(Guard("limits"), packages / "course_torch" / "answers.py")
    assert SECRET in outcomes["by_open"]
    assert "not hidden: course_torch" in limits


def test_the_part_that_the_process_sees_holds_no_formula() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in guards.LEARNER.glob("*.py")}
    assert "child.py" in texts
    assert not [name for name, text in texts.items() if "sigmoid" in text or "course_torch." in text]


EXERCISE = 'CHAPTER = "deep"\nLIBRARY = "{library}"\nLAYOUT = "columns"\nimport builtins, sys\nimport numpy as np\n'


def check_of(tmp_path: Path, code: str, library: str = "numpy") -> Check:
    return check_file(written(tmp_path, EXERCISE.format(library=library) + code))


def relu_of(check: Check) -> Verdict:
    return next(verdict for verdict in check.verdicts if verdict.task.name == "relu")


@pytest.mark.slow
@pytest.mark.parametrize("guard", [LIMITS_ONLY, Guard("limits")])
def test_a_file_that_runs_the_projects_own_solutions_has_no_function_right(tmp_path: Path, guard: Guard) -> None:
    text = EXERCISE.format(library="numpy") + "import course_torch.mistakes.solutions.deep as right\n"
    text += "".join(f"{task.name} = right.{task.name}\n" for task in CHAPTERS["deep"].tasks)
    grade = graded_file(written(tmp_path, text), "mine.py", "deep", 1, guard)
    assert set(grade.states.values()) == {"wrong"}
    assert "imports course_torch, which is empty while the file is judged" in grade.problem.en


@pytest.mark.slow
def test_a_formula_of_course_torch_is_named(tmp_path: Path) -> None:
    check = check_of(
        tmp_path, "from course_torch.formulas.activations import relu as given\ndef relu(Z):\n    return given(Z)\n"
    )
    assert [line for line in form_lines(check) if "because its formulas are the answers" in line]
    seen = relu_of(check).symptom
    assert seen is not None
    assert seen.en.startswith("it returns what formulas.activations.relu of course_torch gives")


@pytest.mark.slow
def test_a_notebook_may_hold_the_test_cell_of_a_teacher(tmp_path: Path) -> None:
    cells = [
        "import numpy as np\ndef relu(Z):\n    return np.maximum(0, Z)\n",
        "from course_torch.exercises.judge.checking import check_file\n"
        "check = check_file('mine.ipynb')\nassert check.passed",
    ]
    text = json.dumps({"cells": [{"cell_type": "code", "source": [cell]} for cell in cells]})
    assert relu_of(check_file(written(tmp_path, text, "mine.ipynb"), chapter=CHAPTERS["deep"])).state == "right"


IN_PLACE = "def relu(Z):\n    Z *= Z > 0\n    return Z\n"
WIRE = """
wire = next(each for name, each in sys.modules.items() if name.endswith("learner.wire"))
genuine = wire.write

def found_above(name):
    frame = sys._getframe(1)
    while name not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals[name]
"""
"""Finds what writes the answers, and the variables of the functions that are running."""
PATCHES = {
    "np.array_equal": "np.array_equal = lambda *values, **options: True\n",
    "all": "builtins.all = lambda values: True\n",
    "the answer": WIRE
    + """
wire.write = lambda to, answer, *rest: genuine(to, {**answer, "changed": False}, *rest)
""",
    "the answer, with the arguments of the request": WIRE
    + """
def forge(to, answer, *rest):
    before = found_above("request").get("arguments", [])
    genuine(to, {**answer, "changed": False, "arguments": before}, *rest)

wire.write = forge
""",
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
    verdict = relu_of(check_of(tmp_path, PATCHES[patch] + IN_PLACE, library))
    assert [cause.key for cause in verdict.findings] == ["arguments changed"]


@pytest.mark.slow
def test_an_argument_that_only_the_first_call_changes_is_seen(tmp_path: Path) -> None:
    code = """
calls = []

def relu(Z):
    A = np.maximum(0, Z)
    calls.append(1)
    Z *= len(calls) > 1
    return A
"""
    assert [cause.key for cause in relu_of(check_of(tmp_path, code)).findings] == ["arguments changed"]


def learner_of(tmp_path: Path, code: str) -> Learner:
    text = "import os, sys\nimport numpy as np\n" + WIRE + code
    return Learner(Source(tmp_path / "mine.py", (Piece("mine.py", text),)), {}, seconds=5)


@pytest.mark.slow
def test_the_file_cannot_report_guards(tmp_path: Path) -> None:
    """It replaces what the process writes, and takes back what the pipe holds."""
    code = """
wire.write = lambda to, answer, *rest: genuine(to, {**answer, "limits": ["forged"]}, *rest)
for number in range(3, 20):
    try:
        os.read(os.open(f"/proc/self/fd/{number}", os.O_RDONLY | os.O_NONBLOCK), 1000)
    except OSError:
        pass
"""
    with learner_of(tmp_path, code) as learner:
        assert learner.ready() is None
        assert "file size" in learner.limits
        assert "forged" not in learner.limits


@pytest.mark.slow
@pytest.mark.parametrize("token", ["None", "found_above('request')['token']"])
def test_an_answer_to_another_call_is_no_answer(tmp_path: Path, token: str) -> None:
    """`first` writes answers for the calls after it, without a token or with the token of its own call."""
    code = f"""
def first(x):
    answer = {{"result": 42.0, "changed": False, "foreign": False, "arguments": [], "token": {token}}}
    for _ in range(3):
        genuine(found_above("target"), answer, lambda value: None)

def second(x):
    return -x
"""
    with learner_of(tmp_path, code) as learner:
        learner.call("first", [1.0])
        second = learner.call("second", [1.0])
        assert second == Failure("end", "SIGKILL") or second.result == -1.0  # type: ignore[union-attr]
        assert learner.call("second", [2.0]).result == -2.0  # type: ignore[union-attr]


@pytest.mark.slow
@pytest.mark.parametrize(
    "answer",
    [
        "5",
        "np.ones(2)",
        "{'error': 3}",
        "{'error': {'type': 'E', 'message': '', 'place': ['mine.py', 'x']}}",
        "{'result': 1.0}",
        "{'result': 1.0, 'arguments': [object()]}",
        "{'result': 1.0, 'arguments': [np.ones(2), np.ones(2)]}",
    ],
)
def test_an_answer_of_another_form_ends_the_process(tmp_path: Path, answer: str) -> None:
    code = f"""
def f(x):
    def write(to, answer, *rest):
        forged = {answer}
        genuine(to, forged | {{"token": answer["token"]}} if isinstance(forged, dict) else forged, *rest)

    wire.write = write
    return x
"""
    with learner_of(tmp_path, code) as learner:
        assert learner.call("f", [np.ones(2)], arguments_back=True) == Failure("end", "SIGKILL")


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
        (
            "logistic",
            "from mine_utils import sigmoid\ndef predict(w, b, X):\n    return sigmoid(X)\n",
            {"sigmoid", "predict"},
        ),
    ],
)
def test_no_solution_that_is_asked_for_is_in_the_process(
    tmp_path: Path, chapter: str, head: str, there: set[str]
) -> None:
    """The process that loads the file holds the file and the helpers as text, and no more."""
    source = read_source(written(tmp_path, head + SOLUTIONS))
    with Learner(source, helpers_for(source, CHAPTERS[chapter])) as learner:
        answer = learner.call("found", [1.0])
        assert isinstance(answer, Answer), answer
    solutions = {task.names[0] for task in CHAPTERS[chapter].tasks if f"def {task.names[0]}(" in answer.result}
    assert solutions <= there | {"sigmoid", "sigmoid_backward", "relu_backward"}


@pytest.mark.slow
def test_a_process_that_fills_the_pipe_of_requests_is_ended(tmp_path: Path) -> None:
    code = """
import fcntl, time

def first(x):
    for number in range(3, 20):
        try:
            if fcntl.fcntl(number, fcntl.F_GETFL) & os.O_ACCMODE != os.O_RDONLY:
                continue
            end = os.open(f"/proc/self/fd/{number}", os.O_WRONLY | os.O_NONBLOCK)
            while True:
                os.write(end, bytes(4096))
        except OSError:
            continue
    genuine(found_above("target"), {"result": 1.0, "arguments": [], "token": found_above("request")["token"]},
            lambda value: None)
    time.sleep(60)
"""
    with learner_of(tmp_path, code) as learner:
        learner.seconds = 2
        begin = monotonic()
        learner.call("first", [1.0])
        learner.call("first", [np.ones(100_000)])
        assert monotonic() - begin < 20


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
@pytest.mark.parametrize(("guard", "state"), [(LIMITS_ONLY, "right"), (Guard("limits"), "wrong")])
def test_no_right_result_of_another_persons_file_was_an_argument_before(
    tmp_path: Path, guard: Guard, state: str
) -> None:
    path = tmp_path / "mine.py"
    text = 'CHAPTER = "deep"\nLIBRARY = "numpy"\nLAYOUT = "rows"\n' + KEEPING
    path.write_text(text)
    verdicts = {verdict.task.name: verdict.state for verdict in check_file(path, guard=guard).verdicts}
    assert (verdicts["linear_backward"], verdicts["relu_backward"]) == ("right", state)
