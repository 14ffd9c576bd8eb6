"""Trainer settings that follow from the data, and checks that reject settings and callbacks that cannot work."""

import logging
import warnings
from collections.abc import Sequence
from math import ceil
from typing import Any

from jsonargparse import Namespace
from lightning import Callback, Trainer
from lightning.pytorch.callbacks import (
    BackboneFinetuning,
    BaseFinetuning,
    BatchSizeFinder,
    EarlyStopping,
    LearningRateFinder,
    ModelCheckpoint,
    ModelPruning,
    OnExceptionCheckpoint,
)
from lightning.pytorch.utilities.exceptions import MisconfigurationException

from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.compare_gradients import CompareGradients
from course_torch.training.cost_readers import check_monitor, metrics_of
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
    check_strategy(config.strategy)
    if data.hparams["batch_size"] is None and data.data_set.train.stays_on_disk:
        raise InputError(
            "batch_size: found null, expected a number: the pictures stay on disk because they need more than "
            f"data.memory ({data.hparams['memory']} GiB)"
        )
    micro_batches, clip = config.accumulate_grad_batches, config.gradient_clip_val
    every, interval = config.check_val_every_n_epoch, config.val_check_interval
    wrong = {
        "overfit_batches": (config.overfit_batches, "0: use --trainer.limit_train_batches"),
        "accumulate_grad_batches": (micro_batches < 1, "at least 1"),
        "gradient_clip_val": (clip is not None and not clip >= 0, "a number of at least 0, or null"),
        "check_val_every_n_epoch": (every is not None and every < 1, "at least 1, or null"),
        "val_check_interval": (interval == 0, "more than 0: --trainer.limit_val_batches 0 switches the validation off"),
    }
    for name, (is_wrong, expected) in wrong.items():
        if is_wrong:
            raise InputError(f"{name}: found {config[name]}, expected {expected}")
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


def check_strategy(strategy: Any) -> None:
    """Reject strategies that do not start the program in each process, or that shard a layer. Raises InputError."""
    if isinstance(strategy, str) and strategy.endswith(("spawn", "fork", "notebook")):
        expected = "one that starts the program in each process, such as ddp"
        raise InputError(f"strategy: found '{strategy}', expected {expected}")
    if isinstance(strategy, str) and strategy.startswith(("fsdp", "deepspeed", "model_parallel")):
        reason = "the hand-written backward pass needs the parameters of all layers at once"
        raise InputError(f"strategy: found '{strategy}', expected ddp: {reason}")


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


UNSUPPORTED: dict[type[Callback], str] = {
    BatchSizeFinder: "set --data.batch_size",
    LearningRateFinder: "set --model.learning_rate",
    BaseFinetuning: "the network has no backbone",
    BackboneFinetuning: "the network has no backbone",
    ModelPruning: "the layers have W and b, and no attribute weight or bias",
    OnExceptionCheckpoint: "every run keeps its last.ckpt",
}


def check_callbacks(callbacks: Sequence[Callback], score: str | None) -> None:
    """Reject callbacks that cannot work, and callbacks that monitor a metric that is not logged. Raises InputError.

    `score` is the name of the validation score, or None if the run has no validation. If the user's own callbacks are
    among `callbacks`, any metric may be monitored, because these callbacks may log other metrics.
    """
    metrics = metrics_of(score)
    known = all(type(each).__module__.split(".")[0] in ("lightning", "course_torch") for each in callbacks)
    for callback in callbacks:
        name = type(callback).__name__
        if reason := UNSUPPORTED.get(type(callback)):
            raise InputError(f"callbacks: {name} is not supported: {reason}")
        if known and isinstance(callback, EarlyStopping) and callback.strict:
            check_monitor(f"callbacks: {name}.monitor", callback.monitor, metrics)
        if known and isinstance(callback, ModelCheckpoint) and callback.monitor not in (None, "epoch", "step"):
            check_monitor(f"callbacks: {name}.monitor", callback.monitor, metrics)


def is_misconfiguration(error: Exception) -> bool:
    """Whether Lightning raised the error because a setting is wrong. EarlyStopping raises a RuntimeError."""
    return isinstance(error, MisconfigurationException) or "Early stopping conditioned on metric" in str(error)
