"""One action for many items, worked out ahead by several processes."""

import signal
from collections.abc import Callable, Sequence
from typing import Any, TypeVar, cast

import torch
from torch.utils.data import DataLoader

Item = TypeVar("Item")
Result = TypeVar("Result")


def by_workers(action: Callable[[Item], Result], items: Sequence[Item], workers: int) -> "DataLoader[Result]":
    """action(item) for each item in turn, by so many processes (0 for this one), a few items ahead of the reader."""
    return DataLoader(
        cast(Any, items),
        batch_size=None,
        collate_fn=cast(Any, action),
        num_workers=min(workers, len(items) - 1),  # a single item is not worth a process
        worker_init_fn=leave_interrupts_to_main,
        generator=torch.Generator(),  # torch's global one stays as it is
    )


def leave_interrupts_to_main(worker: int) -> None:
    """Ctrl-C reaches all processes of a terminal: the main one decides what it means, and ends its workers."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
