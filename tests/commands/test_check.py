"""`course-torch check`: the answer, its hints, its files, and its exit codes."""

import json
import re
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from course_torch.commands.main import main
from course_torch.exercises.judge.answer import not_loaded
from course_torch.exercises.sandbox.process import Failure
from course_torch.mistakes.solution import solution
from tests.conftest import usage_error
from tests.exercises.judge.assignments import as_script

Said = Callable[..., str]
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


FORWARD = """

def linear_forward(A, W, b):
    return W @ A + b, (W, A, b)
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep.py").write_text(WRONG)
    return tmp_path


@pytest.fixture
def said(capsys: pytest.CaptureFixture[str]) -> Said:
    """Run `course-torch check` on deep.py, or with other arguments. Returns what it prints."""

    def run(*arguments: str) -> str:
        assert main(["check", *(arguments or ["deep.py"])]) == 1
        return capsys.readouterr().out

    return run


@pytest.mark.smoke
def test_the_first_wrong_function_is_explained(said: Said) -> None:
    text = said()
    assert "linear_backward: dW is 7 times the right one, and m = 7\n" in text
    assert "Probably: the sum over the examples is not divided by m (notes 1.5)\n" in text
    assert "1 of 15 right" in text
    assert "seen by the learner" not in text


@pytest.mark.slow
def test_a_function_that_does_not_return_says_why_after_the_first_wrong_function(folder: Path, said: Said) -> None:
    (folder / "deep.py").write_text(WRONG.replace("return np.maximum(0, Z)", "__import__('os')._exit(3)"))
    text = said()
    first, second = text.index("linear_backward: dW is"), text.index("relu: it ended the process")
    assert first < second


@pytest.mark.slow
def test_the_answer_in_chinese_holds_no_english_sentence(said: Said) -> None:
    text = said("deep.py", "--language", "zh", "--hint", "2")
    assert "linear_backward: dW 是正确值的 7 倍，而 m = 7" in text
    assert "可能的原因：" in text
    assert not {"Probably", "right", "wrong", "notes", "hint"} & set(text.replace(":", " ").split())


@pytest.mark.slow
@pytest.mark.parametrize(
    ("level", "words"),
    [
        ("1", ["hint 1 of 3", "was called with: dZ (1, 7), cache (A_prev", "numbers of dW are wrong"]),
        ("2", ["hint 2 of 3", "dW = (1/m) dZ A_prevᵀ", "dZ (n_out, m)", "Notes 3.2."]),
        ("3", ["hint 3 of 3", "the smallest case:", "your dW = [[", "the right dW = [["]),
    ],
)
def test_hints_lead_step_by_step(level: str, words: list[str], said: Said) -> None:
    text = said("deep.py", "--hint", level)
    assert all(each in text for each in words)
    assert "dZ @ A_prev.T / m" not in text


@pytest.mark.slow
def test_the_json_file_has_every_function_wrong_ones_first(folder: Path) -> None:
    main(["check", "deep.py", "--json", "report.json"])
    record = json.loads((folder / "report.json").read_text())
    first, *others = record["functions"]
    assert (first["function"], first["state"], first["causes"]) == ("linear_backward", "wrong", ["no 1/m"])
    assert first["message"].startswith("linear_backward: dW is 7 times the right one, and m = 7. Probably: ")
    assert [each["state"] for each in others] == ["missing"] * 13 + ["right"]
    assert (record["chapter"], record["library"], record["layout"]) == ("deep", "numpy", "columns")


@pytest.mark.slow
def test_a_cache_that_is_not_the_one_of_the_course_is_noted_in_an_assignment(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "week4.py").write_text(WRONG.replace('CHAPTER = "deep"\n', "") + FORWARD)
    main(["check", "week4.py", "--json", "report.json"])
    note = "linear_forward: right, but it returns the cache (W, A, b): the course's own tests expect (A, W, b)"
    assert f"{note}\n2 of 11 right" in capsys.readouterr().out
    functions = json.loads((folder / "report.json").read_text())["functions"]
    (record,) = (function for function in functions if function["function"] == "linear_forward")
    assert (record["state"], record["causes"], record["message"]) == ("right", ["own cache"], f"{note}.")


@pytest.mark.slow
def test_two_assignments_in_one_file_have_an_answer_each(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = as_script("logistic").replace("(dim, 1)", "(1, dim)") + as_script("shallow")
    (folder / "both.py").write_text(text)
    assert main(["check", "both.py", "--json", "report.json"]) == 1
    text = capsys.readouterr().out
    shallow, logistic = text.index("chapter shallow"), text.index("chapter logistic")
    assert shallow < text.index("all 8 functions are right") < logistic < text.index("initialize_with_zeros: w has")
    record = json.loads((folder / "report.json").read_text())
    assert (record["chapter"], record["passed"]) == ("shallow", False)
    assert [other["chapter"] for other in record["others"]] == ["logistic"]


@pytest.mark.slow
def test_another_way_is_shown_after_the_first_success_only(folder: Path, said: Said) -> None:
    assert "relu is right. Another right way: A = Z * (Z > 0)" in said()
    assert "Another right way" not in said()
    (folder / ".course-torch.json").write_text("{damaged")
    assert "relu is right. Another right way" in said()


@pytest.mark.slow
def test_a_folder_that_cannot_be_written_keeps_no_state(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / ".course-torch.json").mkdir()
    assert main(["check", "deep.py"]) == 1


@pytest.mark.slow
def test_a_figure_waits_for_the_function_that_trains(folder: Path, said: Said) -> None:
    line = "flower.png: not drawn before train and the functions that it calls are right"
    assert line in said("deep.py", "--figure", "flower.png")
    assert not (folder / "flower.png").exists()


@pytest.mark.slow
def test_a_statement_that_fails_is_named_by_the_function_that_uses_it(folder: Path, said: Said) -> None:
    (folder / "deep.py").write_text(WRONG + "\nslope = undefined\nrelu(slope)\n")
    assert "slope" not in said()
    (folder / "deep.py").write_text("slope = undefined\n" + WRONG.replace("return", "return slope *"))
    assert "it uses slope, which has no value: line 1 failed with NameError: name 'undefined' is not defined" in said()


def test_an_endless_loop_outside_the_functions_is_named() -> None:
    failure = Failure("NotReturning", "20")
    assert "20 s of processor time. Is there an endless loop outside the functions?" in not_loaded(failure, "en")
    assert "死循环" in not_loaded(failure, "zh")


@pytest.mark.slow
def test_the_next_command_names_the_file_as_it_was_given(folder: Path, said: Said) -> None:
    (folder / "深度 学习").mkdir()
    (folder / "深度 学习" / "deep.py").write_text(WRONG)
    assert "More: course-torch check '深度 学习/deep.py' --hint 1\n" in said("深度 学习/deep.py")


@pytest.mark.slow
@pytest.mark.parametrize(("flags", "shown"), [(["--output"], True), ([], False)])
def test_what_the_functions_print_is_shown_if_asked(flags: list[str], shown: bool, said: Said) -> None:
    assert ("seen by the learner" in said(*flags, "deep.py")) == shown


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["none.py"], "none.py: no such file"),
        (["deep.py", "--hint", "4"], "hint: found 4, expected 0 to 3"),
        (["deep.py", "--json", "deep.py"], "would overwrite the input"),
        (["deep.py", "--language", "fr"], "language"),
    ],
)
def test_a_mistake_is_one_line(arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert words in usage_error(main, ["check", *arguments], capsys)


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
        (folder / "deep.py").write_text("def half(:")
        assert any("is not Python" in line for line in iter(process.stdout.readline, ""))
    finally:
        process.terminate()
        process.communicate(timeout=10)


@pytest.mark.slow
def test_a_wrong_pass_is_offered_beside_the_reference(folder: Path, said: Said) -> None:
    line = "Your pass beside the reference: course-torch trace --mine deep.py\n"
    assert line not in said(), "most functions are not written yet"
    (folder / "deep.py").write_text(solution("logistic", "numpy", "rows").replace("A - Y", "Y - A"))
    assert line in said()


COST = ("def compute_cost(A2, Y):", "def compute_cost(A2, Y, parameters):")
CALLED = ("compute_cost(A2, Y)", "compute_cost(A2, Y, parameters)")


@pytest.mark.slow
def test_a_cost_that_takes_the_parameters_works_in_the_commands_of_its_own_pass(folder: Path) -> None:
    text = as_script("shallow").replace(*COST)
    (folder / "week3.py").write_text(text.replace("= " + CALLED[0], "= " + CALLED[1]))
    assert main(["trace", "--mine", "week3.py", "--json", "trace.json"]) == 0
    assert main(["compare", "--mine", "week3.py"]) == 0


@pytest.mark.slow
def test_the_own_pass_is_offered_only_if_it_runs(folder: Path, said: Said) -> None:
    text = as_script("shallow").replace("predictions = ", "predictions = 2 * ")
    (folder / "week3.py").write_text(text)
    assert "trace --mine week3.py" in said("week3.py")
    (folder / "week3.py").write_text(text.replace("dZ2 = ", "dZ2 = no_such_name + "))
    assert "trace --mine" not in said("week3.py")


@pytest.mark.slow
def test_a_figure_is_drawn_as_soon_as_the_function_that_trains_is_right(folder: Path, said: Said) -> None:
    """An optimize that is right only with a right propagate in place of the learner's trains nothing."""
    text = solution("logistic", "numpy", "rows")
    for old, new, words, drawn in (
        ("A > 0.5", "A > 0.6", "flower.png: your network on the flower\n", True),
        ("A - Y", "Y - A", "flower.png: not drawn before optimize and", False),
    ):
        (folder / "logistic.py").write_text(text.replace(old, new))
        (folder / "flower.png").unlink(missing_ok=True)
        out = said("logistic.py", "--figure", "flower.png")
        assert words in out
        assert ((folder / "flower.png").is_file(), "your optimize on the flower" in out) == (drawn, drawn)


