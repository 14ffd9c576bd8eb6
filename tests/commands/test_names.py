"""Names of classes, pictures and folders are text everywhere, and every command runs on a console of every encoding."""

import io
import json
import sys
from contextlib import chdir
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from rich.console import Console

from course_torch.commands.main import main
from course_torch.reports.tables import predictions_table
from course_torch.training.cli import main as train
from tests.fixture_types import Capsys, Monkeypatch

CLASSES = ["$x^$", "[red]\x1b[31m", "caf\udce9"]
NETWORK = ["--model.layer_sizes", "[192, 3]", "--model.output", "softmax", "--max_steps", "2"]
BEST = "lightning_logs/version_0/checkpoints/best.ckpt"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with pictures of classes with odd names, and a run that was trained on them."""
    folder = tmp_path_factory.mktemp("names") / "[red]$1^$"
    folder.mkdir()
    generator = np.random.default_rng(1)
    for name in CLASSES:
        (folder / "pictures" / name).mkdir(parents=True)
        for i in range(8):
            pixels = generator.integers(0, 256, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(folder / "pictures" / name / f"{i}.png")
    Image.fromarray(pixels).save(folder / "a[copy].png")
    options = ["--data.name", "folder", "--data.root", "pictures", "--data.picture_size", "8", "--data.workers", "0"]
    with chdir(folder):
        assert train([*options, *NETWORK]) == 0
    return folder


@pytest.fixture(autouse=True)
def inside(folder: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.setattr("course_torch.checkup.devices.NETWORKS", 1)


def test_a_run_with_odd_class_names_ends_with_table_and_figures() -> None:
    assert Path(BEST).is_file()
    assert Path("lightning_logs/version_0/mislabelled.png").stat().st_size > 1000


def test_a_prediction_shows_names_as_they_are(capsys: Capsys) -> None:
    assert main(["predict", BEST, "a[copy].png", "--explain", "--json", "answers.json"]) == 0
    output = capsys.readouterr().out
    assert "a[copy].png" in output
    assert "\x1b" not in output
    assert Path("explained/a[copy].png.explained.png").stat().st_size > 1000
    (answer,) = json.loads(Path("answers.json").read_text())
    assert set(answer["probabilities"]) == set(CLASSES)


def test_a_name_is_no_markup_in_a_table(capsys: Capsys) -> None:
    Console().print(predictions_table([{"picture": "[/x].png", "class_name": "[red]", "probability": 0.5}], "value"))
    output = capsys.readouterr().out
    assert "[/x].png" in output
    assert "[red]" in output


def test_an_export_keeps_the_names(capsys: Capsys) -> None:
    assert main(["export", BEST, "--out", "[/exported]/caf\udce9"]) == 0
    assert r"[/exported]/caf\xe9" in capsys.readouterr().out
    assert json.loads(Path("[/exported]/caf\udce9/network.json").read_text())["class_names"] == sorted(CLASSES)


COMMANDS = {
    "help": (main, ["--help"]),
    "help of a command": (main, ["compare", "--help"]),
    "help of train": (train, ["--help"]),
    "train": (train, ["--data.name", "planar", "--model.layer_sizes", "[2, 1]", "--max_steps", "1"]),
    "compare": (main, ["compare", "--data.name", "planar", "--model.layer_sizes", "[2, 1]"]),
    "shapes": (main, ["shapes", "--data.name", "planar", "--model.layer_sizes", "[2, 4, 1]"]),
    "predict": (main, ["predict", BEST, "a[copy].png"]),
    "export": (main, ["export", BEST, "--out", "exported"]),
    "figures": (main, ["figures", "--only", "slopes", "--out", "猫"]),
    "vectorization": (main, ["vectorization", "--examples", "10"]),
    "doctor": (main, ["doctor"]),
    "an error": (main, ["shapes", "--data.name", "猫"]),
}


@pytest.mark.sweep(12)
@pytest.mark.parametrize("name", COMMANDS)
@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "gbk"])
def test_a_command_runs_on_a_console_of_another_encoding(name: str, encoding: str, monkeypatch: Monkeypatch) -> None:
    program, arguments = COMMANDS[name]
    written, errors = io.BytesIO(), io.BytesIO()
    out, err = io.TextIOWrapper(written, encoding=encoding), io.TextIOWrapper(errors, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    try:
        code: object = program(arguments)
    except SystemExit as exit_:
        code = exit_.code
    assert code in ((2,) if name == "an error" else (0, None))
    for console in (out, err):
        console.flush()
    shown = errors if name == "an error" else written
    assert shown.getvalue().decode(encoding).strip()
