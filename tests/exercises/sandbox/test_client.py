"""The learner's code runs in a process of its own, and nothing that it does ends the check."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from course_torch.exercises.learners_file.source import Piece, Source
from course_torch.exercises.sandbox import child_process, client
from course_torch.exercises.sandbox.client import Answer, Failure, Learner, is_over
from course_torch.exercises.sandbox.guards import strongest
from tests.conftest import wait_until
from tests.support.fixture_types import Monkeypatch

Start = Callable[[str], Learner]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: Monkeypatch) -> Iterator[Start]:
    """Start a process that runs some code, with 2 s for each call."""
    monkeypatch.setattr(client, "SECONDS", 2)
    started: list[Learner] = []

    def begin(code: str) -> Learner:
        started.append(Learner(Source(tmp_path / "mine.py", (Piece("mine.py", code),)), {}))
        return started[-1]

    yield begin
    for learner in started:
        learner.close()


@pytest.fixture(params=[True, False], ids=["groups", "as on Windows"])
def groups(request: pytest.FixtureRequest, monkeypatch: Monkeypatch) -> None:
    """What ends a process ends it also without groups of processes."""
    monkeypatch.setattr(child_process, "GROUPS", child_process.GROUPS and request.param)


def result_of(answer: Answer | Failure) -> object:
    assert isinstance(answer, Answer), answer
    return answer.result


def failure_of(answer: Answer | Failure) -> Failure:
    assert isinstance(answer, Failure), answer
    return answer


@pytest.mark.smoke
def test_arrays_go_in_and_come_back(start: Start) -> None:
    learner = start("def double(x, scale):\n    return {'twice': (x * scale, 'text', None, 2.5)}")
    (array, text, nothing, number) = result_of(learner.call("double", [np.ones((2, 3)), 2]))["twice"]  # type: ignore[index]
    np.testing.assert_array_equal(array, np.full((2, 3), 2.0))
    assert (text, nothing, number) == ("text", None, 2.5)


@pytest.mark.smoke
def test_torch_code_gets_tensors_of_the_same_dtype(tmp_path: Path) -> None:
    code = "import torch\ndef kind(x):\n    return (str(type(x)), str(x.dtype), x.requires_grad_().exp())"
    with Learner(Source(tmp_path / "mine.py", (Piece("mine.py", code),)), {}) as learner:
        name, dtype, tensor = result_of(learner.call("kind", [np.zeros(2)]))  # type: ignore[misc]
    assert (name, dtype) == ("<class 'torch.Tensor'>", "torch.float64")
    np.testing.assert_array_equal(tensor, np.ones(2))


@pytest.mark.usefixtures("groups")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "kind", "words"),
    [
        ("raise NotImplementedError", "NotImplementedError", ""),
        ("import sys; sys.exit(3)", "SystemExit", "3"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt", ""),
        ("return f(x)", "RecursionError", ""),
        ("return np.ones(10**10)", "MemoryError", ""),
        ("return np.ones(10**7)", "ValueError", "bytes"),
        ("return x @ np.ones(7)", "ValueError", ""),
        ("import os; os._exit(7)", "end", "exit code 7"),
        ("import os; os.abort()", "end", "SIGABRT"),
        ("import os; os.closerange(3, 200); return 1", "end", ""),
        ("while True: pass", "NotReturning", "2"),
        ("sum(range(10**15))", "NotReturning", "2"),
        ("import subprocess, sys; subprocess.run([sys.executable, '-c', 'while True: 1'])", "NotReturning", "2"),
        ("import time; time.sleep(60)", "timeout", "2"),
    ],
)
def test_a_function_that_fails_names_its_line_and_spares_the_others(
    start: Start, body: str, kind: str, words: str
) -> None:
    learner = start(f"import numpy as np\n\ndef f(x):\n    {body}\n\ndef right(x):\n    return x")
    failure = failure_of(learner.call("f", [np.ones(3)]))
    assert failure.type == kind
    assert words in failure.message
    is_too_large = words == "bytes"  # the function returns, and its result does not come back
    has_no_line = is_too_large or kind in ("end", "NotReturning", "timeout")
    assert failure.place == (None if has_no_line else ("mine.py", 4))
    assert result_of(learner.call("right", [1.5])) == 1.5


SLOW_AND_ENDLESS = """
import time
def slow(x):
    time.sleep(1.2)
    return x
