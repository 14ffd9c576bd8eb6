"""The number of threads of torch that compute a step on the CPU.

torch shares an operation between its threads, and waits for the slowest thread after every operation. A small step
has many operations and little work: the threads then wait longer than they compute, most of all on a busy machine.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import torch

SHARED = 100_000_000
"""Multiplications of a step from which torch's threads share the step. A smaller step takes a few ms of one core."""


def multiplications(layer_sizes: Sequence[int], m: int) -> int:
    """Return the multiplications of a gradient step: m · n_in · n_out for each of Z, dW and dA_prev (not dA[0])."""
    products = [n_in * n_out for n_in, n_out in pairwise(layer_sizes)]
    return m * (3 * sum(products) - products[0])


def threads_for(layer_sizes: Sequence[int], m: int) -> int:
    """Return 1 for a step of less than SHARED multiplications, otherwise torch's present number of threads."""
    return torch.get_num_threads() if multiplications(layer_sizes, m) >= SHARED else 1


@contextmanager
def computing_with(threads: int) -> Iterator[None]:
    """Let torch compute with this number of threads, and afterwards with the number before."""
    before = torch.get_num_threads()
    torch.set_num_threads(threads)
    try:
        yield
    finally:
        torch.set_num_threads(before)
