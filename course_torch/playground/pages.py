"""The files that the server may send: a fixed table, read once. No path of a request reaches the disk."""

from importlib.resources import files
from typing import NamedTuple

SHARED = ("style.css", "elements.js", "texts/en.json", "texts/zh.json")
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json"}
PAGE = "page.html"


class File(NamedTuple):
    """The content of a file, and its type."""

    content: bytes
    type: str


def table() -> dict[str, File]:
    """Path of the address -> file: the shared files, and those of `web/playground`. The page itself is at "/"."""
    web = files("course_torch") / "web"
    named = {name: web.joinpath(*name.split("/")) for name in SHARED}
    named |= {each.name: each for each in (web / "playground").iterdir()}
    return {
        "/" if name == PAGE else f"/{name}": File(each.read_bytes(), TYPES[name.rpartition(".")[2]])
        for name, each in named.items()
        if name.rpartition(".")[2] in TYPES
    }
