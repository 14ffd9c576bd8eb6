"""Every submission gets a row, which says which guards held, and a line of the record, whatever it contains."""

import codecs
import csv
import io
import os
import re
from dataclasses import replace
from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from course_torch.errors import InputError
from course_torch.exercises.check.checking import CheckOptions, check_file
from course_torch.exercises.grade.answers import addresses_of, answer_of, as_results
from course_torch.exercises.grade.grading import Grade, graded_file, name_of, seed_of
from course_torch.exercises.grade.summary import equal_files, mistakes
from course_torch.exercises.grade.table import MARK, Table, as_csv, harmless, states_in
from course_torch.exercises.judge.verdicts import State
from course_torch.exercises.sandbox.guards import LIMITS_ONLY
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import Language, Text
from course_torch.mistakes.solution import replace_in
from tests.exercises.judge.assignments import as_script
from tests.support.fixture_types import Monkeypatch

ACTIVATIONS = "import numpy as np\ndef sigmoid(Z):\n    return 1 / (1 + np.exp(-Z))\ndef relu(Z):\n    return {relu}\n"
LINEAR = "def linear_forward(A, W, b):\n    return W @ A + b, (A, W, b)\n"
EXERCISE = 'CHAPTER = "deep"\nLIBRARY = "numpy"\nLAYOUT = "columns"\n'


def graded(
    tmp_path: Path, content: str | bytes, name: str = "deep.py", seed: int = 1, language: Language = "en"
) -> Grade:
    path = tmp_path / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return graded_file(path, name, "deep", seed, LIMITS_ONLY, language)


def test_a_file_has_the_same_name_and_so_the_same_seed_on_every_system() -> None:
    assert name_of(PureWindowsPath(r"anna\deep.py")) == name_of(PurePosixPath("anna/deep.py")) == "anna/deep.py"


def test_a_page_on_another_drive_than_the_feedback_has_whole_addresses(
    tmp_path: Path, monkeypatch: Monkeypatch
) -> None:
    html = tmp_path / "class.html"
    assert addresses_of(tmp_path / "all", ["#1/a.py"], html) == {"#1/a.py": "all/%231/a.py.txt"}

    def on_another_drive(path: Path, start: str) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", on_another_drive)
    whole = f"{tmp_path.as_uri()}/all/%231/a.py.txt"
    assert addresses_of(tmp_path / "all", ["#1/a.py"], html) == {"#1/a.py": whole}


@pytest.mark.slow
def test_a_point_for_each_right_function_the_first_mistake_with_its_cause_and_the_form_of_gradescope(
    tmp_path: Path,
) -> None:
    grade = graded(tmp_path, ACTIVATIONS.format(relu="np.minimum(0, Z)") + LINEAR)
    assert (grade.points, len(grade.states)) == (2, 12)
    states = [grade.states[name] for name in ("sigmoid", "relu", "linear_forward", "compute_cost")]
    assert states == ["right", "wrong", "right", "missing"]
    assert (grade.first, grade.causes) == ("relu", ("min for max",))
    assert (grade.cause, grade.problem) == ("this is min(0, Z), not max(0, Z)", "")
    assert "file size" in grade.guards
    results, chinese = as_results(grade), as_results(replace(grade, language="zh"))
    assert (results["score"], results["output"]) == (2, "2 of 12 functions are right")
    assert chinese["output"] == "12 个函数中 2 个正确"
    tests = {each["name"]: each for each in results["tests"]}  # type: ignore[union-attr, call-overload, index]
    assert tests["sigmoid"] == {"name": "sigmoid", "score": 1, "max_score": 1, "status": "passed", "output": "right"}
    assert tests["relu"]["status"] == "failed"
    assert "min(0, Z)" in tests["relu"]["output"]
    assert tests["compute_cost"]["output"] == "compute_cost: the file does not define it."


@pytest.mark.slow
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\xff\xfe\x00", "cannot be read as text"),
        ("def f(:", "is not Python"),
        ("import os\nx = os._exit(0)\ndef relu(Z):\n    return x\n", "cannot be loaded"),
        ("import ctypes\nx = ctypes.string_at(0)\ndef relu(Z):\n    return x\n", "SIGSEGV"),
    ],
)
def test_a_file_that_cannot_be_judged_has_a_row_without_points(
    tmp_path: Path, content: str | bytes, words: str
) -> None:
    grade = graded(tmp_path, content)
    assert grade.points == 0
    assert set(grade.states.values()) == {"not judged"}
    assert "train" not in grade.states, "the functions of the assignment are counted, although the file cannot be read"
    assert words in grade.problem
    assert str(tmp_path) not in grade.problem
    assert not grade.problem.rstrip().endswith(":")
    assert "\n" not in as_csv([grade], "deep").rstrip().partition("\n")[2]