def f(x):
    print("f", flush=True)
    while True: pass
"""


@pytest.mark.slow
def test_each_of_two_calls_has_the_whole_time(start: Start) -> None:
    learner = start(SLOW_AND_ENDLESS)
    answer = learner.call("slow", [1.5], twice=True)
    assert isinstance(answer, Answer)
    assert (answer.result, answer.again) == (1.5, 1.5)
    assert learner.call("f", [1.0], twice=True) == Failure("NotReturning", "2")
    assert learner.printed == b"f\n", "a call that used up its time is not made a second time"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "failure"),
    [
        ("time.sleep(600)", "timeout"),
        ("sum(range(10**15))", "NotReturning"),
        ("[sum(range(10**7)) for _ in range(3)]", ""),
    ],
)
def test_what_other_programs_compute_decides_nothing(start: Start, body: str, failure: str) -> None:
    """Sessions of their own, or the kernel counts these programs and the learner's process as one.

    All share a processor with the learner's process, where the system can bind them to it.
    """
    learner = start(f"import time\ndef f(x):\n    {body}\n    return x")
    assert learner.ready() is None
    others = [subprocess.Popen([sys.executable, "-c", "while True: pass"], start_new_session=True) for _ in range(4)]
    bound = psutil.Process().children(recursive=True) if hasattr(psutil.Process, "cpu_affinity") else []
    for process in bound:
        process.cpu_affinity([min(psutil.Process().cpu_affinity())])
    try:
        answer = learner.call("f", [1.0])
    finally:
        for other in others:
            other.kill()
            other.wait()
    assert (answer.type if isinstance(answer, Failure) else "") == failure


@pytest.mark.smoke
def test_a_call_that_uses_up_its_patience_names_its_line_and_leaves_the_process_alive(start: Start) -> None:
    learner = start(
        "x = []\ndef f(n):\n    while n: pass\n    x.append(1)\ndef g(n):\n    x.append(n)\n    return len(x)"
    )
    assert learner.call("f", [1], patience=0.2) == Failure("NotReturning", "", ("mine.py", 3), "", ("mine.py", 3))
    assert [result_of(learner.call("g", [1], patience=0.2)) for _ in range(2)] == [1, 2]
    assert learner.call("f", [1], patience=0.2) == Failure("NotReturning", "", ("mine.py", 3), "", ("mine.py", 3))


@pytest.mark.smoke
def test_changed_arguments_and_a_second_result_are_seen(start: Start) -> None:
    learner = start(
        "total = 0\n"
        "def clean(x):\n    return x * 2\n"
        "def in_place(x):\n    x *= 2\n    return x\n"
        "def inside(cache):\n    cache['A'][1][0] = 5.0\n    return 1\n"
        "def adding(x):\n    global total\n    total = total + x\n    return total\n"
    )
    ones = np.ones(2)
    clean = learner.call("clean", [ones], twice=True, arguments_back=True)
    assert isinstance(clean, Answer)
    assert not clean.changed
    np.testing.assert_array_equal(clean.result, clean.again)
    assert learner.call("in_place", [ones], arguments_back=True).changed  # type: ignore[union-attr]
    assert learner.call("inside", [{"A": (1, ones)}], arguments_back=True).changed  # type: ignore[union-attr]
    adding = learner.call("adding", [ones], twice=True)
    assert isinstance(adding, Answer)
    np.testing.assert_array_equal(adding.again, 2 * adding.result)


@pytest.mark.slow
def test_a_changed_text_of_a_function_holds_for_one_call(start: Start) -> None:
    learner = start("FACTOR = 3\ndef triple(x):\n    assert x < 2\n    return FACTOR * x")
    assert failure_of(learner.call("triple", [5])).type == "AssertionError"
    assert result_of(learner.call("triple", [5], code="def triple(x):\n    return FACTOR * x")) == 15
    assert failure_of(learner.call("triple", [5], code="def triple(x):\n    return x[0]")).type == "TypeError"
    assert failure_of(learner.call("triple", [5])).type == "AssertionError"


@pytest.mark.usefixtures("groups")
@pytest.mark.slow
def test_what_a_file_prints_and_starts_ends_with_the_process(start: Start) -> None:
    before = {*psutil.Process().children(recursive=True)}  # of earlier tests in this process
    learner = start(
        "import os, threading, subprocess, time\n"
        "def f(x):\n"
        "    print('seen')\n"
        "    for _ in range(300): print('x' * 10000)\n"
        "    threading.Thread(target=time.sleep, args=(600,)).start()\n"
        "    subprocess.Popen(['sleep', '600'])\n"
        "    os.chdir('/')\n"
        "    return x\n"
    )
    assert result_of(learner.call("f", [1.0])) == 1.0
    started = {*psutil.Process().children(recursive=True)} - before
    learner.close()
    assert learner.printed.startswith(b"seen\n")
    assert len(learner.printed) <= 64 * 1024
    if child_process.GROUPS:
        assert len(started) > 1
        assert psutil.wait_procs(started, timeout=60)[1] == []


FILES: dict[str, tuple[str, dict[str, object], dict[str, str]]] = {
    "a polynomial is a function": ("def f(): pass\ndef at_two(f):\n    return f(2.0)", {"at_two": 9.0}, {}),
    "a statement fails": (
        "import numpy as np\nx = np.ones(3)[7]\ny = 2\ndef f():\n    return x\ndef g():\n    return y\n",
        {"g": 2, "f": "NameError"}, {"x": "IndexError"}),
    "a value is given later": ("x = 1\ny = x\nx = 1 / 0\nx = 3\ndef f():\n    return x + y\n", {"f": 4}, {}),
    "no program": (
        "if __name__ == '__main__':\n    while True: pass\ndef f():\n    return __file__\n", {"f": "mine.py"}, {}),
    "the process ends": ("import os\nx = os._exit(7)\ndef f():\n    return x\n", {"f": "end"}, {}),
    "an endless loop": ("x = 1\nwhile True: x += 1\ndef f():\n    return x\n", {"f": "NotReturning"}, {}),
}  # fmt: skip
"""A file, the result of each function or the type of its failure, and the names without a value with the reason."""


@pytest.mark.slow
@pytest.mark.parametrize("name", FILES)
def test_what_a_file_does_when_it_is_loaded(start: Start, name: str) -> None:
    code, results, absent = FILES[name]
    learner = start(code)
    for function, expected in results.items():
        arguments = [{"polynomial": [1.0, 0.0, 0.0, 1.0]}] if function == "at_two" else []
        answer = learner.call(function, arguments)
        assert (answer.type if isinstance(answer, Failure) else answer.result) == expected
    assert {name: failure.type for name, failure in learner.absent.items()} == absent
    assert {failure.place for failure in learner.absent.values()} <= {("mine.py", 2)}


CACHES = """
class Cache:
    pass

