"""The commands `shapes`, `figures`, `vectorization`, `reproduce`, `bench` and `doctor`, also with a broken formula."""

import json
from importlib.metadata import version
from pathlib import Path
from typing import NoReturn

import pytest
import torch
from matplotlib.figure import Figure

from benchmarks import record
from benchmarks.page import RECORD
from course_torch.checkup import machine
from course_torch.commands import machine as command
from course_torch.commands.main import main
from course_torch.formulas import layers
from course_torch.language import NOTHING
from course_torch.reports.gallery import GALLERY, Entry
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Said


@pytest.fixture(autouse=True)
def cpu_alone(monkeypatch: Monkeypatch) -> None:
    """Let doctor judge three networks on the CPU."""
    monkeypatch.setattr(command, "find_devices", lambda: [torch.device("cpu")])
    monkeypatch.setattr(machine, "NETWORKS", 3)


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


def test_a_figure_is_written_as_png_and_svg_and_without_a_name_all_are(
    tmp_path: Path, monkeypatch: Monkeypatch, said: Said
) -> None:
    folder = tmp_path / "deep" / "er"
    assert "computation_graph in " in said(["figures", "--only", "computation_graph", "--out", str(folder)])
    assert {path.name for path in folder.iterdir()} == {"computation_graph.png", "computation_graph.svg"}
    monkeypatch.setattr(
        "course_torch.reports.gallery.GALLERY", dict.fromkeys(("one", "two"), Entry(NOTHING, lambda language: Figure()))
    )
    assert main(["figures", "--out", str(tmp_path / "all")]) == 0
    assert {path.name for path in (tmp_path / "all").iterdir()} == {"one.png", "one.svg", "two.png", "two.svg"}


def test_the_names_of_all_figures_are_listed_with_a_line_each(here: Path, said: Said) -> None:
    lines = said(["figures", "--list"]).splitlines()
    assert [line.split()[0] for line in lines] == [*GALLERY]
    assert all(len(line.split()) > 4 and len(line) <= 80 for line in lines)
    assert list(here.iterdir()) == []


def test_vectorization_prints_seconds_and_ratios(said: Said) -> None:
    lines = said(["vectorization", "--examples", "20", "--features", "3"]).splitlines()
    rows = [line.split("│")[1:-1] for line in lines if line.startswith("│")]
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


def test_the_times_are_printed_as_on_the_page_and_written(tmp_path: Path, monkeypatch: Monkeypatch, said: Said) -> None:
    committed = json.loads(RECORD.read_text(encoding="utf-8"))
    monkeypatch.setattr(record, "measure", lambda device: committed)
    times, figure = tmp_path / "times.json", tmp_path / "growth.png"
    shown = said(["bench", "--json", str(times), "--figure", str(figure)])
    assert RECORD.with_suffix(".md").read_text(encoding="utf-8").endswith(shown)
    assert json.loads(times.read_text()) == committed
    assert figure.stat().st_size > 0


def test_without_a_checkout_the_command_says_what_it_needs(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(command, "BENCHMARKS", tmp_path / "benchmarks")
    error = usage_error(main, ["bench"], capsys)
    assert f"bench: found no {tmp_path / 'benchmarks'}, expected a checkout of the repository" in error


def test_without_problems_the_findings_are_printed_and_written(tmp_path: Path, said: Said) -> None:
    file = tmp_path / "doctor.json"
    shown = said(["doctor", "--json", str(file)])
    assert shown.splitlines()[-1].startswith("problems: 0, advice: ")
    rows = [line.split() for line in shown.splitlines()]
    assert ["torch", version("torch")] in rows
    assert [row[:2] for row in rows if row[-1:] == ["equal"]] == [["cpu", "float64"], ["cpu", "float32"]]
    report = json.loads(file.read_text())
    assert report["problems"] == []
    assert report["found"]["torch"] == version("torch")
    assert {"system", "memory", "threads"} <= report["found"].keys()
    assert report["devices"]["cpu"]["float64"] is True
    assert [(each["device"], each["dtype"], each["wrong"]) for each in report["gradients"]] == [
        ("cpu", "float64", ""),
        ("cpu", "float32", ""),
    ]


def test_a_wrong_formula_is_named_with_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    lines = said(["doctor"], code=1).splitlines()
    problems = [line for line in lines if line.startswith("problem: ")]
    for line, dtype in zip(problems, ("float64", "float32"), strict=True):
        found = f"problem: gradients on cpu, {dtype}: found wrong gradients, expected the gradients of autograd: "
        assert line.startswith(f"{found}first wrong: dZ[")
        assert "g'(Z) is missing" in line
        assert line.endswith(f"; see course-torch compare --device cpu --dtype {dtype}")
    assert lines[-1].startswith("problems: 2, ")


def test_a_device_that_cannot_compute_gives_exit_code_1(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(command, "find_devices", lambda: [torch.device("meta")])
    shown = said(["doctor"], code=1)
    assert ["meta", "meta", "no", "no", "no", "no"] in [line.split() for line in shown.splitlines()]
    assert "problem: meta: found no float32" in shown


def test_advice_without_problems_gives_exit_code_0(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(command, "machine_findings", lambda: [machine.Finding("threads", "64", advice="set fewer")])
    assert said(["doctor"]).endswith("advice: threads: set fewer\nproblems: 0, advice: 1\n")


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


def test_an_exception_from_elsewhere_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.commands.notes.shapes_table", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        main(["shapes"])