@pytest.mark.slow
def test_an_assignment_counts_the_functions_that_it_asks_for(tmp_path: Path) -> None:
    grade = graded(tmp_path, "import numpy as np\n" + LINEAR)
    assert grade.points == 1
    assert "train" not in grade.states, "the assignment has no function train"
    assert len(grade.states) == 10
    (row,) = list(csv.DictReader(io.StringIO(as_csv([grade], "deep").removeprefix(MARK))))
    assert (row["of"], row["train"], row["linear_forward"]) == ("10", "", "right")


PROPAGATE = "def propagate(w, b, X, Y):\n    return 1\n"


@pytest.mark.parametrize(
    ("content", "problem", "chinese"),
    [
        ('CHAPTER = "shallow"\n', "this file is of chapter shallow, not of deep", "属于 shallow 章"),
        (PROPAGATE, "this file seems to be of chapter logistic, not of deep", "看来属于 logistic 章"),
        ("def gradient_check(x, theta):\n    return 1\n", "this file is of another course (gradient_check)",
         "这个文件属于另一门课（gradient_check）"),
        ("def helper(x):\n    return 1\n", "found helper(x), expected functions of a chapter", "找到 helper(x)"),
        ("class Net:\n    pass\n", "found class Net, expected functions of a chapter", "找到 class Net"),
        ("def linear_backward(dZ, cache, lambd):\n    return 1\n", "such as linear_backward(dZ, cache)", "例如 "),
    ],
)  # fmt: skip
def test_a_file_handed_in_by_mistake_is_named_and_not_counted(
    tmp_path: Path, content: str, problem: str, chinese: str
) -> None:
    grade = graded(tmp_path, content)
    assert problem in grade.problem
    assert chinese in graded(tmp_path, content, language="zh").problem
    assert (grade.points, grade.states, grade.first) == (0, {}, "")
    assert grade.is_other


@pytest.mark.slow
def test_an_assignment_that_holds_another_one_too_is_graded(tmp_path: Path) -> None:
    grade = graded(tmp_path, as_script("logistic") + as_script("deep"))
    assert (grade.points, len(grade.states), grade.problem) == (10, 10, "")


@pytest.mark.slow
def test_a_function_that_only_calls_what_stands_in_for_it_gets_no_point_but_can_be_called(tmp_path: Path) -> None:
    text = "import dnn_utils_v2\nimport numpy as np\n" + LINEAR
    for name in ("sigmoid", "relu"):
        text += f"def {name}(Z):\n    return dnn_utils_v2.{name}(Z)\n"
    text += (
        "def linear_activation_forward(A_prev, W, b, activation):\n    Z, linear = linear_forward(A_prev, W, b)\n"
        "    A, cache = sigmoid(Z) if activation == 'sigmoid' else relu(Z)\n    return A, (linear, cache)\n"
    )
    grade = graded(tmp_path, text)
    assert [name for name, state in grade.states.items() if state == "right"] == [
        "linear_forward", "linear_activation_forward",
    ]  # fmt: skip
    assert grade.states["sigmoid"] == grade.states["relu"] == "not judged"
    assert "sigmoid: it only calls dnn_utils_v2.sigmoid, which is supplied" in grade.feedback


@pytest.mark.slow
def test_a_file_without_a_function_is_not_written_yet(tmp_path: Path) -> None:
    grade = graded(tmp_path, "import numpy as np\n")
    assert grade.problem == "the file defines no function of chapter deep"
    assert set(grade.states.values()) == {"missing"}


@pytest.mark.parametrize("name", ["deep.py", "deep.ipynb"])
def test_an_empty_file_is_nothing_handed_in(tmp_path: Path, name: str) -> None:
    grade = graded(tmp_path, " \n", name)
    assert set(grade.states.values()) == {"missing"}
    assert grade.feedback == f"{name}: {grade.problem}" == f"{name}: nothing handed in: the file is empty"


MINIMUM = ACTIVATIONS.format(relu="np.minimum(0, Z)")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("setting", "of_class", "words"),
    [
        ('LANGUAGE = "zh"\n', "en",
         ["relu: ", "可能的原因：这是 min(0, Z)，不是 max(0, Z)", "course-torch lesson 2.3"]),
        ('LANGUAGE = "en"\n', "zh",
         ["Probably: this is min(0, Z), not max(0, Z)", "To read on: course-torch lesson 2.3"]),
        ("", "zh", ["可能的原因：这是 min(0, Z)，不是 max(0, Z)", "15 个函数中 1 个正确"]),
    ],
)  # fmt: skip
def test_the_feedback_is_what_check_prints_in_the_language_of_the_file(
    tmp_path: Path, setting: str, of_class: Language, words: list[str]
) -> None:
    grade = graded(tmp_path, EXERCISE + setting + MINIMUM, language=of_class)
    assert [part for part in words if part not in grade.feedback] == []
    assert str(tmp_path) not in grade.feedback
    assert grade.cause == Text("this is min(0, Z), not max(0, Z)", "这是 min(0, Z)，不是 max(0, Z)").say(of_class)
    assert "feedback" not in answer_of(grade)


