"""Lightning's DDP, whose processes find each other within a limit of time and agree before they are connected."""

import os
import signal
import socket
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from threading import Thread
from typing import Any

from lightning.pytorch.strategies import DDPStrategy, StrategyRegistry
from torch.distributed import PrefixStore, Store, TCPStore

from course_torch.errors import InputError
from course_torch.training.agreement import Description
from course_torch.training.meeting import POLL, meet

LIMIT = 60.0
"""Seconds to wait for the other processes, beside the time that they need to start and to read their data."""


class AgreeingDDP(DDPStrategy):
    """DDP that compares `description` on all ranks, and waits at most `limit` seconds for them."""

    description: Description
    limit: float

    def setup_environment(self) -> None:
        """Meet the other processes, then connect to them. Raises InputError if they do not come or do not agree."""
        assert self.cluster_environment is not None
        host, port = self.cluster_environment.main_address, self.cluster_environment.main_port
        place = f"MASTER_ADDR {host}, MASTER_PORT {port}"
        self._say(f"waiting for the other nodes at {host}:{port}")
        try:
            with exit_on_sigterm():
                # torchrun's store outlives a restart of its processes.
                attempt = f"meeting {os.environ.get('TORCHELASTIC_RESTART_COUNT')}"
                store = PrefixStore(attempt, store_at(host, port, place, self.global_rank, self.limit))
                meet(store, place, self.global_rank, self.world_size, self.description, self.limit)
        except BaseException:
            if self.launcher is not None:
                self.launcher.kill(signal.SIGTERM)  # the other processes of this node
            raise
        super().setup_environment()
        self._say("joined the training; the node of rank 0 shows and keeps its results")

    def _say(self, state: str) -> None:
        """Print the state of this node, unless it is the first node, which prints tables and progress."""
        if self.node_rank > 0 and self.local_rank == 0:
            print(f"node rank {self.node_rank} of {self.num_nodes}: {state}", flush=True)


def register() -> None:
    """Let `--strategy ddp`, which is also Lightning's choice for several devices, mean AgreeingDDP."""
    StrategyRegistry.register("ddp", AgreeingDDP, override=True, start_method="popen")


def store_at(host: str, port: int, place: str, rank: int, limit: float) -> Store:
    """Open the store of all processes if this process has rank 0, otherwise connect to it within `limit` seconds.

    Under torchrun the first agent has opened the store. Raises InputError if there is no store.
    """
    try:
        socket.getaddrinfo(host, port)
    except (OSError, UnicodeError) as error:
        raise InputError(f"MASTER_ADDR: found '{host}', which does not resolve ({error})") from error
    opens = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != str(True)
    deadline = time.monotonic() + limit
    while not opens and (problem := problem_of_connecting(host, port)):
        if time.monotonic() > deadline:
            raise InputError(f"{place}: no answer for {limit:.0f} s ({problem}), expected the process of rank 0 there")
        time.sleep(POLL)
    # A foreign server may never answer, and torch then waits forever: hence the thread.
    found: list[Store | Exception] = []
    thread = Thread(target=lambda: found.append(connected(host, port, opens, limit)), daemon=True)
    thread.start()
    thread.join(limit)
    answer = found[0] if found else "found a server that is no store of torch, expected the process of rank 0 there"
    if isinstance(answer, Store):
        return answer
    if "EADDRINUSE" in str(answer):
        raise InputError(f"MASTER_PORT: found {port}, which is in use on this machine, expected a free port")
    raise InputError(f"{place}: {answer}")


def problem_of_connecting(host: str, port: int) -> str | None:
    """Return why no connection is possible, or None. torch itself would print a warning for every attempt."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def connected(host: str, port: int, opens: bool, limit: float) -> Store | Exception:
    """Return a TCPStore, or the exception that its constructor raised."""
    try:
        # Lightning later opens the same store in this process.
        return TCPStore(host, port, None, opens, timedelta(seconds=limit), wait_for_workers=False, multi_tenant=True)
    except Exception as error:
        return error


@contextmanager
def exit_on_sigterm() -> Iterator[None]:
    """Let SIGTERM raise SystemExit within the block."""

    def leave(number: int, frame: Any) -> None:
        sys.exit(128 + number)

    previous = signal.signal(signal.SIGTERM, leave)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, previous)
