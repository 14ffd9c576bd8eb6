"""{picture} name: the drawing below the title of a page, and the question that it asks. `docs/_pictures` draws it."""

import re
from base64 import b64encode

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from lessons.language import language_of
from lessons.values import record_of, section_of

RULES = re.compile(r"^\.picture (?=text|\.)", re.MULTILINE)
"""The beginning of a rule of site.css for what is in a drawing."""
CLASS = re.compile(r"\.([\w-]+)")
LIGHT = {
    **{"text-base": "#222832", "text-muted": "#48566b", "border": "#d1d5da"},
    **{"surface": "#f3f4f5", "background": "#fff", "primary": "#1f4fa8"},
}
"""The colours of the theme in a drawing that stands alone."""


def svg_of(environment: BuildEnvironment, docname: str, name: str, section: str = "") -> str:
    """A drawing of the numbers of its page, or of another section. Raises KeyError if there is no such drawing."""
    from _pictures import PICTURES  # imports modules of this package

    numbers = record_of(environment, section or section_of(docname)).numbers
    return PICTURES[name].svg(numbers, language_of(environment))


def as_image(svg: str, rules: str) -> str:
    """The drawing as an image in Markdown, which needs no other file. `rules` is the text of site.css."""
    colours = "".join(f"--pst-color-{name}: {colour};" for name, colour in LIGHT.items())
    style = [f"svg {{ color-scheme: light; background: #fff; font-family: sans-serif; {colours} }}"]
    drawn = {name for names in re.findall('class="(.*?)"', svg) for name in names.split()}
    needed = (RULES.sub("", line) for line in rules.splitlines() if RULES.match(line))
    style += [rule for rule in needed if {*CLASS.findall(rule.partition("{")[0])} <= drawn]
    alone = svg.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)
    alone = alone.replace(">", f"><style>{' '.join(style)}</style>", 1)
    title = re.findall("<title.*?>(.*?)</title>", svg)[0]
    return f"![{title}](data:image/svg+xml;base64,{b64encode(alone.encode()).decode()})"


class Picture(SphinxDirective):
    """```{picture} name``` with the question as content. `{picture} name page` draws the numbers of another page."""

    required_arguments, optional_arguments = 1, 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        try:
            svg = svg_of(self.env, self.env.docname, *self.arguments)
        except KeyError as error:
            raise self.error(f"picture {self.arguments[0]}: {error}") from error
        return [
            nodes.container("", nodes.raw("", svg, format="html"), *self.parse_content_to_nodes(), classes=["picture"])
        ]


def setup(app: Sphinx) -> None:
    app.add_directive("picture", Picture)
