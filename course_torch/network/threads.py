"""The number of threads of torch that compute a step on the CPU.

torch shares an operation between its threads, and waits for the slowest thread after every operation. A small step
has many operations and little work: the threads then wait longer than they compute, most of all on a busy machine.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import pairwise

import torch

from course_torch.errors import unexpected
from course_torch.language import Text

SHARED = 100_000_000
"""Multiplications of a step from which torch's threads share the step. A smaller step takes a few ms of one core."""
MOST_THREADS = 1024
"""torch ends the process without a word if the system refuses a thread."""


def check_threads(threads: int) -> None:
    """Reject a number of threads outside 1 … MOST_THREADS. Raises InputError."""
    if not 1 <= threads <= MOST_THREADS:
        raise unexpected("threads", threads, Text(f"1 to {MOST_THREADS}", f"1 到 {MOST_THREADS}"))


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
