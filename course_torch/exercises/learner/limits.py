"""Limits on memory, processor time and files, for the process of the learner's code."""

import os

MEMORY = 2 * 1024**3
"""Bytes that the process may allocate."""
FILE_SIZE = 64 * 1024**2
"""Bytes that the process may write into one file."""
SECONDS = 120
"""Processor time of all functions of a file together."""


def set_limits() -> list[str]:
    """Limit this process, as far as the operating system can. Returns the names of the limits that hold."""
    try:
        import resource
    except ImportError:  # Windows
        return []
    held = []
    for name, kind, size in (
        ("memory", "RLIMIT_DATA", MEMORY),
        ("file size", "RLIMIT_FSIZE", FILE_SIZE),
        ("processor time", "RLIMIT_CPU", SECONDS),
        ("core dump", "RLIMIT_CORE", 0),
    ):
        try:
            resource.setrlimit(getattr(resource, kind), (size, size))
        except (OSError, ValueError, AttributeError):
            continue
        if name != "memory" or os.uname().sysname == "Linux":  # macOS accepts the limit and ignores it
            held.append(name)
    return held
