"""Files of published sets: check their MD5, and download them with torchvision if the user asks for it."""

import hashlib
import socket
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path

from course_torch.errors import InputError, check_regular

OFFER = "or set --data.download true"
FAILURES = (OSError, RuntimeError, HTTPException)
"""Exceptions of a failed download: no network, an unwritable folder, a wrong MD5, a lost connection."""

ANSWER = 30.0
"""Seconds to wait for an answer of a server."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Limit how long a new connection waits for an answer. torchvision sets no limit."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def md5_of(content: bytes) -> str:
    """Compute the MD5, the checksum that torchvision publishes for its files."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def check_file(path: Path, md5: str, remedy: str) -> None:
    """Raise InputError if the file is missing or has another MD5. The message ends with the remedy."""
    check_regular(path)
    try:
        found = md5_of(path.read_bytes()) if path.exists() else None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}), expected a file with MD5 {md5}") from error
    if found is None:
        raise InputError(f"{path}: no such file, expected a file with MD5 {md5}; {remedy}, {OFFER}")
    if found != md5:
        raise InputError(f"{path}: damaged, found MD5 {found}, expected {md5}; {remedy}, {OFFER}")


def fetch_file(urls: Sequence[str], md5: str, folder: Path) -> None:
    """Download the file from the first URL that works, unless the folder contains it. Raises InputError on failure."""
    from torchvision.datasets.utils import download_url

    failures = []
    for url in urls:
        try:
            with patience(ANSWER):
                return download_url(url, str(folder), md5=md5)
        except FAILURES as error:
            failures.append(f"{url} could not be downloaded into {folder} ({error})")
    raise InputError(f"data.download: {failures[0]}")


def fetch_archive(url: str, md5: str, folder: Path) -> None:
    """Download an archive and unpack it in the folder. Raises InputError on failure."""
    from torchvision.datasets.utils import extract_archive

    fetch_file([url], md5, folder)
    archive = folder / Path(url).name
    try:
        extract_archive(str(archive))
    except FAILURES as error:
        raise InputError(f"{archive}: could not be unpacked ({error})") from error