def forward(x):
    global last
    if x == 0:
        raise ValueError
    last = Cache()
    last.x = x
    return 2 * x, last

def backward(dA, cache):
    return dA * cache.x

def careless(dA, cache):
    return dA * last.x
"""


@pytest.mark.slow
@pytest.mark.parametrize(("function", "result"), [("backward", 15.0), ("careless", 20.0)])
def test_a_learners_cache_is_any_object(start: Start, function: str, result: float) -> None:
    """A function that reads a global in place of its cache sees what the later call, with 4, left there."""
    learner = start(CACHES)
    second_argument = [1, "forward", [3.0]]
    assert result_of(learner.call(function, [5.0, None], [[*second_argument, [4.0]]])) == result
    assert result_of(learner.call(function, [5.0, None], [[*second_argument, None]])) == 15.0


@pytest.mark.slow
@pytest.mark.parametrize("made", [["forward", [0.0]], ["backward", [1.0, None]], ["other", [1.0]]])
def test_a_learners_cache_that_cannot_be_made_is_no_failure_of_the_function(start: Start, made: list[object]) -> None:
    assert failure_of(start(CACHES).call("backward", [5.0, None], [[1, *made, None]])).type == "unmade"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("body", "computing", "waiting"),
    [
        ("until = time.process_time() + 1.6\n    while time.process_time() < until: pass", 1, 60),
        ("time.sleep(5)", 60, 0.5),
    ],
    ids=["computing", "waiting"],
)
def test_all_calls_together_have_a_limit_too(
    start: Start, monkeypatch: Monkeypatch, body: str, computing: int, waiting: float
) -> None:
    """A file of sleeping functions would otherwise take an hour: a chapter makes hundreds of calls."""
    monkeypatch.setattr(client, "TOGETHER", waiting)
    monkeypatch.setattr(client, "SECONDS", 20)
    learner = start(f"import time\ndef slow():\n    print('slow', flush=True)\n    {body}\n    return 1")
    assert learner.ready() is None
    learner._of_ended -= learner._process.processor_time()  # type: ignore[union-attr] # the start is not counted here
    learner._computed, learner._waited, learner.processor_seconds = 0.0, 0.0, computing
    assert result_of(learner.call("slow", [])) == 1
    assert failure_of(learner.call("slow", [])) == Failure("spent", "")
    learner.close()
    assert learner.printed == b"slow\n", "the second call is not made"


@pytest.mark.parametrize(
    ("computed", "waited", "over"),
    [(0, 29, False), (0, 30, True), (1, 49, False), (1, 50, True), (9, 209, False), (10, 10, True)],
)
def test_what_computes_has_more_time_and_an_end(computed: float, waited: float, over: bool) -> None:
    """At most 10 s of computing, and 30 s of waiting with 20 s more for each second of computing."""
    assert is_over(computed, waited, 10, 30) == over


KILLED = """
import sys
from pathlib import Path
import psutil
from course_torch.exercises.sandbox.child_process import new_process, start_process
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, strongest
from course_torch.exercises.sandbox.client import Learner
from course_torch.exercises.learners_file.source import read_source

