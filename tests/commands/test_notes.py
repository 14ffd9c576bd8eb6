"""The commands `course-torch shapes`, `figures` and `vectorization`."""

from pathlib import Path

import pytest
from matplotlib.figure import Figure

from course_torch.commands import figures
from course_torch.commands.main import main
from course_torch.reports.gallery import GALLERY, Entry
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch


def test_shapes_lists_every_tensor_with_its_shape(capsys: Capsys) -> None:
    assert main(["shapes", "--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar"]) == 0
    shown = capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in shown.splitlines() if line.startswith("│")]
    assert ["1", "W[1]", "(4, 2)", "dW[1]", "(4, 2)", "8"] in rows
    assert ["1", "b[1]", "(1, 4)", "db[1]", "(1, 4)", "4"] in rows
    assert ["1", "Z[1]", "(400, 4)", "dZ[1]", "(400, 4)", ""] in rows
    assert ["1", "A[1]", "(400, 4)", "dA[1]", "(400, 4)", ""] in rows
    assert ["0", "A[0] = X", "(400, 2)", "dA[0]", "(400, 2)", ""] in rows
    assert ["2", "W[2]", "(1, 4)", "dW[2]", "(1, 4)", "4"] in rows
    assert ["all", "", "", "", "", "17"] in rows
    assert ["model.learning_rate", "0.02"] in rows


def test_a_learned_slope_is_listed_and_counted(capsys: Capsys) -> None:
    leaky = ["--model.hidden_activation", "leaky_relu", "--model.learn_slope", "true"]
    assert main(["shapes", "--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar", *leaky]) == 0
    shown = capsys.readouterr().out
    assert "dslope[1]" in shown
    assert "│         18 │" in shown


def test_a_figure_is_written_as_png_and_svg(tmp_path: Path, capsys: Capsys) -> None:
    assert main(["figures", "--only", "computation_graph", "--out", str(tmp_path / "deep" / "er")]) == 0
    assert {path.name for path in (tmp_path / "deep" / "er").iterdir()} == {
        "computation_graph.png",
        "computation_graph.svg",
    }
    assert "computation_graph in " in capsys.readouterr().out


def test_without_a_name_all_figures_are_written(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(figures, "GALLERY", {"one": Entry("", Figure), "two": Entry("", Figure)})
    assert main(["figures", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"one.png", "one.svg", "two.png", "two.svg"}


def test_the_names_of_all_figures_are_listed_with_a_line_each(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["figures", "--list"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == [*GALLERY]
    assert all(len(line.split()) > 4 and len(line) <= 80 for line in lines)
    assert list(tmp_path.iterdir()) == []


def test_vectorization_prints_seconds_and_ratios(capsys: Capsys) -> None:
    assert main(["vectorization", "--examples", "20", "--features", "3"]) == 0
    rows = [line.split("│")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert [row[0].strip() for row in rows][:3] == ["two loops", "one loop", "no loop"]
    seconds, ratios = ([float(row[place].replace(",", "")) for row in rows] for place in (1, 2))
    assert ratios[0] == 1.0
    assert ratios[2] == pytest.approx(seconds[0] / seconds[2], rel=0.05, abs=0.06)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["figures", "--only", "surface"], "only: found 'surface', expected one of picture_as_row"),
        (["figures", "--only", "slope"], "pixels_that_matter; did you mean slopes?"),
        (["figures", "--out", "/proc/nowhere"], "out: found '/proc/nowhere', expected a writable folder"),
        (["vectorization", "--examples", "0"], "examples: found 0, expected at least 1"),
        (["vectorization", "--features", "many"], "features: found 'many', expected int"),
        (["shapes", "--model.layer_sizes", "[3, 1]"], "layer 1: expected X of shape (m, 3), found (850, 12288)"),
    ],
)
def test_one_line_and_exit_code_2(arguments: list[str], message: str, capsys: Capsys) -> None:
    error = usage_error(main, arguments, capsys)
    assert message in error
