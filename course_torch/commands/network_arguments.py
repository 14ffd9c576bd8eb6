"""The options of commands that build a network: `--config --model.* --data.*`, as in train.py."""

from argparse import SUPPRESS
from collections.abc import Iterable

from jsonargparse import ActionConfigFile, ArgumentParser

from course_torch.command_line.parser import SHORT_FLAGS
from course_torch.errors import InputError
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

TRAINING_ONLY = ("trainer", "checkpoint_seconds")
"""Config entries that only train.py uses."""


def add_network_arguments(parser: ArgumentParser) -> None:
    """Add the config, model and data options of train.py to a parser."""
    parser.add_argument("--config", action=ActionConfigFile, help="YAML file with options, such as configs/digits.yaml")
    for kind, group in ((NetworkModule, "model"), (CourseData, "data")):
        parser.add_class_arguments(kind, group, fail_untyped=False, sub_configs=True)
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
            raise InputError(f"{option}: an option of train.py alone")
