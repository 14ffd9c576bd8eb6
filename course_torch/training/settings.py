"""The settings of the Trainer that fit the data, and those that are rejected."""

import logging
import os
import warnings
from typing import Any

from jsonargparse import Namespace
from jsonargparse._deprecated import JsonargparseDeprecationWarning  # there is no public name
from lightning import Trainer
from lightning.pytorch.plugins.environments import LightningEnvironment, TorchElasticEnvironment

from course_torch.data.table import check_fit
from course_torch.errors import InputError, check_name, unexpected
from course_torch.float64 import has_float64
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.data_module import CourseData

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
    updates, limit = data.updates_per_epoch(micro_batches), config.limit_train_batches
    if isinstance(limit, int):
        updates = min(updates, max(1, limit // micro_batches))
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


def check_precision(trainer: Trainer, *, judged: bool) -> None:
    """Reject a precision that the device or a listed CompareGradients does not have. Raises InputError."""
    if trainer.precision == "64-true" and not has_float64(device := trainer.strategy.root_device):
        limit = Text("at most 32 bits: {device} has no float64", "至多 32 位：{device} 没有 float64")
        raise unexpected("precision", 64, limit.fill(device=device.type))
    if trainer.precision == "16-true" and judged:
        kinds = "64, 32, bf16 or mixed, which CompareGradients supports"
        raise unexpected("precision", "16-true", Text(kinds, "CompareGradients 支持的 64、32、bf16 或 mixed"))


def check_processes(trainer: Trainer) -> None:
    """Reject processes that would train apart, or wait for a node in vain. Raises InputError."""
    devices, nodes = trainer.num_devices, trainer.num_nodes
    elastic, tasks = TorchElasticEnvironment.detect(), int(os.environ.get("SLURM_STEP_NUM_TASKS", 1))
    launcher, started = ("torchrun", TorchElasticEnvironment().world_size()) if elastic else ("srun", tasks)
    if (elastic or tasks > 1) and devices * nodes != started:
        expected = Text(f"the {started} that {launcher} started", f"{launcher} 启动的 {started} 个")
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
    # LightningCLI 2.6 calls jsonargparse by names that 4.49 deprecated.
    warnings.filterwarnings("ignore", category=JsonargparseDeprecationWarning)
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
