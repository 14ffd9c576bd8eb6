"""Two nodes, simulated by two processes on the loopback interface: MASTER_ADDR, MASTER_PORT and NODE_RANK are set."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.training.conftest import SMALL, TRAIN
from tests.training.forked import Training, free_port

SECONDS = 120
"""More than the limit of every wait."""


def place(node: int, port: int) -> dict[str, str]:
    """The environment variables of one of two nodes."""
    return {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "NODE_RANK": str(node)}


def start(folder: Path, node: int, port: int, *options: str) -> Training:
    """Start the process of one of two nodes in its own folder."""
    arguments = [*SMALL, "--num_nodes", "2", *options]
    return Training(folder / f"node{node}", folder / f"printed{node}", arguments, **place(node, port))


def wait_for(path: Path) -> None:
    deadline = time.monotonic() + SECONDS
    while not path.exists():
        assert time.monotonic() < deadline, path
        time.sleep(0.1)


def ended(*nodes: Training) -> list[tuple[int | None, str]]:
    """Wait for the processes. Returns the exit code and stderr of each."""
    return [(code, error) for code, _, error in (node.ended(SECONDS) for node in nodes)]


def test_two_nodes_that_disagree_end_with_the_same_line_and_write_nothing(tmp_path: Path) -> None:
    port = free_port()
    options = [["--model.learning_rate", "0.5", "--data.batch_size", "9"], ["--data.batch_size", "27"]]
    line = (
        "train.py: error: model.learning_rate: found 0.5 on rank 0 and 1.2 on rank 1; "
        "data.batch_size: found 9 on rank 0 and 27 on rank 1; expected the same on every node\n"
    )
    assert ended(*(start(tmp_path, node, port, *options[node]) for node in (0, 1))) == [(2, line)] * 2
    for node in ("node0", "node1"):
        assert not [path for path in (tmp_path / node).rglob("*") if path.is_file()]


def test_a_process_whose_peer_is_killed_ends_with_one_line(tmp_path: Path) -> None:
    port = free_port()
    first, second = (start(tmp_path, node, port, "--max_epochs", "100000") for node in (0, 1))
    with first, second:
        wait_for(tmp_path / "node0" / "lightning_logs" / "version_0" / "metrics.csv")
        second.process.kill()
        (code, error), (killed, silence) = ended(first, second)
    assert (killed, silence) == (-signal.SIGKILL, "")
    assert code == 2
    assert error.startswith("train.py: error: another process of this training ended or does not answer")
    assert error.count("\n") == 1


@pytest.mark.slow
def test_sigterm_ends_a_node_that_waits_for_the_other_node_with_all_its_processes(tmp_path: Path) -> None:
    """In a process that starts as train.py, because it starts the second process with its own command line."""
    command = [sys.executable, str(TRAIN), *SMALL, "--num_nodes", "2", "--devices", "2"]
    environment = os.environ | place(0, free_port())
    node = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    try:
        wait_for(tmp_path / "lightning_logs" / "version_0" / ".lock")
        time.sleep(2)  # the second process has been started
        node.terminate()
        # The second process holds the same pipe: the end of the pipe is the end of both.
        _, error = node.communicate(timeout=SECONDS)
    finally:
        node.kill()
    assert (node.returncode, error) == (128 + signal.SIGTERM, "")
