"""`course-torch check`: the answer, its hints, its files, and its exit codes."""

import json
import os
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_torch.commands.learner.check import changes
from course_torch.commands.main import main
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import solution
from tests.conftest import usage_error
from tests.exercises.judge.assignments import as_script
from tests.support.fixture_types import Capsys, Monkeypatch, Said

WRONG = """import numpy as np

CHAPTER = "deep"
LIBRARY = "numpy"
LAYOUT = "columns"


def relu(Z):
    print("seen by the learner")
    return np.maximum(0, Z)


def linear_backward(dZ, cache):
    A_prev, W, b = cache
    return W.T @ dZ, dZ @ A_prev.T, np.sum(dZ, axis=1, keepdims=True) / dZ.shape[1]
"""
LOGISTIC = solution("logistic", "numpy", "rows")


@pytest.fixture(autouse=True)
def folder(here: Path) -> Path:
    (here / "deep.py").write_text(WRONG)
    return here


@pytest.fixture
def judged(said: Said) -> Said:
    """Run `course-torch check` on deep.py, or with other arguments. Returns what it prints."""
    return lambda line="deep.py", code=1: said(["check", *line.split()], code)


@pytest.mark.smoke
def test_the_first_wrong_function_is_explained(judged: Said) -> None:
    text = judged()
    assert "linear_backward: dW is 7 times the right one, and m = 7\n" in text
    assert "Probably: the sum over the examples is not divided by m (notes 1.5)\n" in text
    assert "Watch it train: course-torch playground --link '#mistake=no+1%2Fm+in+dW'\n1 of 15 right" in text
    assert "seen by the learner" not in text


SHALLOW, PASS = as_script("shallow"), "Your pass beside the reference: course-torch trace --mine deep.py\n"
FORMULA = "dZ @ A_prev.T / m"
CASES: dict[str, tuple[str, str, list[str], list[str]]] = {
    "hint 2": (WRONG, "deep.py --hint 2",
        ["hint 2 of 3", "dW = (1/m) dZ A_prevᵀ", "dZ (n_out, m)", "Notes 3.2."], [FORMULA]),
    "Chinese": (WRONG, "deep.py --language zh --hint 2",
        ["linear_backward: dW 是正确值的 7 倍，而 m = 7", "可能的原因："],
        ["Probably", " right", "wrong", "notes", "hint 2"]),
    "a figure of functions of which none trains yet": (WRONG, "deep.py --figure flower.png",
        ["flower.png: not drawn before train and the functions that it calls are right"], []),
    "what the functions print": (WRONG, "--output deep.py", ["seen by the learner"], []),
    "a pass that is not written": (WRONG, "deep.py", [], [PASS]),
    "a wrong pass": (LOGISTIC.replace("A - Y", "Y - A"), "deep.py", [PASS], []),
    "a wrong function of an assignment": (
        SHALLOW.replace("predictions = ", "predictions = 2 * "), "deep.py", ["trace --mine deep.py"], []),
    "a pass that raises": (
        SHALLOW.replace("predictions = ", "predictions = 2 * ").replace("dZ2 = ", "dZ2 = no_such_name + "), "deep.py",
        [], ["trace --mine"]),
    "two wrong functions": (SHALLOW.replace("A2 > 0.5", "A2").replace("np.tanh(Z1)", "Z1"), "deep.py",
        ["\nforward_propagation: ", "\npredict: also with a right forward_propagation"], []),
    "a cache that is not the one of the course": (
        "def linear_forward(A, W, b):\n    return W @ A + b, (W, A, b)\ndef relu(Z):\n    return Z\n", "deep.py",
        ["linear_forward: right, but it returns the cache (W, A, b): the course's own tests expect (A, W, b)"], []),
    "a cost that is not judged": (
        as_script("deep").replace("def compute_cost(AL, Y):", "def compute_cost(AL, Y, further):"), "deep.py",
        [], ["it is the cost that is wrong"]),
}  # fmt: skip
"""Name -> the text of deep.py, the arguments, what is said in this order, and what is not said."""


