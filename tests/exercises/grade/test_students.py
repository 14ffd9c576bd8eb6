"""A class: its rules, its roster and points, and equal files."""

import csv
import io
import os
from collections.abc import Mapping
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.students import (
    Roster,
    Rules,
    Student,
    as_gradebook,
    read_roster,
    read_rules,
    students_of,
)
from course_torch.exercises.grade.summary import equal_files
from course_torch.exercises.grade.table import MARK
from course_torch.exercises.judge.verdicts import State


def graded(file: str, **states: State) -> Grade:
    return Grade(file, "0" * 64, "deep", states)


def on_disk(folder: Path, **times: float) -> dict[str, Path]:
    """Name -> a file that was saved at a time."""
    files = {f"{name}.py": folder / f"{name}.py" for name in times}
    for path, time in zip(files.values(), times.values(), strict=True):
        path.touch()
        os.utime(path, (0, time))
    return files


def roster_of(folder: Path, text: str, encoding: str = "utf-8") -> Roster:
    path = folder / "roster.csv"
    path.write_text(text, encoding=encoding)
    return read_roster(path)


def one_student(grades: list[Grade], files: Mapping[str, Path], rules: Rules, roster: Roster | None = None) -> Student:
    (student,), _ = students_of(grades, files, rules, roster)
    return student


def test_without_rules_each_file_is_a_student_with_a_point_for_each_right_function(tmp_path: Path) -> None:
    grades = [graded("a.py", relu="right", sigmoid="wrong"), graded("other.py")]
    students, strays = students_of(grades, on_disk(tmp_path, a=0), Rules(), None)
    assert [(one.name, one.points, one.of) for one in students] == [("a.py", 1.0, 2.0)]
    assert strays == []


@pytest.mark.parametrize(
    ("rules", "points", "of"),
    [
        ("weights: {linear_backward: 3, relu: 0}\ncredit: {wrong: 0.5}", 0 * 1 + 3 + 0 + 0.5, 0 + 3 + 1 + 1),
        ("weights: {linear_backward: 2}\ncredit: {wrong: 0.5}", 1 + 2 + 0 + 0.5, 1 + 2 + 1 + 1),
    ],
)
def test_weights_and_credit(tmp_path: Path, rules: str, points: float, of: float) -> None:
    path = tmp_path / "class.yaml"
    path.write_text(rules)
    states: dict[str, State] = {"relu": "right", "linear_backward": "right", "train": "missing", "sigmoid": "wrong"}
    student = one_student([graded("a.py", **states)], on_disk(tmp_path, a=0), read_rules(str(path), "deep"))
    assert (student.points, student.of) == (points, of)


def test_the_newest_file_of_the_chapter_counts(tmp_path: Path) -> None:
    grades = [graded("old.py", relu="right"), graded("new.py", relu="wrong"), graded("other.py")]
    files = on_disk(tmp_path, new=2, old=1, other=3)
    student = one_student(grades, files, Rules(), roster_of(tmp_path, "name,file\nA,*.py\n"))
    assert (student.grade.file, student.points) == ("new.py", 0.0)


def test_a_name_a_folder_a_file_or_a_pattern_finds_the_files_of_a_student(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,file\nanna,\nbo,x/y/\ncy,cy.py\nde,*/de_*\nef,\n")
    grades = [graded(file, relu="right") for file in ("anna/1.py", "annabel/1.py", "x/y/2.py", "cy.py", "z/de_3.py")]
    students, strays = students_of(grades, dict.fromkeys((one.file for one in grades), tmp_path), Rules(), roster)
    assert {one.name: one.grade and one.grade.file for one in students} == {
        "anna": "anna/1.py",
        "bo": "x/y/2.py",
        "cy": "cy.py",
        "de": "z/de_3.py",
        "ef": None,
    }
    assert strays == ["annabel/1.py"]
    assert {one.of for one in students} == {1.0}, "who handed in nothing has 0 of the points of the others"


def test_a_file_of_two_students_is_rejected(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,file\nA,a*\nB,*.py\n")
    with pytest.raises(InputError, match=r"the file a\.py belongs to the rows of A and B"):
        students_of([graded("a.py", relu="right")], on_disk(tmp_path, a=0), Rules(), roster)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_roster_as_spreadsheets_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    roster = roster_of(tmp_path, f"name{delimiter}file\n张伟{delimiter}a.py\n", encoding)
    assert roster.rows == [{"name": "张伟", "file": "a.py"}]


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK))))


def test_the_gradebook_is_the_roster_with_the_points(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,group,file\n,possible,\n张伟,17,a.py\nB,18,\n")
    rules, files = Rules(weights={"relu": 0.5}), on_disk(tmp_path, a=1)
    students, _ = students_of([graded("a.py", relu="right", sigmoid="wrong")], files, rules, roster)
    text = as_gradebook(roster, students)
    assert text.startswith(MARK)
    assert cells(text) == [
        {"name": "", "group": "possible", "file": "", "points": "", "of": ""},  # a row without a name stays
        {"name": "张伟", "group": "17", "file": "a.py", "points": "0.5", "of": "1.5"},
        {"name": "B", "group": "18", "file": "", "points": "0", "of": "1.5"},
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("student,file\nA,a\n", "found the columns student, file, expected name$"),
        ("name,file\nA,a,b\n", "found a row with more cells than the 2 columns"),
        ("", "found the columns , expected name"),
        (None, r"roster: .*roster\.csv: cannot be read"),
    ],
)
def test_a_table_that_is_no_roster_is_rejected(tmp_path: Path, text: str | None, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read_roster(tmp_path / "roster.csv") if text is None else roster_of(tmp_path, text)


def test_the_rules_name_the_roster_beside_them(tmp_path: Path) -> None:
    path = tmp_path / "class.yaml"
    path.write_text("roster: r.csv\n")
    assert read_rules(str(path), "deep") == Rules(roster=tmp_path / "r.csv")
    path.write_text("")
    assert read_rules(str(path), "deep") == read_rules(None, "deep") == Rules()


def test_equal_files_are_a_group_unless_they_are_unread_or_only_a_template() -> None:
    states: dict[str, State] = {"relu": "right", "sigmoid": "missing"}
    files = {"c": "1", "a": "1", "b": "2", "d": "", "e": "", "f": "3", "g": "3", "h": "3"}
    grades = [Grade(file, found, "deep", states) for file, found in files.items()]
    template = [Grade(file, "4", "deep", {"relu": "missing"}) for file in ("i", "j")]
    assert equal_files([*grades, *template]) == [["f", "g", "h"], ["a", "c"]]
