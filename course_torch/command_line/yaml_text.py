"""What is wrong with a text that is no YAML, in plain words: PyYAML names the state of its parser."""

import re

import yaml

from course_torch.language import NOTHING, Text, same

LINE = Text("line {number}: ", "第 {number} 行：")
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
    line = LINE.fill(number=mark.line + 1) if mark else NOTHING
    said = next((words for found, words in PLAIN.items() if re.search(found, problem)), same(problem))
    before = "".join(text.splitlines()[mark.line : mark.line + 1])[: mark.column + 1] if mark else ""
    if "\t" in before:
        said = TAB
    return Text(line.en + said.en, line.zh + said.zh)
