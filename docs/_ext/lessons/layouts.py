"""{layouts}: the same formulas for examples as rows and as columns, with a switch that works without a script."""

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from lessons.folded import parted
from lessons.language import COLUMNS, LAYOUT, ROWS, language_of


class Layouts(SphinxDirective):
    """The text for rows, +++, and the text for columns. Printed pages show both."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        parts, language = parted(self, self.content), language_of(self.env)
        if len(parts) != 2:
            raise self.error(f"layouts: found {len(parts)} parts, expected rows, +++, columns")
        name = f"layout-{self.env.new_serialno('layouts')}"
        buttons = "".join(
            f'<label><input type="radio" name="{name}" class="choose-{value}"{checked}> {text.say(language)}</label>'
            for value, text, checked in (("rows", ROWS, " checked"), ("columns", COLUMNS, ""))
        )
        switch = f'<fieldset class="layout-switch"><legend>{LAYOUT.say(language)}</legend>{buttons}</fieldset>'
        rows, columns = (
            nodes.container("", *part, classes=[f"layout-{value}"])
            for value, part in zip(("rows", "columns"), parts, strict=True)
        )
        return [nodes.container("", nodes.raw("", switch, format="html"), rows, columns, classes=["layouts"])]


def setup(app: Sphinx) -> None:
    app.add_directive("layouts", Layouts)
