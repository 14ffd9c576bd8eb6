"""The user's own rows, with a class or to predict, as people and spreadsheets write them."""

from pathlib import Path

import pytest

from course_torch.data.csv_file import data_set_of, parse_table, text_in
from course_torch.data.table import DataConfig, load_data_set
from course_torch.errors import InputError
from tests.support.fixture_types import Monkeypatch

ROWS = "1,2,red\n3,4,blue\n5,6,red\n7,8,blue\n"


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("1,2.5,a\n-30,0,b\n", [1, 2]),
        ('x1,"x2",class\r\n1,2.5,a\r\n\r\n"-3e1", 0,b\r\n', [2, 4]),
        ("x1,x2,class\n1,2.5, a\n , , \n-30,0,b ", [2, 4]),
        ('"x1","body mass\nindex",class\n1,2.5,a\n-30,0,b\n', [3, 4]),
    ],
    ids=["no header", "header, quotes, Windows", "spaces around the class", "two lines of header"],
)
def test_rows_are_features_and_a_class_for_a_training_and_with_or_without_it_to_predict(
    text: str, lines: list[int]
) -> None:
    X = [[1.0, 2.5], [-30.0, 0.0]]
    for table in (parse_table(text, "rows.csv"), parse_table(text, "rows.csv", 2, ("a", "b"))):
        assert (table.X.tolist(), table.lines, table.labels) == (X, lines, ["a", "b"])
    alone = "\n".join(line.rpartition(",")[0] for line in text.splitlines()) if '"body' not in text else "1,2.5\n-30,0"
    for classes in ((), ("a", "b")):
        table = parse_table(alone, "rows.csv", 2, classes)
        assert (table.X.tolist(), table.labels) == (X, [])


BOTH = ": the features and the class, separated by commas"
ONLY = ": the features, separated by commas"
EITHER = ": the features, with or without the class, separated by commas"
NUMBER = "expected a number up to 3.4e+38 in size: only the last column holds a class"


COLOURS, UNLABELLED = (2, ("red", "blue")), (2, ())
"""The features and classes of a network."""


@pytest.mark.parametrize(
    ("text", "network", "message"),
    [
        ("1,2,a\n3,b\n", (), f", line 2: found 2 columns, expected 3{BOTH}"),
        ("x;class\n1;a\n", (), f", line 1: found 1 column, expected 2{BOTH}"),
        ("1,2,a\n3,x,b\n", (), f", line 2: found 'x' in column 2, {NUMBER}"),
        ("class,x,y\na,1,2\nb,2,3\n", (), f", line 2: found 'a' in column 1, {NUMBER}"),
        ("1,2,a\n3,,b\n", (), f", line 2: found '' in column 2, {NUMBER}"),
        ("nan,nan,a\n1,2,b\n", (), f", line 1: found 'nan' in column 1, {NUMBER}"),
        ("x,class\n3.4e38,a\n-3.5e38,b\n", (), f", line 3: found '-3.5e38' in column 1, {NUMBER}"),
        ("1,a\n2,b\n3, \n4,\n", (), ", line 3: found an empty last column, expected the class"),
        ('1,"2,a\n', (), ", line 1: not a row of a CSV file"),
        ("", (), ": found no rows, expected an example in each row"),
        ("1,2,a\n3,4,a\n", (), ": found 1 classes in the last column, expected 2 to 100"),
        ("1,2,a\n3,4,b\n5,6,b\n", (), ": found a class with 1 row, expected at least 2 rows of each class"),
        ("1,2,3,red\n", COLOURS, f", line 1: found 4 columns, expected 2 or 3{EITHER}"),
        ("1,2,red\n1,2\n", COLOURS, f", line 2: found 2 columns, expected 3{BOTH}"),
        ("1,2\n1,2,red\n", COLOURS, f", line 2: found 3 columns, expected 2{ONLY}"),
        ("1,2,rde\n", COLOURS, ", line 1: found 'rde', expected one of red, blue; did you mean red?"),
        ("1,2, \n", COLOURS, ", line 1: found an empty last column, expected the class"),
        ("age,bmi,y\n1,2,3\n", UNLABELLED, f", line 1: found 3 columns, expected 2{ONLY}"),
        ("age,bmi\n1,two\n", UNLABELLED, f", line 2: found 'two' in column 2, {NUMBER}"),
        ("1,bmi\n1,2\n", UNLABELLED, f", line 1: found 'bmi' in column 2, {NUMBER}"),
        ("1,2\n1,1e300\n", UNLABELLED, f", line 2: found '1e300' in column 2, {NUMBER}"),
        ("age,bmi\n", UNLABELLED, ": found no rows, expected an example in each row"),
    ],
)
def test_a_file_that_holds_no_examples_or_none_for_the_network_is_an_error_with_the_line(
    text: str, network: tuple, message: str
) -> None:
    with pytest.raises(InputError) as raised:
        data_set_of(parse_table(text, "rows.csv", *network), seed=1, name="rows.csv")
    assert str(raised.value).startswith(f"rows.csv{message}")


def test_every_row_is_in_one_split_with_the_class_of_its_line(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
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


def test_a_missing_file_is_an_error() -> None:
    with pytest.raises(InputError, match=r"data\.root: the set 'csv' needs the CSV file"):
        DataConfig("csv").load()
    with pytest.raises(InputError, match=r"data\.root: missing\.csv: cannot be read"):
        DataConfig("csv", "missing.csv").load()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030"])
def test_a_file_may_have_the_encodings_of_spreadsheets(encoding: str, tmp_path: Path) -> None:
    file = tmp_path / "rows.csv"
    file.write_bytes("长,宽,类别\n1, 2.5, 红\n-3e1,0,蓝\n".encode(encoding))
    assert parse_table(text_in(file), "rows.csv").labels == ["红", "蓝"]
    file.write_bytes(b"\xff\xfe1,2\n")
    with pytest.raises(InputError, match=r"rows\.csv: found neither UTF-8 nor GB18030, expected a CSV file"):
        text_in(file)
