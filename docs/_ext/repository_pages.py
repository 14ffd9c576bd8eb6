"""Pages that are read in the repository too: the site includes them, and their links change with the place.

A link to another included page becomes a link within the site. A link to any other file of the repository becomes text.
Where a page names a section of the notes, the section becomes a link as soon as it has a lesson.
"""

import re
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

NAVIGATION = re.compile(r"\A(# .*\n\n)(?:\[[^\]]+\]\([^)]+\)(?: · )?)+\n\n")
"""The line below the title that leads to the README and to the other language."""
LINK = re.compile(
    r"(?<!!)\[([^\]]+)\]\((?!https?:)([^)#]+?)(?:\.zh-CN)?\.md(#[^)]+)?\)|(?<!!)\[([^\]]+)\]\((?!https?:|#)([^)]+)\)"
)
SECTION = re.compile(r"(?<=^\| )\d\.\d(?= \|)|(?:(?<=\(notes )|(?<=（笔记 ))\d\.\d", re.MULTILINE)
"""A section in the first column of a table, or in parentheses."""
WITH_SECTIONS = ("notes", "mistakes")
GUIDES, LESSONS = "guides", "lessons"


def rewrite(app: Sphinx, path: Path, parent: str, content: list[str]) -> None:
    """Leave out the line of links, and make the links those of the site."""
    same_language = app.config.language.startswith("zh") == path.name.endswith(".zh-CN.md")

    def link(found: re.Match[str]) -> str:
        text, page = found[1] or found[4], (found[2] or "").removeprefix("docs/")
        anchor = (found[3] or "") if same_language else ""  # a heading of the other language
        inside = page and (Path(app.srcdir) / GUIDES / f"{page}.md").is_file()
        return f"[{text}]({page}.md{anchor})" if inside else text

    def lesson(found: re.Match[str]) -> str:
        exists = (Path(app.srcdir) / LESSONS / f"{found[0]}.md").is_file()
        return f"[{found[0]}](../{LESSONS}/{found[0]}.md)" if exists else found[0]

    content[0] = LINK.sub(link, NAVIGATION.sub(r"\1", content[0]))
    if path.name.partition(".")[0] in WITH_SECTIONS:
        content[0] = SECTION.sub(lesson, content[0])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("include-read", rewrite)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
