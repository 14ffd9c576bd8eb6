"""The user's own rows, with a class or to predict, as people and spreadsheets write them."""

from pathlib import Path

import pytest

from course_torch.data.csv_file import data_set_of, parse_table, read_rows
from course_torch.data.table import DataConfig, load_data_set
from course_torch.errors import InputError

ROWS = "1,2,red\n3,4,blue\n5,6,red\n7,8,blue\n"


@pytest.mark.parametrize(
    "text",
    ["1,2.5,a\n-30,0,b\n", 'x1,"x2",class\r\n1,2.5,a\r\n\r\n"-3e1", 0,b\r\n', "x1,x2,class\n1,2.5, a\n-30,0,b "],
    ids=["no header", "header, quotes, Windows", "spaces around the class"],
)
def test_rows_are_features_and_a_class(text: str) -> None:
    table = parse_table(text, "rows.csv")
    assert (table.X.tolist(), table.labels) == ([[1.0, 2.5], [-30.0, 0.0]], ["a", "b"])
    assert table.columns == (["x1", "x2", "class"] if "x1" in text else [])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,a\n3,b\n", "rows.csv, line 2: found 2 columns, expected 3: the features and the class"),
        ("1\n", "rows.csv, line 1: found 1 column, expected 2: the features and the class, separated by commas"),
        ("x;class\n1;a\n", "rows.csv, line 1: found 1 column, expected 2"),
        ("1,2,a\n3,x,b\n", "rows.csv, line 2: found 'x', expected a finite number in column 2: only the last column"),
        ("class,x,y\na,1,2\nb,2,3\n", "rows.csv, line 2: found 'a', expected a finite number in column 1"),
        ("1,2,a\n3,,b\n", "rows.csv, line 2: found '', expected a finite number in column 2"),
        ("1,a\n2,b\n3, \n4,\n", "rows.csv, line 3: found an empty last column, expected the class"),
        ("1,nan,a\n", "rows.csv, line 1: found 'nan', expected a finite number"),
        ('1,"2,a\n', "rows.csv, line 1: not a row of a CSV file"),
        ("", "rows.csv: found no rows, expected the features and the class of an example in each row"),
        ("\n \n", "rows.csv: found no rows"),
        ("x,y,class\n", "rows.csv: found no rows"),
        ("1,2,a\n3,4,a\n", "rows.csv: found 1 classes in the last column, expected 2 to 100"),
        ("1,2,a\n3,4,b\n5,6,b\n", "rows.csv: found a class with 1 row, expected at least 2 rows of each class"),
    ],
)
def test_a_file_that_holds_no_examples_is_an_error_with_the_line(text: str, message: str) -> None:
    with pytest.raises(InputError) as raised:
        data_set_of(parse_table(text, "rows.csv"), seed=1, name="rows.csv")
    assert str(raised.value).startswith(message)


def test_every_row_is_in_one_split_with_the_class_of_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(b"\xef\xbb\xbf" + (ROWS * 5).encode())
    data = DataConfig("csv", str(file)).load()
    assert data.class_names == ("blue", "red")
    assert {name: split.m for name, split in data.splits.items()} == {"train": 14, "test": 6}
    rows = [(*x, *y) for split in data.splits.values() for x, y in zip(split.X.tolist(), split.Y.tolist(), strict=True)]
    assert sorted(rows) == sorted([(1, 2, 1), (3, 4, 0), (5, 6, 1), (7, 8, 0)] * 5)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert load_data_set("csv", root=Path("~/rows.csv")).train.m == 14
    three = parse_table("1,a\n2,b\n3,c\n" * 4, "rows.csv")
    assert data_set_of(three, 1, "rows.csv").train.Y.shape == (9, 3), "more than two classes are columns"


@pytest.mark.parametrize(
    ("root", "message"),
    [(None, "data.root: the set 'csv' needs the CSV file"), ("missing.csv", "data.root: missing.csv: cannot be read")],
)
def test_a_missing_file_is_an_error(root: str | None, message: str) -> None:
    with pytest.raises(InputError, match=message):
        DataConfig("csv", root).load()


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
def test_rows_to_predict_and_their_lines(text: str, lines: list[int], tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes(text.encode())
    X, found, labels = read_rows(file, n_x=2)
    assert X.tolist() == [[1.0, 2.5], [-30.0, 0.0]]
    assert (found, labels) == (lines, [None, None])


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_the_file_of_a_training_is_read_with_its_classes(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes("长,宽,类别\n1, 2.5, 红\n-3e1,0,蓝\n".encode(encoding))
    X, lines, labels = read_rows(file, 2, ("红", "蓝"))
    assert X.tolist() == parse_table(file.read_text(encoding), "rows.csv").X.tolist() == [[1.0, 2.5], [-30.0, 0.0]]
    assert (lines, labels) == ([2, 3], ["红", "蓝"])
    file.write_text("1,2.5\n")
    assert read_rows(file, 2, ("红", "蓝")).labels == [None]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("1,2,3,red\n", "line 1: found 4 columns, expected 2, one for each feature, or 3 with the class in the last"),
        ("1,2,red\n1,2\n", "line 2: found 2 columns, expected 3: the features and the class"),
        ("1,2\n1,2,red\n", "line 2: found 3 columns, expected 2, one for each feature"),
        ("1,2,rde\n", "line 1: found 'rde', expected one of red, blue; did you mean red?"),
        ("1,2, \n", "line 1: found an empty last column, expected the class"),
    ],
)
def test_a_row_without_a_known_class_is_rejected_with_its_line(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "rows.csv").write_text(text)
    with pytest.raises(InputError) as error:
        read_rows(tmp_path / "rows.csv", 2, ("red", "blue"))
    assert str(error.value).endswith(message)


@pytest.mark.parametrize("number", ["1e300", "-3.5e38"])
def test_a_number_beyond_float32_is_rejected_with_its_line_and_column(number: str, tmp_path: Path) -> None:
    """Training computes in float32, where the number is infinite."""
    file = tmp_path / "rows.csv"
    file.write_text(f"x,y,class\n1,3.4e38,a\n1,{number},b\n" + ROWS)
    for read in (lambda: load_data_set("csv", root=str(file)), lambda: read_rows(file, 2, ("a", "b"))):
        with pytest.raises(InputError, match=rf"line 3: found '{number}' in column 2, expected at most 3.4e\+38"):
            read()


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
        (b"\xff\xfe1,2\n", "rows.csv: found neither UTF-8 nor GB18030"),
        (b'1,"2\n', "rows.csv, line 1: not a row of a CSV file"),
    ],
)
def test_what_is_no_table_of_numbers_is_rejected(content: bytes, message: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
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
