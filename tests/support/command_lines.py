"""Whether a call of `course-torch` that a page or a workflow shows would be understood."""

from dataclasses import fields
from inspect import signature
from itertools import pairwise
from pathlib import Path

from lightning.pytorch.loggers import CSVLogger, MLFlowLogger, WandbLogger

from course_torch.command_line.configs import SHORT_FLAGS, shipped_configs
from course_torch.commands.main import COMMANDS
from course_torch.commands.options import load_command, parser_of
from course_torch.data.table import DataConfig
from course_torch.network.config import NetworkConfig
from course_torch.reports.gallery import GALLERY

ROOT = Path(__file__).parents[2]
TRAINING = {
    *("--config", "--resume", "--allow-code", "--trainer.callbacks+", "--trainer.logger"),
    *(f"--trainer.logger.{name}" for s in (CSVLogger, WandbLogger, MLFlowLogger) for name in signature(s).parameters),
    *(f"--{flag}" for flag in SHORT_FLAGS),
    *(f"--model.{each.name}" for each in fields(NetworkConfig)),
    *(f"--data.{each.name}" for each in fields(DataConfig)),
}
"""The options of `train`. Of those of Lightning's Trainer only callbacks and logger have no short form on a page."""
VALUES = {
    "--config": {*shipped_configs(), *(f"configs/{path.name}" for path in (ROOT / "configs").iterdir())},
    "--only": {*GALLERY},
}
"""Option -> the names that it takes."""


def check_call(name: str, *arguments: str) -> None:
    """Assert that a command exists, and that it has these options."""
    assert name in COMMANDS
    options = {word.partition("=")[0] for word in arguments if word.startswith("--")}
    known = TRAINING if name == "train" else parser_of(name, load_command(name))._option_string_actions
    assert options <= {written for option in known for written in (option, option.replace("_", "-"))}
    for option, value in pairwise(arguments):
        assert value in VALUES.get(option, {value}), f"{option} {value}"
