"""What jsonargparse says in a page, as one sentence in plain words, in both languages."""

import re
from collections.abc import Sequence
from difflib import get_close_matches

from course_torch.errors import MEANT
from course_torch.language import COLON, NOTHING, Language, Text, same

FOUND = Text("found '{found}', expected {expected}", "得到 '{found}'，应为 {expected}")
SENTENCES = {  # sentence of jsonargparse or argparse -> what is said
    r".*Importing '(?P<found>\S+)' is not allowed.*": Text(
        "found '{found}', expected CompareGradients or a class of Lightning that runs no code of others; --allow-code "
        "permits all names",
        "得到 '{found}'，应为 CompareGradients 或不运行别人的代码的 Lightning 类；--allow-code 允许所有名称",
    ),
    r"Unable to load config '(?P<found>.*?)' - Parser key \"data\".*": Text(
        "found '{found}', expected a config; --data.name chooses a data set, --data.root gives the folder or file of "
        "your own",
        "得到 '{found}'，应为一份配置；--data.name 选择数据集，--data.root 给出你自己的文件夹或文件",
    ),
    r"Unable to load config '(?P<found>.*?)' - Parser key .*": Text(
        "found '{found}', expected a config", "得到 '{found}'，应为一份配置"
    ),
    r"Does not validate .* Errors: - (?!Expected)(?P<why>.*?) - .*?class_path='(?:\w+\.)*(?P<name>\w+)'.*": same(
        "{name}: {why}"
    ),
    r".*Subtypes: \[(?P<expected>.*?)\] Errors: .* Given value: ?(?P<found>.*)": FOUND,
    r"Expected an? (?P<expected>.*?)\. Got value: ?(?P<found>.*)": FOUND,
    r"the following arguments are required: (?P<names>.*)": Text(
        "the following arguments are required: {names}", "缺少：{names}"
    ),
    r"argument (?P<name>\S+): expected one argument": Text(
        "argument {name}: expected one argument", "{name}：后面应有一个值"
    ),
    r"unrecognized arguments: (?P<names>.*)": Text("unrecognized arguments: {names}", "没有这个选项或参数：{names}"),
    r"Group '(?P<group>\S+)' does not accept option '(?P<name>\S+)'": Text(
        "{group}: it has no option '{name}'", "{group}：没有选项 '{name}'"
    ),
    r"Option '(?P<name>\S+)' is not accepted": Text("there is no option '{name}'", "没有选项 '{name}'"),
}
NESTED = r"Problem with given class_path '(?:\w+\.)*(\w+)':\n(( +).*(?:\n\3.*)*)"
"""What is wrong with an argument of a class stands indented under the name of the class."""


def in_one_line(message: str, language: Language = "en") -> str:
    """Say a message of the parser in one line: the option, what was found, and what is allowed."""
    colon = COLON.say(language)
    text = re.sub(r"\s+", " ", message).strip().removeprefix("Problems parsing config: ")
    keyed = re.match(r'Parser key "(\S+?)": ?(?:- Expected a path but .*? - )?(.*)', text)
    key, text = (f"{keyed[1]}{colon}", keyed[2]) if keyed else ("", text)
    if "NoneType'>" not in text:  # where null is allowed, None is a text
        text = re.sub(r"(?<=value: )None$|NoneType(?='$)", "null", text)
    if "Importing '" not in text and (nested := re.search(NESTED, message)):
        return f"{key}{nested[1]}{colon}{in_one_line(nested[2], language)}"
    for sentence, said in SENTENCES.items():
        if found := re.fullmatch(sentence, text):
            values = found.groupdict()
            if "expected" in values:
                values["expected"] = plain_types(values["expected"])
            return key + said.fill(**values).say(language)
    return key + text


def plain_types(types: str) -> str:
    """Write types as words: "<class 'int'>, list[a.Logger], <class 'NoneType'>" -> "int, list[Logger], null"."""
    words = re.sub(r"<class '([\w.]+)'>", r"\1", types).replace("NoneType", "null").replace("'", "")
    words = re.sub(r"(?:\w+\.)+(\w+)", r"\1", words)
    words = re.sub(r"Literal\[(.*?)\]", r"\1", words)
    words = re.sub(r"\b(?:Iterable|Sequence)\b", "list", words)
    return ", ".join(dict.fromkeys(words.split(", ")))


UNKNOWN = r"unrecognized arguments: --([\w.]+).*|(?:Group '(\S+)' does not accept option|Option) '(\S+)'.*"
"""The sentences of the parser about an option that does not exist."""

WITHOUT_NAME = Text("; {near} is written without its name", "；{near} 要直接写值，不写名称")


def did_you_mean(message: str, options: Sequence[str], by_place: Sequence[str]) -> Text:
    """Suggest the option of any group whose name ends like the unknown option of a message, or an empty text.

    The arguments `by_place` have no name: if the unknown option is their name, the text says so.
    """
    if (unknown := re.fullmatch(UNKNOWN, message)) is None:
        return NOTHING
    by_end = {each.rpartition(".")[2]: each for each in reversed(options)}  # the first of several stays
    end = str(unknown[unknown.lastindex or 0]).rpartition(".")[2]
    if end in by_place:
        return WITHOUT_NAME.fill(near=end)
    near = get_close_matches(end, by_end, n=1, cutoff=0.8)
    return MEANT.fill(near=f"--{by_end[near[0]]}") if near else NOTHING
