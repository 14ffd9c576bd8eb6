"""Rows of features from CSV files, as people and spreadsheets write them."""

from pathlib import Path

import pytest

from course_torch.data.rows_file import read_rows
from course_torch.errors import InputError


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1,2.5\n-3e1,0\n", [1, 2]),
        ("age,bmi\n1,2.5\n-3e1,0", [2, 3]),
        ('"age","body mass\nindex"\r\n1,2.5\r\n\r\n" -30", 0\r\n', [3, 5]),
        ("\ufeffage,bmi\n1,2.5\n , \n-30,0\n\n", [2, 4]),
    ],
    ids=["no header", "header", "quoted, two lines of header, Windows", "byte order mark"],
)
def test_rows_and_their_lines(text: str, lines: list[int], file: Path) -> None:
    file.write_bytes(text.encode())
    X, found = read_rows(file, n_x=2)
    assert X.tolist() == [[1.0, 2.5], [-30.0, 0.0]]
    assert found == lines


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"1,2\n3\n", "rows.csv, line 2: found 1 column, expected 2, one for each feature"),
        (b"age,bmi,y\n1,2,3\n", "rows.csv, line 1: found 3 columns, expected 2, one for each feature"),
        (b"1;2\n", "rows.csv, line 1: found 1 column, expected 2, one for each feature"),
        (b"age,bmi\n1,two\n", "rows.csv, line 2: found 'two', expected a finite number"),
        (b"1,bmi\n1,2\n", "rows.csv, line 1: found 'bmi', expected a finite number"),
        (b"1,2\n1,nan\n", "rows.csv, line 2: found 'nan', expected a finite number"),
        (b"1,2\n1,\n", "rows.csv, line 2: found '', expected a finite number"),
        (b"1,2\nage,bmi\n", "rows.csv, line 2: found 'age', expected a finite number"),
        (b"", "rows.csv: found no row, expected rows of 2 columns"),
        (b"age,bmi\n", "rows.csv: found no row, expected rows of 2 columns"),
        (b"\xff\xfe1,2\n", "rows.csv: not a CSV file in UTF-8"),
        (b'1,"2\n', "rows.csv: not a CSV file in UTF-8"),
    ],
)
def test_what_is_no_table_of_numbers_is_rejected(content: bytes, message: str, file: Path) -> None:
    file.write_bytes(content)
    with pytest.raises(InputError) as error:
        read_rows(file, n_x=2)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_file_that_cannot_be_read_is_rejected(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere.csv: cannot be read \(No such file"):
        read_rows(tmp_path / "nowhere.csv", 2)
    with pytest.raises(InputError, match=r"cannot be read \(Is a directory"):
        read_rows(tmp_path, 2)
