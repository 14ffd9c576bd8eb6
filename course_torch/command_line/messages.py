"""Messages of one line: what jsonargparse says in a page becomes "option: found 'value', expected what is allowed"."""

import json
import re
from collections.abc import Iterable
from difflib import get_close_matches

COMMAND_LINE_ONLY = ("help", "config", "print_config", "print_shtab", "resume", "allow_code")
LONGEST = 80
"""Characters of a value in a message."""


def one_line(message: str) -> str:
    """Shorten a message of jsonargparse, or of a DataLoader that adds a worker's traceback to an InputError."""
    text = re.sub(r"\s+", " ", message).strip()
    key = f"{match[1]}: " if (match := re.match(r'Parser key "(\S+?)":', text)) else ""
    if denied := re.search(r"Importing '(\S+)' is not allowed", text):
        return (
            f"{key}found '{denied[1]}', expected CompareGradients or a class of Lightning that runs no code of others; "
            "--allow-code permits all names"
        )
    # What is wrong with an argument of a class stands indented under the name of the class.
    if nested := re.search(r"^( *)(?:- )?Problem with given class_path '(\S+)':\n((?:\1 {2,}.*\n?)+)", message, re.M):
        return f"{key}{nested[2].rpartition('.')[2]}: {one_line(nested[3])}"
    if made := re.search(r"^Does not validate .*? Errors: - (.*?) - .*?class_path='(?:\w+\.)*(\w+)'", text):
        return f"{made[2]}: {made[1]}"
    if other := re.search(r"Import path (\S+) does not correspond to a subclass of (\w+)", text):
        return f"{key}found '{other[1]}', expected a {other[2]}"
    if attempts := re.search(r"Subtypes: \[(.*?)\] Errors: (.*) Given value: ?(.*)", text):
        types, errors, value = attempts.groups()
        unknown = re.search(r"Expected a dot import path string: (\w+)", errors)
        return f"{key}found {quoted(unknown[1] if unknown else value)}, expected {plain_types(types)}"
    if expected := re.search(r"Expected an? (.*)\. Got value: ?(.*)", text):
        return f"{key}found {quoted(expected[2])}, expected {plain_types(expected[1])}"
    if group := re.search(r"Unable to load config '(.*?)' - (?:Parser key|(.*))", text):
        return (
            f"{key}{group[1]}: {group[2]}" if group[2] else f"{key}found {quoted(group[1])}, expected options or a file"
        )
    text = re.sub(r"^Caught InputError in DataLoader worker .* course_torch\.errors\.InputError: ", "", text)
    text = re.sub(r"'(\w+)' object has no attribute 'keys'", r"found a \1 as init_args, expected options", text)
    return re.sub(r'^Parser key "(\S+?)":', r"\1:", text).removeprefix("Problems parsing config: ")


def unknown_option(option: str, options: Iterable[str]) -> str:
    """Name an unknown option such as `model.layers`, and the options that its group has."""
    group, names = "", group_names("", options)
    *groups, _ = option.split(".")
    for part in groups:
        if part not in names or not (inside := group_names(f"{group}{part}.", options)):
            break
        group, names = f"{group}{part}.", inside
    name = option.removeprefix(group)
    likely = names if len(names) <= 12 else get_close_matches(name, names)
    expected = f"expected one of {', '.join(likely)}" if likely else "--help lists the options"
    return f"{group.rstrip('.')}{': ' if group else ''}found the option '{name}', {expected}"


def did_you_mean(option: str, options: Iterable[str]) -> str:
    """Suggest the option of any group whose name ends like an unknown option, or an empty text."""
    by_end: dict[str, str] = {}
    for each in options:
        by_end.setdefault(each.rpartition(".")[2], each)
    near = get_close_matches(option.rpartition(".")[2], by_end, n=1, cutoff=0.8)
    return f"; did you mean --{by_end[near[0]]}?" if near else ""


def group_names(group: str, options: Iterable[str]) -> list[str]:
    """Return the names that may follow a group: "model." -> layer_sizes, output, …"""
    names = [option.removeprefix(group).split(".")[0] for option in options if option.startswith(group)]
    return [name for name in dict.fromkeys(names) if name not in COMMAND_LINE_ONLY]


def plain_types(types: str) -> str:
    """Write types as words: "<class 'int'>, list[a.Logger], <class 'NoneType'>" -> "int, a list of Logger, null"."""
    words = re.sub(r"<class '([\w.]+)'>", r"\1", types)
    words = re.sub(r"(?:\w+\.)+(\w+)", r"\1", words)
    words = re.sub(r"Literal\[(.*?)\]", r"\1", words)
    words = re.sub(r"Union\[(.*?)\]", lambda union: union[1].replace(", ", " or "), words)
    words = re.sub(r"\b(?:list|Iterable|Sequence)\[(.*?)\]", r"a list of \1", words)
    words = re.sub(r"\b(?:list|Iterable|Sequence)\b", "a list", words).replace("a a list", "a list")
    return ", ".join(dict.fromkeys(words.replace("NoneType", "null").replace("'", "").split(", ")))


def quoted(value: str) -> str:
    """Quote a value that jsonargparse wrote."""
    return "null" if value == "None" else f"'{shortened(value)}'"


def as_yaml(value: object) -> str:
    """Write a value of a config as YAML does."""
    return shortened(json.dumps(value, ensure_ascii=False, default=str))


def shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 10]}… ({len(text)} characters)"