@pytest.mark.slow
def test_one_function_is_judged_alone(folder: Path, said: Said, capsys: pytest.CaptureFixture[str]) -> None:
    """The functions that it calls are judged too: it is right with a right function in place of a wrong one."""
    out = said("deep.py", "linear_backward")
    assert main(["check", "deep.py", "relu"]) == 0
    assert not (folder / ".course-torch.json").exists()
    assert "the sum over the examples is not divided by m" in out
    assert "relu" not in out
    assert "More: course-torch check deep.py linear_backward --hint 1\n" in out
    assert "0 of 1 right" in out
    (folder / "logistic.py").write_text(solution("logistic", "numpy", "rows").replace("np.tanh(Z / 2)", "np.tanh(Z)"))
    assert main(["check", "logistic.py", "propagate"]) == 0
    assert "propagate: right with a right sigmoid in place of yours, which it calls\n" in capsys.readouterr().out


@pytest.mark.slow
def test_a_function_that_the_chapter_does_not_have_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert usage_error(main, ["check", "deep.py", "reluu"], capsys).endswith("; did you mean relu?\n")


@pytest.mark.slow
def test_without_a_file_the_only_exercise_of_the_folder_is_judged_and_its_first_function_is_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "deep.py").rename(folder / "other.txt")
    (folder / "notes.py").write_text("def f(x):\n    return x\n")
    (folder / "broken.py").write_text("def f(:")
    main(["exercise", "basics"])
    assert main(["check"]) == 1
    line = (folder / "basics.py").read_text().splitlines().index("def basic_sigmoid(x):") + 1
    end = f"Write next: basic_sigmoid (line {line}); then: course-torch check basics.py\n"
    end += "To read on: course-torch lesson 1.2\n"
    assert capsys.readouterr().out.endswith(end)
    assert main(["check", "--language", "zh"]) == 1
    end = f"接下来写：basic_sigmoid（第 {line} 行）；然后：course-torch check basics.py --language zh\n"
    end += "课文：course-torch lesson 1.2 --language zh\n"
    assert capsys.readouterr().out.endswith(end)


