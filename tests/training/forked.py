"""Train in other processes, forked from a server that has imported all modules of train.py.

A new Python process spends seconds on these imports. Only a test of how train.py starts needs such a process.
"""

import multiprocessing
import os
import socket
import sys
from pathlib import Path
from typing import Self

from course_torch.training.cli import main
from tests.training.conftest import SMALL

SERVER = multiprocessing.get_context("forkserver")
SERVER.set_forkserver_preload([__name__])


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
        self.process = SERVER.Process(target=train, args=(folder, arguments, self.out, self.err, environment))
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


def train(folder: Path, arguments: list[str], out: Path, err: Path, environment: dict[str, str]) -> None:
    """Run train.py's main in a forked process, with stdout and stderr in files."""
    os.chdir(folder)
    os.environ.update(environment)
    for descriptor, path in ((1, out), (2, err)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT), descriptor)
    sys.exit(main(arguments))


def run_ranks(folder: Path, processes: int, *options: str) -> Path:
    """Train in a process for every rank, with the environment variables that train.py gives to the processes it starts.

    Returns the run folder.
    """
    place = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(free_port()), "WORLD_SIZE": str(processes)}
    arguments = [*SMALL, "--strategy", "ddp", "--devices", str(processes), *options]
    ranks = [
        Training(folder, folder.with_name(f"rank {rank}"), arguments, **place, LOCAL_RANK=str(rank))
        for rank in range(processes)
    ]
    ends = [rank.ended() for rank in ranks]
    assert [code for code, *_ in ends] == [0] * processes, ends
    return folder / "lightning_logs" / "version_0"
