"""Limits on memory, processor time and files, for the process of the learner's code."""

import os

MEMORY = 2 * 1024**3
"""Bytes that the process may allocate."""
FILE_SIZE = 64 * 1024**2
"""Bytes that the process may write into one file."""


def set_limits(processor_seconds: int | None) -> list[str]:
    """Limit this process, as far as the operating system can. Returns the names of the limits that hold.

    processor_seconds   of all calls together; None is no limit
    """
    try:
        import resource
    except ImportError:  # Windows
        return []
    held = []
    for name, kind, size in (
        ("memory", "RLIMIT_DATA", MEMORY),
        ("file size", "RLIMIT_FSIZE", FILE_SIZE),
        ("processor time", "RLIMIT_CPU", processor_seconds),
        ("core dump", "RLIMIT_CORE", 0),
    ):
        if size is None:
            continue
        try:
            resource.setrlimit(getattr(resource, kind), (size, size))
        except (OSError, ValueError, AttributeError):
            continue
        if name != "memory" or os.uname().sysname == "Linux":  # macOS accepts the limit and ignores it
            held.append(name)
    return held
