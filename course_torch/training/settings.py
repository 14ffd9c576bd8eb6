"""The options of train.py, what a config may name, and the settings that fit the data or are rejected.

Without --allow-code a config may name classes that run no code of others, no function, no URL and no file.
"""

import logging
import os
import warnings
from collections.abc import Iterator, Sequence
from enum import Enum
from types import ModuleType
from typing import Any

from jsonargparse import Namespace
from jsonargparse.typing import NonNegativeFloat, PositiveInt
from lightning import Callback, Trainer
from lightning.pytorch import accelerators, callbacks, loggers, plugins, profilers, strategies
from lightning.pytorch.accelerators import Accelerator
from lightning.pytorch.cli import LightningArgumentParser
from lightning.pytorch.loggers import Logger
from lightning.pytorch.plugins import LayerSync, Precision, environments
from lightning.pytorch.plugins.environments import ClusterEnvironment, LightningEnvironment, TorchElasticEnvironment
from lightning.pytorch.profilers import Profiler
from yaml import SafeDumper

from course_torch.command_line.configs import CONFIG_HELP
from course_torch.command_line.help import LANGUAGE_HELP
from course_torch.command_line.parser import SHORT_FLAGS, OneLineParser, leaves, normalized
from course_torch.data.table import check_fit
from course_torch.errors import InputError, check_name, unexpected
from course_torch.language import Language, Text
from course_torch.network.config import OWN
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.data_module import CourseData

# The default `interval` of Lightning's Timer is an enum, which YAML cannot write.
SafeDumper.add_multi_representer(Enum, lambda dumper, member: dumper.represent_str(member.value))

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


HELP_ALL = "--help_all"
FIRST = {  # option -> its help; None for that of the option itself
    "config": CONFIG_HELP,
    "resume": None,
    "trainer.accelerator": "cpu, gpu, mps, or auto for the fastest of this machine",
    "trainer.devices": "number of devices, such as 2, or auto",
    "trainer.precision": "32, 64, bf16-mixed or 16-mixed; null for 32",
    "trainer.max_epochs": "number of epochs; an epoch of full batches has 100 updates",
    "trainer.logger": "such as CSVLogger or WandbLogger; null for metrics.csv and TensorBoard",
    "trainer.default_root_dir": "folder in which lightning_logs is written; null for the current folder",
    **dict.fromkeys(("model.layer_sizes", "model.hidden_activation", "model.output", "model.optimizer")),
    **dict.fromkeys(("model.learning_rate", "data.name", "data.root", "data.batch_size", "language")),
}


class TrainingParser(OneLineParser, LightningArgumentParser):
    """Lightning's parser, with one-line errors, whose help shows what people change, and HELP_ALL every option."""

    def print_help(self, *arguments: Any) -> None:
        """Print the options of FIRST. Another parser, for a class in an option, prints all that it has."""
        options = {action.dest: action for action in self._actions}
        if "resume" not in options:
            return super().print_help(*arguments)
        first = OneLineParser(prog=self.prog, usage=self.usage, description=self.description)
        first.formatter_class = self.formatter_class
        for name, about in FIRST.items():
            flag, default = name.removeprefix("trainer."), options[name].default
            written = name if flag not in SHORT_FLAGS else flag
            first.add_argument(
                f"--{written}",
                default=list(default) if isinstance(default, tuple) else default,
                help=about or options[name].help,
            )
        first.add_argument(HELP_ALL, action="help", help=options["help_all"].help)
        first.print_help(*arguments)


DESCRIPTION = """Train a network through Lightning, and print and draw its results.

Without options it learns "animal or not" from the shipped pictures."""


def add_run_options(parser: LightningArgumentParser) -> None:
    """Add the options of a run. There is no --seed_everything: model.seed and data.seed replace it."""
    next(each for each in parser._actions if each.dest == "config").help = CONFIG_HELP  # Lightning has added --config
    parser.usage, parser.description = "%(prog)s [--config NAME] [--OPTION VALUE ...]", DESCRIPTION
    parser.add_argument(HELP_ALL, action="help", help="Show every option, as a config may hold it, and exit.")
    parser.add_argument("--resume", type=str | None, default=None, help="folder of the run to resume")
    parser.add_argument(
        "--checkpoint_seconds", type=NonNegativeFloat, default=30.0, help="seconds between two saves of last.ckpt"
    )
    threads = "threads of the CPU (default: 1 if a step is small, else torch's)"
    parser.add_argument("--threads", type=PositiveInt | None, default=None, help=threads)
    parser.add_argument("--language", type=Language, default="en", help=LANGUAGE_HELP)
    parser.add_argument(ALLOW_CODE, action="store_true", help="let the config run any class, function and package")


