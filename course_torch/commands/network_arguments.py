"""The options of commands that build a network: `--config --model.* --data.*`, as in train.py."""

from argparse import SUPPRESS
from collections.abc import Callable, Iterable
from dataclasses import asdict
from inspect import signature

from jsonargparse import ActionConfigFile, ArgumentParser, set_parsing_settings

from course_torch.command_line.parser import SHORT_FLAGS
from course_torch.command_line.shipped import CONFIG_HELP
from course_torch.errors import InputError

TRAINING_ONLY = ("trainer", "checkpoint_seconds", "threads", "lr_scheduler")
"""Config entries that only train.py uses."""


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
        if option.startswith("--") and name in (*TRAINING_ONLY, *SHORT_FLAGS, "resume", "allow-code"):
            raise InputError(f"{option}: an option of course-torch train alone")
