"""The processes of a training find their store at MASTER_ADDR and MASTER_PORT, and meet there, or end within the limit.

Where they meet, threads of this process and a store in memory stand for them.
"""

import re
import socket
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from torch.distributed import HashStore, Store

from course_torch.errors import InputError
from course_torch.training import rendezvous
from course_torch.training.rendezvous import meet, store_at
from tests.training.forked import free_port

HERE = "127.0.0.1"


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and never answers."""
    with socket.socket() as server:
        server.bind((HERE, 0))
        server.listen()
        yield server.getsockname()[1]


def opened(port: int, rank: int, limit: float = 0.5, host: str = HERE) -> Store:
    return store_at(host, port, "the place", rank, limit)


def test_rank_0_opens_the_store_and_another_rank_reads_it() -> None:
    port = free_port()
    first = opened(port, rank=0, limit=20)
    first.set("key", "value")
    assert opened(port, rank=1, limit=20).get("key") == b"value"


def test_a_port_in_use(silent_server: int) -> None:
    with pytest.raises(InputError, match=f"MASTER_PORT: found {silent_server}, which is in use on this machine"):
        opened(silent_server, rank=0)


def test_a_server_of_another_kind_that_never_answers(silent_server: int) -> None:
    started = time.monotonic()
    with pytest.raises(InputError, match="the place: found a server that is no store of torch"):
        opened(silent_server, rank=1)
    assert time.monotonic() - started < 5


def test_no_server() -> None:
    with pytest.raises(InputError, match=r"the place: no answer for 0 s \(Connection refused\), expected the process"):
        opened(free_port(), rank=1, limit=0.2)


def test_a_name_that_does_not_resolve(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*ignored: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(InputError, match="MASTER_ADDR: found 'nowhere', which does not resolve"):
        opened(29500, rank=1, host="nowhere")


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


def test_a_process_that_does_not_come_ends_the_wait_of_the_others_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendezvous, "FAREWELL", 0.5)
    started = time.monotonic()
    for line in lines((0, 3, {}), (2, 3, {}), limit=1):
        assert line is not None
        assert line.startswith("MASTER_ADDR a, MASTER_PORT 1: found 2 of 3 processes after 1 s, expected all of them")
    assert 1 < time.monotonic() - started < 5
