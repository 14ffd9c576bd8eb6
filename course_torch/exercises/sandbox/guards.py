"""What a learner's process may not do: guards that the operating system offers.

The guard of files hides course_torch too, because its formulas are the answers.
"""

import sys
import sysconfig
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from course_torch.exercises.sandbox.learner.limits import landlock_version
from course_torch.exercises.sandbox.system_calls import refusing_filter

PREFIXES = (sys.prefix, sys.base_prefix, "/usr", "/usr/local")
"""Where Python and its packages may be installed."""
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
    hidden     a folder that the process must not see, except for Python and its packages
    landlock   whether the process gives up its access to files
    alone      whether the file is another person's: the process must not import files beside it, nor make the system
               calls of `system_calls.py`
    """

    name: str
    hidden: Path | None = None
    landlock: bool = False
    alone: bool = True

    @property
    def isolates(self) -> bool:
        """Whether the process can read no file of other people and reach no other process."""
        return self.landlock and self.given_up()["filter"] is not None

    def given_up(self) -> dict[str, Any]:
        """The files that the process keeps, as arguments of `restrict`, and the filter of its system calls."""
        files = readable(self.hidden) if self.landlock else None
        return {"files": files, "alone": self.alone, "filter": refusing_filter() if self.alone else None}


LIMITS_ONLY = Guard("limits", alone=False)
"""For the learner's own check: the limits of `learner/limits.py`, and imports from the file's folder."""


def strongest(hidden: Path) -> Guard:
    """The strongest guard of this machine for the files of other people. `hidden` is the folder with all files."""
    landlock = sys.platform == "linux" and landlock_version() > 0
    limits = "limits" if find_spec("resource") else "time limits"  # Windows has no others
    return Guard("landlock" if landlock else limits, hidden.resolve(), landlock)


@cache
def needed() -> list[Path]:
    """Folders and files that Python and its libraries may still read."""
    own = [Path(prefix, name) for prefix in PREFIXES[:2] for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
    packages = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths = {*own, *map(Path, (*packages, *LIBRARIES, "/usr", "/lib", "/lib64"))}
    return [path for path in paths if path.exists()]


@cache
def installed() -> set[Path]:
    """The folders of this package, and of every other version of it that Python's packages contain."""
    packages = [folder for prefix in PREFIXES for folder in Path(prefix).glob("lib*/python*/*-packages")]
    found = [path for folder in (*packages, *map(Path, LIBRARIES)) for path in folder.glob("course_torch*")]
    return {LEARNER.parents[2], *(folder.resolve() for folder in found if folder.is_dir())}


@cache
def readable(hidden: Path | None) -> dict[str, list[str]]:
    """What a process may read, and which folders it may only list, without `hidden` and this package.

    What Python needs stays readable where it lies in a hidden folder itself.
    """
    folders = [*installed(), *([hidden] if hidden else [])]
    found = {
        path for root in needed() for path in around(root, [one for one in folders if root.resolve() in one.parents])
    }
    read = [str(path) for path, whole in found if whole]
    return {"read": [*read, *SYSTEM], "listed": [str(path) for path, whole in found if not whole]}


def around(path: Path, hidden: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield the paths below `path` that together leave out hidden folders, and whether the whole path may be read.

    Of a path above a hidden folder only the names may be read. A link to a hidden folder is left out.
    """
    real = path.resolve()
    if any(real.is_relative_to(folder) for folder in hidden):
        return
    above = any(folder.is_relative_to(real) for folder in hidden)
    yield path, not above
    if above:
        for inner in path.iterdir():
            yield from around(inner, hidden)
