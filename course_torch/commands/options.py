"""The options of a command: its parser is made from its function, with those of a network as in train.py."""

import os
from argparse import SUPPRESS
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from inspect import getdoc, signature

from jsonargparse import ActionConfigFile, ArgumentParser, Namespace, set_parsing_settings

from course_torch.command_line import parser as parsing
from course_torch.command_line.files import check_outputs
from course_torch.command_line.help import LANGUAGE_HELP
from course_torch.command_line.shipped import CONFIG_HELP
from course_torch.commands.table import load_command
from course_torch.errors import InputError, unexpected
from course_torch.language import VARIABLE, Language, Text

TRAINING_ONLY = ("trainer", "checkpoint_seconds", "threads", "lr_scheduler")  # in train.py alone


def add_network_arguments(parser: ArgumentParser, command: Callable[..., int], *, configured: bool) -> None:
    """Add --config, and the options of the command's parameters `model` and `data`, as in train.py.

    A default of such a parameter replaces the defaults of train.py, unless a config is given (`configured`): a config
    holds only what differs from the defaults of train.py.
    """
    parser.add_argument("--config", action=ActionConfigFile, help=CONFIG_HELP)
    for group in ("model", "data"):
        parameter = signature(command).parameters[group]
        kind = parameter.annotation
        # Otherwise jsonargparse looks for an import path in the options of a dataclass, also in the name of a file.
        set_parsing_settings(subclasses_enabled=[kind])
        parser.add_class_arguments(kind, group, sub_configs=True)
        if parameter.default is not parameter.empty and not configured:
            parser.set_defaults({f"{group}.{name}": value for name, value in asdict(parameter.default).items()})
    for name in TRAINING_ONLY:
        parser.add_argument(f"--{name}", type=ignored, help=SUPPRESS)


def ignored(value: object) -> None:
    """Drop a config entry of train.py unseen: what it names is neither checked nor imported."""


def check_options(arguments: Iterable[str]) -> None:
    """Reject options of train.py, which would have no effect. Raises InputError."""
    for argument in arguments:
        option = argument.partition("=")[0]
        name = option.removeprefix("--").split(".")[0]
        if option.startswith("--") and name in (*TRAINING_ONLY, *parsing.SHORT_FLAGS, "resume", "allow-code"):
            raise InputError(
                f"{option}: an option of course-torch train alone", f"{option}：只是 course-torch train 的选项"
            )


POSITIONAL = {"chosen": "chapter", "file": "file", "function": "function", "section": "section", "name": "name"}
"""Parameter -> the name in the help of an argument that may be left out."""
OUTPUTS = ("json", "html", "figure")  # options that name an output file
PATHS = (  # other files and folders
    *("checkpoint", "file", "files", "mine", "cats", "submissions", "out"),
    *("feedback", "rules", "gradebook", "data"),
)


@parsing.one_line_yaml()
def run_command(name: str, arguments: list[str], language: Language) -> int:
    """Parse and check the options of a command, and run it. Returns its exit code. Raises InputError."""
    check_options(arguments)
    command = load_command(name)
    given = parsing.normalized(list(with_values(arguments, flags_of(command))))
    parser = parser_of(name, command, configured=any(each.partition("=")[0] == "--config" for each in given))
    parser.speak(language)
    if os.environ.get(VARIABLE):
        parser.set_defaults(language=language)
    with parsing.importing_only():
        config = parser.parse_args(given)
        parsing.check_nulls(parser, config)
        parsing.check_integers(config)
        chosen = parser.instantiate(config)
    options = {name: value for name, value in chosen.items() if name in signature(command).parameters}
    for name in PATHS:
        if options.get(name) == "" or (name == "files" and "" in options.get(name, [])):
            raise unexpected(name, "''", Text("a path", "路径"))
    check_outputs({name: options.get(name) for name in OUTPUTS}, inputs_of(chosen))
    return command(**options)


def parser_of(name: str, command: Callable[..., int], *, configured: bool = False) -> parsing.OneLineParser:
    """Build the parser of a command from signature and docstring; `configured`: whether the arguments name a config."""
    description, _, about = (getdoc(command) or "").partition("\n\nArgs:")
    helps = dict(line.strip().split(": ", 1) for line in about.splitlines() if ": " in line)
    parser = parsing.OneLineParser(prog=f"course-torch {name}", description=description)
    skipped: set[str | int] = {"files", *POSITIONAL}
    if "model" in signature(command).parameters:
        add_network_arguments(parser, command, configured=configured)
        skipped |= {"model", "data"}
    parser.add_function_arguments(command, skip=skipped, as_group=False, as_positional=True)
    if "language" not in signature(command).parameters:
        parser.add_argument("--language", type=Language, default="en", help=LANGUAGE_HELP)
    for name in (name for name in POSITIONAL if name in signature(command).parameters):
        parser.add_argument(
            name, nargs="?", metavar=POSITIONAL[name], help=helps.get(name)
        )  # python -OO has no docstrings
    if "files" in signature(command).parameters:
        parser.add_argument(
            "files", nargs="+", help="pictures of any size and mode, folders of pictures, or CSV files of rows"
        )
    return parser


def inputs_of(options: Namespace) -> list[str]:
    """Return the files and folders that a command reads: configs, checkpoint, pictures or rows, and data folders."""
    data = options.get("data")
    named = [*map(options.get, ("checkpoint", "cats", "file", "mine")), getattr(data, "root", data)]
    return [str(each) for each in (*(options.get("config") or []), *options.get("files", []), *named) if each]


def flags_of(command: Callable[..., int]) -> dict[str, str]:
    """Option as written -> option of the parser, for every option of the command without a value."""
    names = [name for name, each in signature(command).parameters.items() if each.default is False]
    return {f"--{written}": f"--{name}" for name in names for written in (name, name.replace("_", "-"))}


def with_values(arguments: list[str], flags: Mapping[str, str]) -> Iterator[str]:
    """Turn `--explain` and `--explain true` into `--explain=true`, because jsonargparse expects a value."""
    waiting = list(reversed(arguments))
    while waiting:
        argument = waiting.pop()
        flag, equals, value = argument.partition("=")
        if flag in flags:
            follows = not equals and waiting and waiting[-1] in ("true", "false")
            yield f"{flags[flag]}={waiting.pop() if follows else value or 'true'}"
        else:
            yield argument
