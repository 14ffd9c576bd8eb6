"""What a learner's process may not do: guards that the operating system offers."""

import sys
import sysconfig
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_torch.exercises.sandbox.learner.limits import landlock_version
from course_torch.exercises.sandbox.system_calls import refusing_filter

LIBRARIES = [
    str(Path(spec.origin).parents[1]) for name in ("numpy", "torch") if (spec := find_spec(name)) and spec.origin
]
"""Where NumPy and torch are installed."""
SYSTEM = (
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system/cpu"),
    *("/proc/self", "/proc/cpuinfo", "/dev/zero", "/dev/random", "/dev/urandom"),
)
"""What libraries read of the system: where libraries are, the time zone, the number of cores, random numbers."""
LEARNER = Path(__file__).resolve().parent / "learner"
"""The only part of course_torch that the learner's process loads."""


@dataclass(frozen=True)
class Guard:
    """How a process is guarded.

    name       as reports show it
    landlock   whether the process gives up its access to files, except for Python and its packages
    alone      whether the file is another person's: the process must not import files beside it, nor make the system
               calls of `system_calls.py`
    """

    name: str
    landlock: bool = False
    alone: bool = True

    @property
    def isolates(self) -> bool:
        """Whether the process can read no file of other people and reach no other process."""
        return self.landlock and self.given_up()["filter"] is not None

    def given_up(self) -> dict[str, Any]:
        """The files that the process keeps, or None for all, and the filter of its system calls."""
        return {"files": readable() if self.landlock else None, "filter": refusing_filter() if self.alone else None}


LIMITS_ONLY = Guard("limits", alone=False)
"""For the learner's own check: the limits of `learner/limits.py`, and imports from the file's folder."""


def strongest() -> Guard:
    """The strongest guard of this machine for the files of other people."""
    landlock = sys.platform == "linux" and landlock_version() > 0
    limits = "limits" if find_spec("resource") else "time limits"  # Windows has no others
    return Guard("landlock" if landlock else limits, landlock)


@cache
def readable() -> list[str]:
    """The folders and files that Python and its libraries may still read."""
    prefixes = {sys.prefix, sys.base_prefix}
    own = [str(Path(prefix, name)) for prefix in prefixes for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
    packages = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return [*{*own, *packages, *LIBRARIES, "/usr", "/lib", "/lib64"}, *SYSTEM]
