"""The processes of a training agree or end in one line, and DDP ends at the parameters of one process.

Nodes are processes on the loopback interface, also under torchrun.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from torch.distributed import DistNetworkError

from course_torch.training.cli import lost_connection, main
from tests.conftest import usage_error, wait_until
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import (
    CONFIGS,
    SMALL,
    TRAIN,
    assert_same_parameters,
    free_port,
    metrics_of,
    run_ranks,
    start_ranks,
    updates_of,
)

RESET = "Read error [127.0.0.1]:53633: Connection reset by peer"
CLOSED = "Connection was likely closed. Did the remote server crash?"
OF_GLOO = f"[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] {RESET}. "
OF_GLOO += "This is typically caused by a remote worker hanging."


@pytest.mark.parametrize(("error", "reason"), [(RuntimeError(OF_GLOO), RESET), (DistNetworkError(CLOSED), CLOSED)])
def test_an_error_of_the_connection_alone_becomes_one_line(error: RuntimeError, reason: str) -> None:
    line = "no connection to another process of this training; if it ended, see its own message"
    said = lost_connection(error)
    assert said is not None
    assert said.en == f"{line} ({reason})"
    assert lost_connection(RuntimeError("mat1 and mat2 shapes cannot be multiplied")) is None


RUN = Path("lightning_logs", "version_0")
TWO = ["--strategy", "ddp", "--devices", "2"]
CLIPPED = ["--trainer.gradient_clip_val", "0.1"]


def run(folder: Path, processes: int, *options: str) -> Path:
    """Run train.py, which starts the other processes itself."""
    folder.mkdir()
    command = [sys.executable, str(TRAIN), *SMALL, "--strategy", "ddp", "--devices", str(processes), *options]
    subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=240)
    return folder / RUN


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "options", "processes"),
    [
        (run, [], 2),
        (run_ranks, ["--data.batch_size", "27"], 2),  # 27 = 13 + 14; the last batch has 22 = 11 + 11 examples
        (run_ranks, ["--data.batch_size", "57"], 3),  # the last batch has a single example: two ranks have none
        (run_ranks, [], 3),
        (run_ranks, ["--data.batch_size", "27", "--trainer.accumulate_grad_batches", "2", *CLIPPED], 2),
    ],
)
def test_ddp_ends_at_the_parameters_of_one_process(
    tmp_path: Path, train: Train, start: Callable[..., Path], options: list[str], processes: int
) -> None:
    several = start(tmp_path / "several", processes, *options)
    assert_same_parameters(several, train(*options))
    assert all(error < 1e-8 for error in metrics_of(several, "gradients/relative_error"))


@pytest.mark.slow
@pytest.mark.parametrize(("config", "score", "processes"), [("digits", "accuracy", 7), ("diabetes", "R2", 2)])
def test_validation_over_uneven_shards_equals_that_of_one_process(
    config: str, score: str, processes: int, train: Train, tmp_path: Path
) -> None:
    """300 validation digits over 7 ranks: 42 or 43 for each rank; 73 patients over 2 ranks: 36 and 37."""
    options = ["--config", str(CONFIGS / f"{config}.yaml"), "--max_epochs", "1", "--precision", "64"]
    one, several = train(*options), run_ranks(tmp_path / "several", processes, *options)
    for name in ("validation/cost", f"validation/{score}", "train/cost"):
        assert metrics_of(several, name) == pytest.approx(metrics_of(one, name), rel=1e-6), name


@pytest.mark.slow
def test_a_signal_to_one_rank_stops_all_ranks_at_the_same_step(tmp_path: Path) -> None:
    """If the ranks stopped at different steps, a rank would wait for the other for ever."""
    ranks = start_ranks(tmp_path / "run", 2, "--max_epochs", "100000")
    folder = tmp_path / "run" / RUN
    wait_until((folder / "checkpoints" / "last.ckpt").exists, 120)
    first = updates_of(folder)
    assert ranks[1].process.pid is not None
    os.kill(ranks[1].process.pid, signal.SIGTERM)
    ends = [rank.ended() for rank in ranks]
    # Lightning kills rank 0, which still writes the results, after any other exit code of rank 1.
    assert [code for code, *_ in ends] == [143, 0], ends
    assert updates_of(folder) > first


@pytest.mark.slow
def test_a_process_whose_peer_is_killed_ends_with_one_line(tmp_path: Path) -> None:
    first, second = start_ranks(tmp_path / "run", 2, "--max_epochs", "100000")
    with first, second:
        wait_until((tmp_path / "run" / RUN / "metrics.csv").exists, 120)
        second.process.kill()
        (code, _, error), (killed, _, silence) = first.ended(), second.ended()
    assert (killed, silence) == (-signal.SIGKILL, "")
    assert code == 2
    assert error.startswith("train.py: error: no connection to another process of this training")
    assert error.count("\n") == 1


NODES = ["--num_nodes", "2", "--devices", "1"]


def run_on_two_nodes(folder: Path, *options: str) -> list[subprocess.CompletedProcess[str]]:
    """Run two torchrun processes in parallel, in folder/node0 and folder/node1. Returns both results."""
    address = ["--master-addr", "127.0.0.1", "--master-port", str(free_port())]

    def run_node(rank: str) -> subprocess.CompletedProcess[str]:
        (folder / f"node{rank}").mkdir(parents=True)
        torchrun = ["-m", "torch.distributed.run", "--nnodes", "2", "--node-rank", rank, "--nproc-per-node", "1"]
        command = [sys.executable, *torchrun, *address, str(TRAIN), *SMALL, "--strategy", "ddp", *NODES, *options]
        return subprocess.run(command, cwd=folder / f"node{rank}", capture_output=True, text=True, timeout=240)

    with ThreadPoolExecutor() as threads:
        return [*threads.map(run_node, ("0", "1"))]


@pytest.mark.slow
def test_two_nodes_end_at_the_parameters_of_one_process_and_only_the_first_shows_results_and_writes(
    train: Train, tmp_path: Path
) -> None:
    options = ["--data.batch_size", "27"]
    first, second = run_on_two_nodes(tmp_path / "nodes", *options)
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "training on 2 × cpu" in first.stdout
    assert "│ test" in first.stdout
    assert second.stdout == ""
    assert "GLOBAL_RANK" not in first.stderr + second.stderr, "Lightning prints its own messages"
    assert list((tmp_path / "nodes" / "node1").iterdir()) == []
    assert_same_parameters(tmp_path / "nodes" / "node0" / RUN, train(*options))


@pytest.mark.slow
def test_a_mistake_of_the_user_ends_every_process_with_one_error_line(tmp_path: Path) -> None:
    """torchrun itself adds a report and exits with code 1."""
    for node in run_on_two_nodes(tmp_path, "--model.layer_sizes", "[3, 1]"):
        assert node.returncode != 0
        lines = [line for line in node.stderr.splitlines() if line.startswith("train.py: error: ")]
        assert lines == [node.stderr.splitlines()[0]]
        assert "layer_sizes: [3, 1] do not fit the data set 'planar'" in lines[0]
        assert node.stdout == ""


@pytest.mark.parametrize("options", [[], TWO[:2], [*TWO, *NODES[:2]]])
def test_settings_under_which_the_processes_would_train_apart_are_rejected(
    options: list[str], here: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """The environment variables are those that torchrun sets for the first of two processes."""
    told = {"WORLD_SIZE": "2", "RANK": "0", "GROUP_RANK": "0", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1"}
    for name, value in (told | {"TORCHELASTIC_RUN_ID": "none"}).items():
        monkeypatch.setenv(name, value)
    assert "expected the 2 that torchrun started" in usage_error(main, [*SMALL, *options], capsys)
    assert list(here.iterdir()) == []


def test_tasks_of_slurm_that_would_train_apart_are_rejected(
    here: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """The environment variable is the count that srun tells each of its tasks."""
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "2")
    assert "expected the 2 that srun started" in usage_error(main, [*SMALL, "--devices", "1"], capsys)
    assert list(here.iterdir()) == []
