"""`course-torch grade`: a row for each file of a class, resumable, with the mistakes counted."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from course_torch.commands.learner import grade
from course_torch.commands.main import main
from course_torch.exercises.grade import grading
from course_torch.exercises.grade.grading import Grade, digest
from course_torch.exercises.sandbox.guards import Guard
from course_torch.exercises.tasks import CHAPTERS
from course_torch.mistakes.solution import solution
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said

GRADE = ["grade", "class", "--chapter", "deep"]
RELU = "import numpy as np\ndef relu(Z):\n    return {}\n"


@pytest.fixture(autouse=True)
def folder(here: Path) -> Path:
    for student, value in (("a", "np.maximum(0, Z)"), ("b", "np.minimum(0, Z)"), ("c", "np.minimum(0, Z)")):
        (here / "class" / student).mkdir(parents=True)
        (here / "class" / student / "deep.py").write_text(RELU.format(value))
    (here / "class" / "bad.py").write_text("def f(:")
    (here / "class" / ".hidden.py").write_text("")
    return here


def rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


@pytest.mark.smoke
def test_a_class_is_graded_and_only_changed_files_are_graded_again(folder: Path, said: Said) -> None:
    arguments = [*GRADE, "--csv", "g.csv", "--json", "d.json"]
    text = said(arguments)
    assert "4 files, guarded by " in text
    assert "2 of 4: relu: this is min(0, Z), not max(0, Z)\n" in text
    assert "3 of 4: functions are not written yet; in 0 of these files, all of them\n" in text
    assert "1 of 4 could not be judged whole" in text
    table = rows(folder / "g.csv")
    points = {name: row["points"] for name, row in table.items()}
    assert points == {"a/deep.py": "1", "b/deep.py": "0", "bad.py": "0", "c/deep.py": "0"}
    assert "is not Python" in table["bad.py"]["problem"]

    (folder / "class" / "b" / "deep.py").write_text(RELU.format("np.maximum(0, Z)"))
    assert "1 graded, 3 graded before" in said(arguments)
    assert rows(folder / "g.csv")["b/deep.py"]["points"] == "1"
    assert len(json.loads((folder / "d.json").read_text())) == 4
    assert "4 graded, 0 graded before" in said([*arguments, "--again"])


@pytest.mark.slow
def test_a_file_whose_name_is_no_text_is_graded_once(folder: Path, said: Said) -> None:
    for name in (b"\xff.py", rb"\xff.py", b"\xfe.py", b"a\rb.py", b"\x1b[2J.py"):
        (folder / "class" / os.fsdecode(name)).write_text(RELU.format("np.maximum(0, Z)"))
    arguments = [*GRADE, "--csv", "g.csv", "--json", "d.json"]
    assert "9 graded, 0 graded before" in said(arguments)
    assert "0 graded, 9 graded before" in said(arguments)
    assert len(rows(folder / "g.csv")) == len(json.loads((folder / "d.json").read_text())) == 9
    assert b"\x1b" not in (folder / "g.csv").read_bytes()


@pytest.mark.slow
def test_files_of_other_chapters_and_unfilled_files_are_counted_apart(folder: Path, said: Said) -> None:
    (folder / "class" / "bad.py").write_text("def propagate(w, b, X, Y):\n    return 1\n")
    (folder / "class" / "empty.py").write_text("def linear_forward(A, W, b):\n    Z = None\n    return Z, (A, W, b)\n")
    text = said(GRADE)
    assert "; mean 0.2 of 10–11 points\n2 of 4: relu: " in text
    assert "4 of 4: functions are not written yet; in 1 of these files, all of them\n" in text
    assert "not counted: 1 of another chapter or without a function of a chapter, see the column problem\n" in text
    assert "unknown" not in text
    row = rows(folder / "grades.csv")["bad.py"]
    assert (row["of"], row["problem"]) == ("0", "this file seems to be of chapter logistic, not of deep")


@pytest.mark.slow
def test_a_file_that_is_not_read_counts_the_functions_of_the_class(folder: Path) -> None:
    """An exercise has all functions of its chapter, an empty file and a damaged notebook have none."""
    for student in "abc":
        (folder / "class" / student / "deep.py").write_text('CHAPTER = "deep"\n' + RELU.format("Z"))
    (folder / "class" / "empty.py").touch()
    (folder / "class" / "damaged.ipynb").write_text("{")
    (folder / "class" / "bad.py").unlink()
    for _ in range(2):
        assert main(GRADE) == 0
        table = rows(folder / "grades.csv")
        assert {row["of"] for row in table.values()} == {str(len(CHAPTERS["deep"].tasks))}
        assert (table["empty.py"]["train"], table["damaged.ipynb"]["train"]) == ("missing", "not judged")


def test_a_table_has_one_grader_at_a_time(folder: Path, capsys: Capsys, monkeypatch: Monkeypatch) -> None:
    def second(*_: object) -> Iterator[Grade]:
        monkeypatch.setattr(grade, "in_parallel", grading.in_parallel)
        capsys.readouterr()
        said = usage_error(main, GRADE, capsys)
        assert "csv: grades.csv: another course-torch grade writes this table: wait for its end" in said
        assert main([*GRADE, "--csv", "other.csv"]) == 0
        yield from ()

    monkeypatch.setattr(grade, "in_parallel", second)
    assert main(GRADE) == 0


@pytest.mark.slow
def test_what_is_not_read_is_counted_and_named_and_links_are_not_followed(folder: Path, said: Said) -> None:
    (folder / "secret.py").write_text(RELU.format("Z"))
    (folder / "class" / "link.py").symlink_to(folder / "secret.py")
    for name in ("report.docx", "a/all.zip", "a/.course-torch.json", "a/__pycache__/deep.pyc"):
        (folder / "class" / name).parent.mkdir(exist_ok=True)
        (folder / "class" / name).touch()
    (folder / "class" / "nobody").mkdir()
    (folder / "class" / "empty.py").touch()
    arguments = [*GRADE, "--json", "d.json"]
    text = said(arguments)
    assert "5 files" in text
    assert "not read: 4: a/all.zip, link.py, nobody, report.docx\n" in text
    assert "nothing handed in: empty files: 1: empty.py\n" in text
    assert "3 of 5: functions are not written yet; in 0 of these files, all of them\n" in text
    for number in range(12):
        (folder / "class" / f"{number:02}.zip").touch()
    text = said([*arguments, "--language", "zh"])
    assert "没有读取：16 个：00.zip、01.zip、" in text
    assert "、09.zip，另有 6 个\n" in text
    assert "5 个中 2 个：relu：这是 min(0, Z)，不是 max(0, Z)\n" in text
    assert not {"graded", "points", "not", "written", "table", "files"} & set(text.replace(":", " ").split())


@pytest.mark.slow
def test_answers_and_feedback_come_from_what_was_judged(folder: Path, said: Said) -> None:
    main(GRADE)
    (folder / "class" / "a" / "deep.py").write_text(RELU.format("Z"))
    main(GRADE)
    later = [*GRADE, "--json", "d.json", "--language"]
    for language, cause in (("en", "this is min(0, Z), not max(0, Z)"), ("zh", "这是 min(0, Z)，不是 max(0, Z)")):
        counted = {"en": "0 graded, 4 graded before", "zh": "评分 4 个，以前评过 0 个"}[language]
        assert counted in said([*later, language, "--feedback", language])
        assert "relu" in Path(language, "a/deep.py.txt").read_text(encoding="utf-8-sig")
        assert cause in Path(language, "b/deep.py.txt").read_text(encoding="utf-8-sig")
        answer = json.loads((folder / "d.json").read_text())[1]
        assert (answer["file"], answer["cause"], answer["of"]) == ("b/deep.py", cause, 11)
        assert cause in answer["record"]["functions"][0]["message"]
        assert rows(folder / "grades.csv")["b/deep.py"]["cause"] == cause


@pytest.mark.slow
def test_each_file_has_its_feedback_and_what_the_teacher_adds_stays_until_it_is_judged_again(folder: Path) -> None:
    arguments = [*GRADE, "--feedback", "answers"]
    paths = [Path("answers", name, "deep.py.txt") for name in ("a", "b")]
    assert main([*arguments, "--html", "class.html"]) == 0
    answers = {str(path.relative_to("answers")) for path in Path("answers").rglob("*.txt")}
    assert answers == {"a/deep.py.txt", "b/deep.py.txt", "bad.py.txt", "c/deep.py.txt"}
    text = paths[1].read_text(encoding="utf-8-sig")
    assert "Probably: this is min(0, Z), not max(0, Z)" in text
    assert "course-torch lesson 2.3" in text
    assert 'href="answers/b/deep.py.txt"' in Path("class.html").read_text(encoding="utf-8")
    for path in paths:
        path.write_text("Well begun.\n" + path.read_text("utf-8-sig"), "utf-8")
    (folder / "class" / "a" / "deep.py").write_text(RELU.format("Z"))
    for options in ([], arguments[4:]):  # the feedback is of an earlier content when it is asked for again
        assert main([*GRADE, *options]) == 0
    assert [path.read_text("utf-8-sig").startswith("Well begun.") for path in paths] == [False, True]
    assert main([*arguments, "--again"]) == 0
    assert not paths[1].read_text("utf-8-sig").startswith("Well begun.")


@pytest.mark.slow
def test_a_file_is_judged_again_if_the_seed_the_package_or_the_record_is_another(
    folder: Path, said: Said, monkeypatch: Monkeypatch
) -> None:
    def run(*options: str, chapter: str = "deep") -> str:
        text = said(["grade", "class/b/deep.py", "--chapter", chapter, *options])
        return text.partition("\n")[2].partition(",")[0]

    assert [run(), run()] == ["1 graded", "0 graded"]
    assert [run("--seed", "2"), run("--seed", "2"), run()] == ["1 graded", "0 graded", "1 graded"]
    record = folder / ".grades.csv.jsonl"
    record.write_text(record.read_text()[:-9])  # as a run leaves it that is killed while it writes
    assert [run(), run()] == ["1 graded", "0 graded"]
    record.unlink()
    assert [run(), run()] == ["1 graded", "0 graded"]
    (folder / "grades.csv").unlink()
    assert [run(chapter="shallow"), run(chapter="shallow")] == ["1 graded", "0 graded"]
    monkeypatch.setattr("course_torch.exercises.grade.grading.__version__", "another")
    assert run(chapter="shallow") == "1 graded"


@pytest.mark.slow
def test_what_the_teacher_changed_in_the_table_stays(folder: Path) -> None:
    arguments = ["grade", "class/b/deep.py", "--chapter", "deep", "--json", "d.json"]
    main(arguments)
    table = folder / "grades.csv"
    table.write_text(table.read_text("utf-8-sig").replace(",wrong,", ",right,"), "utf-8-sig")
    assert main(arguments) == 0
    row, (answer,) = rows(table)["deep.py"], json.loads((folder / "d.json").read_text())
    assert (row["points"], row["relu"]) == ("1", "right")
    assert (answer["points"], answer["states"]["relu"]) == (1, "right")


@pytest.mark.slow
def test_a_name_without_room_for_its_feedback_does_not_end_the_grading(folder: Path, capsys: Capsys) -> None:
    (folder / "class" / f"{'n' * 252}.py").write_text(RELU.format("Z"))
    (folder / "class" / "bad.py.txt").mkdir()
    (folder / "class" / "bad.py.txt" / "deep.py").write_text(RELU.format("Z"))
    arguments = [*GRADE, "--feedback", "answers"]
    assert main(arguments) == 0
    assert main(arguments) == 0
    text = capsys.readouterr()
    assert text.err.count("warning: ") == 4
    assert "0 graded, 6 graded before" in text.out


@pytest.mark.slow
def test_equal_files_are_named(folder: Path, said: Said) -> None:
    for name in ("x.py", "y.py"):
        (folder / "class" / f"not_{name}").write_text("def f(:")
        (folder / "class" / f"unwritten_{name}").write_text("def relu(Z):\n    raise NotImplementedError\n")
    text = said(GRADE)
    assert "equal files: b/deep.py, c/deep.py\n" in text
    assert "equal files: bad.py, not_x.py, not_y.py\nequal files: b" in text
    assert "unwritten_x" not in text, "nobody has copied a template"


@pytest.mark.slow
def test_the_files_that_leave_formulas_to_torch_are_named(folder: Path, said: Said) -> None:
    text = solution("logistic", "torch", "rows")
    loss = "return torch.nn.functional.binary_cross_entropy(A, Y)"
    by_torch = re.sub(r"(def compute_cost.*\n)(    .*\n)+", rf"\1    {loss}\n", text)
    shutil.rmtree("class")
    (folder / "class").mkdir()
    for name, code in (("own.py", text), ("by_torch.py", by_torch)):
        (folder / "class" / name).write_text(code)
    line = "torch differentiates or computes the loss: 1 of 2, see the column by torch: by_torch.py\n"
    assert line in said(["grade", "class", "--chapter", "logistic", "--json", "grades.json"])
    table = rows(folder / "grades.csv")
    assert {name: row["by torch"] for name, row in table.items()} == {"own.py": "", "by_torch.py": "compute_cost"}
    assert {row["points"] for row in table.values()} == {"12"}, "the verdict stays"
    answers = {answer["file"]: answer["by_torch"] for answer in json.loads((folder / "grades.json").read_text())}
    assert answers == {"own.py": [], "by_torch.py": ["compute_cost"]}


@pytest.mark.slow
@pytest.mark.parametrize("again", [False, True])
def test_ctrl_c_says_what_is_kept_and_how_to_go_on(
    folder: Path, again: bool, monkeypatch: Monkeypatch, said: Said, capsys: Capsys
) -> None:
    def interrupted(files: dict[str, Path], jobs: int, chapter: str, *_: object) -> Iterator[Grade]:
        first = next(iter(files))
        yield Grade(first, digest(files[first]), chapter, {"relu": "right"})
        raise KeyboardInterrupt

    monkeypatch.setattr(grade, "in_parallel", interrupted)
    flags = ["--again"] if again else []
    assert main([*GRADE, *flags]) == 130
    command = "the same command without --again" if again else "the same command"
    said = f"course-torch: interrupted: 1 of 4 files are judged and kept in grades.csv; {command} judges the others\n"
    assert capsys.readouterr().err == said
    monkeypatch.setattr(grade, "in_parallel", lambda files, *_: iter([Grade(name, "", "deep", {}) for name in files]))
    main(GRADE)
    assert "3 graded, 1 graded before" in capsys.readouterr().out


def test_without_a_guard_a_class_is_graded_only_on_request(
    folder: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(grading, "strongest", lambda: Guard())
    arguments = ["grade", "class/bad.py", "--chapter", "deep"]
    assert "trust: this machine lacks Landlock (Linux since 5.13) or libseccomp" in usage_error(main, arguments, capsys)
    assert not (folder / "grades.csv").exists()
    assert main([*arguments, "--trust"]) == 0
    assert main([*arguments, "--again", "--gradescope", "results.json"]) == 0


def commands_of(processes: Iterable[psutil.Process]) -> str:
    """The command lines of processes. A process may end in the meantime."""
    words: list[str] = []
    for process in processes:
        with suppress(psutil.Error):
            words += process.cmdline()
    return " ".join(words)


def runs_learners_code(process: psutil.Process) -> bool:
    """Whether a process is Python with a learner's file, or the server of such a process."""
    return "from learner." in commands_of([process])


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="Linux alone ends a process with the one that started it")
def test_a_grader_that_is_killed_leaves_no_process(folder: Path) -> None:
    for name in ("a", "b"):
        (folder / "class" / name / "deep.py").write_text("import time\ndef relu(Z):\n    time.sleep(1000)\n")
    command = [sys.executable, "-m", "course_torch", "grade", "class", "--chapter", "deep", "--jobs", "2"]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as grader:
        program, until = psutil.Process(grader.pid), time.monotonic() + 100
        started: list[psutil.Process] = []
        while sum(map(runs_learners_code, started)) < (4 if "learner.fork_server" in commands_of(started) else 2):
            assert time.monotonic() < until
            time.sleep(0.2)
            started = program.children(recursive=True)
        grader.kill()
    assert psutil.wait_procs(started, timeout=20)[1] == []


@pytest.mark.slow
def test_one_submission_for_gradescope(folder: Path) -> None:
    assert main(["grade", "class/b/deep.py", "--chapter", "deep", "--gradescope", "results.json"]) == 0
    results = json.loads((folder / "results.json").read_text())
    assert main(["grade", "class/b/deep.py", "--chapter", "deep", "--gradescope", "again.json"]) == 0
    assert json.loads((folder / "again.json").read_text()) == results
    assert results["score"] == 0
    assert len(results["tests"]) == 11, "the assignment of the course asks for 10 functions, and relu is defined too"
