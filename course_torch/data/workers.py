"""Apply a function to many items in worker processes, ahead of the reader."""

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
"""Grace period of workers in seconds after SIGTERM: enough for the current step and a final validation."""


def by_workers(action: Callable[[Item], Result], items: Sequence[Item], workers: int) -> "DataLoader[Result]":
    """Compute action(item) for each item in order, in `workers` processes (0: in this process), ahead of the reader."""
    return DataLoader(
        cast(Any, items),
        batch_size=None,
        collate_fn=cast(Any, action),
        num_workers=min(workers, len(items) - 1),  # no worker for a single item
        worker_init_fn=leave_signals_to_main,
        generator=torch.Generator(),  # leaves torch's global generator unchanged
    )


def with_progress(items: Iterable[Item], description: str, shown: bool = True) -> Iterable[Item]:
    """Iterate over the items; show a progress bar on stderr if `shown` is true and stderr is a terminal."""
    console = Console(stderr=True)
    return track(items, description, console=console, transient=True, disable=not (shown and console.is_terminal))


def leave_signals_to_main(worker: int) -> None:
    """Let a worker ignore SIGINT, and end it GRACE seconds after SIGTERM: the main process handles both signals.

    Ctrl-C and a shutdown signal all processes of the group, but the main process still needs its workers. It stops the
    workers itself, by SIGTERM if they do not respond.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "alarm"):
        signal.signal(signal.SIGTERM, lambda *received: signal.alarm(GRACE))
