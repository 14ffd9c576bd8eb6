"""Plain text as nodes: the blocks of `plain.py`, {plain} for English text, {translated} for the page's language."""

import re

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from reference.plain import Block, Formulas, Paragraph, blocks

CODE = re.compile(r"``(.+?)``|`([^`]+)`")


def text_nodes(text: str) -> list[nodes.Node]:
    """The text with its `code`."""
    found: list[nodes.Node] = []
    end = 0
    for code in CODE.finditer(text):
        found += [nodes.Text(text[end : code.start()]), nodes.literal("", code[1] or code[2])]
        end = code.end()
    return [*found, nodes.Text(text[end:])]


def names_list(items: list[tuple[list[nodes.Node], list[nodes.Node]]]) -> nodes.definition_list:
    """A list of names with their meanings."""
    made = nodes.definition_list(classes=["names"])
    for name, meaning in items:
        definition = nodes.definition("", nodes.paragraph("", "", *meaning))
        made += nodes.definition_list_item("", nodes.term("", "", *name), definition)
    return made


def node_of(block: Block) -> nodes.Node:
    if isinstance(block, Paragraph):
        return nodes.paragraph("", "", *text_nodes(block.text))
    if isinstance(block, Formulas):
        return nodes.literal_block(block.text, block.text, language="none")
    return names_list([([nodes.literal("", name)], text_nodes(meaning)) for name, meaning in block.items])


def plain(text: str, *classes: str) -> nodes.container:
    """The nodes of plain text."""
    return nodes.container("", *map(node_of, blocks(text)), classes=["docstring", *classes])


class Plain(SphinxDirective):
    """A docstring. It is English on the pages of every language."""

    has_content = True
    language = ("language-en",)  # docutils writes it as lang="en"

    def run(self) -> list[nodes.Node]:
        return [plain("\n".join(self.content), *self.language)]


class Translated(Plain):
    """Plain text in the language of the page."""

    language = ()


def setup(app: Sphinx) -> None:
    app.add_directive("plain", Plain)
    app.add_directive("translated", Translated)
