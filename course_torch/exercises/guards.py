"""What a learner's process may not do: guards that the operating system offers, found by trying them."""

import shutil
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

BUBBLEWRAP = (
    "--unshare-all",
    "--die-with-parent",
    "--new-session",
    "--ro-bind",
    "/",
    "/",
    "--dev",
    "/dev",
    "--proc",
    "/proc",
)
"""A file system that cannot be written, and no network and no other processes."""


PACKAGE = str(Path(__file__).parents[1])


@dataclass(frozen=True)
class Guard:
    """How a process is guarded.

    name       as reports show it
    prefix     the program that starts the process, with its options; nothing for none
    hidden     a folder that the process must not see, except for Python and this package
    landlock   whether the process gives up its access to files
    blocks     what `prefix` blocks
    alone      whether the process must not import files beside the learner's file
    """

    name: str
    prefix: tuple[str, ...] = ()
    hidden: Path | None = None
    landlock: bool = False
    blocks: tuple[str, ...] = ()
    alone: bool = True

    def command(self, work: str) -> list[str]:
        """The start of the command line, for a process that may write into the folder `work`."""
        if not self.prefix:
            return []
        hidden = ["--tmpfs", str(self.hidden)] if self.hidden else []
        seen = {each for each in (sys.prefix, sys.base_prefix, PACKAGE) if self.hidden in Path(each).parents}
        shown = [word for each in sorted(seen) for word in ("--ro-bind", each, each)]
        return [*self.prefix, *BUBBLEWRAP, *hidden, *shown, "--bind", work, work, "--chdir", work]


LIMITS_ONLY = Guard("limits", alone=False)
"""For the learner's own check: the limits of `learner/limits.py`, and imports from the file's folder."""


def strongest(hidden: Path) -> Guard:
    """The strongest guard of this machine for the files of other people. `hidden` is the folder with all files."""
    landlock = sys.platform == "linux"  # the process itself says whether the kernel has it
    if bubblewrap_works():
        blocks = ("network", "other submissions", "writing files")
        return Guard("bubblewrap", ("bwrap",), hidden.resolve(), landlock, blocks)
    return Guard("landlock" if landlock else "limits", landlock=landlock)


@cache
def bubblewrap_works() -> bool:
    """Whether bubblewrap can really start a process: many systems have the program but forbid its namespaces."""
    if shutil.which("bwrap") is None:
        return False
    try:
        tried = subprocess.run(["bwrap", *BUBBLEWRAP, sys.executable, "-S", "-c", ""], capture_output=True, timeout=20)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return tried.returncode == 0