@pytest.mark.slow
@pytest.mark.parametrize(("text", "line", "shown", "hidden"), CASES.values(), ids=CASES.keys())
def test_what_is_said_of_a_file(
    text: str, line: str, shown: list[str], hidden: list[str], judged: Said, folder: Path
) -> None:
    (folder / "deep.py").write_text(text)
    answer = judged(line)
    places = [answer.find(words) for words in shown]
    assert -1 not in places
    assert places == sorted(places), answer
    assert [words for words in hidden if words in answer] == []
    assert not (folder / "flower.png").exists()


@pytest.mark.slow
def test_two_assignments_in_one_file_have_an_answer_each(folder: Path, judged: Said) -> None:
    text = as_script("logistic").replace("(dim, 1)", "(1, dim)") + as_script("shallow")
    (folder / "both.py").write_text(text)
    text = judged("both.py --json report.json")
    shallow, logistic = text.index("chapter shallow"), text.index("chapter logistic")
    assert shallow < text.index("all 8 functions are right") < logistic < text.index("initialize_with_zeros: w has")
    record = json.loads((folder / "report.json").read_text())
    assert (record["chapter"], record["passed"]) == ("shallow", False)
    assert [other["chapter"] for other in record["others"]] == ["logistic"]


@pytest.mark.slow
def test_the_next_command_names_the_file_as_it_was_given(folder: Path, said: Said) -> None:
    (folder / "深度 学习.py").write_text(WRONG)
    assert "More: course-torch check '深度 学习.py' --hint 1\n" in said(["check", "深度 学习.py"], code=1)


