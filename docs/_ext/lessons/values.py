"""The record of a lesson's code, and the role {n}`name|.4f`: a measured number in prose.

`name` may have indices and keys as in str.format: `A2[0][1]`, `descent[J]`. The minus sign is typographic.
"""

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxRole

from recorder import Record, read

VALUE = re.compile(r"\\value\{([^{}]+)\}")
read_once = cache(read)
MISTAKES = (KeyError, IndexError, TypeError, ValueError)
"""What a wrong name, index or format raises."""


def section_of(docname: str) -> str:
    """The section of a lesson: lessons/2.5 -> 2.5."""
    return docname.rpartition("/")[2]


def record_of(environment: BuildEnvironment, section: str) -> Record:
    """What the code of a section computed. Raises KeyError if the section has no code file."""
    path = Path(environment.config.lesson_records) / f"{section}.json"
    if not path.is_file():
        raise KeyError(f"section {section} has no code file")
    return read_once(path)


def formatted(numbers: Mapping[str, Any], text: str) -> str | list[list[str]]:
    """The number `name|format`, or a matrix of them. Raises an exception of MISTAKES."""
    name, _, form = text.partition("|")
    key = name.partition("[")[0]
    if key not in numbers:
        raise KeyError(f"the code of the lesson gives no number '{key}'")
    value, _ = Formatter().get_field(name, (), numbers)
    if isinstance(value, list):
        return [[printed(each, form) for each in row] for row in value]
    return printed(value, form)


def printed(value: float, form: str) -> str:
    """The number in this format, with a typographic minus. What rounds to zero has no sign."""
    text = format(value, form)
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")


def in_formula(numbers: Mapping[str, Any], tex: str) -> str:
    """Put numbers and matrices in the place of \\value{name|format}. Raises an exception of MISTAKES."""

    def value(found: re.Match[str]) -> str:
        text = formatted(numbers, found[1])
        if isinstance(text, str):
            return text
        return r"\begin{bmatrix}" + r" \\ ".join(" & ".join(row) for row in text) + r"\end{bmatrix}"

    return VALUE.sub(value, tex)


class NumberRole(SphinxRole):
    """{n}`name|.4f`."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        try:
            value = formatted(record_of(self.env, section_of(self.env.docname)).numbers, self.text)
            if not isinstance(value, str):
                raise ValueError(f"'{self.text}' is a matrix, expected a number")
        except MISTAKES as error:
            message = self.inliner.reporter.warning(f"n: {error}", line=self.lineno)
            return [], [message]
        return [nodes.inline(self.rawtext, value, classes=["number"])], []


def setup(app: Sphinx) -> None:
    app.add_role("n", NumberRole())
