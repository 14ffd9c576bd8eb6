"""{widget} name: a custom element. `docs/_widgets/name.py` writes its HTML, complete without a script, from the numbers
of the section; `docs/_widgets/name.js` makes it move. The scripts of all widgets become one classic script.
"""

from importlib import import_module
from pathlib import Path
from typing import ClassVar

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

import course_torch
from course_torch.reports.page import as_data
from lessons.language import language_of
from lessons.values import record_of, section_of

WIDGETS = Path(__file__).parents[2] / "_widgets"
SHARED = "base.js"
GRAPHS, RUNS = Path(course_torch.__file__).parent / "web" / "graph", "executor, scalar, unpacked"
"""The modules that execute recorded formulas, and what the widgets use of them."""


class Widget(SphinxDirective):
    """```{widget} name``` shows a widget, `{widget} name part` a part of it, with the question that it asks as content.

    The numbers are those of the page, or with the option `of` those of another page.
    """

    required_arguments, optional_arguments = 1, 1
    has_content = True
    option_spec: ClassVar = {"of": directives.unchanged}

    def run(self) -> list[nodes.Node]:
        (name, *part), language = self.arguments, language_of(self.env)
        try:
            module = import_module(f"_widgets.{name.replace('-', '_')}")
            numbers = record_of(self.env, self.options.get("of") or section_of(self.env.docname)).numbers
            data, html = module.data(numbers), module.html(numbers, language, *part)
        except (ImportError, KeyError) as error:
            raise self.error(f"widget {name}: {error}") from error
        script = f'<script type="application/json">{as_data(data)}</script>'
        element = f'<course-{name} class="widget">{html}{script}</course-{name}>'
        question = [nodes.container("", *self.parse_content_to_nodes(), classes=["opening"])] if self.content else []
        return [*question, nodes.raw("", element, format="html")]


def together() -> str:
    """All scripts of widgets as one text: the shared one first, because a page from disk cannot load modules."""
    graphs = "".join((GRAPHS / name).read_text(encoding="utf-8") for name in ("graph.js", "packed.js"))
    executed = f"const {{ {RUNS} }} = (() => {{\n{graphs.replace('export ', '')}\nreturn {{ {RUNS} }};\n}})();"
    paths = [WIDGETS / SHARED, *sorted(path for path in WIDGETS.glob("*.js") if path.name != SHARED)]
    return "\n".join([executed, *(path.read_text(encoding="utf-8") for path in paths)])


def write_script(app: Sphinx) -> None:
    """Write the script where the static files go, before the pages refer to it."""
    folder = Path(app.outdir) / "_static"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "widgets.js").write_text(together(), encoding="utf-8")


def setup(app: Sphinx) -> None:
    app.add_directive("widget", Widget)
    app.add_js_file("widgets.js", loading_method="defer")
    app.connect("builder-inited", write_script)
