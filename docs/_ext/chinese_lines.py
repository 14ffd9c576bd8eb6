"""Joins the lines of a Chinese paragraph: a browser would show a line break in the text as a space."""

import re
from typing import Any

from sphinx.application import Sphinx

WORD, STOP = "一-鿿", "，。：；？！、）》”"
ITEM = r"(?!\d+\. )"  # an item of a numbered list begins its own line
BREAK = re.compile(rf"(?<=[{WORD}])\n(?=[{WORD}（《“])|(?<=[{STOP}])\n(?={ITEM}[{WORD}（《“\w$]|`(?!`))")


def join_lines(app: Sphinx, content: list[str]) -> None:
    """Leave out line breaks between Chinese characters, and after Chinese punctuation."""
    if app.config.language.startswith("zh"):
        content[0] = BREAK.sub("", content[0])


def setup(app: Sphinx) -> dict[str, Any]:
    app.connect("source-read", lambda app, docname, content: join_lines(app, content))
    app.connect("include-read", lambda app, path, parent, content: join_lines(app, content))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
