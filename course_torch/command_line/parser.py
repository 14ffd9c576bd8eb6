"""The argument parser of train.py and the commands, and the normalization of the arguments."""

import logging
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, NoReturn

import yaml
from jsonargparse import ArgumentParser, Namespace

from course_torch.command_line.errors import did_you_mean, error_line, shortened, unknown_option
from course_torch.command_line.parsing import check_text, load_yaml
from course_torch.command_line.shipped import resolved
from course_torch.errors import InputError, check_regular

SHORT_FLAGS = ("accelerator", "devices", "num_nodes", "strategy", "precision", "max_epochs", "max_steps")
LARGEST = 2**31 - 1
"""Largest integer of an option."""

# It makes a record of each of the parser's messages, hundreds in a run, and writes none.
logging.getLogger("jsonargparse_null_logger").disabled = True

UNKNOWN = r"(?:Group|Option) '(\S+)' (?:does not accept option '(\S+)'|is not accepted)"
"""jsonargparse's message for an option in a config that does not exist."""


class OneLineParser(ArgumentParser):
    """A parser without abbreviations. An error prints one line on stderr and exits with code 2."""

    program: ClassVar[str | None] = None
    """The program whose arguments are parsed. The help of a class in an option comes from another parser."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allow_abbrev=False, **{"prog": self.program} | kwargs)

    def parse_args(self, *args: Any, **kwargs: Any) -> Any:
        OneLineParser.program = self.prog
        return super().parse_args(*args, **kwargs)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        if unknown := re.fullmatch(UNKNOWN, message):
            option = ".".join(filter(None, unknown.groups()))
            message = unknown_option(option, [action.dest for action in self._actions])
        if found := re.match(r"unrecognized arguments: --([\w.]+)", message):
            message += did_you_mean(found[1], [action.dest for action in self._actions])
        if not self.exit_on_error:  # the parser of a class inside an option: its caller may try another class
            super().error(message, ex)
        sys.exit(error_line(self.prog, message))


def normalized(arguments: Sequence[str]) -> list[str]:
    """Expand short flags, and move every --config to the front so that other options always override it.

    Each of SHORT_FLAGS gets the prefix "trainer.": `--accelerator cpu` becomes `--trainer.accelerator cpu`.
    `--resume FOLDER` also loads FOLDER/config.yaml.
    """
    configs: list[str] = []
    others: list[str] = []
    remaining = iter(arguments)
    for argument in remaining:
        check_argument(argument)
        if argument in ("--config", "-c"):
            configs += ["--config", *([checked(value)] if (value := next(remaining, None)) is not None else [])]
        elif argument.startswith("--config="):
            configs.append(f"--config={checked(argument.partition('=')[2])}")
        elif argument == "--resume" or argument.startswith("--resume="):
            folder = argument.partition("=")[2] or next(remaining, "")
            config = Path(folder, "config.yaml")
            if not config.is_file():
                raise InputError(
                    f"resume: found '{folder}', expected the folder of a run, such as lightning_logs/version_0"
                )
            configs += ["--config", checked(str(config))]
            others += ["--resume", folder]
        elif argument.startswith("--") and argument[2:].split("=")[0] in SHORT_FLAGS:
            others.append(argument.replace("--", "--trainer.", 1))
        else:
            others.append(argument)
    return [*configs, *others]


def check_argument(argument: str) -> None:
    """Reject an argument that is YAML of too many values. Raises InputError."""
    try:
        check_text(argument.partition("=")[2] if argument.startswith("--") else argument)
    except yaml.YAMLError as error:
        raise InputError(f"{shortened(argument)}: {error}") from error


def check_integers(config: Namespace) -> None:
    """Reject an integer that overflows in torch. Raises InputError."""
    for option, value in leaves(config):
        if isinstance(value, int) and abs(value) > LARGEST:
            raise InputError(f"{option}: found {shortened(str(value))}, expected at most {LARGEST}")


def leaves(value: object, option: str = "") -> Iterator[tuple[str, object]]:
    """Yield the name and the value of each option, also inside lists and mappings."""
    if isinstance(value, Namespace | Mapping):
        for name, each in vars(value).items() if isinstance(value, Namespace) else value.items():
            yield from leaves(each, f"{option}.{name}" if option else str(name))
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from leaves(each, option)
    else:
        yield option, value


def checked(config: str) -> str:
    """Return the path of a config, or its text. Raises InputError if it is not YAML with options.

    The name of a shipped config becomes the path of its file.
    """
    check_regular(config)
    try:
        config = resolved(config)
        if Path(config).is_file():
            load_yaml(Path(config).read_text(encoding="utf-8"), config)
        else:
            load_yaml(config, "config")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{config}: cannot be read as text ({error}), expected YAML") from error
    except yaml.YAMLError as error:
        raise InputError(str(error)) from error
    return config
