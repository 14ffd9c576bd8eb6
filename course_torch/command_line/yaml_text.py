"""YAML of configs and of options: how it is loaded, its limits, and what is wrong with it in plain words."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import yaml
from jsonargparse import _loaders_dumpers, get_loader, set_loader

from course_torch.command_line.sentences import shortened
from course_torch.errors import FOUND, InputError
from course_torch.language import NOTHING, Text, same

GROUPS = ("model", "data", "trainer")  # entries of a config that hold further options, or name a file with them
MOST = 30  # levels, or aliases: those of aliases would make billions of values from a few lines
TOO_MANY = Text(
    "found too many levels or aliases, expected at most {most}, and no alias inside an anchor",
    "层次或别名太多，至多为 {most}，锚点里不能有别名",
)
LONGEST_LIST = 1000  # values. For each of them the parser copies the whole list.
TOO_LONG = Text("found a list or group of more than {most} values", "有超过 {most} 个值的列表或组")
TAG = Text("found the tag {tag}, expected a value without a tag", "有标签 {tag}，值不应有标签")
NULL = Text(
    "found a text with the character \\0, which no name of a file contains", "文本里有字符 \\0，文件名里没有这个字符"
)
NO_OPTIONS = Text(
    "found {found}, expected a file, or options such as 'model: {{seed: 1}}'",
    "得到 {found}，应为文件，或选项，例如 'model: {{seed: 1}}'",
)
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
load_plain = get_loader("yaml")


@contextmanager
def one_line_yaml() -> Iterator[None]:
    """Load every YAML text by `load_yaml`: jsonargparse's own loader takes any size, and shows PyYAML's many lines."""
    set_loader("yaml", load_yaml, (yaml.YAMLError,))
    _loaders_dumpers.yaml_load = load_yaml  # of the value of a single option
    try:
        yield
    finally:
        set_loader("yaml", load_plain, (yaml.YAMLError,))
        _loaders_dumpers.yaml_load = load_plain


class ConfigError(InputError, yaml.YAMLError):
    """A mistake in a config. The parser expects a YAMLError."""


def load_yaml(text: str, path: str = "") -> Any:
    """Load YAML, of a config if `path` names its file. Raises ConfigError."""
    where = Text(f"{path}: ", f"{path}：") if path else NOTHING
    try:
        check_size(text)
        value = load_plain(text)
        if path:
            check_config(value)
    except Exception as error:  # PyYAML's constructors raise many types: a wrong !!bool is a KeyError
        problem = error.text if isinstance(error, ConfigError) else not_yaml(error, text)
        raise ConfigError(f"{where.en}{problem.en}", f"{where.zh}{problem.zh}") from error
    return value


def check_config(value: Any) -> None:
    """Reject what the parser would take for no options at all. Raises ConfigError."""
    if not isinstance(value, dict):
        raise ConfigError(NO_OPTIONS.fill(found=as_yaml(value or "")))
    for name in (*GROUPS, "config"):
        if not isinstance(value.get(name, ""), str if name == "config" else dict | str):
            expected = Text("a file", "文件") if name == "config" else Text("options", "选项")
            raise ConfigError(FOUND.fill(name=name, found=as_yaml(value[name]), expected=expected))


def as_yaml(value: object) -> str:
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def check_size(text: str) -> None:
    """Reject what no config needs, before it takes memory or time. Raises ConfigError.

    That is a tag, the character \\0, too many levels or aliases, an alias inside an anchor, and a long list.
    """
    anchors: list[str | None] = []  # of the lists and groups around an event
    values = [0]  # in each of them
    aliases = 0
    for event in yaml.parse(text, Loader=Loader):
        if (tag := getattr(event, "tag", None)) is not None:
            raise ConfigError(at_line(event.start_mark, TAG.fill(tag=tag.replace("tag:yaml.org,2002:", "!!"))))
        values[-1] += isinstance(event, yaml.NodeEvent)
        if isinstance(event, yaml.CollectionStartEvent):
            anchors.append(event.anchor)
            values.append(0)
        elif isinstance(event, yaml.CollectionEndEvent):
            anchors.pop()
            values.pop()
        elif isinstance(event, yaml.AliasEvent):
            aliases += 1 if not any(anchors) else MOST + 1
        elif isinstance(event, yaml.ScalarEvent) and "\0" in event.value:
            raise ConfigError(NULL)
        if max(aliases, len(anchors)) > MOST:
            raise ConfigError(TOO_MANY.fill(most=MOST))
        if values[-1] > LONGEST_LIST:
            raise ConfigError(TOO_LONG.fill(most=LONGEST_LIST))


TAB = Text("found a tab, expected spaces before an entry", "有制表符，条目之前应为空格")
PLAIN = {  # message of PyYAML or libyaml -> the same in plain words
    r"cannot start any token": Text(
        "found a sign that begins no value: put the text in quotes", "有不能作为开头的符号：请给这段文本加引号"
    ),
    r"could not find expected ':'": Text(
        "found a name without a colon, expected 'name: value'", "名称后面没有冒号，应为 'name: value'"
    ),
    r"mapping values are not allowed": Text(
        "found a colon where none can stand: does the line above lack its colon or the space behind it, or "
        "is this line indented too far? A text that holds ': ' needs quotes",
        "这里不能有冒号：是上一行缺少冒号或冒号后面的空格，还是这一行缩进太多？含有 ': ' 的文本要加引号",
    ),
    r"expected key|<block end>|expected '-'": Text(
        "found another indentation, expected the entries of a group in the same column",
        "缩进不同，同一组的条目应从同一列开始",
    ),
    r"expected ',' or '[\]}]'": Text(
        "found a list or group without its end, expected , between the values and ] or } after them",
        "列表或组没有结束，值之间应有逗号，最后应有 ] 或 }",
    ),
    r"unexpected end of stream": Text("found no closing quote", "引号没有结束"),
    r"node content": Text("found no value, expected one", "缺少值"),
    r"sequence entries are not allowed": Text(
        "found '- ' behind a name, expected a list on the lines below", "名称后面有 '- '，列表应从下一行开始"
    ),
    r"undefined alias|alphabetic": Text(
        "found a * in front of a name: put the text in quotes", "名称前面有 *：请给这段文本加引号"
    ),
}
AT_BEGINNING = r"expected ':'|expected ',' or|end of stream"
"""Messages whose mistake stands where the entry, list or text begins. PyYAML's mark is where its parser gave up."""


def not_yaml(error: Exception, text: str) -> Text:
    """The line of the mistake, and what is wrong there. An unknown message stays as it is."""
    if not isinstance(error, yaml.MarkedYAMLError):
        return same(" ".join(str(error).split()))
    problem = (error.problem or "no YAML").removeprefix("but ")
    begins = error.context_mark if re.search(AT_BEGINNING, problem) else None
    mark = begins or error.problem_mark
    said = next((words for found, words in PLAIN.items() if re.search(found, problem)), same(problem))
    before = "".join(text.splitlines()[mark.line : mark.line + 1])[: mark.column + 1] if mark else ""
    if "\t" in before:
        said = TAB
    return at_line(mark, said) if mark else said


def at_line(mark: Any, said: Text) -> Text:
    return Text(f"line {mark.line + 1}: {said.en}", f"第 {mark.line + 1} 行：{said.zh}")
