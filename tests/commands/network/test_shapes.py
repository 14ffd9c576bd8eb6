"""`course-torch shapes`: the tensors of a network with their shapes."""

import pytest

from course_torch.commands.main import main
from tests.support.fixture_types import Monkeypatch, Said


def test_shapes_lists_every_tensor_with_its_shape(said: Said) -> None:
    shown = said(["shapes", "--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar"])
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if line.startswith("│")]
    assert ["1", "W[1]", "(4, 2)", "dW[1]", "(4, 2)", "8"] in rows
    assert ["1", "b[1]", "(1, 4)", "db[1]", "(1, 4)", "4"] in rows
    assert ["1", "Z[1]", "(400, 4)", "dZ[1]", "(400, 4)", ""] in rows
    assert ["1", "A[1]", "(400, 4)", "dA[1]", "(400, 4)", ""] in rows
    assert ["0", "A[0] = X", "(400, 2)", "dA[0]", "(400, 2)", ""] in rows
    assert ["2", "W[2]", "(1, 4)", "dW[2]", "(1, 4)", "4"] in rows
    assert ["all", "", "", "", "", "17"] in rows
    assert ["model.learning_rate", "0.02"] in rows


def test_a_learned_slope_is_listed_and_counted(said: Said) -> None:
    leaky = ["--model.hidden_activation", "leaky_relu", "--model.learn_slope", "true"]
    shown = said(["shapes", "--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar", *leaky])
    assert "dslope[1]" in shown
    assert "│         18 │" in shown


def test_an_exception_from_elsewhere_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.commands.network.shapes.shapes_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["shapes"])
