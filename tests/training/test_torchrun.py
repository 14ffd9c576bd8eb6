"""Two nodes, simulated by two torchrun processes on the loopback interface, each in its own folder."""

import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.training.cli import main
from tests.conftest import assert_equal, usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL, TRAIN, parameters_of
from tests.training.forked import free_port

TWO_NODES = ["--strategy", "ddp", "--num_nodes", "2", "--devices", "1"]


def run_on_two_nodes(folder: Path, *options: str) -> list[subprocess.CompletedProcess[str]]:
    """Run two torchrun processes in parallel, in folder/node0 and folder/node1. Returns both results."""
    address = ["--master-addr", "127.0.0.1", "--master-port", str(free_port())]
    nodes = []
    for rank in ("0", "1"):
        (folder / f"node{rank}").mkdir(parents=True)
        torchrun = ["-m", "torch.distributed.run", "--nnodes", "2", "--node-rank", rank, "--nproc-per-node", "1"]
        command = [sys.executable, *torchrun, *address, str(TRAIN), *SMALL, *options]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
        nodes.append(subprocess.Popen(command, cwd=folder / f"node{rank}", **pipes))
    try:
        outputs = [node.communicate(timeout=240) for node in nodes]
    finally:
        for node in nodes:
            node.kill()
    return [
        subprocess.CompletedProcess(node.args, node.returncode, *output)
        for node, output in zip(nodes, outputs, strict=True)
    ]


@pytest.mark.slow
def test_two_nodes_end_at_the_parameters_of_one_process_and_only_the_first_shows_results_and_writes(
    train: Train, tmp_path: Path
) -> None:
    options = ["--data.batch_size", "27"]
    first, second = run_on_two_nodes(tmp_path / "nodes", *TWO_NODES, *options)
    assert first.returncode == second.returncode == 0, first.stderr + second.stderr
    assert "training on 2 × cpu" in first.stdout
    assert "│ test" in first.stdout
    waiting, joined = second.stdout.splitlines()
    assert waiting.startswith("node rank 1 of 2: waiting for the other nodes at 127.0.0.1:")
    assert joined == "node rank 1 of 2: joined the training; the node of rank 0 shows and keeps its results"
    assert "node rank" not in first.stdout
    assert "GLOBAL_RANK" not in first.stderr + second.stderr, "Lightning prints its own messages"
    assert list((tmp_path / "nodes" / "node1").iterdir()) == []
    one = parameters_of(train(*options))
    two = parameters_of(tmp_path / "nodes" / "node0" / "lightning_logs" / "version_0")
    for name in one:
        assert_equal(name, two[name], one[name], rtol=1e-10, atol=1e-10)


@pytest.mark.slow
def test_a_mistake_of_the_user_ends_every_process_with_one_error_line(tmp_path: Path) -> None:
    """torchrun itself adds a report and exits with code 1."""
    for node in run_on_two_nodes(tmp_path, *TWO_NODES, "--model.layer_sizes", "[3, 1]"):
        assert node.returncode != 0
        lines = [line for line in node.stderr.splitlines() if line.startswith("train.py: error: ")]
        assert lines == [node.stderr.splitlines()[0]]
        assert "layer_sizes: [3, 1] do not fit the data set 'planar'" in lines[0]
        assert node.stdout == ""


@pytest.mark.parametrize("options", [[], ["--strategy", "ddp"], ["--devices", "2", *TWO_NODES[:4]]])
def test_settings_under_which_the_processes_would_train_apart_are_rejected(
    options: list[str], tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """The environment variables are those that torchrun sets for the first of two processes."""
    told = {"WORLD_SIZE": "2", "RANK": "0", "GROUP_RANK": "0", "LOCAL_RANK": "0", "LOCAL_WORLD_SIZE": "1"}
    for name, value in (told | {"TORCHELASTIC_RUN_ID": "none"}).items():
        monkeypatch.setenv(name, value)
    monkeypatch.chdir(tmp_path)
    assert "expected the 2 that torchrun started" in usage_error(main, [*SMALL, *options], capsys)
    assert list(tmp_path.iterdir()) == []
