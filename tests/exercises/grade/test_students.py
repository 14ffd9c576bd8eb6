"""The roster of a class, the file that counts, the points, and the gradebook."""

import csv
import io
import os
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.exercises.grade.grading import MARK, Grade, Row, row_of
from course_torch.exercises.grade.students import Roster, as_gradebook, read_roster, students_of
from course_torch.exercises.judge.verdicts import State


def graded(file: str, **states: State) -> Row:
    return row_of(Grade(file, "0" * 64, "deep", states))


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


def test_without_a_roster_each_file_is_a_student_with_a_point_for_each_right_function(tmp_path: Path) -> None:
    rows = [graded("a.py", relu="right", sigmoid="wrong"), graded("other.py")]
    students, strays = students_of(rows, on_disk(tmp_path, a=0), None, 1)
    assert [(one.name, one.points, one.of) for one in students] == [("a.py", 1, 2)]
    assert strays == []


def test_the_newest_file_of_the_chapter_counts(tmp_path: Path) -> None:
    rows = [graded("old.py", relu="right"), graded("new.py", relu="wrong"), graded("other.py")]
    files = on_disk(tmp_path, new=2, old=1, other=3)
    (student,), _ = students_of(rows, files, roster_of(tmp_path, "name,file\nA,*.py\n"), 1)
    assert student.row is not None
    assert (student.row["file"], student.points) == ("new.py", 0)


def test_a_name_a_folder_a_file_or_a_pattern_finds_the_files_of_a_student(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,file\nanna,\nbo,x/y/\ncy,cy.py\nde,*/de_*\nef,\n")
    rows = [graded(file, relu="right") for file in ("anna/1.py", "annabel/1.py", "x/y/2.py", "cy.py", "z/de_3.py")]
    students, strays = students_of(rows, dict.fromkeys((row["file"] for row in rows), tmp_path), roster, 1)
    assert {one.name: one.row and one.row["file"] for one in students} == {
        "anna": "anna/1.py",
        "bo": "x/y/2.py",
        "cy": "cy.py",
        "de": "z/de_3.py",
        "ef": None,
    }
    assert strays == ["annabel/1.py"]
    assert {one.of for one in students} == {1}, "who handed in nothing has 0 of the points of the others"


def test_a_file_of_two_students_is_rejected(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,file\nA,a*\nB,*.py\n")
    with pytest.raises(InputError, match=r"the file a\.py belongs to the rows of A and B"):
        students_of([graded("a.py", relu="right")], on_disk(tmp_path, a=0), roster, 1)


def test_a_number_in_place_of_a_name_stays_the_same_until_the_seed_changes(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,number\nA,17\nB,\nC,\n")
    numbers = [[one.number for one in students_of([], {}, roster, seed)[0]] for seed in (1, 1, 2)]
    assert numbers[0] == numbers[1]
    assert numbers[0][0] == "17"
    assert numbers[0][1] != numbers[0][2]
    assert numbers[0][1] != numbers[2][1]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_roster_as_spreadsheets_write_it(tmp_path: Path, encoding: str, delimiter: str) -> None:
    roster = roster_of(tmp_path, f"name{delimiter}file\n张伟{delimiter}a.py\n", encoding)
    assert roster.rows == [{"name": "张伟", "file": "a.py"}]


def cells(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.removeprefix(MARK))))


def test_the_gradebook_is_the_roster_with_the_points(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,number,file\n张伟,17,a.py\nB,18,\n")
    row = graded("a.py", relu="right", sigmoid="wrong")
    students, _ = students_of([row], on_disk(tmp_path, a=1), roster, 1)
    text = as_gradebook(roster, students)
    assert text.startswith(MARK)
    assert cells(text) == [
        {"name": "张伟", "number": "17", "file": "a.py", "points": "1", "of": "2"},
        {"name": "B", "number": "18", "file": "", "points": "0", "of": "2"},
    ]


def test_a_row_without_a_name_and_the_other_columns_stay_in_the_gradebook(tmp_path: Path) -> None:
    roster = roster_of(tmp_path, "name,id,file\n,possible,\nA,41,*_41_*\n")
    rows, files = [graded("a_41_900_deep.py", relu="right")], {"a_41_900_deep.py": tmp_path}
    students, strays = students_of(rows, files, roster, 1)
    assert strays == []
    assert [(row["id"], row["points"]) for row in cells(as_gradebook(roster, students))] == [
        ("possible", ""),
        ("41", "1"),
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("student,file\nA,a\n", "found the columns student, file, expected name$"),
        ("name,file\nA,a,b\n", "found a row with more cells than the 2 columns"),
        ("", "found the columns , expected name"),
    ],
)
def test_a_table_that_is_no_roster_is_rejected(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        roster_of(tmp_path, text)


def test_a_roster_that_is_not_there_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"roster: .*none\.csv: cannot be read"):
        read_roster(tmp_path / "none.csv")
