"""The help of a parser in Chinese: `help.json` has every sentence of the project's own help in both languages."""

import json
import re
from argparse import Action
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonargparse import DefaultHelpFormatter
from rich.cells import cell_len

from course_torch.language import Language

LANGUAGE_HELP = "en or zh, of this help and of error messages"
FOLDED = re.compile(r"[（“]*(?:[⺀-￯]|[^\s⺀-￯]+)[，。；：、）！？”]*|\s+")
"""The pieces within which a line is never broken: a Chinese character or a word of Latin letters, with its marks."""
NAMES = re.compile(r"one of (\w+(?:, \w+)+)")
"""A sentence that only lists names, such as those of the activations."""
VALUES = {"required": "必需", "type: %": "类型：%", "default: %": "默认：%", ", ": "，"}


@cache
def in_chinese() -> dict[str, str]:
    """Sentence of the help -> the same in Chinese."""
    return json.loads(Path(__file__).with_name("help.json").read_text(encoding="utf-8"))


def help_of(text: str, language: Language) -> str:
    """A text of the help in this language, paragraph by paragraph. What has no Chinese stays English."""
    if language == "en":
        return text
    return "\n\n".join(in_chinese_if_known(" ".join(part.split())) for part in text.split("\n\n"))


def in_chinese_if_known(sentence: str) -> str:
    names = NAMES.fullmatch(sentence)
    return f"{names[1].replace(', ', '、')} 之一" if names else in_chinese().get(sentence, sentence)


class OneWidthFormatter(DefaultHelpFormatter):
    """Formats the help of a parser within the width of the terminal, its headings too."""

    def start_section(self, heading: str | None) -> None:
        super().start_section(None if heading is None else "\n".join(folded(heading, self._width)))


class ChineseFormatter(OneWidthFormatter):
    """Formats the help of a parser in Chinese. The names of options, types and values stay as they are."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        super().add_usage(usage, actions, groups, "usage:" if prefix is None else prefix)

    def format_help(self) -> str:
        """Format the help. argparse indents by characters: "usage:" has as many as 用法： has cells in a terminal."""
        text = re.sub("(?m)(?<=[⺀-￯]):$", "：", super().format_help())
        return re.sub("^usage:", "用法：", text)

    def start_section(self, heading: str | None) -> None:
        """Begin a section. The heading of a group is the first sentence of a docstring, without its full stop."""
        known = in_chinese()
        super().start_section(known.get(str(heading), known.get(f"{heading}.", str(heading)).rstrip("。")))

    def add_text(self, text: str | None) -> None:
        super().add_text(text and help_of(text, "zh"))

    def _get_help_string(self, action: Action) -> str:
        text, english = (" ".join(each.split()) for each in (super()._get_help_string(action), action.help or ""))
        if not text.startswith(english):  # --help
            return help_of(text, "zh")
        values = text.removeprefix(english)[2:-1]
        for word, chinese in VALUES.items():
            values = values.replace(word, chinese)
        return help_of(english, "zh") + (f"（{values}）" if values else "")

    def _split_lines(self, text: str, width: int) -> list[str]:
        return [*folded(" ".join(text.split()), width)]

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines = (line for part in text.split("\n\n") for line in ("", *folded(part, width - len(indent))))
        return "\n".join(f"{indent}{line}" for line in lines).strip("\n")


def folded(text: str, width: int) -> Iterator[str]:
    """Fold a text into lines of at most `width` cells of a terminal. A Chinese character takes two cells."""
    line = ""
    pieces = (part[i : i + width] for part in FOLDED.findall(text) for i in range(0, len(part), width))
    for part in pieces:
        if line and cell_len(line + part) > width:
            yield line.rstrip()
            line = ""
        line += part if line else part.lstrip()
    yield line
