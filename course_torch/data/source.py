"""Where a set's examples come from, and in what form they are wanted."""

import os
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from course_torch.errors import InputError, check_seed

LARGEST_PICTURE = 1024


@dataclass(frozen=True)
class Source:
    """What a loader goes by; each set looks at what concerns it. Raises InputError for values out of range.

    root            folder of a set that is not shipped
    seed            of sets that are drawn, and of the split of the user's pictures
    download        whether files that are missing or damaged may be fetched into root
    picture_size    height and width that pictures from files get
    memory          GiB that the decoded pictures of a set may take; a larger set stays on disk
    workers         processes that decode pictures; None for one a core, 0 for this process alone
    """

    root: str | None = None
    seed: int = 1
    download: bool = False
    picture_size: int = 64
    memory: float = 4.0
    workers: int | None = None

    def __post_init__(self) -> None:
        check_seed("data.seed", self.seed)
        if not 1 <= self.picture_size <= LARGEST_PICTURE:
            raise InputError(f"data.picture_size: found {self.picture_size}, expected 1 to {LARGEST_PICTURE}")
        if not (self.memory >= 0 and isfinite(self.memory)):
            raise InputError(f"data.memory: found {self.memory}, expected a number of GiB, at least 0")
        if self.workers is not None and self.workers < 0:
            raise InputError(f"data.workers: found {self.workers}, expected at least 0, or null for one a core")

    def folder(self, name: str, content: str) -> Path:
        """The folder `root`, which the set `name` needs for its `content`. Raises InputError where none is given."""
        if self.root is None:
            raise InputError(f"data.root: the set '{name}' needs the folder of {content}")
        return Path(self.root).expanduser()

    @property
    def processes(self) -> int:
        """`workers`, or as many as there are cores for this process."""
        if self.workers is not None:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


DEFAULTS = Source()
