"""Autodoc for docstrings that are plain text: {plain} turns one into nodes, and a missing or wrong one is a warning."""

import inspect
import re
from collections.abc import Iterator, Mapping
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from course_torch.tracing.chinese import PROSE
from lessons.language import language_of
from reference.plain import Block, Formulas, Names, Paragraph, blocks

CODE = re.compile(r"``(.+?)``|`([^`]+)`")
FIELD = re.compile(r"^    (\w+):[^#]*# (.+)$", re.MULTILINE)
"""A field of a NamedTuple with its comment, such as its shape."""
logger = logging.getLogger(__name__)


def text_nodes(text: str) -> list[nodes.Node]:
    """The text with its `code`."""
    found: list[nodes.Node] = []
    end = 0
    for code in CODE.finditer(text):
        found += [nodes.Text(text[end : code.start()]), nodes.literal("", code[1] or code[2])]
        end = code.end()
    return [*found, nodes.Text(text[end:])]


def names_list(items: list[tuple[list[nodes.Node], list[nodes.Node]]]) -> nodes.definition_list:
    """A list of names with their meanings, as terms and paragraphs."""
    made = nodes.definition_list(classes=["names"])
    for term, meaning in items:
        made += nodes.definition_list_item(
            "", nodes.term("", "", *term), nodes.definition("", nodes.paragraph("", "", *meaning))
        )
    return made


def node_of(block: Block) -> nodes.Node:
    if isinstance(block, Paragraph):
        return nodes.paragraph("", "", *text_nodes(block.text))
    if isinstance(block, Formulas):
        return nodes.literal_block(block.text, block.text, language="none")
    return names_list([([nodes.literal("", name)], text_nodes(meaning)) for name, meaning in block.items])


class Plain(SphinxDirective):
    """The docstring below it. It is English on the pages of every language."""

    has_content = True
    language = ["language-en"]

    def run(self) -> list[nodes.Node]:
        made = [node_of(block) for block in blocks("\n".join(self.content))]
        return [nodes.container("", *made, classes=["docstring", *self.language])]


class Translated(Plain):
    """Plain text in the language of the page."""

    language = []


def process(app: Sphinx, what: str, name: str, shown: Any, options: Any, lines: list[str]) -> None:
    """Hand a docstring to {plain}, with what the docstring does not say. A mistake in it is a warning."""
    if what in ("data", "attribute"):
        options.no_value = True
    docstring = "\n".join(lines).rstrip()
    lines[:] = []
    for message in mistakes(shown, docstring):
        logger.warning("%s: %s", name, message, type="reference")
        return
    if what == "module":
        lines += directive("translated", f"`{name}`")
    if language_of(app.env) == "zh" and (prose := PROSE.get(name.removeprefix("course_torch.formulas."))):
        lines += directive("translated", prose)
    lines += directive("plain", docstring + additions(shown))


def directive(name: str, text: str) -> list[str]:
    """The lines of a directive with this text as its content."""
    return [f".. {name}::", "", *(f"   {line}" for line in text.splitlines()), ""]


def mistakes(shown: Any, docstring: str) -> Iterator[str]:
    """What is wrong with a docstring."""
    if not docstring:
        yield "found no docstring"
        return
    try:
        named = [block.items for block in blocks(docstring) if isinstance(block, Names)]
    except ValueError as error:
        yield str(error)
        return
    for items in named:
        names, parameters = {name for each, _ in items for name in each.split(", ")}, parameters_of(shown)
        if names & parameters and names - parameters:
            yield f"found {', '.join(sorted(names - parameters))}, expected parameters and fields"


def parameters_of(shown: Any) -> set[str]:
    """The parameters of a function, and the parameters and annotated attributes of a class."""
    if not inspect.isroutine(shown) and not inspect.isclass(shown):
        return set()
    return {*inspect.signature(shown).parameters, *getattr(shown, "__annotations__", {})}


def additions(shown: Any) -> str:
    """The names in a table, and the comments on the fields of a NamedTuple."""
    if isinstance(shown, Mapping):
        return f"\n\nNames: {', '.join(f'`{name}`' for name in shown)}."
    if inspect.isclass(shown) and hasattr(shown, "_fields"):
        fields = FIELD.findall(inspect.getsource(shown))
        return "\n\n" + "\n".join(f"{name}   {comment}" for name, comment in fields)
    return ""


def skip(app: Sphinx, what: str, name: str, shown: Any, skipped: bool, options: Any) -> bool | None:
    """Leave out fields of a NamedTuple. Keep every public function and class of the package, with a docstring or not."""
    if str(getattr(shown, "__doc__", "")).startswith("Alias for field number"):
        return True
    function = shown.fget if isinstance(shown, property) else shown
    is_code = inspect.isroutine(function) or inspect.isclass(function)
    is_own = str(getattr(function, "__module__", "")).startswith("course_torch.")
    is_wanted = not name.startswith("_") and name not in (options.exclude_members or ())
    return False if skipped and is_code and is_own and is_wanted else None


def setup(app: Sphinx) -> None:
    app.add_directive("plain", Plain)
    app.add_directive("translated", Translated)
    app.connect("autodoc-process-docstring", process)
    app.connect("autodoc-skip-member", skip)
