"""Code on the page: {source} shows an object of the package by its name, {cell} shows a cell of the section's code."""

import ast
import inspect
from pathlib import Path
from pkgutil import resolve_name
from textwrap import dedent

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import course_torch
from course_torch.language import Text
from lessons.folded import Details
from lessons.language import OUTPUT, language_of
from lessons.narrow import narrow
from lessons.values import record_of, section_of

FROM = {"from": directives.unchanged_required}
HALVES = {"only": lambda text: directives.choice(text, ("code", "output"))}
ROOT = Path(course_torch.__file__).parents[1]


def captioned(code: str, caption: str, language: str = "python") -> nodes.Element:
    """A block of code below its caption."""
    block = nodes.literal_block(code, code, language=language)
    box = nodes.container("", literal_block=True, classes=["literal-block-wrapper"])
    box += nodes.caption(caption, "", nodes.literal(caption, caption))
    box += block
    return box


MOST = 3
"""Lines of a source that are not folded."""
WHOLE = Text("the whole source", "全部源代码")


def lines_that_matter(source: str, first: str | None) -> str:
    """Three lines from the line that begins with `first`; without it as many of the last statements as fit.

    Raises ValueError if no line begins so.
    """
    lines = source.splitlines()
    if first is not None:
        at = next((i for i, line in enumerate(lines) if line.strip().startswith(first)), None)
        if at is None:
            raise ValueError(f"no line begins with '{first}'")
        return dedent("\n".join(lines[at : at + MOST]))
    body = [one for one in ast.parse(source).body[0].body if not is_docstring(one)]
    end = body[-1].end_lineno
    start = min((one.lineno for one in body if end - one.lineno < MOST), default=body[-1].lineno)
    return dedent("\n".join(lines[start - 1 : end]))


def is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)


class Source(SphinxDirective):
    """```{source} course_torch.formulas.costs.cost``` shows an object of the package, with the path of its file.

    Three lines are seen, from the line that `:from:` begins or else the last, and the whole is folded below them.
    """

    required_arguments = 1
    option_spec = FROM

    def run(self) -> list[nodes.Node]:
        name = self.arguments[0]
        try:
            shown = resolve_name(name)
        except (ImportError, AttributeError) as error:
            raise self.error(f"source: {error}") from error
        path, source = Path(inspect.getsourcefile(shown) or ""), narrow(dedent(inspect.getsource(shown)).rstrip())
        self.env.note_dependency(str(path))
        try:
            seen = lines_that_matter(source, self.options.get("from"))
        except ValueError as error:
            raise self.error(f"source: {name}: {error}") from error
        whole = captioned(source, path.relative_to(ROOT).as_posix())
        folded = Details("", whole, summary=WHOLE.say(language_of(self.env)))
        return [captioned(seen, name.removeprefix("course_torch.")), folded]


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
