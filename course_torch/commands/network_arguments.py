"""The options of a command that takes a network: `--config --model.* --data.*`, as train.py has them."""

from typing import Any

from jsonargparse import ActionConfigFile, ArgumentParser

from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

TRAINING_ONLY = {"trainer": dict[str, Any], "checkpoint_seconds": float}
"""Options of a config that only train.py reads."""


def add_network_arguments(parser: ArgumentParser) -> None:
    """What a command that takes a network accepts: the same files and options as train.py."""
    parser.add_argument("--config", action=ActionConfigFile, help="a file in configs/, or one like it")
    for kind, group in ((NetworkModule, "model"), (CourseData, "data")):
        parser.add_class_arguments(kind, group, fail_untyped=False, sub_configs=True)
    for name, type_ in TRAINING_ONLY.items():
        parser.add_argument(f"--{name}", type=type_, help="accepted from a config, used by train.py")
