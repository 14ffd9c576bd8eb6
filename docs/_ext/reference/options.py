"""{commands} shows every command, {options} a group of options of train.py, {option-names} only their names."""

import json
from functools import cache
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util.docutils import SphinxDirective

from course_torch.command_line.help import help_of
from course_torch.language import Language, Text
from lessons.language import language_of
from reference.as_nodes import names_list, plain, text_nodes

NETWORK = Text("The options of network and data are those of train.py.", "网络选项和数据选项与 train.py 相同。")
CHANGED = Text("These have another default:", "其中默认值不同的是：")
PAGE = "train.html"


@cache
def read(path: Path) -> dict[str, Any]:
    return json.loads(path.read_text(encoding="utf-8"))


def programs(environment: BuildEnvironment) -> dict[str, Any]:
    """What `programs.py` has recorded."""
    return read(Path(environment.config.lesson_records) / "programs.json")


def options_list(options: list[dict[str, Any]], language: Language) -> nodes.Element:
    """Options with their values, defaults and lines in the help. Those of Lightning are English."""
    texts = [help_of(each["help"], language) for each in options]
    items = [(term_of(each), text_nodes(text)) for each, text in zip(options, texts, strict=True)]
    foreign = texts == [each["help"] for each in options]
    return nodes.container("", names_list(items), classes=["options", *(["language-en"] if foreign else [])])


def term_of(option: dict[str, Any]) -> list[nodes.Node]:
    """The names of an option, and "values = default" as in a signature, without a default null."""
    default = "" if option["default"] in (None, "null") else f" = {option['default']}"
    values = option["values"] + default
    names = [nodes.literal("", name) for name in option["names"]]
    return [*names, *([nodes.inline("", values, classes=["values"])] if values else [])]


class Commands(SphinxDirective):
    """A section for each command."""

    def run(self) -> list[nodes.Node]:
        return [self.section(each) for each in programs(self.env)["commands"]]

    def section(self, command: dict[str, Any]) -> nodes.section:
        name = f"command-{command['name']}"
        made = nodes.section("", nodes.title("", command["name"]), ids=[name], names=[name])
        made += nodes.literal_block(command["usage"], command["usage"], language="console")
        language = language_of(self.env)
        made += plain(help_of(command["text"], language))
        if command["options"]:
            made += options_list(command["options"], language)
        if command["network"] is not None:
            made += self.network(command["network"])
        return made

    def network(self, changed: list[dict[str, Any]]) -> list[nodes.Node]:
        """The link to the options of train.py, and those whose defaults differ."""
        language = language_of(self.env)
        link = nodes.reference("", NETWORK.say(language), refuri=PAGE, internal=True)
        if not changed:
            return [nodes.paragraph("", "", link)]
        return [nodes.paragraph("", "", link, nodes.Text(" " + CHANGED.say(language))), options_list(changed, language)]


class Options(SphinxDirective):
    """```{options} model``` shows a group of options of train.py."""

    required_arguments = 1

    def group(self) -> list[dict[str, Any]]:
        groups = programs(self.env)["training"]
        if self.arguments[0] not in groups:
            raise self.error(f"options: found '{self.arguments[0]}', expected one of {', '.join(groups)}")
        return groups[self.arguments[0]]

    def run(self) -> list[nodes.Node]:
        return [options_list(self.group(), language_of(self.env))]


class OptionNames(Options):
    """```{option-names} others``` names the options of a group in one paragraph."""

    def run(self) -> list[nodes.Node]:
        made = nodes.paragraph()
        for each in self.group():
            made += [nodes.literal("", each["names"][-1]), nodes.Text(" ")]
        return [made]


def setup(app: Sphinx) -> None:
    app.add_directive("commands", Commands)
    app.add_directive("options", Options)
    app.add_directive("option-names", OptionNames)