path = Path(sys.argv[1])
guard = LIMITS_ONLY if sys.argv[2] == "own" else strongest()
start = start_process if sys.argv[2] == "copy" else new_process
learner = Learner(read_source(path), {}, guard=guard, start=start)
learner.ready()
print(*(child.pid for child in psutil.Process().children(recursive=True)), flush=True)
learner.call("f", [])
"""


@pytest.mark.sweep(1)
@pytest.mark.smoke
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone ends a process with the one that started it")
@pytest.mark.parametrize("guard", ["strongest", "copy", "own"])
def test_a_checker_that_is_killed_leaves_no_process_and_under_landlock_no_folder(tmp_path: Path, guard: str) -> None:
    (tmp_path / "mine.py").write_text("import time\ndef f():\n    time.sleep(1000)\n")
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    command = [sys.executable, "-c", KILLED, str(tmp_path / "mine.py"), guard]
    environment = os.environ | {"TMPDIR": str(temporary)}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as checker:
        pids = [int(pid) for pid in checker.stdout.readline().split()]
        checker.kill()
    assert pids
    wait_until(lambda: not any(map(is_running, pids)), 10)
    if guard != "own" and strongest().landlock:
        assert list(temporary.iterdir()) == []


def is_running(pid: int) -> bool:
    """Whether a process runs. A zombie has ended, also where nothing collects it."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
