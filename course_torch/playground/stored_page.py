"""The page on this machine, found without torch: the site's, or one that was recorded from changed formulas."""

import os
import re
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Any

from course_torch.lessons import SITE
from course_torch.reports.page import as_data

PACKAGE = Path(__file__).parents[1]
ENDINGS = (".py", ".js", ".css", ".html", ".json")
KEPT = 8  # recorded pages that the cache holds: half a megabyte each
SOURCES = '<meta name="sources" content="{hash}">'
GIVEN = '<script type="application/json" id="given">{data}</script>'


def hash_of_sources() -> str:
    """A hash of the package, of which a page is made: a page with another hash may have other formulas or texts."""
    made = sha256()
    for path in sorted(PACKAGE.rglob("*")):
        name = path.relative_to(PACKAGE).as_posix()
        if path.suffix in ENDINGS and not name.startswith("site/"):
            made.update(f"{name}\n".encode() + path.read_bytes())
    return made.hexdigest()


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
