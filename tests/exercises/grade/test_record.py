"""The record of a class gives back what was judged, and a line that was not finished gives nothing."""

from pathlib import Path

import pytest

from course_torch.exercises.grade.grading import Grade
from course_torch.exercises.grade.record import Record
from course_torch.language import Text

ONE = Grade("姓名.py", "0" * 64, "deep", {"relu": "wrong"}, "relu", ("min for max",), Text("min", "最小"), seed=7)
TWO = Grade("\ud800.py", "1" * 64, "deep", {"relu": "right"}, record={"en": {"n": 1}, "zh": {"n": 2}})


def test_what_was_judged_comes_back(tmp_path: Path) -> None:
    record = Record(tmp_path / "grades.csv")
    assert record.read() == {}
    record.replace([ONE])
    record.add(TWO)
    assert Record(tmp_path / "grades.csv").read() == {ONE.file: ONE, TWO.file: TWO}
    record.replace([TWO])
    assert record.read() == {TWO.file: TWO}
    assert [path.name for path in tmp_path.iterdir()] == [".grades.csv.jsonl"]


@pytest.mark.parametrize("line", ['{"file": "c.py", "sha', "[]", "null", '{"file": "c.py"}', '{"of": 3}', "\0"])
def test_a_line_of_another_form_is_left_out(tmp_path: Path, line: str) -> None:
    record = Record(tmp_path / "grades.csv")
    record.replace([ONE])
    with record.path.open("a", encoding="utf-8") as file:
        file.write(line)
    assert record.read() == {ONE.file: ONE}


@pytest.mark.skipif(not Path("/dev/null").exists(), reason="needs a device")
def test_a_table_that_is_a_device_keeps_no_record() -> None:
    record = Record(Path("/dev/null"))
    record.replace([ONE])
    record.add(TWO)
    assert not record.path.exists()
