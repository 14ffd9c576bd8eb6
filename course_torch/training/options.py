"""The options of train.py beside model, data and Trainer, the checks of all options, and what a config may do."""

from collections.abc import Iterator
from enum import Enum
from types import ModuleType

from jsonargparse import Namespace
from lightning.pytorch import accelerators, callbacks, loggers, plugins, profilers, strategies
from lightning.pytorch.accelerators import Accelerator
from lightning.pytorch.callbacks import Callback, LambdaCallback
from lightning.pytorch.cli import LightningArgumentParser
from lightning.pytorch.plugins import LayerSync, Precision, environments
from lightning.pytorch.plugins.environments import ClusterEnvironment
from lightning.pytorch.profilers import Profiler
from yaml import SafeDumper

from course_torch.command_line.parser import OneLineParser, check_integers, leaves, normalized
from course_torch.command_line.parsing import check_nulls
from course_torch.command_line.shipped import CONFIG_HELP
from course_torch.errors import InputError
from course_torch.network.optimizers import OWN
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.schedule import SCHEDULES, add_schedule

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


ALLOW_CODE = "--allow-code"
"""Option that lifts these limits. It is read from the command line only, never from a config."""

KINDS: dict[ModuleType, type | tuple[type, ...]] = {
    callbacks: Callback,
    profilers: Profiler,
    accelerators: Accelerator,
    plugins: (Precision, LayerSync),
    environments: ClusterEnvironment,
}
"""Modules of Lightning whose public classes of the given kind are allowed."""

SINGLE = (
    CompareGradients,
    loggers.CSVLogger,
    loggers.TensorBoardLogger,
    strategies.DDPStrategy,
    strategies.SingleDeviceStrategy,
    *SCHEDULES,
)
"""Further classes. Lightning's other loggers send data to a server; its other strategies load checkpoints with code."""


def allowed_classes() -> set[type]:
    """Return the classes that run no code of others, whatever their arguments are.

    Their arguments cannot name a function, because no function is allowed.
    """
    public = {
        value
        for module, kind in KINDS.items()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, kind) and "._" not in value.__module__
    }
    return {*public, *SINGLE} - {LambdaCallback}


def allowed_paths() -> Iterator[str]:
    """Yield the import paths of the allowed classes: of the definition, and of each package above it."""
    for each in allowed_classes():
        parts = each.__module__.split(".")
        for depth in range(1, len(parts) + 1):
            yield ".".join([*parts[:depth], each.__name__])


def check_values(config: Namespace) -> None:
    """Reject each URL and each function in the options of the Trainer. Raises InputError.

    Lightning opens its paths by fsspec: a URL can reach a server, or make fsspec render a file as a template. The
    parser lets the methods of allowed classes pass as functions.
    """
    for option, value in leaves(config.trainer, "trainer"):
        if callable(value):
            raise InputError(f"{option}: found a function, which may run any code; {ALLOW_CODE} permits functions")
        if "://" in str(value) or "::" in str(value):
            raise InputError(f"{option}: found '{value}', expected a local path; {ALLOW_CODE} permits a URL")
