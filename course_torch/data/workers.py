"""One action for many items, worked out ahead by several processes."""

import signal
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar, cast

import torch
from rich.console import Console
from rich.progress import track
from torch.utils.data import DataLoader

Item = TypeVar("Item")
Result = TypeVar("Result")

GRACE = 60
"""Seconds in which the step under way and a last validation end, and with them the need for the workers."""


def by_workers(action: Callable[[Item], Result], items: Sequence[Item], workers: int) -> "DataLoader[Result]":
    """action(item) for each item in turn, by so many processes (0 for this one), a few items ahead of the reader."""
    return DataLoader(
        cast(Any, items),
        batch_size=None,
        collate_fn=cast(Any, action),
        num_workers=min(workers, len(items) - 1),  # a single item is not worth a process
        worker_init_fn=leave_signals_to_main,
        generator=torch.Generator(),  # torch's global one stays as it is
    )


def with_progress(items: Iterable[Item], description: str, shown: bool = True) -> Iterable[Item]:
    """The items, with a progress bar on stderr if it is to be shown and stderr is a terminal."""
    console = Console(stderr=True)
    return track(items, description, console=console, transient=True, disable=not (shown and console.is_terminal))


def leave_signals_to_main(worker: int) -> None:
    """Ctrl-C and a shutdown reach all processes of a group: the main one decides what they mean, and ends its workers.

    After SIGTERM, by which it also ends them where they have lost touch, a worker goes on for GRACE seconds.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGTERM, lambda *received: signal.alarm(GRACE))
