"""Run train.py in a temporary folder, also in forked processes, and read what the run wrote."""

import csv
import multiprocessing
import os
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from pathlib import Path
from typing import Any, Self

import numpy as np
import pytest
import torch
from PIL import Image

from course_torch.training import results
from course_torch.training.callbacks import ranks
from course_torch.training.cli import TrainingCLI, main
from tests.conftest import assert_equal
from tests.support.fixture_types import Monkeypatch, Train

ROOT = Path(__file__).parents[2]
CONFIGS, TRAIN = ROOT / "configs", ROOT / "train.py"
SMALL = [
    *("--config", str(CONFIGS / "planar_shallow.yaml")),
    *("--accelerator", "cpu", "--precision", "64", "--max_epochs", "2", "--trainer.limit_train_batches", "20"),
]
"""Two epochs of 20 updates, which take 0.1 s."""
DIGITS = ["--config", str(CONFIGS / "digits.yaml"), "--accelerator", "cpu", "--max_epochs", "3"]
"""Epochs of 19 updates, with a validation split."""
TANH = ["--config", str(CONFIGS / "planar_shallow.yaml"), "--max_epochs", "5"]
EARLY_STOPPING = [
    *("--trainer.callbacks+=EarlyStopping", "--trainer.callbacks.monitor=validation/cost"),
    "--trainer.callbacks.patience=1",
]


DRAW = results.draw
MISSING = object()
EXAMPLES = 84
"""Examples in the training split: 42 of the 60 pictures of each class."""


@pytest.fixture(scope="session", autouse=True)
def one_parser() -> Iterator[None]:
    """Build the parser once for each name of the program: it takes a third of the time that a short run takes."""
    build, built = TrainingCLI.setup_parser, {}

    def setup_parser(cli: TrainingCLI, *options: Any) -> None:
        name = str(options)
        if name not in built:
            build(cli, *options)
            built[name] = cli.parser
        cli.parser = built[name]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(TrainingCLI, "setup_parser", setup_parser)
        yield


