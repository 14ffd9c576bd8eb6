"""Reads a docstring of the package, which is plain text, into paragraphs, lists of names, and formulas.

    name    meaning           a list of names: two spaces or more stand between a name and its meaning
            more meaning      a deeper line continues the meaning

The indented lines below "Args:" are a list of names too, with a colon after each name. Other indented lines are
formulas, which keep their line breaks. All else is a paragraph.
"""

import re
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

NAME = r"[\w.\[\]…-]+"
ITEM = re.compile(rf"({NAME}(?:, {NAME})*)(?: {{2,}}(\S.*))?")
"""Names, and their meaning unless it follows in deeper lines or is clear."""
ARGUMENT = re.compile(r"(\w+): (.*)")
ARGUMENTS = "Args:"


class Paragraph(NamedTuple):
    text: str


class Names(NamedTuple):
    """Each name, or names such as "value, module", with its meaning."""

    items: list[tuple[str, str]]


class Formulas(NamedTuple):
    """Lines as they are."""

    text: str


Block = Paragraph | Names | Formulas


def blocks(docstring: str) -> Iterator[Block]:
    """The blocks of a docstring, in order. Raises ValueError for an odd number of backticks."""
    if docstring.count("`") % 2:
        raise ValueError("found an odd number of backticks")
    for is_filled, chunk in groupby(docstring.splitlines(), key=lambda line: bool(line.strip())):
        if is_filled:
            for is_block, group in groupby(chunk, key=is_of_block):
                lines = list(group)
                yield block_of(lines) if is_block else Paragraph(" ".join(lines))


def is_of_block(line: str) -> bool:
    """Whether the line belongs to a list of names or to formulas."""
    item = ITEM.fullmatch(line)
    return line.startswith(" ") or line == ARGUMENTS or (item is not None and item[2] is not None)


def block_of(lines: list[str]) -> Names | Formulas:
    """A list of names if every line is an item or continues an item, otherwise formulas."""
    pattern = ITEM
    if lines[0] == ARGUMENTS:
        pattern, lines = ARGUMENT, lines[1:]
    depth = min(map(depth_of, lines))
    items: list[tuple[str, str]] = []
    for line in lines:
        item = pattern.fullmatch(line.strip())
        if depth_of(line) > depth and items:
            name, meaning = items.pop()
            items.append((name, f"{meaning} {line.strip()}".strip()))
        elif depth_of(line) == depth and item is not None:
            items.append((item[1], item[2] or ""))
        else:
            return Formulas("\n".join(each[depth:] for each in lines))
    return Names(items)


def depth_of(line: str) -> int:
    return len(line) - len(line.lstrip())
