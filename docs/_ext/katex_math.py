"""Formulas as HTML and MathML, rendered by KaTeX when the site is built: a reader's browser runs no script for them.

In a formula, `\\value{name|.4f}` is a number or a matrix that the code of the lesson computed.
"""

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import quickjs
from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from lessons.values import MISTAKES, in_formula, record_of, section_of

KATEX = Path(__file__).parents[1] / "_katex"
RENDER = """
function render(tex, display) {
  const options = {displayMode: display, throwOnError: true, strict: "error", trust: false};
  return JSON.stringify(katex.renderToString(tex, options));
}
"""
TOKEN = re.compile(r"\\(?:begin|end|left|right|q?quad)(?![A-Za-z])|\\.|[{}]")
DEPTH = {"{": 1, "}": -1, r"\begin": 1, r"\end": -1, r"\left": 1, r"\right": -1}
logger = logging.getLogger(__name__)


@cache
def engine() -> quickjs.Context:
    """A JavaScript engine that has loaded KaTeX."""
    context = quickjs.Context()
    context.eval((KATEX / "katex.min.js").read_text(encoding="utf-8"))
    context.eval(RENDER)
    return context


@cache
def rendered(tex: str, display: bool) -> str:
    """The formula as HTML. Raises quickjs.JSException if KaTeX does not understand it."""
    return json.loads(engine().eval(f"render({json.dumps(tex)}, {json.dumps(display)})"))


def html_of(translator: HTML5Translator, node: nodes.Element, display: bool) -> str:
    """The node's formula as HTML. A mistake in it is a warning, which fails the build."""
    tex = node.astext()
    try:
        if r"\value" in tex:
            section = section_of(translator.builder.current_docname)
            tex = in_formula(record_of(translator.builder.env, section).numbers, tex)
        return " ".join(rendered(part, display) for part in (parts(tex) if display else [tex]))
    except (quickjs.JSException, *MISTAKES) as error:
        logger.warning("formula: %s", str(error).splitlines()[0], location=node)
        return ""


def visit_inline(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(html_of(translator, node, display=False))
    raise nodes.SkipNode


def parts(tex: str) -> Iterator[str]:
    r"""The parts of a formula between \quad and \qquad, outside of braces and environments. A phone stacks them."""
    depth = start = 0
    for token in TOKEN.finditer(tex):
        depth += DEPTH.get(token[0], 0)
        if depth == 0 and token[0].endswith("quad"):
            yield tex[start : token.start()]
            start = token.end()
    yield tex[start:]


def visit_display(translator: HTML5Translator, node: nodes.Element) -> None:
    translator.body.append(f'<div class="formula">{html_of(translator, node, display=True)}</div>\n')
    raise nodes.SkipNode


def setup(app: Sphinx) -> dict[str, Any]:
    app.add_html_math_renderer("katex", (visit_inline, None), (visit_display, None))
    app.add_css_file("katex/katex.min.css")
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
