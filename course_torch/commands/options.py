"""The options of a command: its parser is made from its function, with those of a network as in train.py."""

import os
import re
from argparse import SUPPRESS
from collections.abc import Callable, Iterable
from dataclasses import asdict
from inspect import getdoc, signature

from jsonargparse import ActionConfigFile, ArgumentParser, Namespace, set_parsing_settings

from course_torch.command_line import parser as parsing
from course_torch.command_line.configs import CONFIG_HELP
from course_torch.command_line.files import check_outputs
from course_torch.command_line.help import LANGUAGE_HELP
from course_torch.command_line.yaml_text import one_line_yaml
from course_torch.commands.main import load_command
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


OUTPUTS = ("json", "html", "figure")  # options that name an output file
POSITIONAL = ("chapter", "file", "function", "section", "name")  # parameters that may be left out and are no options
NO_VALUE = Text("a value", "一个值")


@one_line_yaml()
def run_command(name: str, arguments: list[str], language: Language) -> int:
    """Parse and check the options of a command, and run it. Returns its exit code. Raises InputError."""
    check_options(arguments)
    command = load_command(name)
    given = parsing.normalized(arguments)
    parser = parser_of(name, command, configured="--config" in {each.partition("=")[0] for each in given})
    parser.speak(language)
    if os.environ.get(VARIABLE):
        parser.set_defaults(language=language)
    with parsing.importing_only():
        chosen = parser.instantiate(parser.read(given))
    parameters = signature(command).parameters
    options = {name: value for name, value in chosen.items() if name in parameters}
    for name, value in options.items():
        if "" in (value if isinstance(value, list) else [value]) and parameters[name].default != "":
            raise unexpected(name, "''", NO_VALUE)
    check_outputs({name: options.get(name) for name in OUTPUTS}, inputs_of(chosen))
    return command(**options)


def parser_of(name: str, command: Callable[..., int], *, configured: bool = False) -> parsing.OneLineParser:
    """Build the parser of a command from signature and docstring; `configured`: whether the arguments name a config.

    A parameter without a default, and each of POSITIONAL, is an argument. A parameter that is False is a flag.
    """
    description, _, arguments = (getdoc(command) or "").partition("\n\nArgs:")
    helps = dict(each.split(": ", 1) for each in re.split(r"\n {4}(?=\w)", arguments)[1:])  # empty under python -OO
    parser = parsing.OneLineParser(prog=f"course-torch {name}", description=description)
    parameters = dict(signature(command).parameters)
    if "model" in parameters:
        add_network_arguments(parser, command, configured=configured)
        del parameters["model"], parameters["data"]
    for name, each in parameters.items():
        about, required = helps.get(name), each.default is each.empty
        if each.default is False:
            parser.add_argument(
                *dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}")), action="store_true", help=about
            )
        elif name in POSITIONAL and not required:
            parser.add_argument(name, nargs="?", help=about)
        elif required and each.kind is not each.KEYWORD_ONLY:
            several = {"nargs": "+"} if each.annotation == list[str] else {"type": each.annotation}
            parser.add_argument(name, help=about, **several)
        else:
            known = {"required": True} if required else {"default": each.default}
            parser.add_argument(f"--{name}", type=each.annotation, help=about, **known)
    if "language" not in parameters:
        parser.add_argument("--language", type=Language, default="en", help=LANGUAGE_HELP)
    return parser


def inputs_of(options: Namespace) -> list[str]:
    """Return the files and folders that a command reads: configs, checkpoint, pictures or rows, and data folders."""
    data = options.get("data")
    named = [*map(options.get, ("checkpoint", "cats", "file", "mine")), getattr(data, "root", data)]
    return [str(each) for each in (*(options.get("config") or []), *options.get("files", []), *named) if each]
