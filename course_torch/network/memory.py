"""The memory that a tensor may take on this machine."""

import os
from collections.abc import Iterator
from contextlib import suppress
from math import ceil, inf
from pathlib import Path

from torch import Tensor

SHARE = 0.9
"""Fraction of the available memory that a tensor may take. The rest is for other tensors and other programs."""
SMALL = 2**26
"""Bytes of a tensor for which the system is not asked, because the answer takes a millisecond."""
LIMITS = {
    "": ("", "memory.max", "memory.current", "inactive_file"),
    "memory": ("memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
}
"""Controller of a control group -> its folder, and the names of limit, usage and free cache in versions 2 and 1."""


def fits_into_memory(entries: int, like: Tensor) -> bool:
    """Return whether a tensor with the dtype and the device of `like` fits into SHARE of the available memory.

    An allocation shows the limits of a process and of a device. Linux allocates more memory than it has, and kills the
    process that uses it, so a tensor on the CPU is also compared with the available memory.
    """
    entries = ceil(entries / SHARE)
    size = entries * like.element_size()
    if like.is_cpu and size > SMALL and size > available_memory():
        return False
    try:
        like.new_empty(entries)
    except RuntimeError:
        return False
    return True


def available_memory(root: Path = Path("/")) -> float:
    """Return the bytes that the machine and the limits of its containers leave; inf if the system reports none."""
    free = [1024 * table(root / "proc/meminfo").get("MemAvailable", inf), *left_in_groups(root)]
    return min(*free, physical_memory())


def physical_memory() -> float:
    """Return the bytes of memory of the machine, or inf if the system does not report them."""
    if "SC_PHYS_PAGES" not in getattr(os, "sysconf_names", {}):
        return inf
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")


def left_in_groups(root: Path) -> Iterator[float]:
    """Yield limit - usage of each control group that contains this process. The system frees its cache when needed."""
    for line in lines(root / "proc/self/cgroup"):
        _, controllers, group = line.split(":", 2)
        for controller in LIMITS.keys() & controllers.split(","):
            top, limit, usage, cache = LIMITS[controller]
            for path in (Path(group), *Path(group).parents):
                folder = root / "sys/fs/cgroup" / top / path.relative_to("/")
                with suppress(OSError, ValueError):  # a group of another container, or the limit "max"
                    used = int((folder / usage).read_text()) - table(folder / "memory.stat").get(cache, 0)
                    yield int((folder / limit).read_text()) - used


def table(path: Path) -> dict[str, float]:
    """Read lines of a name and a number."""
    return {name.rstrip(":"): float(number) for name, number, *_ in map(str.split, lines(path))}


def lines(path: Path) -> list[str]:
    """Read the lines of a file of the system, or none if the system has no such file."""
    return path.read_text().splitlines() if path.is_file() else []
