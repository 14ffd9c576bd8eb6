"""Run train.py in a temporary folder, and read what the run wrote."""

import csv
from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from course_torch.training.cli import main

CONFIGS = Path(__file__).parents[2] / "configs"
SMALL = [
    *("--config", str(CONFIGS / "planar_shallow.yaml")),
    *("--accelerator", "cpu", "--precision", "64", "--max_epochs", "2"),
]


@pytest.fixture
def train(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """A function that runs train.py in an empty folder and returns the run folder."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments: str, config: list[str] = SMALL, code: int = 0) -> Path:
        assert main([*config, *arguments]) == code
        return max((tmp_path / "lightning_logs").iterdir(), key=lambda folder: int(folder.name.split("_")[1]))

    return run


def parameters_of(run_folder: Path) -> dict[str, torch.Tensor]:
    """Load the parameters from last.ckpt of a run."""
    return torch.load(run_folder / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]


def metrics_of(run_folder: Path, name: str) -> list[float]:
    """Read a column of metrics.csv, without the empty cells."""
    with (run_folder / "metrics.csv").open() as file:
        return [float(row[name]) for row in csv.DictReader(file) if row.get(name)]
