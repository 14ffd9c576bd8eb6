"""Trainer settings that follow from the data, and checks that reject unsupported Trainer settings."""

import logging
import warnings
from collections.abc import Sequence
from importlib.util import find_spec
from math import ceil
from pathlib import Path
from typing import Any

from jsonargparse import Namespace
from lightning import Callback, Trainer

from course_torch.data.data_set import DataSet
from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.data_module import CourseData

TRAINER_DEFAULTS = {
    "max_epochs": 10,
    "log_every_n_steps": 10,
    "num_sanity_val_steps": 0,
    "enable_model_summary": False,  # the project's own table shows the shapes
}


def trainer_settings(config: Namespace, data: CourseData, network: DeepNetwork) -> dict[str, Any]:
    """Return the Trainer arguments that follow from the data. Raises InputError for settings that do not fit it."""
    data.check_fit(network)
    if isinstance(config.strategy, str) and config.strategy.endswith(("spawn", "fork", "notebook")):
        raise InputError(
            f"strategy: found '{config.strategy}', expected one that starts the program in each process, such as ddp"
        )
    if isinstance(config.strategy, str) and config.strategy.startswith(("fsdp", "deepspeed", "model_parallel")):
        raise InputError(
            f"strategy: found '{config.strategy}', expected ddp: "
            "the hand-written backward pass needs the parameters of all layers at once"
        )
    root = Path(config.default_root_dir or ".")
    if root.exists() and not root.is_dir():
        raise InputError(f"default_root_dir: found '{root}', expected a folder")
    if config.overfit_batches:
        raise InputError(
            f"overfit_batches: found {config.overfit_batches}, expected 0: use --trainer.limit_train_batches"
        )
    if data.hparams["batch_size"] is None and data.data_set.train.stays_on_disk:
        raise InputError(
            "batch_size: found null, expected a number: the pictures stay on disk because they need more than "
            f"data.memory ({data.hparams['memory']} GiB)"
        )
    micro_batches = config.accumulate_grad_batches
    if micro_batches < 1:
        raise InputError(f"accumulate_grad_batches: found {micro_batches}, expected at least 1")
    clip = config.gradient_clip_val
    if clip is not None and not clip >= 0:
        raise InputError(f"gradient_clip_val: found {clip}, expected a number of at least 0, or null")
    updates = data.updates_per_epoch(micro_batches)
    batches = updates * micro_batches
    every_n_epochs, interval = config.check_val_every_n_epoch, config.val_check_interval
    if every_n_epochs is not None and every_n_epochs < 1:
        raise InputError(f"check_val_every_n_epoch: found {every_n_epochs}, expected at least 1, or null")
    if interval == 0:
        raise InputError(
            f"val_check_interval: found {interval}, expected more than 0: "
            "--trainer.limit_val_batches 0 switches the validation off"
        )
    if isinstance(interval, int) and interval > batches and every_n_epochs is not None:
        raise InputError(
            f"val_check_interval: found {interval}, expected at most {batches}, "
            "or --trainer.check_val_every_n_epoch null to count batches across epochs"
        )
    if config.profiler == "xla" and find_spec("torch_xla") is None:
        raise InputError("profiler: found 'xla', expected simple, advanced or pytorch: torch_xla is not installed")
    # Minibatches shards the batches over the ranks, so Lightning must not add a sampler.
    every = TRAINER_DEFAULTS["log_every_n_steps"] if config.log_every_n_steps is None else config.log_every_n_steps
    settings = {"use_distributed_sampler": False, "log_every_n_steps": min(every, updates)}
    if 0 < config.max_steps < updates and config.val_check_interval is None:
        settings["val_check_interval"] = config.max_steps * micro_batches  # validate a run of less than an epoch too
    if data.data_set.validation is None or config.limit_val_batches == 0:
        settings["limit_val_batches"] = 0
    if config.barebones:
        settings["log_every_n_steps"] = None  # Lightning rejects even its own default
    return settings


def batches_per_epoch(config: Namespace, data: CourseData) -> int:
    """Return the number of training batches in an epoch, within limit_train_batches."""
    batches = data.updates_per_epoch(config.accumulate_grad_batches) * config.accumulate_grad_batches
    limit = config.limit_train_batches
    if limit is None:
        return batches
    # The parser may return a number of batches as a float.
    return min(int(limit), batches) if isinstance(limit, int) or limit > 1 else int(limit * batches)


def most_epochs(config: Namespace, data: CourseData) -> int | None:
    """Return the largest number of epochs that max_epochs and max_steps allow, or None without a limit."""
    limits = [] if config.max_epochs is None or config.max_epochs < 0 else [config.max_epochs]
    if config.max_steps >= 0:
        updates = ceil(batches_per_epoch(config, data) / config.accumulate_grad_batches)
        limits.append(ceil(config.max_steps / max(1, updates)))
    return min(limits, default=None)


def check_trainer(trainer: Trainer, callbacks: Sequence[Callback]) -> None:
    """Reject settings that would crash during training. Raises InputError."""
    if trainer.precision == "64-true" and trainer.strategy.root_device.type == "mps":
        raise InputError("precision: found 64, expected at most 32 bits: mps has no float64")
    if trainer.precision == "16-true" and any(isinstance(each, CompareGradients) for each in callbacks):
        raise InputError("precision: found 16-true, expected 64, 32, bf16 or mixed, which CompareGradients supports")


def as_list(value: Any) -> list[Any]:
    """Return a list: a list unchanged, null as an empty list, any other value as the only item."""
    return value if isinstance(value, list) else [] if value is None else [value]


def describe_device(trainer: Trainer) -> str:
    """Describe the devices and the precision of the training in one line."""
    device = trainer.strategy.root_device.type
    where = f"training on {trainer.world_size} × {device}, precision {trainer.precision}"
    return f"{where}; Ctrl-C stops and keeps the results"


def describe_examples(data: DataSet) -> str:
    """Say in one line how many examples each split has."""
    return f"examples: {', '.join(f'{split.m} {name}' for name, split in data.splits.items())}"


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
    # Data in memory needs no workers: workers would only copy the data.
    warnings.filterwarnings("ignore", message=".*does not have many workers.*")
