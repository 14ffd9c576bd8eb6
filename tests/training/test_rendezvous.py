"""A process finds the store of all processes at MASTER_ADDR and MASTER_PORT, or ends within the limit."""

import socket
import time
from collections.abc import Iterator

import pytest
from torch.distributed import Store

from course_torch.errors import InputError
from course_torch.training.rendezvous import store_at
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
