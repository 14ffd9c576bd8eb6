"""{predict}: the reader answers a question, and then sees the answer and the blocks of the page that show it."""

import re
from html import escape

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util import logging
from sphinx.util.docutils import SphinxDirective

from course_torch.language import COLON, Language
from lessons.folded import Details, parted
from lessons.language import AGAIN, LOOK, PREDICT, PREDICTION, RIGHT, SAID, language_of
from lessons.values import section_of

CHOICE = re.compile(r"^- \[([ x])\] (.+)$", re.MULTILINE)
HIDES = re.compile(r"^:hides: .*\n\n?", re.MULTILINE)
HIDDEN = {"hides": directives.nonnegative_int}
logger = logging.getLogger(__name__)


class Predict(SphinxDirective):
    """A question, +++, and what happens. The second part is folded.

    Lines `- [ ] text` at the end of the question are choices, of which `- [x] text` is right. Without choices the
    reader types a line. `:hides: 2` hides the next two blocks until the reader has answered. A cell with its output is
    a block.
    """

    has_content = True
    option_spec = HIDDEN

    def run(self) -> list[nodes.Node]:
        language = language_of(self.env)
        choices = [found for line in self.content if (found := CHOICE.match(line))]
        parts = parted(self, [line for line in self.content if not CHOICE.match(line)])
        if len(parts) != 2:
            raise self.error(f"predict: found {len(parts)} parts, expected question, +++, answer")
        if choices and [found[1] for found in choices].count("x") != 1:
            raise self.error("predict: expected one right choice, - [x]")
        question, answer = parts
        name = f"{section_of(self.env.docname)}-{self.env.new_serialno('predict') + 1}"
        form = f'<form class="commit" data-name="{escape(name)}">'
        look = f'<button type="submit" hidden>{LOOK.say(language)}</button></form>'
        box = nodes.container("", classes=["predict"], hides=self.options.get("hides", 0))
        box += nodes.paragraph("", PREDICT.say(language), classes=["predict-title"])
        box += [*question, raw(form), *self.fields(choices, language), raw(look + said(language))]
        box += Details("", *answer, summary=LOOK.say(language))
        self.set_source_info(box)
        return [box]

    def fields(self, choices: list[re.Match[str]], language: Language) -> list[nodes.Node]:
        """A field for typed words, or a radio button for each choice. Without a script only the choices are visible."""
        words = PREDICTION.say(language)
        if not choices:
            field = '<input name="said" maxlength="200" autocomplete="off" required>'
            return [raw(f"<fieldset hidden><label>{words}{COLON.say(language)}{field}</label></fieldset>")]
        fields = [raw(f"<fieldset><legend>{words}</legend>")]
        for number, (mark, text) in enumerate((found.groups() for found in choices), start=1):
            paragraph = self.parse_text_to_nodes(text)[0]
            assert isinstance(paragraph, nodes.paragraph), text
            right = f'<b class="right" hidden> ✓ {RIGHT.say(language)}</b>' if mark == "x" else ""
            radio = f'<input type="radio" name="said" value="{number}" required hidden>'
            fields += [raw(f"<label>{radio} <span>"), *paragraph.children, raw(f"</span>{right}</label>")]
        return [*fields, raw("</fieldset>")]


def raw(html: str) -> nodes.raw:
    return nodes.raw("", html, format="html")


def said(language: Language) -> str:
    """The line that repeats what the reader said. The script fills the line and shows it."""
    again = f'<button type="button" class="again">{AGAIN.say(language)}</button>'
    words = f"{SAID.say(language)}{COLON.say(language)}<b></b>"
    return f'<p class="said" role="status" tabindex="-1"><span hidden>{words} {again}</span></p>'


def hide_answers(app: Sphinx, page: nodes.document) -> None:
    """Put the blocks that a prediction hides into a container behind the prediction."""
    for box in [box for box in page.findall(nodes.container) if box.get("hides")]:
        place, taken, blocks = box.parent.index(box) + 1, [], 0
        for node in box.parent.children[place:]:
            blocks += "output" not in node["classes"]  # the output belongs to the cell above
            if blocks > box["hides"] or isinstance(node, nodes.section | nodes.target):
                break
            taken.append(node)
        if blocks < box["hides"] or not taken:
            logger.warning("predict: hides %d blocks, and %d follow", box["hides"], blocks, location=box)
        box.parent.children[place : place + len(taken)] = []
        box.parent.insert(place, nodes.container("", *taken, classes=["answers"]))


def setup(app: Sphinx) -> None:
    app.add_directive("predict", Predict)
    app.connect("doctree-read", hide_answers)
