"""What a config may do without --allow-code: name classes that run no code of others, and local paths."""

from collections.abc import Iterator
from types import ModuleType

from jsonargparse import Namespace
from lightning.pytorch import accelerators, callbacks, loggers, plugins, profilers, strategies
from lightning.pytorch.accelerators import Accelerator
from lightning.pytorch.callbacks import Callback, LambdaCallback
from lightning.pytorch.plugins import LayerSync, Precision, environments
from lightning.pytorch.plugins.environments import ClusterEnvironment
from lightning.pytorch.profilers import Profiler

from course_torch.command_line.parser import leaves
from course_torch.errors import InputError
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.schedule import SCHEDULES

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
