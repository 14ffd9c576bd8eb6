"""The options of commands that build a network: `--config --model.* --data.*`, as in train.py."""

from typing import Any

from jsonargparse import ActionConfigFile, ArgumentParser

from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

TRAINING_ONLY = {"trainer": dict[str, Any], "checkpoint_seconds": float}
"""Config entries that only train.py uses."""


def add_network_arguments(parser: ArgumentParser) -> None:
    """Add the config, model and data options of train.py to a parser."""
    parser.add_argument("--config", action=ActionConfigFile, help="YAML file with options, such as configs/digits.yaml")
    for kind, group in ((NetworkModule, "model"), (CourseData, "data")):
        parser.add_class_arguments(kind, group, fail_untyped=False, sub_configs=True)
    for name, type_ in TRAINING_ONLY.items():
        parser.add_argument(f"--{name}", type=type_, help="ignored here, used by train.py")