@pytest.fixture
def here(tmp_path: Path, monkeypatch: Monkeypatch) -> Path:
    """An empty folder, in which the test works."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def train(tmp_path: Path, monkeypatch: Monkeypatch) -> Callable[..., Path]:
    """A function that runs train.py in an empty folder and returns the run folder, without figures.

    Drawing takes longer than a short training. The fixture `figures` lets a run draw.
    """
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(results, "draw", lambda *arguments: None)

    def run(*arguments: str, config: list[str] = SMALL, code: int = 0) -> Path:
        assert main([*config, *arguments]) == code
        return max((tmp_path / "lightning_logs").iterdir(), key=lambda folder: int(folder.name.split("_")[1]))

    return run


@pytest.fixture
def figures(train: Train, monkeypatch: Monkeypatch) -> None:
    """Let `train` draw the figures of a run."""
    monkeypatch.setattr(results, "draw", DRAW)


@pytest.fixture(scope="session")
def checkpoint_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """last.ckpt of a short run with Adam and a learned slope. Tests copy the file before they change it."""
    folder = tmp_path_factory.mktemp("run")
    network = ("--model.hidden_activation", "leaky_relu", "--model.learn_slope", "true", "--model.optimizer", "adam")
    place = ("--trainer.default_root_dir", str(folder), "--trainer.enable_progress_bar", "false")
    assert main([*SMALL, *network, *place, "--max_steps", "3"]) == 0
    return folder / "lightning_logs" / "version_0" / "checkpoints" / "last.ckpt"


def changed(checkpoint: dict[str, Any], path: Sequence[Any], value: object) -> dict[str, Any]:
    """Return a copy of the checkpoint in which the entry at the path of keys is `value`, or is deleted if MISSING."""
    copy = deepcopy(checkpoint)
    entry = copy
    for key in path[:-1]:
        entry = entry[key]
    if value is MISSING:
        del entry[path[-1]]
    else:
        entry[path[-1]] = value
    return copy


def parameters_of(run_folder: Path) -> dict[str, torch.Tensor]:
    """Load the parameters from last.ckpt of a run."""
    return torch.load(run_folder / "checkpoints" / "last.ckpt", weights_only=True)["state_dict"]


def updates_of(run_folder: Path) -> int:
    """Read the number of updates from last.ckpt of a run."""
    return torch.load(run_folder / "checkpoints" / "last.ckpt", weights_only=True)["global_step"]


def assert_same_parameters(run_folder: Path, expected: Path, tolerance: float = 1e-10) -> None:
    """Assert that two runs end at the same parameters within a relative and absolute tolerance."""
    parameters = parameters_of(run_folder)
    for name, value in parameters_of(expected).items():
        assert_equal(name, parameters[name], value, rtol=tolerance, atol=tolerance)


def files_of(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def rows_of(run_folder: Path) -> list[dict[str, str]]:
    with (run_folder / "metrics.csv").open() as file:
        return list(csv.DictReader(file))


def assert_same_run(resumed: Path, whole: Path) -> None:
    """Assert equal parameters, bit for bit, and equal rows without gaps or repeats.

    Which updates are compared with autograd depends on the limits of the run: their rows do not count.
    """
    expected = parameters_of(whole)
    assert all(torch.equal(value, expected[name]) for name, value in parameters_of(resumed).items())
    rows, expected_rows = (
        [row for row in rows_of(folder) if not row.get("gradients/relative_error")] for folder in (resumed, whole)
    )
    # A run that stops early is validated where it stops. All other rows must be equal.
    assert [row for row in rows if row in expected_rows] == expected_rows
    assert all(row["validation/cost"] for row in rows if row not in expected_rows)


def metrics_of(run_folder: Path, name: str) -> list[float]:
    """Read a column of metrics.csv, without the empty cells."""
    return [float(row[name]) for row in rows_of(run_folder) if row.get(name)]


@pytest.fixture
def folder_options(tmp_path: Path) -> list[str]:
    """Options for two classes of 60 noise pictures, dark and light, in minibatches."""
    numbers = np.random.default_rng(1)
    for name, low in (("dark", 0), ("light", 100)):
        (tmp_path / "root" / name).mkdir(parents=True)
        for i in range(60):
            pixels = numbers.integers(low, low + 156, (8, 8, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(tmp_path / "root" / name / f"{i:02}.png")
    return [
        *("--accelerator", "cpu", "--max_epochs", "3", "--model.layer_sizes", "[48, 3, 1]"),
        *("--data.name", "folder", "--data.root", str(tmp_path / "root"), "--data.picture_size", "4"),
        *("--data.batch_size", "10"),
    ]


SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([__name__])
"""A fork of this server has imported all modules of train.py, for which a new Python process needs seconds."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Training:
    """A process that trains in `folder`. What it prints goes to files in `printed`."""

    def __init__(self, folder: Path, printed: Path, arguments: list[str], **environment: str) -> None:
        for each in (folder, printed):
            each.mkdir(parents=True, exist_ok=True)
        self.out, self.err = printed / "stdout", printed / "stderr"
        self.process = SERVER.Process(target=train_forked, args=(folder, arguments, self.out, self.err, environment))
        self.process.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self.process.kill()
        self.process.join()

    def ended(self, limit: float = 240) -> tuple[int | None, str, str]:
        """Wait for the end, and kill the process after `limit` seconds. Returns its exit code, stdout and stderr."""
        with self:
            self.process.join(limit)
        return self.process.exitcode, self.out.read_text(), self.err.read_text()


def train_forked(folder: Path, arguments: list[str], out: Path, err: Path, environment: dict[str, str]) -> None:
    """Run train.py's main in a forked process, with stdout and stderr in files."""
    os.chdir(folder)
    os.environ.update(environment)
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    sys.exit(main(arguments))


def start_ranks(folder: Path, processes: int, *options: str) -> list[Training]:
    """Start a process for every rank, with the environment variables that train.py gives to those that it starts."""
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(processes)}
    arguments = [*SMALL, "--strategy", "ddp", "--devices", str(processes), *options]
    return [
        Training(folder, folder.with_name(f"rank {rank}"), arguments, **place, LOCAL_RANK=str(rank))
        for rank in range(processes)
    ]


def run_ranks(folder: Path, processes: int, *options: str) -> Path:
    """Train in a process for every rank. Returns the run folder."""
    ends = [rank.ended() for rank in start_ranks(folder, processes, *options)]
    assert [code for code, *_ in ends] == [0] * processes, ends
    return folder / "lightning_logs" / "version_0"


@pytest.fixture
def as_on_an_accelerator(monkeypatch: Monkeypatch) -> None:
    """Read numbers of the CPU as rarely as numbers of an accelerator."""
    monkeypatch.setattr(ranks, "reads_at_once", lambda device: False)
