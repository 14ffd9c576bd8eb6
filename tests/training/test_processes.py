"""DDP with the same global batch ends at the same parameters as one process."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from course_torch.exchange.trained_network import read_checkpoint
from tests.conftest import assert_equal
from tests.fixture_types import Train
from tests.training.conftest import CONFIGS, SMALL, TRAIN, metrics_of, parameters_of
from tests.training.forked import Training, free_port


def run(folder: Path, processes: int, *options: str) -> Path:
    """Run train.py, which starts the other processes itself."""
    folder.mkdir()
    command = [sys.executable, str(TRAIN), *SMALL, "--strategy", "ddp", "--devices", str(processes), *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    return folder / "lightning_logs" / "version_0"


def run_ranks(folder: Path, processes: int, *options: str) -> Path:
    """Start a process for every rank, with the environment variables that train.py gives to the processes it starts."""
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(processes)}
    arguments = [*SMALL, "--strategy", "ddp", "--devices", str(processes), *options]
    ranks = [
        Training(folder, folder.with_name(f"rank {rank}"), arguments, **place, LOCAL_RANK=str(rank))
        for rank in range(processes)
    ]
    ends = [rank.ended() for rank in ranks]
    assert [code for code, *_ in ends] == [0] * processes, ends
    return folder / "lightning_logs" / "version_0"


@pytest.mark.parametrize(
    ("start", "options", "processes"),
    [
        (run, [], 2),
        (run_ranks, ["--data.batch_size", "27"], 2),  # 27 = 13 + 14; the last batch has 22 = 11 + 11 examples
        (run_ranks, ["--data.batch_size", "57"], 3),  # the last batch has a single example: two ranks have none
        (run_ranks, [], 3),
    ],
)
def test_ddp_ends_at_the_parameters_of_one_process(
    tmp_path: Path, train: Train, start: Callable[..., Path], options: list[str], processes: int
) -> None:
    one, several = parameters_of(train(*options)), start(tmp_path / "several", processes, *options)
    for name in one:
        assert_equal(name, parameters_of(several)[name], one[name], rtol=1e-10, atol=1e-10)
    assert all(error < 1e-8 for error in metrics_of(several, "gradients/relative_error"))


@pytest.mark.parametrize(("config", "score", "processes"), [("digits", "accuracy", 7), ("diabetes", "R2", 2)])
def test_validation_over_uneven_shards_equals_that_of_one_process(
    config: str, score: str, processes: int, train: Train, tmp_path: Path
) -> None:
    """300 validation digits over 7 ranks: 42 or 43 for each rank; 73 patients over 2 ranks: 36 and 37."""
    options = ["--config", str(CONFIGS / f"{config}.yaml"), "--max_epochs", "1", "--precision", "64"]
    one, several = train(*options), run_ranks(tmp_path / "several", processes, *options)
    for name in ("validation/cost", f"validation/{score}", "train/cost"):
        assert metrics_of(several, name) == pytest.approx(metrics_of(one, name), rel=1e-6), name


def test_a_signal_to_one_rank_stops_all_ranks_at_the_same_step(tmp_path: Path) -> None:
    """If the ranks stopped at different steps, a rank would wait for the other for ever."""
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": "2"}
    arguments = [*SMALL, "--strategy", "ddp", "--devices", "2", "--max_epochs", "100000"]
    ranks = [
        Training(tmp_path / "run", tmp_path / f"rank {rank}", arguments, **place, LOCAL_RANK=str(rank))
        for rank in range(2)
    ]
    last = tmp_path / "run" / "lightning_logs" / "version_0" / "checkpoints" / "last.ckpt"
    until = monotonic() + 200
    while not last.exists() and monotonic() < until:
        sleep(0.1)
    first = read_checkpoint(last)["global_step"]
    assert ranks[1].process.pid is not None
    os.kill(ranks[1].process.pid, signal.SIGTERM)
    ends = [rank.ended() for rank in ranks]
    assert [code for code, *_ in ends] == [0, 0], ends
    assert read_checkpoint(last)["global_step"] > first
