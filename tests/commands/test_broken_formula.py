"""A formula that raises ends every command in one line that names it, not in a traceback."""

from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

import pytest
import torch

from course_torch.commands.main import main
from tests.fixture_types import Capsys, Monkeypatch


@pytest.fixture
def broken_sigmoid(monkeypatch: Monkeypatch) -> Callable[[], None]:
    """A function that breaks the formula of sigmoid."""

    def sigmoid(Z: object) -> NoReturn:
        raise ZeroDivisionError("division by\nzero")

    return lambda: monkeypatch.setattr(torch, "sigmoid", sigmoid)


@pytest.mark.parametrize(
    "arguments",
    [
        ["reproduce"],
        ["shapes"],
        ["vectorization", "--examples", "5", "--features", "5"],
        ["figures", "--only", "activations", "--out", "drawn"],
    ],
)
def test_a_formula_that_raises_ends_a_command_in_one_line(
    arguments: list[str], broken_sigmoid: Callable[[], None], here: Path, capsys: Capsys
) -> None:
    broken_sigmoid()
    assert main(arguments) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith("course-torch: sigmoid raises ZeroDivisionError: division by zero (activations.py:")
    assert line.endswith("; course-torch compare judges the formulas of a network")


def test_predict_and_export_name_it_too(
    checkpoint_file: Path, broken_sigmoid: Callable[[], None], here: Path, capsys: Capsys
) -> None:
    Path("rows.csv").write_text("0.5,-1\n")
    broken_sigmoid()
    for arguments in (["predict", str(checkpoint_file), "rows.csv"], ["export", str(checkpoint_file)]):
        assert main(arguments) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert "sigmoid raises ZeroDivisionError" in line
    assert not Path("exported").exists()


def test_an_exception_from_elsewhere_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.commands.notes.shapes_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["shapes"])
