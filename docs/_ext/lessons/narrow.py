"""Code for a box of the page: the same statements, in lines that fit the box. A browser wraps the words."""

import re
import subprocess
import textwrap

from ruff.__main__ import find_ruff_bin

WIDTH = 84
"""The characters of a line in a box beside both menus."""
FORMAT = ("format", "--isolated", "--config", "format.skip-magic-trailing-comma=true", "--line-length", str(WIDTH), "-")
DOCSTRING = re.compile(r'^( *r?""")(.*?)(\s*""")', re.MULTILINE | re.DOTALL)
COMMENT = re.compile(r"^( *# .*)(?:\n *# .*)+", re.MULTILINE)
TABLE = re.compile(r"\n |\S {2}")
"""Lines that are no paragraph: formulas, and names with their meanings."""


def narrow(code: str) -> str:
    """The code with one line for each paragraph of a docstring or comment, and statements of at most WIDTH characters.

    Raises CalledProcessError if the code cannot be parsed.
    """
    code = COMMENT.sub(lambda found: re.sub(r"\n *#", "", found[0]), DOCSTRING.sub(docstring, code))
    if all(len(line) <= WIDTH for line in code.splitlines()):
        return code
    done = subprocess.run([find_ruff_bin(), *FORMAT], input=code, capture_output=True, encoding="utf-8", check=True)
    return done.stdout.rstrip()


def docstring(found: re.Match) -> str:
    """The docstring with each paragraph in one line."""
    first, *lines = found[2].split("\n")
    indent = min((len(line) - len(line.lstrip()) for line in lines if line), default=0) * " "
    paragraphs = "\n".join([first, *(line.removeprefix(indent) for line in lines)]).split("\n\n")
    joined = (text if TABLE.search(text) else text.replace("\n", " ") for text in paragraphs)
    return found[1] + textwrap.indent("\n\n".join(joined), indent).lstrip() + found[3]