def test_the_feedback_to_a_file_that_was_not_judged_says_why_in_its_language(tmp_path: Path) -> None:
    feedback = graded(tmp_path, "def f(:").feedback
    assert feedback.startswith("deep.py: ")
    assert "is not Python: line 1: " in feedback
    grade = graded(tmp_path, 'LANGUAGE = "zh"\n' + PROPAGATE)
    assert grade.feedback == "deep.py: 这个文件看来属于 logistic 章，不是 deep 章"
    assert grade.problem == "this file seems to be of chapter logistic, not of deep"


@pytest.mark.slow
def test_a_function_that_waits_for_an_unwritten_one_is_no_mistake(tmp_path: Path) -> None:
    text = replace_in(as_script("deep"), "linear_forward", "Z = np.dot(W, A) + b", "Z = None")
    grade = graded(tmp_path, text)
    assert (grade.states["linear_forward"], grade.states["L_model_forward"]) == ("missing", "not judged")
    assert (grade.first, grade.causes) == ("", ())


@pytest.mark.slow
def test_results_written_down_from_another_file_are_wrong(tmp_path: Path) -> None:
    """A learner prints the results of one file's networks and hands in a function that returns them."""
    spy = "import numpy as np\ndef relu(Z):\n    print(repr(Z.tolist()), end=';')\n    return np.maximum(0, Z)\n"
    (tmp_path / "spy.py").write_text(spy)
    check = check_file(tmp_path / "spy.py", CheckOptions(CHAPTERS["deep"], seed=seed_of("spy.py", 1)))
    inputs = [printed for printed in check.first.printed.split(";") if printed]
    assert len(inputs) >= 7
    hard_coded = (
        f"import numpy as np\nKNOWN = [{', '.join(inputs)}]\n"
        "def relu(Z):\n    return np.maximum(0, Z) if Z.tolist() in KNOWN else Z\n"
    )
    assert graded(tmp_path, hard_coded, "spy.py").states["relu"] == "right"
    assert graded(tmp_path, hard_coded, "other.py").states["relu"] == "wrong"
    assert graded(tmp_path, hard_coded, "spy.py", seed=2).states["relu"] == "wrong"


def grade_of(
    file: str, first: str = "", causes: tuple[str, ...] = (), state: State = "wrong", cause: str = ""
) -> Grade:
    states: dict[str, State] = {task.name: "right" for task in CHAPTERS["deep"].tasks}
    states |= {first: state} if first else {}
    return Grade(file, "0" * 64, "deep", states, first, causes, cause, 1.0, "limits")


@pytest.mark.parametrize(
    "name",
    ["=cmd|' /C calc'!A0.py", "+1.py", "-1.py", "@x.py", "a,b.py", 'q".py', "姓名.py", "'=x.py", "a\rb.py", "a\nb.py",
     "a\r\nb.py"],
)  # fmt: skip
def test_a_file_name_is_never_a_formula_and_comes_back(tmp_path: Path, name: str) -> None:
    path = tmp_path / "grades.csv"
    path.write_text(as_csv([grade_of(name)], "deep"), encoding="utf-8")
    assert path.read_bytes().startswith(codecs.BOM_UTF8 + b"file,points,of,"), "Excel reads it as UTF-8"
    (cell, *_) = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))[1]
    assert not cell.startswith(("=", "+", "-", "@"))
    assert [*states_in(path, "deep")] == [(harmless(name), "0" * 64)]