@pytest.mark.slow
def test_watching_judges_again_after_a_save(folder: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "course_torch", "check", "deep.py", "--watch"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        for line in process.stdout:
            if line.startswith("watching"):
                break
        (folder / "deep.py").write_text(WRONG.replace("dZ @ A_prev.T,", "dZ @ A_prev.T / dZ.shape[1],"))
        assert any("2 of 15 right" in line for line in iter(process.stdout.readline, ""))
        (folder / "new").write_text("def half(:")
        os.replace(folder / "new", folder / "deep.py")  # as an editor saves
        assert any("is not Python" in line for line in iter(process.stdout.readline, ""))
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.mark.slow
def test_a_cost_that_takes_the_parameters_works_in_the_commands_of_its_own_pass(folder: Path) -> None:
    text = SHALLOW.replace("def compute_cost(A2, Y):", "def compute_cost(A2, Y, parameters):")
    (folder / "week3.py").write_text(text.replace("= compute_cost(A2, Y)", "= compute_cost(A2, Y, parameters)"))
    assert main(["trace", "--mine", "week3.py", "--json", "trace.json"]) == 0
    assert main(["compare", "--mine", "week3.py"]) == 0


@pytest.mark.slow
def test_a_figure_is_drawn_as_soon_as_the_function_that_trains_is_right(folder: Path, judged: Said) -> None:
    """An optimize that is right only with a right propagate in place of the learner's trains nothing."""
    for old, new, words, drawn in (
        ("A > 0.5", "A > 0.6", "flower.png: your network on the flower\n", True),
        ("A - Y", "Y - A", "flower.png: not drawn before optimize and", False),
    ):
        (folder / "logistic.py").write_text(LOGISTIC.replace(old, new))
        (folder / "flower.png").unlink(missing_ok=True)
        out = judged("logistic.py --figure flower.png")
        assert words in out
        assert ((folder / "flower.png").is_file(), "your optimize on the flower" in out) == (drawn, drawn)
    (folder / "week3.py").write_text(SHALLOW)
    out = judged("week3.py --figure flower.png", code=0)
    assert "flower.png: not drawn, because no function of this file trains on the flower" in out


@pytest.mark.slow
def test_one_function_is_judged_alone(folder: Path, judged: Said, capsys: Capsys) -> None:
    """The functions that it calls are judged too: it is right with a right function in place of a wrong one."""
    out = judged("deep.py linear_backward")
    judged("deep.py relu", code=0)
    assert not (folder / ".course-torch.json").exists()
    assert "the sum over the examples is not divided by m" in out
    assert "relu" not in out
    assert "More: course-torch check deep.py linear_backward --hint 1\n" in out
    assert "0 of 1 right" in out
    (folder / "logistic.py").write_text(LOGISTIC.replace("np.tanh(Z / 2)", "np.tanh(Z)"))
    out = judged("logistic.py propagate", code=0)
    assert "propagate: right with a right sigmoid in place of yours, which it calls\n" in out
    assert usage_error(main, ["check", "deep.py", "reluu"], capsys).endswith("; did you mean relu?\n")


@pytest.mark.slow
def test_without_a_file_the_only_exercise_of_the_folder_is_judged_and_its_first_function_is_named(
    folder: Path, judged: Said
) -> None:
    (folder / "deep.py").rename(folder / "other.txt")
    (folder / "notes.py").write_text("def f(x):\n    return x\n")
    (folder / "broken.py").write_text("def f(:")
    main(["exercise", "basics"])
    line = (folder / "basics.py").read_text().splitlines().index("def basic_sigmoid(x):") + 1
    end = f"Write next: basic_sigmoid (line {line}); then: course-torch check basics.py\n"
    assert judged("").endswith(f"{end}To read on: course-torch lesson 1.2\n")
    end = f"接下来写：basic_sigmoid（第 {line} 行）；然后：course-torch check basics.py --language zh\n"
    assert judged("--language zh").endswith(f"{end}课文：course-torch lesson 1.2 --language zh\n")


def test_without_a_file_there_must_be_one_exercise(folder: Path, capsys: Capsys) -> None:
    main(["exercise", "basics"])
    error = usage_error(main, ["check"], capsys)
    assert error.endswith("file: found 2 exercises in this folder, name which: one of basics.py, deep.py\n")
    for name in ("basics.py", "deep.py"):
        (folder / name).unlink()
    assert usage_error(main, ["check"], capsys).endswith("write one with: course-torch exercise basics\n")
    zh = usage_error(main, ["check", "--language", "zh"], capsys)
    assert zh.endswith("写出一个：course-torch exercise basics --language zh\n")


@pytest.mark.smoke
@pytest.mark.parametrize(
    ("chapter", "form", "line"),
    [
        ("tensors", ("torch", "rows"), "The next chapter: course-torch exercise {}\n"),
        ("logistic", ("numpy", "columns"), "course-torch exercise shallow --library numpy --layout columns\n"),
        ("application", ("numpy", "rows"), ""),
    ],
)
def test_a_finished_chapter_names_the_next(
    folder: Path, judged: Said, chapter: str, form: tuple[str, str], line: str
) -> None:
    (folder / "mine.py").write_text(solution(chapter, *form))
    out, names = judged("mine.py", code=0), [*CHAPTERS, ""]
    assert line.format(names[names.index(chapter) + 1]) in out
    assert ("The next chapter" in out) == bool(line)


@pytest.mark.slow
def test_the_seconds_count_from_the_start_of_the_command(judged: Said, monkeypatch: Monkeypatch) -> None:
    """The start of the learner's process counts: torch is imported there."""
    monkeypatch.setattr("course_torch.commands.learner.check.perf_counter", lambda: time.perf_counter() - 1000)
    (seconds,) = re.findall(r"right \(([\d.]+) s\)", judged("deep.py"))
    assert float(seconds) > 1000


def test_a_removed_file_is_a_change_and_not_an_error(tmp_path: Path) -> None:
    path = tmp_path / "mine.py"
    path.write_text("x = 1")
    seen = changes(path)
    next(seen)
    path.unlink()
    next(seen)


@pytest.mark.slow
def test_a_terminal_gets_lines_between_words_and_commands_in_one_piece(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")  # rich takes the output for a terminal
    monkeypatch.setenv("COLUMNS", "40")
    lines = [line.rstrip() for line in said(["check", "deep.py"], 1).splitlines()]
    assert lines[:2] == ["deep.py: chapter deep, numpy, columns", "are examples"]
    assert "More: course-torch check deep.py --hint 1" in lines
