"""Text that waits for the reader: {solution} holds the answer to a question."""

from collections.abc import Iterable

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.writers.html5 import HTML5Translator

from lessons.language import ANSWER, language_of

SEPARATOR = "+++"


class Details(nodes.General, nodes.Element):
    """The HTML element of this name. Its attribute `summary` is the line that stays visible."""


def parted(directive: SphinxDirective, text: Iterable[str]) -> list[list[nodes.Node]]:
    """The parsed parts of a directive's text, which lines of +++ separate."""
    parts: list[list[str]] = [[]]
    for line in text:
        if line.strip() == SEPARATOR:
            parts.append([])
        else:
            parts[-1].append(line)
    return [directive.parse_text_to_nodes("\n".join(lines)) for lines in parts]


class Solution(SphinxDirective):
    """A folded answer."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        return [Details("", *self.parse_content_to_nodes(), summary=ANSWER.say(language_of(self.env)))]


def visit_details(translator: HTML5Translator, node: Details) -> None:
    translator.body.append(f'<details class="folded"><summary>{node["summary"]}</summary>\n')


def depart_details(translator: HTML5Translator, node: Details) -> None:
    translator.body.append("</details>\n")


def setup(app: Sphinx) -> None:
    app.add_node(Details, html=(visit_details, depart_details))
    app.add_directive("solution", Solution)
