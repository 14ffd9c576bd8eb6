"""The options of loading a data set: folder, seed, picture size, memory, workers, points in the plane."""

import os
from dataclasses import dataclass
from math import isfinite
from pathlib import Path

from course_torch.errors import InputError, check_seed

LARGEST_PICTURE = 1024
FEWEST_POINTS, MOST_POINTS = 10, 100_000


@dataclass(frozen=True)
class Source:
    """Options for loading a set, the argument of its loader; a set ignores the options that it does not need.

    root            folder of a set that is not shipped, or the file of csv
    seed            seed of a set that is drawn, and of the split of the user's pictures
    download        whether missing or damaged files may be downloaded into root
    picture_size    height and width to which picture files are resized
    memory          largest size of the decoded pictures in GiB; a larger set stays on disk
    workers         processes that decode pictures; None for one process per core, 0 for this process only
    points          number of points that a set in the plane draws; None for 400
    noise           standard deviation of the noise of a set in the plane; None for its own

    Raises InputError for a value out of range.
    """

    root: str | Path | None = None
    seed: int = 1
    download: bool = False
    picture_size: int = 64
    memory: float = 4.0
    workers: int | None = None
    points: int | None = None
    noise: float | None = None

    def __post_init__(self) -> None:
        if self.root == "":  # which Path takes for the current folder
            raise InputError("data.root: found '', expected a folder or a file")
        check_seed("data.seed", self.seed)
        if not 1 <= self.picture_size <= LARGEST_PICTURE:
            raise InputError(f"data.picture_size: found {self.picture_size}, expected 1 to {LARGEST_PICTURE}")
        if not (self.memory >= 0 and isfinite(self.memory)):
            raise InputError(f"data.memory: found {self.memory}, expected a number of GiB, at least 0")
        if self.workers is not None and self.workers < 0:
            raise InputError(
                f"data.workers: found {self.workers}, expected at least 0, or null for one process per core"
            )

        if self.points is not None and not (FEWEST_POINTS <= self.points <= MOST_POINTS and self.points % 2 == 0):
            raise InputError(
                f"data.points: found {self.points}, expected an even number from {FEWEST_POINTS} to {MOST_POINTS}"
            )
        if self.noise is not None and not (self.noise >= 0 and isfinite(self.noise)):
            raise InputError(f"data.noise: found {self.noise}, expected a number of at least 0, or null")

    def folder(self, name: str, content: str) -> Path:
        """Return the folder `root` with the `content` of the set `name`. Raises InputError if root is None."""
        if self.root is None:
            raise InputError(f"data.root: the set '{name}' needs the folder of {content}")
        return Path(self.root).expanduser()

    @property
    def processes(self) -> int:
        """The number of worker processes: `workers`, or the number of cores that this process may use."""
        if self.workers is not None:
            return self.workers
        return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


DEFAULTS = Source()
