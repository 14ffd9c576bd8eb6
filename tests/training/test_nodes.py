"""Two nodes, simulated by two processes on the loopback interface: MASTER_ADDR, MASTER_PORT and NODE_RANK are set."""

import os
import socket
import subprocess
import sys
from pathlib import Path

from tests.training.conftest import SMALL
from tests.training.test_processes import TRAIN

SECONDS = 100
"""More than the limit of every wait."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def start(folder: Path, node: int, port: int, *options: str) -> subprocess.Popen[str]:
    """Start the process of one of two nodes in its own folder."""
    (folder / f"node{node}").mkdir(parents=True)
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "NODE_RANK": str(node)}
    command = [sys.executable, str(TRAIN), *SMALL, "--num_nodes", "2", "--devices", "1", *options]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    return subprocess.Popen(command, cwd=folder / f"node{node}", env=os.environ | place, **pipes)


def ended(*nodes: subprocess.Popen[str]) -> list[tuple[int, str]]:
    """Wait for the processes. Returns the exit code and stderr of each."""
    try:
        errors = [node.communicate(timeout=SECONDS)[1] for node in nodes]
    finally:
        for node in nodes:
            node.kill()
    return [(node.returncode, error) for node, error in zip(nodes, errors, strict=True)]


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
