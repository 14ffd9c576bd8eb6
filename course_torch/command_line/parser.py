"""The argument parser of train.py and the commands, and the normalization of the arguments."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from jsonargparse import ArgumentParser

from course_torch.command_line.errors import error_line
from course_torch.errors import InputError, check_regular

SHORT_FLAGS = ("accelerator", "devices", "num_nodes", "strategy", "precision", "max_epochs", "max_steps")


class OneLineParser(ArgumentParser):
    """A parser without abbreviations. An error prints one line on stderr and exits with code 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allow_abbrev=False, **kwargs)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
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


def checked(config: str) -> str:
    """Return the path of a config. Raises InputError if the file is not readable as text."""
    check_regular(config)
    try:
        if Path(config).is_file():
            Path(config).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{config}: cannot be read as text ({error}), expected YAML") from error
    return config
