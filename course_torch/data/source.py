"""Where a data set comes from: the options of loading it, and published files, checked by MD5 and downloaded."""

import hashlib
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass
from http.client import HTTPException
from math import inf
from pathlib import Path

from course_torch.errors import InputError, check_regular, check_seed, unexpected
from course_torch.language import Text

LARGEST_PICTURE = 1024
FEWEST_POINTS, MOST_POINTS = 10, 100_000

OFFER = Text("or set --data.download true", "或者设置 --data.download true")
BROKEN = Text(
    "{path}: cannot be read ({error}), expected a file with MD5 {md5}", "{path}：无法读取（{error}），MD5 应为 {md5}"
)
MISSING = Text("{path}: no such file, expected a file with MD5 {md5}", "{path}：没有这个文件，MD5 应为 {md5}")
DAMAGED = Text("{path}: damaged, found MD5 {found}, expected {md5}", "{path}：已损坏，MD5 是 {found}，应为 {md5}")
NO_ROOT = Text("data.root: the set '{name}' needs {content}", "data.root：数据集 '{name}' 需要{content}")
NOT_LOADED = Text(
    "data.download: {url} could not be downloaded into {folder} ({error})",
    "data.download：{url} 无法下载到 {folder}（{error}）",
)
WORKERS = Text("at least 0, or null for one process per core", "至少 0；null 表示每个核一个进程")
POINTS = Text("an even number from {least} to {most}", "{least} 到 {most} 的偶数")
FAILURES = (OSError, RuntimeError, HTTPException)
"""Exceptions of a failed download: no network, an unwritable folder, a wrong MD5, a lost connection."""
ANSWER = 30.0  # seconds to wait for an answer of a server


@dataclass(frozen=True)
class Source:
    """Options for loading a set, the argument of its loader: those of DataConfig with the same names.

    A set ignores the options that it does not need. Raises InputError for a value out of range.
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
        check_seed("data.seed", self.seed)
        even = self.points is None or (FEWEST_POINTS <= self.points <= MOST_POINTS and self.points % 2 == 0)
        for name, allowed, expected in (
            (
                "root",
                self.root != "",
                Text("a folder or a file", "文件夹或文件"),
            ),  # Path takes "" for the current folder
            (
                "picture_size",
                1 <= self.picture_size <= LARGEST_PICTURE,
                Text(f"1 to {LARGEST_PICTURE}", f"1 到 {LARGEST_PICTURE}"),
            ),
            ("memory", 0 <= self.memory < inf, Text("a number of GiB, at least 0", "至少 0 的数（GiB）")),
            ("workers", self.workers is None or self.workers >= 0, WORKERS),
            ("points", even, POINTS.fill(least=FEWEST_POINTS, most=MOST_POINTS)),
            (
                "noise",
                self.noise is None or 0 <= self.noise < inf,
                Text("a number of at least 0, or null", "至少 0 的数，或 null"),
            ),
        ):
            if not allowed:
                raise unexpected(f"data.{name}", repr(getattr(self, name)), expected)

    def folder(self, name: str, content: Text) -> Path:
        """Return the path `root` of the `content` of the set `name`. Raises InputError if root is None."""
        if self.root is None:
            raise InputError(NO_ROOT.fill(name=name, content=content))
        return Path(self.root).expanduser()

    @property
    def processes(self) -> int:
        """The number of worker processes: `workers`, or one for each usable core."""
        return usable_cores() if self.workers is None else self.workers


DEFAULTS = Source()


def usable_cores() -> int:
    """The number of cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def md5_of(content: bytes) -> str:
    """Compute the MD5, the checksum that torchvision publishes for its files."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def check_file(path: Path, md5: str, remedy: Text) -> None:
    """Raise InputError if the file is missing or has another MD5. The message ends with the remedy."""
    check_regular(path)
    try:
        found = md5_of(path.read_bytes()) if path.exists() else None
    except OSError as error:
        raise InputError(BROKEN.fill(path=path, error=error.strerror, md5=md5)) from error
    if found != md5:
        complaint = (MISSING if found is None else DAMAGED).fill(path=path, found=found, md5=md5)
        raise InputError(f"{complaint.en}; {remedy.en}, {OFFER.en}", f"{complaint.zh}；{remedy.zh}，{OFFER.zh}")


def fetch_file(urls: Sequence[str], md5: str, folder: Path) -> None:
    """Download the file from the first URL that works, unless the folder contains it. Raises InputError on failure."""
    from torchvision.datasets.utils import download_url

    failures, before = [], socket.getdefaulttimeout()
    socket.setdefaulttimeout(ANSWER)  # torchvision sets no limit
    try:
        for url in urls:
            try:
                return download_url(url, str(folder), md5=md5)
            except FAILURES as error:
                failures.append(NOT_LOADED.fill(url=url, folder=folder, error=error))
    finally:
        socket.setdefaulttimeout(before)
    raise InputError(failures[0])


def fetch_archive(url: str, md5: str, folder: Path) -> None:
    """Download an archive and unpack it in the folder. Raises InputError on failure."""
    from torchvision.datasets.utils import extract_archive

    fetch_file([url], md5, folder)
    archive = folder / Path(url).name
    try:
        extract_archive(str(archive))
    except FAILURES as error:
        raise InputError(f"{archive}: could not be unpacked ({error})", f"{archive}：无法解压（{error}）") from error
