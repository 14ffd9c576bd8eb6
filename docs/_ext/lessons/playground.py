"""The playground in lessons, beside whose folders it lies: {try} links to a task, {networks} trains networks."""

import json
from html import escape

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

from course_torch.language import COLON, Language, Text
from course_torch.reports.page import as_data, text_of
from lessons.language import TRY_IT, language_of

RUN, PAUSE, STEP, RESET = Text("Run", "运行"), Text("Pause", "暂停"), Text("Step", "走一步"), Text("Reset", "重置")
OPEN = Text("open in the playground", "在训练场中打开")
TITLE = Text("a network that trains: {caption}", "正在训练的网络：{caption}")
SCRIPTS = Text("The networks train here if the browser runs scripts.", "浏览器运行脚本时，网络在这里训练。")
PAGE = "../../playground.html"


def task_link(name: str, language: Language) -> tuple[str, str] | None:
    """The title of a task of the playground, and its address from a lesson; None if there is no such task."""
    title = json.loads(text_of(f"texts/{language}.json")).get(f"playground.task_{name}")
    return None if title is None else (title, f"{PAGE}?language={language}#task={name}")


class Try(SphinxDirective):
    """```{try} dead_unit``` invites to try the task."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        language = language_of(self.env)
        link = task_link(self.arguments[0], language)
        if link is None:
            raise self.error(f"try: there is no task '{self.arguments[0]}'")
        title, address = link
        invitation = nodes.paragraph("", TRY_IT.say(language) + COLON.say(language))
        invitation += nodes.reference("", title, refuri=address)
        return [invitation]


class Networks(SphinxDirective):
    """```{networks} plane-numbers```: parts of the playground, for each network of the content.

    A line is a link's fragment and the caption of a network, such as `hidden_activation=tanh | tanh`.
    """

    required_arguments = 1
    has_content = True

    def run(self) -> list[nodes.Node]:
        language = language_of(self.env)
        figures = "".join(figure(self.arguments[0], line, language) for line in self.content if line.strip())
        buttons = "".join(
            f'<button type="button" class="{name}">{text.say(language)}</button>'
            for name, text in (("run", RUN), ("step", STEP), ("reset", RESET))
        )
        controls = f'<div class="controls" hidden>{buttons}</div><div class="networks" hidden>{figures}</div>'
        still = f"<noscript><p>{SCRIPTS.say(language)}</p></noscript>"
        data = as_data({"run": RUN.say(language), "pause": PAUSE.say(language)})
        script = f'<script type="application/json">{data}</script>'
        html = f'<course-networks class="widget">{controls}{still}{script}</course-networks>'
        return [nodes.raw("", html, format="html")]


def figure(view: str, line: str, language: Language) -> str:
    """A network with its caption, which is a link to the whole playground."""
    fragment, _, caption = map(str.strip, line.partition("|"))
    link, title = f"{PAGE}?language={language}", TITLE.fill(caption=caption).say(language)
    words = OPEN.say(language)
    opened = f'<a href="{link}#{escape(fragment)}" title="{words}" aria-label="{escape(caption)}: {words}">↗</a>'
    frame = f'<iframe data-src="{link}&amp;view={view}#{escape(fragment)}" title="{escape(title)}"></iframe>'
    return f"<figure><figcaption><b>{escape(caption)}</b> {opened}</figcaption>{frame}</figure>"


def setup(app: Sphinx) -> None:
    app.add_directive("try", Try)
    app.add_directive("networks", Networks)
