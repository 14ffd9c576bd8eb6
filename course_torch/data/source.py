"""Where a data set comes from: the options of loading it."""

from dataclasses import dataclass
from math import inf
from pathlib import Path

from course_torch.errors import InputError, check_seed, unexpected
from course_torch.language import Text

LARGEST_PICTURE = 1024
FEWEST_POINTS, MOST_POINTS = 10, 100_000
FILES = Text("a folder or a file", "文件夹或文件")
SIZES = Text(f"1 to {LARGEST_PICTURE}", f"1 到 {LARGEST_PICTURE}")
POINTS = Text(f"an even number from {FEWEST_POINTS} to {MOST_POINTS}", f"{FEWEST_POINTS} 到 {MOST_POINTS} 的偶数")
NOISE = Text("a number of at least 0, or null", "至少 0 的数，或 null")
NO_ROOT = Text("data.root: the set '{name}' needs {content}", "data.root：数据集 '{name}' 需要：{content}")


@dataclass(frozen=True)
class Source:
    """The options of loading the set `name`, the argument of its loader: `DataConfig` says what they mean.

    A set ignores the options that it does not need. Raises InputError for a value out of range.
    """

    name: str = "pictures"
    root: str | Path | None = None
    seed: int = 1
    download: bool = False
    picture_size: int = 64
    points: int | None = None
    noise: float | None = None

    def __post_init__(self) -> None:
        check_seed("data.seed", self.seed)
        size, points, noise = self.picture_size, self.points, self.noise
        for name, allowed, expected in (
            ("root", self.root != "", FILES),  # Path takes "" for the current folder
            ("picture_size", 1 <= size <= LARGEST_PICTURE, SIZES),
            ("points", points is None or (FEWEST_POINTS <= points <= MOST_POINTS and points % 2 == 0), POINTS),
            ("noise", noise is None or 0 <= noise < inf, NOISE),
        ):
            if not allowed:
                raise unexpected(f"data.{name}", repr(getattr(self, name)), expected)

    def path(self, content: Text) -> Path:
        """Return the path `root` of the `content` of the set. Raises InputError if root is None."""
        if self.root is None:
            raise InputError(NO_ROOT.fill(name=self.name, content=content))
        return Path(self.root).expanduser()
