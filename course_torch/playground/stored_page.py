"""The page on this machine, found without torch: the site's, or one that was recorded from changed formulas."""

import os
import re
from base64 import urlsafe_b64encode
from hashlib import sha256
from html import escape
from importlib import metadata
from pathlib import Path
from typing import Any

from course_torch.lessons import SITE
from course_torch.reports.page import as_data

PACKAGE = Path(__file__).parents[1]
FOLDERS = ("data", "formulas", "mistakes", "network", "playground", "verification", "web")
ENDINGS = (".py", ".js", ".css", ".html", ".json")
KEPT = 8  # recorded pages that the cache holds: half a megabyte each
SOURCES = '<meta name="sources" content="{hash}">'
GIVEN = '<script type="application/json" id="given">{data}</script>'


def sources() -> dict[str, bytes]:
    """The files of the package that a page is made of: their names, such as "course_torch/text.py", and contents."""
    inside = (path for folder in FOLDERS for path in (PACKAGE / folder).rglob("*") if path.suffix in ENDINGS)
    paths = sorted([*inside, *PACKAGE.glob("[!_]*.py"), PACKAGE / "reports" / "page.py"])
    return {path.relative_to(PACKAGE.parent).as_posix(): path.read_bytes() for path in paths}


def hash_of_sources() -> str:
    """A hash of the sources: a page with another hash may have other formulas or texts."""
    made = sha256()
    for name, content in sources().items():
        made.update(f"{name}\n".encode() + content)
    return made.hexdigest()


def as_installed() -> bool:
    """Whether the sources are those of an installed wheel, for which a test has proved the graphs (`kit`).

    The installer records a hash of every file of a wheel. A checkout has no such record.
    """
    try:
        files = metadata.files("course_torch") or []
    except metadata.PackageNotFoundError:
        return False
    recorded = {str(file): file.hash.value for file in files if file.hash is not None}
    return all(recorded.get(name) == as_recorded(content) for name, content in sources().items())


def as_recorded(content: bytes) -> str:
    """The hash of a file as an installer writes it."""
    return urlsafe_b64encode(sha256(content).digest()).decode().rstrip("=")


def cache_folder() -> Path:
    """The user's folder for files that can be made again, as torch finds it."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "course_torch"


def name_of(sources_hash: str) -> str:
    return f"playground-{sources_hash[:16]}.html"


def find(sources_hash: str) -> Path | None:
    """The page with this hash, of the site or of the cache; None if it must be recorded."""
    for path in (SITE / "playground.html", cache_folder() / name_of(sources_hash)):
        if path.is_file() and SOURCES.format(hash=sources_hash) in path.read_text(encoding="utf-8"):
            return path
    return None


def store(page: str, sources_hash: str) -> Path:
    """Write a page into the cache, and remove the oldest pages there. Raises OSError."""
    from course_torch.writing import write_text

    folder = cache_folder()
    folder.mkdir(parents=True, exist_ok=True)
    write_text(folder / name_of(sources_hash), page)
    for old in sorted(folder.glob("playground-*.html"), key=lambda path: path.stat().st_mtime)[:-KEPT]:
        old.unlink(missing_ok=True)
    return folder / name_of(sources_hash)


def with_lessons(page: str, address: str | None) -> str:
    """The page with the address of the folder of the lessons, to which its tasks link; None for no lessons."""
    attribute = "" if address is None else f' data-lessons="{escape(address)}"'
    return re.sub(r'<html lang="en"[^>]*>', lambda _: f'<html lang="en"{attribute}>', page, count=1)


def with_given(page: str, given: dict[str, Any]) -> str:
    """The page that begins with a link and a language of its own."""
    return re.sub(GIVEN.format(data=".*"), lambda _: GIVEN.format(data=as_data(given)), page)