def test_without_a_file_there_must_be_one_exercise(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
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
        ("tensors", ("torch", "rows"), "The next chapter: course-torch exercise logistic\n"),
        ("logistic", ("numpy", "columns"), "course-torch exercise shallow --library numpy --layout columns\n"),
        ("application", ("numpy", "rows"), ""),
    ],
)
def test_a_finished_chapter_names_the_next(
    folder: Path, capsys: pytest.CaptureFixture[str], chapter: str, form: tuple[str, str], line: str
) -> None:
    (folder / "mine.py").write_text(solution(chapter, *form))
    assert main(["check", "mine.py"]) == 0
    out = capsys.readouterr().out
    assert line in out
    assert ("The next chapter" in out) == bool(line)


@pytest.mark.slow
def test_the_seconds_are_those_that_the_learner_waited(folder: Path, said: Said) -> None:
    """The start of the learner's process counts: torch is imported there."""
    begin = time.perf_counter()
    (seconds,) = re.findall(r"right \(([\d.]+) s\)", said("deep.py"))
    assert 0.5 * (time.perf_counter() - begin) < float(seconds) < time.perf_counter() - begin + 0.05


@pytest.mark.slow
def test_no_figure_of_right_functions_of_which_none_trains_on_the_flower(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "week3.py").write_text(as_script("shallow"))
    assert main(["check", "week3.py", "--figure", "flower.png"]) == 0
    out = capsys.readouterr().out
    assert "flower.png: not drawn, because no function of this file trains on the flower" in out


@pytest.mark.slow
def test_every_wrong_function_has_its_cause_in_a_line(folder: Path, said: Said) -> None:
    text = as_script("shallow").replace("A2 > 0.5", "A2").replace("np.tanh(Z1)", "Z1")
    (folder / "week3.py").write_text(text)
    lines = said("week3.py").splitlines()
    assert any(line.startswith("forward_propagation: ") for line in lines)
    assert any(line.startswith("predict: also with a right forward_propagation") for line in lines)


@pytest.mark.slow
def test_a_cost_that_is_not_judged_is_not_called_wrong(folder: Path, said: Said) -> None:
    text = as_script("deep").replace("def compute_cost(AL, Y):", "def compute_cost(AL, Y, further):")
    (folder / "week4.py").write_text(text)
    assert "it is the cost that is wrong" not in said("week4.py")
