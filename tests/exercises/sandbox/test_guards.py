"""What a guarded process cannot do. A guard that this machine lacks is skipped, and reports say which guards held."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard, bubblewrap_works, strongest
from course_torch.exercises.sandbox.process import Answer, Failure, Learner
from course_torch.exercises.sandbox.source import read_source

PROBE = """
import os, socket

def attempt(action):
    try:
        action()
    except Exception as error:
        return type(error).__name__
    return "done"

def probe(other, outside):
    with open(os.path.join(os.getcwd(), "own"), "w") as file:
        file.write("a work folder of its own")
    return {
        "read another submission": attempt(lambda: open(other).read()),
        "write outside": attempt(lambda: open(outside, "w").write("x")),
        "list the home": attempt(lambda: os.listdir(os.path.dirname(other))),
        "interfaces": " ".join(sorted(name for _, name in socket.if_nameindex())),
        "import numpy": attempt(lambda: __import__("numpy").fft.fft([1.0])),
    }
"""


@pytest.fixture
def submissions(tmp_path: Path) -> Path:
    folder = tmp_path / "submissions"
    folder.mkdir()
    (folder / "mine.py").write_text(PROBE)
    (folder / "other.py").write_text("secret = 1")
    return folder


def outcome(submissions: Path, guard: Guard) -> tuple[Mapping[str, str], list[str]]:
    outside = submissions.parent / "outside"
    with Learner(read_source(submissions / "mine.py"), {}, guard=guard) as learner:
        answer = learner.call("probe", [str(submissions / "other.py"), str(outside)])
        assert isinstance(answer, Answer), (answer, learner.printed)
        return answer.result, learner.limits


def test_without_a_guard_everything_is_possible_and_the_report_says_so(submissions: Path) -> None:
    seen, limits = outcome(submissions, LIMITS_ONLY)
    assert {each for name, each in seen.items() if name != "interfaces"} == {"done"}
    assert not {"files", "network"} & set(limits)


@pytest.mark.skipif(sys.platform != "linux", reason="Landlock is part of Linux")
def test_landlock_takes_away_all_other_files(submissions: Path) -> None:
    seen, limits = outcome(submissions, Guard("landlock", landlock=True))
    if "files" not in limits:
        pytest.skip("this kernel has no Landlock")
    assert seen["read another submission"] == seen["write outside"] == seen["list the home"] == "PermissionError"
    assert seen["import numpy"] == "done"


@pytest.mark.skipif(not bubblewrap_works(), reason="bubblewrap is not installed, or the system forbids its namespaces")
def test_bubblewrap_takes_away_the_network_and_the_other_submissions(submissions: Path) -> None:
    guard = strongest(submissions)
    seen, limits = outcome(submissions, guard)
    assert guard.name == "bubblewrap"
    assert {"network", "other submissions", "writing files"} <= set(limits)
    assert "done" not in {seen["read another submission"], seen["write outside"]}
    assert seen["interfaces"] == "lo"
    assert seen["import numpy"] == "done"
    assert not (submissions.parent / "outside").exists()


def test_only_a_learners_own_check_may_import_files_beside_the_file(submissions: Path) -> None:
    (submissions / "mine.py").write_text("import other\ndef f():\n    return other.secret\n")
    with Learner(read_source(submissions / "mine.py"), {}) as learner:
        assert isinstance(learner.call("f", []), Answer)
    with Learner(read_source(submissions / "mine.py"), {}, guard=Guard("limits")) as learner:
        assert learner.call("f", []) == Failure("StubResultError", "other.secret")
