"""The commands `course-torch shapes`, `figures`, `vectorization`, `reproduce` and `bench`. Few tests take time."""

import json
from pathlib import Path

import pytest
from matplotlib.figure import Figure

from benchmarks import record
from benchmarks.page import RECORD
from course_torch.commands import machine
from course_torch.commands.main import main
from course_torch.language import NOTHING
from course_torch.reports.gallery import GALLERY, Entry
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Said


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


def test_a_figure_is_written_as_png_and_svg(tmp_path: Path, capsys: Capsys) -> None:
    assert main(["figures", "--only", "computation_graph", "--out", str(tmp_path / "deep" / "er")]) == 0
    assert {path.name for path in (tmp_path / "deep" / "er").iterdir()} == {
        "computation_graph.png",
        "computation_graph.svg",
    }
    assert "computation_graph in " in capsys.readouterr().out


def test_without_a_name_all_figures_are_written(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(
        "course_torch.reports.gallery.GALLERY", dict.fromkeys(("one", "two"), Entry(NOTHING, lambda language: Figure()))
    )
    assert main(["figures", "--out", str(tmp_path)]) == 0
    assert {path.name for path in tmp_path.iterdir()} == {"one.png", "one.svg", "two.png", "two.svg"}


def test_the_names_of_all_figures_are_listed_with_a_line_each(here: Path, said: Said) -> None:
    lines = said(["figures", "--list"]).splitlines()
    assert [line.split()[0] for line in lines] == [*GALLERY]
    assert all(len(line.split()) > 4 and len(line) <= 80 for line in lines)
    assert list(here.iterdir()) == []


def test_vectorization_prints_seconds_and_ratios(capsys: Capsys) -> None:
    assert main(["vectorization", "--examples", "20", "--features", "3"]) == 0
    rows = [line.split("│")[1:-1] for line in capsys.readouterr().out.splitlines() if line.startswith("│")]
    assert [row[0].strip() for row in rows][:3] == ["two loops", "one loop", "no loop"]
    seconds, ratios = ([float(row[place].replace(",", "")) for row in rows] for place in (1, 2))
    assert ratios[0] == 1.0
    assert ratios[2] == pytest.approx(seconds[0] / seconds[2], rel=0.05, abs=0.06)


@pytest.mark.slow
def test_without_cat_files_the_flower_runs_and_the_files_are_named(tmp_path: Path, said: Said) -> None:
    file, picture = tmp_path / "figures.json", tmp_path / "costs.png"
    shown = said(["reproduce", "--json", str(file), "--figure", str(picture)])
    assert "all 11 published numbers are reproduced" in shown
    assert "train_catvnoncat.h5  sha256 fbe56ab6" in shown
    assert "67.50 %" in shown
    (experiment,) = json.loads(file.read_text())["experiments"].values()
    accuracy = pytest.approx(0.905, abs=1 / 400 + 1e-12)
    assert experiment[-1] == {"name": "train accuracy", "published": 0.905, "measured": accuracy, "agrees": True}
    assert picture.stat().st_size > 10_000


@pytest.mark.slow
def test_a_different_number_gives_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    """The backward pass has a relative error of 0.001."""
    monkeypatch.setattr("course_torch.network.fast_descent.average", lambda total, m: 1.001 * total / m)
    assert "missed: flower, 2-4-1, cost at 1000" in said(["reproduce"], code=1)


def test_the_times_are_printed_as_on_the_page_and_written(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    committed = json.loads(RECORD.read_text(encoding="utf-8"))
    monkeypatch.setattr(record, "measure", lambda device: committed)
    times, figure = tmp_path / "times.json", tmp_path / "growth.png"
    assert main(["bench", "--json", str(times), "--figure", str(figure)]) == 0
    assert RECORD.with_suffix(".md").read_text(encoding="utf-8").endswith(capsys.readouterr().out)
    assert json.loads(times.read_text()) == committed
    assert figure.stat().st_size > 0


def test_without_a_checkout_the_command_says_what_it_needs(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(machine, "BENCHMARKS", tmp_path / "benchmarks")
    error = usage_error(main, ["bench"], capsys)
    assert f"bench: found no {tmp_path / 'benchmarks'}, expected a checkout of the repository" in error
