"""The options of train.py beside the model, the data and the Trainer, and the checks of all options."""

from enum import Enum

from jsonargparse import Namespace
from lightning.pytorch.cli import LightningArgumentParser
from yaml import SafeDumper

from course_torch.command_line.parser import OneLineParser, check_integers, normalized
from course_torch.command_line.parsing import check_nulls
from course_torch.command_line.shipped import CONFIG_HELP
from course_torch.errors import InputError
from course_torch.network.optimizers import OWN
from course_torch.training.config_limits import ALLOW_CODE, check_values
from course_torch.training.schedule import add_schedule

# The default `interval` of Lightning's Timer is an enum, which YAML cannot write.
SafeDumper.add_multi_representer(Enum, lambda dumper, member: dumper.represent_str(member.value))


class TrainingParser(OneLineParser, LightningArgumentParser):
    """Lightning's parser, with one-line errors."""


def add_run_options(parser: LightningArgumentParser) -> None:
    """Add the options of a run. There is no --seed_everything: model.seed and data.seed replace it."""
    next(each for each in parser._actions if each.dest == "config").help = CONFIG_HELP  # Lightning has added --config
    parser.add_argument("--resume", type=str | None, default=None, help="folder of the run to resume")
    parser.add_argument("--checkpoint_seconds", type=float, default=30.0, help="seconds between two saves of last.ckpt")
    parser.add_argument(
        "--threads",
        type=int | None,
        default=None,
        help="threads of the CPU (default: 1 if a step is small, else torch's)",
    )
    add_schedule(parser)
    parser.add_argument(ALLOW_CODE, action="store_true", help="let the config run any class, function and package")


def parse(parser: LightningArgumentParser, arguments: list[str]) -> tuple[Namespace, str | None]:
    """Parse and check the arguments. Returns the config of the run, and the folder of the run to resume or None.

    The config lacks --resume and --allow-code: they do not describe the run, so config.yaml must not contain them.
    Raises InputError.
    """
    config = parser.parse_args(normalized(arguments))
    check_nulls(parser, config)
    check_integers(config)
    resumed, allowed = config.pop("resume"), config.pop("allow_code")
    if ALLOW_CODE not in arguments:
        if allowed:
            raise InputError(f"allow_code: found it in a config, expected {ALLOW_CODE} on the command line")
        check_values(config)
        if config.model.gradients.endswith(OWN) and not any("--model.gradients" in each for each in arguments):
            raise InputError(
                f"model.gradients: found '{config.model.gradients}' in a config, which runs this file: name it on the "
                f"command line, or give {ALLOW_CODE}"
            )
    return config, resumed
