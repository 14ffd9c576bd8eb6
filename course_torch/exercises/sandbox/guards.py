"""What a learner's process may not do: guards that the operating system offers, found by trying them.

Every guard that hides files hides course_torch too, because its formulas are the answers.
"""

import shutil
import subprocess
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

BUBBLEWRAP = (
    *("--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"),
    *("--dev", "/dev", "--proc", "/proc"),
)
"""No network, no other processes, and no rights of root, who could unmount what hides a folder."""
PREFIXES = (sys.prefix, sys.base_prefix, "/usr", "/usr/local")
"""Where Python and its packages may be installed."""
LIBRARIES = [
    str(Path(spec.origin).parents[1]) for name in ("numpy", "torch") if (spec := find_spec(name)) and spec.origin
]
"""Where NumPy and torch are installed."""
SETTINGS = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system/cpu")
"""What the libraries of the system read: where libraries are, the time zone, the number of cores."""
SYSTEM = ("/proc/self", "/proc/cpuinfo", "/dev/zero", "/dev/random", "/dev/urandom")
"""What a process under Landlock may read besides."""
LEARNER = Path(__file__).resolve().parent / "learner"
"""The only part of course_torch that the learner's process sees."""


@dataclass(frozen=True)
class Guard:
    """How a process is guarded.

    name       as reports show it
    prefix     the program that starts the process, with its options; nothing for none
    hidden     a folder that the process must not see, except for Python and its packages
    landlock   whether the process gives up its access to files
    blocks     what `prefix` blocks
    alone      whether the file is another person's: the process must not import files beside it, nor make the system
               calls of `system_calls.py`
    """

    name: str
    prefix: tuple[str, ...] = ()
    hidden: Path | None = None
    landlock: bool = False
    blocks: tuple[str, ...] = ()
    alone: bool = True

    @property
    def hides(self) -> bool:
        """Whether the process sees neither the files of other people nor the formulas of this package."""
        return self.landlock or bool(self.prefix)

    def command(self) -> list[str]:
        """The start of the command line."""
        if not self.prefix:
            return []
        mounts = {LEARNER: "--ro-bind"}
        for root in needed():
            mounts[root] = "--ro-bind"
            hidden = hidden_below(root, self.hidden)
            mounts |= {root / path.relative_to(root.resolve()): "--tmpfs" for path in hidden}
        words: list[str] = []
        for path in sorted(mounts):  # a folder before the folders in it
            words += [mounts[path], str(path)] if mounts[path] == "--tmpfs" else [mounts[path], str(path), str(path)]
        for path in (Path("/"), Path("/dev"), *(path for path in mounts if mounts[path] == "--tmpfs")):
            words += ["--remount-ro", str(path)]
        return [*self.prefix, *BUBBLEWRAP, *words, "--chdir", "/"]

    def given_up(self) -> dict[str, Any]:
        """The files that the process keeps, as arguments of `restrict`, and the filter of its system calls."""
        files = readable(self.hidden) if self.landlock else None
        return {"files": files, "alone": self.alone, "filter": refusing_filter() if self.alone else None}


LIMITS_ONLY = Guard("limits", alone=False)
"""For the learner's own check: the limits of `learner/limits.py`, and imports from the file's folder."""


def strongest(hidden: Path) -> Guard:
    """The strongest guard of this machine for the files of other people. `hidden` is the folder with all files."""
    landlock = sys.platform == "linux" and landlock_version() > 0
    if bubblewrap_works():
        blocks = ("network", "other submissions", "course_torch", "writing files")
        return Guard("bubblewrap", ("bwrap",), hidden.resolve(), landlock, blocks)
    limits = "limits" if find_spec("resource") else "time limits"  # Windows has no others
    return Guard("landlock" if landlock else limits, hidden=hidden.resolve(), landlock=landlock)


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap can really start a process: many systems have the program but forbid its namespaces."""
    if shutil.which("bwrap") is None:
        return False
    command = [*Guard("bubblewrap", ("bwrap",)).command(), sys.executable, "-c", "import numpy"]
    try:
        return subprocess.run(command, capture_output=True, timeout=120).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


@cache
def needed() -> list[Path]:
    """Folders and files that Python and its libraries may still read."""
    own = [Path(prefix, name) for prefix in PREFIXES[:2] for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
    packages = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    paths = {*own, *map(Path, (*packages, *LIBRARIES, "/usr", "/lib", "/lib64", "/sbin", *SETTINGS))}
    return [path for path in paths if path.exists()]


@cache
def installed() -> set[Path]:
    """The folders of this package, and of every other version of it that Python's packages contain."""
    packages = [folder for prefix in PREFIXES for folder in Path(prefix).glob("lib*/python*/*-packages")]
    found = [path for folder in (*packages, *map(Path, LIBRARIES)) for path in folder.glob("course_torch*")]
    return {LEARNER.parents[2], *(folder.resolve() for folder in found if folder.is_dir())}


def hidden_below(root: Path, hidden: Path | None) -> list[Path]:
    """The folders below `root` that a process must not see: `hidden`, and those of this package."""
    return [folder for folder in (*installed(), hidden) if folder is not None and root.resolve() in folder.parents]


@cache
def readable(hidden: Path | None) -> dict[str, list[str]]:
    """What a process may read, and which folders it may only list, without `hidden` and this package."""
    found = {path for root in needed() for path in around(root, hidden_below(root, hidden))}
    read = [str(path) for path, whole in found if whole]
    return {"read": [*read, *SYSTEM], "listed": [str(path) for path, whole in found if not whole]}


def around(path: Path, hidden: Iterable[Path]) -> Iterator[tuple[Path, bool]]:
    """Yield the paths below `path` that together leave out hidden folders, and whether the whole path may be read.

    Of a path above a hidden folder only the names may be read. A link keeps its own path, under which bubblewrap mounts
    what it leads to, and is hidden if it leads to a hidden folder.
    """
    real = path.resolve()
    if any(real.is_relative_to(folder) for folder in hidden):
        return
    above = any(folder.is_relative_to(real) for folder in hidden)
    yield path, not above
    if above:
        for inner in path.iterdir():
            yield from around(inner, hidden)
