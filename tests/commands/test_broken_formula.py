"""A formula that raises ends every command in one line."""

from pathlib import Path
from typing import NoReturn

import pytest
import torch

from course_torch.commands.main import main
from tests.support.fixture_types import Capsys, Monkeypatch


@pytest.mark.parametrize(
    "line",
    [
        *("reproduce", "shapes", "vectorization --examples 5 --features 5", "figures --only activations --out drawn"),
        *("predict {checkpoint} rows.csv", "export {checkpoint}"),
    ],
)
def test_a_formula_that_raises_ends_a_command_in_one_line(
    line: str, checkpoint_file: Path, here: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    def sigmoid(Z: object) -> NoReturn:
        raise ZeroDivisionError("division by\nzero")

    Path("rows.csv").write_text("0.5,-1\n")
    monkeypatch.setattr(torch, "sigmoid", sigmoid)
    assert main(line.format(checkpoint=checkpoint_file).split()) == 1
    (error,) = capsys.readouterr().err.splitlines()
    assert error.startswith("course-torch: sigmoid raises ZeroDivisionError: division by zero (activations.py:")
    assert error.endswith("; course-torch compare judges the formulas of a network")
    assert not Path("exported").exists()
