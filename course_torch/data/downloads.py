"""Files of published sets: checked by their MD5, fetched through torchvision where the user asks for it."""

import hashlib
from collections.abc import Sequence
from http.client import HTTPException
from pathlib import Path

from course_torch.errors import InputError

OFFER = "or give --data.download true"
FAILURES = (OSError, RuntimeError, HTTPException)
"""No network, a folder that cannot be written, another file than expected, a connection that breaks off."""


def md5_of(content: bytes) -> str:
    """The checksum by which torchvision knows the files of its sets."""
    return hashlib.md5(content, usedforsecurity=False).hexdigest()


def check_file(path: Path, md5: str, remedy: str) -> None:
    """Refuse a file that is missing or has another MD5; the line ends with the remedy. Raises InputError."""
    try:
        found = md5_of(path.read_bytes()) if path.exists() else None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}), expected a file with MD5 {md5}") from error
    if found is None:
        raise InputError(f"{path}: no such file, expected one with MD5 {md5}; {remedy}, {OFFER}")
    if found != md5:
        raise InputError(f"{path}: damaged, found MD5 {found}, expected {md5}; {remedy}, {OFFER}")


def fetch_file(urls: Sequence[str], md5: str, folder: Path) -> None:
    """Download the file from the first address that has it, unless it lies in the folder whole. Raises InputError."""
    from torchvision.datasets.utils import download_url

    failures = []
    for url in urls:
        try:
            return download_url(url, str(folder), md5=md5)
        except FAILURES as error:
            failures.append(f"{url} could not be fetched into {folder} ({error})")
    raise InputError(f"data.download: {failures[0]}")


def fetch_archive(url: str, md5: str, folder: Path) -> None:
    """The same with an archive, which is unpacked in the folder. Raises InputError."""
    from torchvision.datasets.utils import extract_archive

    fetch_file([url], md5, folder)
    archive = folder / Path(url).name
    try:
        extract_archive(str(archive))
    except FAILURES as error:
        raise InputError(f"{archive}: could not be unpacked ({error})") from error
