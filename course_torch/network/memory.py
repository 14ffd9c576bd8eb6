"""The memory that a tensor may take on this machine."""

import os
from math import inf

from torch import Tensor


def fits_into_memory(entries: int, like: Tensor) -> bool:
    """Return whether a tensor with the dtype and the device of `like` fits into the memory.

    An allocation shows the limits of a process and of a device. Linux allocates more memory than the machine has, and
    kills the process that uses it, so a tensor on the CPU may take half of the machine's memory: X is there too.
    """
    if like.is_cpu and 2 * entries * like.element_size() > physical_memory():
        return False
    try:
        like.new_empty(entries)
    except RuntimeError:
        return False
    return True


def physical_memory() -> float:
    """Return the bytes of memory of the machine, or inf if the system does not report them."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return inf
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
