"""Each line of code is an element, so that a browser can indent what it wraps."""

import re
from collections.abc import Iterator
from typing import Any

from pygments.formatters import HtmlFormatter
from sphinx.application import Sphinx
from sphinx.highlighting import PygmentsBridge

START = re.compile(r"(?:<[^>]*>| )*")
MORE = {'class="sd"': 0, 'class="c1"': 2}
"""A docstring and a comment -> how far behind the indentation a wrapped line goes on. Code goes on 4 behind."""


class Lines(HtmlFormatter):
    """Writes where a wrapped line goes on as `--hang`, for the style sheet."""

    def wrap(self, source: Iterator[tuple[int, str]]) -> Iterator[tuple[int, str]]:
        return super().wrap(map(self.line, source))

    def line(self, piece: tuple[int, str]) -> tuple[int, str]:
        is_code, text = piece
        start = START.match(text)[0]
        indent = len(re.sub("<[^>]*>", "", start))
        more = next((more for kind, more in MORE.items() if kind in start), 4)
        return is_code, f'<span class="line" style="--hang: {indent + more}ch">{text}</span>' if is_code else text


def setup(app: Sphinx) -> dict[str, Any]:
    PygmentsBridge.html_formatter = Lines
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
