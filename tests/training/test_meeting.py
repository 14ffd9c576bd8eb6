"""The processes of a training meet at a store. Threads of this process and a store in memory stand for them here."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from torch.distributed import HashStore

from course_torch.errors import InputError
from course_torch.training import meeting
from course_torch.training.meeting import meet

Process = tuple[int, int, dict[str, Any]]
"""Rank, number of processes, description."""


def lines(*processes: Process, limit: float = 10) -> list[str | None]:
    """Let the processes meet. Returns the error of each process, or None if it went on."""
    store = HashStore()

    def line(process: Process) -> str | None:
        try:
            meet(store, "MASTER_ADDR a, MASTER_PORT 1", *process, limit)
        except InputError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(len(processes)) as threads:
        return list(threads.map(line, processes))


def test_processes_that_agree_go_on() -> None:
    assert lines(*((rank, 3, {"seed": 1}) for rank in range(3))) == [None] * 3


def test_every_process_says_what_differs() -> None:
    line = "seed: found 1 on rank 0 and 2 on rank 1; expected the same on every node"
    assert lines((0, 2, {"seed": 1}), (1, 2, {"seed": 2})) == [line] * 2


def test_processes_that_expect_different_numbers_of_processes_do_not_wait_for_the_limit() -> None:
    started = time.monotonic()
    found = lines((0, 2, {}), (2, 4, {}), (3, 4, {}))
    assert time.monotonic() - started < 10
    assert found[0] is not None
    assert re.match(r"devices × num_nodes: found 2 on rank 0 and 4 on rank [23]; expected the same", found[0])


def test_two_nodes_of_the_same_rank() -> None:
    for line in lines((0, 2, {}), (0, 2, {})):
        assert line is not None
        assert line.startswith("NODE_RANK: found two processes of rank 0")


def test_a_process_that_does_not_come_ends_the_wait_of_the_others_at_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(meeting, "FAREWELL", 0.5)
    started = time.monotonic()
    for line in lines((0, 3, {}), (2, 3, {}), limit=1):
        assert line is not None
        assert line.startswith("MASTER_ADDR a, MASTER_PORT 1: found 2 of 3 processes after 1 s, expected all of them")
    assert 1 < time.monotonic() - started < 5