def parse(parser: TrainingParser, arguments: list[str]) -> tuple[Namespace, str | None]:
    """Return the config of the run, checked, and the folder of the run to resume or None. Raises InputError."""
    if HELP_ALL in arguments:
        OneLineParser.print_help(parser)  # of every option
        parser.exit()
    config = parser.read(normalized(arguments))
    resumed, allowed, _ = map(config.pop, ("resume", "allow_code", "language"))  # They do not describe the run.
    if ALLOW_CODE not in arguments:
        if allowed:
            raise InputError(
                f"allow_code: found it in a config, expected {ALLOW_CODE} on the command line",
                f"allow_code：它在配置里，应当在命令行上写 {ALLOW_CODE}",
            )
        check_no_code(config, arguments)
    return config, resumed


TRAINER_DEFAULTS = {
    "max_epochs": 10,
    "log_every_n_steps": 10,
    "num_sanity_val_steps": 0,
    "enable_model_summary": False,  # the project's own table shows the shapes
}


def trainer_settings(config: Namespace, data: CourseData, network: DeepNetwork) -> dict[str, Any]:
    """Return the Trainer arguments that follow from the data. Raises InputError for settings that do not fit it."""
    check_fit(data.config.name, data.data_set, network)
    check_options(config)
    micro_batches = config.accumulate_grad_batches
    updates = data.updates_per_epoch(micro_batches)
    # Minibatches shards the batches over the ranks, so Lightning must not add a sampler.
    logged = TRAINER_DEFAULTS["log_every_n_steps"] if config.log_every_n_steps is None else config.log_every_n_steps
    settings = {"use_distributed_sampler": False, "log_every_n_steps": min(logged, updates)}
    if 0 < config.max_steps < updates and config.val_check_interval is None:
        settings["val_check_interval"] = config.max_steps * micro_batches  # validate a run of less than an epoch too
    if data.data_set.validation is None or config.limit_val_batches == 0:
        settings["limit_val_batches"] = 0
    if config.barebones:
        settings["log_every_n_steps"] = None  # Lightning rejects even its own default
    return settings


STRATEGIES = ("auto", "ddp", "single_device")  # others shard a layer, or do not start the program in each process


def check_options(config: Namespace) -> None:
    """Reject options of the Trainer at which Lightning would crash, or silently train otherwise. Raises InputError."""
    if isinstance(config.strategy, str):
        check_name("strategy", config.strategy, STRATEGIES)
    if config.overfit_batches:
        instead = Text("0: use --trainer.limit_train_batches", "0：请用 --trainer.limit_train_batches")
        raise unexpected("overfit_batches", config.overfit_batches, instead)


def check_processes(trainer: Trainer) -> None:
    """Reject processes that would train apart, or wait for a node in vain. Raises InputError."""
    devices, nodes = trainer.num_devices, trainer.num_nodes
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        expected = Text(f"the {started} that torchrun started", f"torchrun 启动的 {started} 个")
        raise unexpected(Text("devices, num_nodes", "devices、num_nodes"), f"{devices} × {nodes}", expected)
    cluster = getattr(trainer.strategy, "cluster_environment", None)
    if nodes > 1 and isinstance(cluster, LightningEnvironment) and "MASTER_ADDR" not in os.environ:
        raise InputError(
            f"num_nodes: found {nodes} without MASTER_ADDR, expected torchrun, which starts the processes of a node",
            f"num_nodes：得到 {nodes}，但没有 MASTER_ADDR；每个节点的进程应由 torchrun 启动",
        )


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]


def quiet_lightning() -> None:
    """Silence messages of Lightning that tell the user nothing new."""
    # Hide info messages (tips, unused devices), so that the tables stand out. Warnings are still shown.
    for name in ("lightning.pytorch", "lightning.fabric"):
        logging.getLogger(name).setLevel(logging.WARNING)
    # Lightning 2.6 uses a name that torch 2.13 deprecates.
    warnings.filterwarnings("ignore", message=".*LeafSpec.*", category=FutureWarning)
    # The user asked for the CPU: no warning about an idle GPU.
    warnings.filterwarnings("ignore", message="GPU available but not used")
    # A resumed run reuses its folder.
    warnings.filterwarnings("ignore", message="Checkpoint directory .* exists and is not empty.")
    # Without logging there is no learning curve, as the user asked by trainer.barebones.
    warnings.filterwarnings("ignore", message=r"You are trying to `self\.log\(\)` but `Trainer\(barebones=True\)`.*")
    # The data are in memory: workers would only copy them.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
