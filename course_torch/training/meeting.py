"""The processes of a training meet at a store, and compare their descriptions before the first update."""

import json
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from torch.distributed import DistError, Store

from course_torch.errors import InputError
from course_torch.training.agreement import Description, difference

FAREWELL = 5.0
"""Seconds for which rank 0 waits after a disagreement: the store ends with it, and the other ranks still read."""
POLL = 0.05
"""Seconds between two looks at the store. Python handles Ctrl-C and SIGTERM between them."""
PROCESSES = "devices × num_nodes"

Arrival = dict[str, Any]
"""The rank and the description of a process."""


def meet(store: Store, place: str, rank: int, world_size: int, description: Description, limit: float) -> None:
    """Return when all processes have come to the store and their descriptions are equal.

    Raises InputError if the descriptions differ, if two processes have the same rank, or if a process does not come
    within `limit` seconds. `place` names the store in the message.
    """
    own = {"rank": rank, "description": {PROCESSES: world_size} | description}
    try:
        arrivals = [own, *others(store, own, time.monotonic() + limit)]
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


def others(store: Store, own: Arrival, deadline: float) -> list[Arrival]:
    """Leave `own` at the store, and read the arrivals of the other processes until all have come or the deadline.

    A process that expects another number of processes ends the wait: the expected number would never come.
    """
    number, world_size = store.add("came", 1), own["description"][PROCESSES]
    store.set(f"arrival {number}", json.dumps(own))
    found: list[Arrival] = []
    for key in (f"arrival {i}" for i in range(1, world_size + 1) if i != number):
        if not wait_until(partial(store.check, [key]), deadline):
            break
        found.append(json.loads(store.get(key)))
        if found[-1]["description"][PROCESSES] != world_size:
            break
    return found


def disagreement(arrivals: list[Arrival]) -> str | None:
    """Return a line that names in what the processes disagree, or None."""
    ranks = [arrival["rank"] for arrival in arrivals]
    twice = next((rank for rank in ranks if ranks.count(rank) > 1), None)
    if twice is not None:
        return (
            f"NODE_RANK: found two processes of rank {twice}, expected another NODE_RANK on every node, "
            "and a MASTER_PORT that no other training uses"
        )
    return difference({arrival["rank"]: arrival["description"] for arrival in arrivals})


def wait_until(condition: Callable[[], bool], deadline: float) -> bool:
    """Wait for the condition. Returns False if it does not hold at the deadline."""
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True
