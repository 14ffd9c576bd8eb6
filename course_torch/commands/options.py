"""The options of a command: its parser is made from its function, with those of a network as in train.py."""

import os
import re
from argparse import SUPPRESS
from collections.abc import Callable, Iterable
from dataclasses import asdict
from functools import reduce
from importlib import import_module
from inspect import getdoc, signature
from operator import or_
from pathlib import Path
from typing import Any, Union, get_args, get_origin, get_type_hints

from jsonargparse import ActionConfigFile, ArgumentParser, set_parsing_settings

from course_torch.command_line import parser as parsing
from course_torch.command_line.configs import CONFIG_HELP, SHORT_FLAGS, normalized
from course_torch.command_line.files import check_files
from course_torch.command_line.help import LANGUAGE_HELP
from course_torch.errors import InputError
from course_torch.language import VARIABLE, Language

TRAINING_ONLY = ("trainer", "checkpoint_seconds", "compare_gradients", "threads")  # in train.py alone


def run_command(name: str, arguments: list[str], language: Language) -> int:
    """Parse and check the options of a command, and run it. Returns its exit code. Raises InputError."""
    reject_training_options(arguments)
    command = load_command(name)
    given = normalized(arguments)
    parser = parser_of(name, command, configured="--config" in {each.partition("=")[0] for each in given})
    parser.speak(language)
    if os.environ.get(VARIABLE):
        parser.set_defaults(language=language)
    with parsing.importing_only():
        chosen = parser.instantiate(parser.read(given))
    parameters = signature(command).parameters
    options = {name: value for name, value in chosen.items() if name in parameters}
    root = getattr(chosen.get("data"), "root", None)
    check_files(command, options, [str(each) for each in (*(chosen.get("config") or []), root) if each])
    return command(**options)


def load_command(name: str) -> Callable[..., int]:
    """Import the function of a command: "check" -> `course_torch.commands.learner.check.check`."""
    (file,) = Path(__file__).parent.glob(f"*/{name}.py")
    return getattr(import_module(f"course_torch.commands.{file.parent.name}.{name}"), name)


def reject_training_options(arguments: Iterable[str]) -> None:
    """Reject options of train.py that would have no effect here. Raises InputError."""
    for argument in arguments:
        option = argument.partition("=")[0]
        name = option.removeprefix("--").split(".")[0]
        if option.startswith("--") and name in (*TRAINING_ONLY, *SHORT_FLAGS, "resume", "allow-code"):
            raise InputError(
                f"{option}: an option of course-torch train alone", f"{option}：只是 course-torch train 的选项"
            )


def parser_of(name: str, command: Callable[..., int], *, configured: bool = False) -> parsing.OneLineParser:
    """Build the parser of a command from signature and docstring; `configured`: whether the arguments name a config.

    A positional parameter is an argument, which may be left out if it has a default. A keyword-only parameter is an
    option, and a flag if its default is False.
    """
    description, _, arguments = (getdoc(command) or "").partition("\n\nArgs:")
    helps = dict(each.split(": ", 1) for each in re.split(r"\n {4}(?=\w)", arguments)[1:])  # empty under python -OO
    parser = parsing.OneLineParser(prog=f"course-torch {name}", description=description)
    parameters = dict(signature(command).parameters)
    # The hint of `OutputFile | None` is Optional[str], which the help would show in this form.
    kinds = {
        name: reduce(or_, get_args(kind)) if get_origin(kind) is Union else kind
        for name, kind in get_type_hints(command).items()
    }
    if "model" in parameters:
        add_network_arguments(parser, command, configured=configured)
        del parameters["model"], parameters["data"]
    for name, each in parameters.items():
        about, default, kind = helps.get(name), each.default, kinds[name]
        if each.kind is not each.KEYWORD_ONLY:
            given: dict[str, Any] = {"nargs": "+"} if kind == list[str] else {"type": kind}
            if default is not each.empty:  # None needs no type: the help would show it
                given = {"nargs": "?"} | ({} if default is None else {"type": kind, "default": default})
            parser.add_argument(name, help=about, **given)
        elif default is False:
            names = dict.fromkeys((f"--{name}", f"--{name.replace('_', '-')}"))
            parser.add_argument(*names, action="store_true", help=about)
        else:
            known = {"required": True} if default is each.empty else {"default": default}
            parser.add_argument(f"--{name}", type=kind, help=about, **known)
    if "language" not in parameters:
        parser.add_argument("--language", type=Language, default="en", help=LANGUAGE_HELP)
    return parser


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
