"""Code on the page: {source} shows an object of the package by its name, {cell} shows a cell of the section's code."""

import inspect
from pathlib import Path
from pkgutil import resolve_name
from textwrap import dedent

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import course_torch
from lessons.language import OUTPUT, language_of
from lessons.narrow import narrow
from lessons.values import record_of, section_of

HALVES = {"only": lambda text: directives.choice(text, ("code", "output"))}
ROOT = Path(course_torch.__file__).parents[1]


def captioned(code: str, caption: str, language: str = "python") -> nodes.Element:
    """A block of code below its caption."""
    block = nodes.literal_block(code, code, language=language)
    box = nodes.container("", literal_block=True, classes=["literal-block-wrapper"])
    box += nodes.caption(caption, "", nodes.literal(caption, caption))
    box += block
    return box


class Source(SphinxDirective):
    """```{source} course_torch.formulas.costs.cost``` shows the source of the object, with the path of its file."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        try:
            shown = resolve_name(name)
        except (ImportError, AttributeError) as error:
            raise self.error(f"source: {error}") from error
        path = Path(inspect.getsourcefile(shown) or "")
        self.env.note_dependency(str(path))
        return [captioned(narrow(dedent(inspect.getsource(shown)).rstrip()), path.relative_to(ROOT).as_posix())]


class Cell(SphinxDirective):
    """```{cell} name``` shows the code of a cell and what it printed; `:only: code` or `:only: output` shows a half."""

    required_arguments = 1
    option_spec = HALVES

    def run(self) -> list[nodes.Node]:
        section, name, only = section_of(self.env.docname), self.arguments[0], self.options.get("only")
        try:
            cell = record_of(self.env, section).cells[name]
        except KeyError as error:
            raise self.error(f"cell: section {section} has no cell {error}") from error
        parts: list[nodes.Node] = []
        if only != "output":
            parts.append(captioned(narrow(cell.code), f"{section}.py, {name}"))
        if only != "code" and cell.output:
            block = captioned(cell.output, OUTPUT.say(language_of(self.env)), "text")
            block["classes"].append("output")
            parts.append(block)
        return parts


def setup(app: Sphinx) -> None:
    app.add_directive("source", Source)
    app.add_directive("cell", Cell)
