"""The parser that train.py and the commands share: `--config --model.* --data.*`, and errors of one line."""

import re
import sys
import warnings
from collections.abc import Callable, Sequence
from errno import EDQUOT, EFBIG, ENOSPC
from pathlib import Path
from typing import Any, NoReturn

from jsonargparse import ActionConfigFile
from lightning.pytorch.cli import LightningArgumentParser

from course_torch.errors import InputError
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

TRAINING_ONLY = {"trainer": dict[str, Any], "checkpoint_seconds": float}
"""Options of a config that only train.py reads."""
SHORT_FLAGS = ("accelerator", "devices", "num_nodes", "strategy", "precision", "max_epochs", "max_steps")


class OneLineParser(LightningArgumentParser):
    """A parser that takes no abbreviations, and whose error is one line on stderr and exit code 2."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, allow_abbrev=False, **kwargs)

    def error(self, message: str, ex: Exception | None = None) -> NoReturn:
        sys.exit(error_line(self.prog, message))


def error_line(program: str, message: str) -> int:
    """Print the message as one line on stderr. Returns the exit code of a usage error, 2."""
    print(f"{program}: error: {one_line(message)}", file=sys.stderr)
    return 2


def one_line(message: str) -> str:
    """A message as one line; jsonargparse's page of attempts at a value as: thing, value, what is allowed.

    Of an InputError in a worker, which a DataLoader gives with the worker's traceback, its own message is left.
    """
    text = re.sub(r"\s+", " ", message).strip()
    text = re.sub(r"^Caught InputError in DataLoader worker .* course_torch\.errors\.InputError: ", "", text)
    attempts = re.match(
        r'Parser key "(\S+)": Does not validate .* Subtypes: \[(.*)\] Errors: .* Given value: (.*)', text
    )
    expected = re.match(r'Parser key "(\S+)": Expected an? (.*)\. Got value: (.*)', text)
    refused = re.match(r"Does not validate .*? Errors: - (.*?) - .* Given value: (.*)", text)
    if refused:
        text = f"found {refused[2]}: {refused[1]}"
    if found := attempts or expected:
        key, types, value = found.groups()
        text = f"{key}: found '{value}', expected {plain_types(types)}"
    return text


def plain_types(types: str) -> str:
    """Python's names of types as words: "<class 'int'>, <class 'NoneType'>" -> "int, null"."""
    words = re.sub(r"<class '(?:\w+\.)*(\w+)'>", r"\1", types)
    return words.replace("NoneType", "null").replace("typing.Literal", "").replace("Sequence", "a list")


def run(program: str, action: Callable[[], int]) -> int:
    """The action's exit code, or 2 and one line where the user gave something wrong, 130 after Ctrl-C."""
    # A class name in a script that no installed font has is drawn as boxes; the tables say it.
    warnings.filterwarnings("ignore", message="Glyph .* missing from font")
    try:
        return action()
    except InputError as error:
        return error_line(program, str(error))
    except KeyboardInterrupt:
        print(f"{program}: interrupted", file=sys.stderr)
        return 130
    except OSError as error:
        if error.errno not in (ENOSPC, EDQUOT, EFBIG):
            raise
        return error_line(program, f"{error.filename or 'a file'}: cannot be written ({error.strerror})")
    except ValueError as error:
        if "Does not validate" not in str(error):  # a value that the parser takes and its class does not
            raise
        return error_line(program, str(error))
    except RuntimeError as error:
        if not any(words in str(error) for words in ("allocate", "Storage size")):
            raise
        return error_line(program, f"more memory is needed than there is: {error}")


def add_network_arguments(parser: LightningArgumentParser) -> None:
    """What a command that takes a network accepts: the same files and options as train.py."""
    parser.add_argument("--config", action=ActionConfigFile, help="a file in configs/, or one like it")
    parser.add_lightning_class_args(NetworkModule, "model")
    parser.add_lightning_class_args(CourseData, "data")
    for name, kind in TRAINING_ONLY.items():
        parser.add_argument(f"--{name}", type=kind, help="accepted from a config, used by train.py")


def normalized(arguments: Sequence[str]) -> list[str]:
    """The arguments with short flags written out and every --config in front, so that options win wherever they stand.

    `--accelerator cpu` becomes `--trainer.accelerator cpu`, and so for each of SHORT_FLAGS. `--resume FOLDER` brings
    the folder's config.yaml with it.
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
    """The config's path, if what is there can be read as text. Raises InputError."""
    try:
        if Path(config).is_file():
            Path(config).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{config}: cannot be read as text ({error}), expected YAML") from error
    return config
