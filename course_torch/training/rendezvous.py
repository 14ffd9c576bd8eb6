"""Lightning's DDP, whose processes meet at a store within a limit of time and agree before they are connected."""

import json
import os
import signal
import socket
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from threading import Thread

from lightning.pytorch.strategies import DDPStrategy, StrategyRegistry
from torch.distributed import DistError, PrefixStore, Store, TCPStore

from course_torch.errors import InputError
from course_torch.training.agreement import Description, difference

LIMIT = 60.0
"""Seconds to wait for the other processes, beside the time that they need to start and to read their data."""
FAREWELL = 5.0
"""Seconds for which rank 0 waits after a disagreement: the store ends with it, and the other ranks still read."""
POLL = 0.05
"""Seconds between two looks at the store. Python handles Ctrl-C and SIGTERM between them."""
PROCESSES = "devices × num_nodes"


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
        previous = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        try:
            # torchrun's store outlives a restart of its processes.
            attempt = f"meeting {os.environ.get('TORCHELASTIC_RESTART_COUNT')}"
            store = PrefixStore(attempt, store_at(host, port, place, self.global_rank, self.limit))
            meet(store, place, self.global_rank, self.world_size, self.description, self.limit)
        except BaseException:
            if self.launcher is not None:
                self.launcher.kill(signal.SIGTERM)  # the other processes of this node
            raise
        finally:
            signal.signal(signal.SIGTERM, previous)
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
    answers: list[Store | Exception] = []

    def connect() -> None:
        try:
            # Lightning later opens the same store in this process.
            wait = timedelta(seconds=limit)
            answers.append(TCPStore(host, port, None, opens, wait, wait_for_workers=False, multi_tenant=True))
        except Exception as error:
            answers.append(error)

    # A foreign server may never answer, and torch then waits forever: hence the thread.
    thread = Thread(target=connect, daemon=True)
    thread.start()
    thread.join(limit)
    answer = answers[0] if answers else "found a server that is no store of torch, expected the process of rank 0 there"
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


def meet(store: Store, place: str, rank: int, world_size: int, description: Description, limit: float) -> None:
    """Return when all processes have come to the store and their descriptions are equal.

    Raises InputError if the descriptions differ, if two processes have the same rank, or if a process does not come
    within `limit` seconds. `place` names the store in the message.
    """
    deadline = time.monotonic() + limit
    arrivals = [(rank, {PROCESSES: world_size} | description)]
    try:
        number = store.add("came", 1)
        store.set(f"arrival {number}", json.dumps(arrivals[0]))
        for key in (f"arrival {i}" for i in range(1, world_size + 1) if i != number):
            # A process that expects another number of processes ends the wait: the others would never come.
            if arrivals[-1][1][PROCESSES] != world_size or not wait_until(partial(store.check, [key]), deadline):
                break
            other, described = json.loads(store.get(key))
            arrivals.append((other, described))
        message = disagreement(arrivals)
        if message is None and len(arrivals) < world_size:
            message = (
                f"{place}: found {len(arrivals)} of {world_size} processes after {limit:.0f} s, expected all of them: "
                "start the same command on every node, with this address and port and its own NODE_RANK"
            )
        if message is not None:
            store.add("left", 1)
            if rank == 0:
                wait_until(lambda: store.add("left", 0) >= len(arrivals), time.monotonic() + FAREWELL)
            raise InputError(message)
    except DistError as error:
        raise InputError(f"{place}: the process of rank 0 ended before all {world_size} processes had come") from error


def disagreement(arrivals: list[tuple[int, Description]]) -> str | None:
    """Return a line that names in what the processes disagree, or None. An arrival is a rank and its description."""
    ranks = [rank for rank, _ in arrivals]
    twice = next((rank for rank in ranks if ranks.count(rank) > 1), None)
    if twice is None:
        return difference(dict(arrivals))
    return (
        f"NODE_RANK: found two processes of rank {twice}, expected another NODE_RANK on every node, "
        "and a MASTER_PORT that no other training uses"
    )


def wait_until(condition: Callable[[], bool], deadline: float) -> bool:
    """Wait for the condition. Returns False if it does not hold at the deadline."""
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
