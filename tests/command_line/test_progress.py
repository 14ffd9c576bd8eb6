"""Warnings fit the terminal that shows them."""

from course_torch.command_line.progress import warn
from tests.fixture_types import Capsys, Monkeypatch

LINE = "10 classes and 10 sigmoid outputs: --model.output softmax gives each example one class"


def test_a_terminal_gets_a_warning_folded_at_words(monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # for rich, stderr is a terminal then
    monkeypatch.setenv("COLUMNS", "80")
    warn(LINE)
    printed = capsys.readouterr().err.splitlines()
    assert max(map(len, printed)) <= 80
    assert " ".join(each.strip() for each in printed) == f"warning: {LINE}"


def test_every_other_reader_gets_a_warning_in_one_line(monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    warn(f"{LINE} [2]")
    assert capsys.readouterr().err == f"warning: {LINE} [2]\n"
