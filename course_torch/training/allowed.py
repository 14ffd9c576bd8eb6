"""What a config may name. Without --allow-code: classes that run no code of others, no function, no URL and no file."""

from collections.abc import Iterator, Mapping, Sequence
from types import ModuleType

from jsonargparse import Namespace
from lightning import Callback
from lightning.pytorch import accelerators, callbacks, loggers, plugins, profilers, strategies
from lightning.pytorch.accelerators import Accelerator
from lightning.pytorch.loggers import Logger
from lightning.pytorch.plugins import LayerSync, Precision, environments
from lightning.pytorch.plugins.environments import ClusterEnvironment
from lightning.pytorch.profilers import Profiler

from course_torch.errors import InputError, unexpected
from course_torch.language import Text
from course_torch.network.config import OWN
from course_torch.training.compare_gradients import CompareGradients

ALLOW_CODE = "--allow-code"  # It lifts these limits, on the command line only, never in a config.
KINDS: dict[ModuleType, type | tuple[type, ...]] = {  # Lightning's public classes of this kind are allowed
    **{callbacks: Callback, loggers: Logger, profilers: Profiler, accelerators: Accelerator},
    **{plugins: (Precision, LayerSync), environments: ClusterEnvironment},
}
# No other strategies, which load checkpoints with code.
SINGLE = (CompareGradients, strategies.DDPStrategy, strategies.SingleDeviceStrategy)
UNSUITABLE = {
    callbacks.LambdaCallback,  # runs functions; the others do not work with this network
    *(callbacks.BatchSizeFinder, callbacks.LearningRateFinder, callbacks.ModelPruning),
    *(callbacks.BaseFinetuning, callbacks.BackboneFinetuning),
}


def allowed_classes() -> set[type]:
    """Return the classes that run no code of others. Their arguments cannot name a function: none is allowed."""
    public = {
        value
        for module, kind in KINDS.items()
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, kind) and "._" not in value.__module__
    }
    return {*public, *SINGLE} - UNSUITABLE


def allowed_paths() -> Iterator[str]:
    """Yield the import paths of the allowed classes: of the definition, and of each package above it."""
    for known in allowed_classes():
        parts = known.__module__.split(".")
        for depth in range(1, len(parts) + 1):
            yield ".".join([*parts[:depth], known.__name__])


def check_no_code(config: Namespace, arguments: Sequence[str]) -> None:
    """Reject functions of the Trainer, and each URL and learner's file that the command line does not name.

    Lightning opens its paths by fsspec: a URL can reach a server, or make fsspec render a file as a template. The
    parser lets the methods of allowed classes pass as functions. Raises InputError.
    """
    for option, value in leaves(config.trainer, "trainer"):
        if callable(value):
            raise InputError(
                f"{option}: found a function, which may run any code; {ALLOW_CODE} permits functions",
                f"{option}：得到一个函数，它可以运行任何代码；{ALLOW_CODE} 允许函数",
            )
        if ("://" in str(value) or "::" in str(value)) and not any(str(value) in each for each in arguments):
            expected = f"a local path, or a URL on the command line; {ALLOW_CODE} permits any"
            chinese = f"本地路径，或命令行上的 URL；{ALLOW_CODE} 允许任何 URL"
            raise unexpected(option, f"'{value}'", Text(expected, chinese))
    gradients = config.model.gradients
    if gradients.endswith(OWN) and not any("--model.gradients" in each for each in arguments):
        raise InputError(
            f"model.gradients: found '{gradients}' in a config, which runs this file: name it on the command line, or "
            f"give {ALLOW_CODE}",
            f"model.gradients：配置里是 '{gradients}'，会运行这个文件：请在命令行上写出它的名称，或加上 {ALLOW_CODE}",
        )


def leaves(value: object, option: str = "") -> Iterator[tuple[str, object]]:
    """Yield the name and the value of each option, also inside lists and mappings."""
    if isinstance(value, Namespace | Mapping):
        for name, each in vars(value).items() if isinstance(value, Namespace) else value.items():
            yield from leaves(each, f"{option}.{name}" if option else str(name))
    elif isinstance(value, list | tuple | set):
        for each in value:
            yield from leaves(each, option)
    else:
        yield option, value