@pytest.mark.parametrize(
    ("old", "new"),
    [("points", "mark"), (",right,", ",excused,"), (",right,.*", ""), (".*", "name,mark\nA,1"), (".*", "\udcff\udcff"),
     (r"\A(.*?)\r\n(.*?)\r\n", r"\1,note\r\n\2,well begun\r\n")],
)  # fmt: skip
def test_a_table_that_somebody_changed_or_of_another_program_is_refused(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "grades.csv"
    table = as_csv([grade_of("a")], "deep")
    changed_table = re.sub(old, new, table, count=1, flags=re.DOTALL)
    assert changed_table != table
    path.write_text(changed_table, encoding="utf-8", errors="surrogateescape")
    with pytest.raises(InputError, match="found another file, expected grades of chapter deep"):
        states_in(path, "deep")


def test_the_most_frequent_mistakes_come_first() -> None:
    grades = [grade_of("a", "compute_cost", ("sum, not mean",)), grade_of("d"), grade_of("e", "train")]
    grades += [grade_of(file, "linear_backward", ("no 1/m",)) for file in "bc"]
    grades += [grade_of("j", "output_gradient", ("no 1/m",)), grade_of("k", "relu", ("unknown",))]
    grades += [grade_of(file, "train", ("unknown",)) for file in "fgil"]
    grades += [grade_of("h", "relu", (), "not judged")]
    grades += [replace(grade_of(x, "relu", ("one change",)), cause=f"with {x} in place of Z") for x in "mn"]
    counted = [(one.first, "; ".join(one.causes), count) for one, count in mistakes(grades)]
    assert counted[:2] == [("train", "unknown", 4), ("linear_backward, output_gradient", "no 1/m", 3)]
    others = [("compute_cost", "sum, not mean"), ("relu", ""), ("relu", "unknown"), ("train", "")]
    assert sorted(counted[2:]) == sorted([(*one, 1) for one in [*others, *[("relu", "one change")] * 2]])


@pytest.mark.slow
@pytest.mark.parametrize(
    ("one", "other", "counts"),
    [
        ("1 / 0", "(\n    1 / 0)", [2]),
        ("np.zeros((10**7, 10**6))", "np.zeros((10**7, 10**7))", [2]),
        ("1 / 0", "3 % 0", [1, 1]),
        ("1 / 0", "open('x')", [1, 1]),
    ],
)
def test_exceptions_are_the_same_mistake_if_they_say_the_same_in_whatever_line_and_of_whatever_size(
    tmp_path: Path, one: str, other: str, counts: list[int]
) -> None:
    grades = [graded(tmp_path, EXERCISE + ACTIVATIONS.format(relu=value)) for value in (one, other)]
    assert [count for _, count in mistakes(grades)] == counts
    assert all(grade.cause.startswith("it raises ") and "deep.py" not in grade.cause for grade in grades)


def test_a_sparse_file_has_a_row_and_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "sparse.py"
    path.touch()
    os.truncate(path, 2**40)
    grade = graded_file(path, "sparse.py", "deep", 1, LIMITS_ONLY, "en")
    assert "1,099,511,627,776 bytes, expected at most" in grade.problem


def test_a_cell_is_short_enough_for_every_reader(tmp_path: Path) -> None:
    grade = graded(tmp_path, f'LIBRARY = "{"n" * 200_000}"\ndef relu(Z):\n    return Z\n')
    path = tmp_path / "grades.csv"
    path.write_text(as_csv([grade], "deep"), encoding="utf-8")
    assert len(states_in(path, "deep")) == 1


# The record of a class


ONE = Grade("姓名.py", "0" * 64, "deep", {"relu": "wrong"}, "relu", ("min for max",), "最小", seed=7)
TWO = Grade("\ud800.py", "1" * 64, "deep", {"relu": "right"}, record={"n": 1})


def table_in(folder: Path) -> Table:
    return Table(folder / "grades.csv", "deep")


def test_what_was_judged_comes_back(tmp_path: Path) -> None:
    table = table_in(tmp_path)
    assert table.recorded() == {}
    table.add(ONE)
    table.add(TWO)
    assert table_in(tmp_path).recorded() == {ONE.file: ONE, TWO.file: TWO}
    assert {path.name for path in tmp_path.iterdir()} == {"grades.csv", ".grades.csv.jsonl"}


@pytest.mark.parametrize("line", ['{"file": "c.py", "sha', "[]", "null", '{"file": "c.py"}', '{"of": 3}', "\0"])
def test_a_line_of_another_form_is_left_out(tmp_path: Path, line: str) -> None:
    table = table_in(tmp_path)
    table.add(ONE)
    with (tmp_path / ".grades.csv.jsonl").open("a", encoding="utf-8") as file:
        file.write(line)
    assert table.recorded() == {ONE.file: ONE}


def test_equal_files_are_a_group_unless_they_are_unread_or_only_a_template() -> None:
    states: dict[str, State] = {"relu": "right", "sigmoid": "missing"}
    files = {"c": "1", "a": "1", "b": "2", "d": "", "e": "", "f": "3", "g": "3", "h": "3"}
    grades = [Grade(file, found, "deep", states) for file, found in files.items()]
    template = [Grade(file, "4", "deep", {"relu": "missing"}) for file in ("i", "j")]
    assert equal_files([*grades, *template]) == [["f", "g", "h"], ["a", "c"]]
