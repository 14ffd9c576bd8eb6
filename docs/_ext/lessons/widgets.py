"""{widget} name: a custom element. `docs/_widgets/name.py` writes its HTML, complete without a script, from the numbers
of the section; `docs/_widgets/name.js` makes it move. The scripts of all widgets become one classic script.
"""

from html import escape
from importlib import import_module
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective, SphinxRole

from course_torch.reports.page import as_data, classic
from lessons.language import language_of
from lessons.values import record_of, section_of

WIDGETS = Path(__file__).parents[2] / "_widgets"
SHARED = "base.js"
RUNS = "executor, scalar, unpacked"
"""What the widgets use of the modules that execute recorded formulas."""


class Widget(SphinxDirective):
    """```{widget} name``` shows a widget, `{widget} name part` a part of it, with the question that it asks as content.

    The numbers are those of the page. With `:stays: 3` the widget stays in sight while the next three blocks are read.
    A section is a block.
    """

    required_arguments, optional_arguments = 1, 1
    has_content = True
    option_spec: ClassVar = {"stays": directives.nonnegative_int}

    def run(self) -> list[nodes.Node]:
        (name, *part), language = self.arguments, language_of(self.env)
        try:
            module = import_module(f"_widgets.{name.replace('-', '_')}")
            numbers = record_of(self.env, section_of(self.env.docname)).numbers
            data, html = module.data(numbers), module.html(numbers, language, *part)
        except (ImportError, KeyError) as error:
            raise self.error(f"widget {name}: {error}") from error
        script = f'<script type="application/json">{as_data(data)}</script>'
        element = f'<course-{name} class="widget">{html}{script}</course-{name}>'
        question = [nodes.container("", *self.parse_content_to_nodes(), classes=["opening"])] if self.content else []
        return [*question, nodes.raw("", element, format="html", stays=self.options.get("stays", 0))]


class Brings(SphinxRole):
    """{brings}`8` in a paragraph: the drawing that stays shows its eighth step when the paragraph is read.

    {brings}`8 1 0 0` also chooses a parameter: that of layer 1, unit 0, and its input 0.
    """

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        return [nodes.raw("", f'<span data-brings="{escape(self.text)}"></span>', format="html")], []


def keep_in_sight(app: Sphinx, page: nodes.document) -> None:
    """Put a widget that stays into a container with the blocks that speak of it."""
    for widget in [each for each in page.findall(nodes.raw) if each.get("stays")]:
        place, blocks = widget.parent.index(widget), []
        for node in widget.parent.children[place + 1 :]:
            if len([each for each in blocks if not isinstance(each, nodes.target)]) == widget["stays"]:
                break
            blocks.append(node)
        parent = widget.parent
        parent.children[place : place + 1 + len(blocks)] = []
        parent.insert(place, nodes.container("", widget, *blocks, classes=["stays"]))


def together() -> str:
    """All scripts of widgets as one text: the shared one first, because a page from disk cannot load modules."""
    graphs = "".join(map(classic, ("graph/graph.js", "graph/packed.js")))
    executed = f"const {{ {RUNS} }} = (() => {{\n{graphs}\nreturn {{ {RUNS} }};\n}})();"
    paths = [WIDGETS / SHARED, *sorted(path for path in WIDGETS.glob("*.js") if path.name != SHARED)]
    return "\n".join([executed, *(path.read_text(encoding="utf-8") for path in paths)])


def write_scripts(app: Sphinx) -> None:
    """Write the widgets and the learner's progress, which the playground shares, before the pages refer to them."""
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    for name, script in {"widgets.js": together(), "progress.js": classic("progress.js")}.items():
        (folder / name).write_text(script, encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_directive("widget", Widget)
    app.add_role("brings", Brings())
    app.connect("doctree-read", keep_in_sight)
    app.add_js_file("widgets.js", loading_method="defer")
    app.connect("builder-inited", write_scripts)
