"""The checks before a run is resumed: what its checkpoint must contain, and the settings that must be as before."""

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from shlex import quote
from typing import Any, NamedTuple

import torch
from jsonargparse import Namespace
from packaging.version import InvalidVersion, Version

from course_torch.errors import InputError, unexpected
from course_torch.exchange import rules
from course_torch.exchange.rules import Rule, Rules, check, counts, described, is_number, list_of, tensor_of
from course_torch.exchange.trained_network import INVALID, read_checkpoint
from course_torch.language import Text
from course_torch.network.config import NetworkConfig
from course_torch.text import counted
from course_torch.training.data_module import Position, between_batches
from course_torch.training.run_folder import LAST
from course_torch.training.schedule import Schedule, check_schedule

SAME_DATA = ("name", "batch_size", "seed", "picture_size", "center", "points", "noise")
"""Data options that determine the order of the batches and the features."""


class ResumedRun(NamedTuple):
    """A run to resume. `reached` holds the limits that the run has reached, such as {"max_epochs": 10}."""

    updates: int
    reached: dict[str, int]

    def finished(self, folder: str) -> str:
        """Say that the run has reached its limits, and name the options that make it go on."""
        completed = " and ".join(f"{name} {limit}" for name, limit in self.reached.items())
        higher = " ".join(f"--{name} {2 * limit}" for name, limit in self.reached.items())
        return (
            f"{folder}: this run is finished: it has reached {completed} (after {counted(self.updates, 'update')}).\n"
            f"To train it further, raise the limit, for example with: --resume {quote(folder)} {higher}"
        )


def read_run(
    folder: Path,
    model: Mapping[str, Any],
    data: Mapping[str, Any],
    trainer: Namespace,
    batches: int,
    schedule: Schedule | None,
) -> ResumedRun:
    """Load last.ckpt, and check it against the settings and the `batches` of an epoch. Raises InputError."""
    checkpoint = read_checkpoint(folder / LAST)
    try:
        at = check_training_state(checkpoint)
    except InputError as error:
        raise InputError(INVALID.fill(path=folder / LAST, error=error.text)) from error
    centered = checkpoint["CourseData"].get("mean") is not None  # versions without centring kept no mean
    saved_data = checkpoint.get("datamodule_hyper_parameters", {}) | {"center": centered}
    saved_model = asdict(NetworkConfig(**checkpoint["hyper_parameters"]))
    settings = {f"model.{name}": (now, saved_model.get(name)) for name, now in model.items()}
    settings |= {f"data.{name}": (data[name], saved_data.get(name)) for name in SAME_DATA}
    check_same(settings, folder)
    check_schedule(checkpoint["lr_schedulers"], schedule, folder)
    micro_batches = trainer.accumulate_grad_batches, at.micro_batches
    check_same({"accumulate_grad_batches": micro_batches, "batches in an epoch": (batches, at.batches)}, folder)
    completed = {"max_epochs": at.epoch, "max_steps": checkpoint["global_step"]}
    for name, done in completed.items():
        limit = trainer[name]
        if limit is not None and (0 <= limit < done or limit == 0):
            raise InputError(
                f"{name}: found {limit}, expected more than the {done} that the run in {folder} has completed",
                f"{name}：得到 {limit}，应大于 {folder} 里的训练已完成的 {done}",
            )
    reached = {name: done for name, done in completed.items() if trainer[name] == done}
    return ResumedRun(checkpoint["global_step"], reached)


def check_same(settings: Mapping[str, tuple[Any, Any]], folder: Path) -> None:
    """Reject a setting that differs from the setting of the run. `settings` maps a name to both. Raises InputError."""
    for name, pair in settings.items():
        found, before = (list(value) if isinstance(value, tuple) else value for value in pair)
        if found != before:
            raise unexpected(
                name, found, Text(f"{before}, as in the run in {folder}", f"{before}，与 {folder} 里的训练相同")
            )


def is_version(value: object) -> bool:
    """Whether the value is a version of Lightning that train.py has supported. Lightning converts older checkpoints."""
    try:
        return type(value) is str and len(value) < 40 and Version(value) >= Version("2.5.dev0")
    except InvalidVersion:
        return False


def progress(*names: str) -> Rules:
    return dict.fromkeys(("total", "current"), counts(*names))


ONE_DICT = Rule(Text("a list of one dict", "只有一个字典的列表"), list_of(rules.DICT.holds, 1))
STEPS = progress("ready", "completed")
STATE: Rules = {
    "pytorch-lightning_version": Rule(Text("a version of at least 2.5", "至少 2.5 的版本"), is_version),
    "callbacks": rules.DICT,
    "optimizer_states": ONE_DICT,
    "lr_schedulers": rules.LIST,
    "loops": {
        "fit_loop": {
            "state_dict": {
                "combined_loader": Rule(
                    Text(
                        f"one dict of the counts {', '.join(Position._fields)}",
                        f"一个字典，含计数 {'、'.join(Position._fields)}",
                    ),
                    list_of(counts(*Position._fields).holds, 1),
                )
            },
            "epoch_loop.automatic_optimization.optim_progress": {
                "optimizer": {"step": STEPS, "zero_grad": progress("ready", "started", "completed")}
            },
            "epoch_loop.manual_optimization.optim_step_progress": STEPS,
            "epoch_loop.scheduler_progress": STEPS,
            "epoch_loop.val_loop.batch_progress": {
                **progress("ready", "started", "processed", "completed"),
                "is_last_batch": rules.FLAG,
            },
        }
    },
}
GRADIENT_SCALER: Rules = {
    **dict.fromkeys(("scale", "growth_factor", "backoff_factor"), rules.NUMBER),
    **dict.fromkeys(("growth_interval", "_growth_tracker"), rules.COUNT),
}
BEST: Rules = {
    "best_model_path": rules.TEXT,
    "best_model_score": tensor_of().or_none,
    ...: Rule(
        Text(f"{rules.SINGLE.allowed.en}, or a dict of these", f"{rules.SINGLE.allowed.zh}，或这些值的字典"),
        lambda value: (
            rules.SINGLE.holds(value) or (isinstance(value, dict) and all(map(rules.SINGLE.holds, value.values())))
        ),
    ),
}
PLAIN = Rule(Text("None, True, False, a number or text", "None、True、False、数或文本"), rules.is_plain)
BETAS = Rule(
    Text("two numbers, each from 0 to below 1", "两个数，各为 0 到 1（不含 1）"),
    list_of(lambda beta: is_number(beta) and 0 <= beta < 1, 2),
)
STEP = Rule(
    Text("a tensor of one number, at least 0", "一个数的张量，至少为 0"),
    lambda value: tensor_of().holds(value) and 0 <= value < torch.inf,
)


def check_training_state(checkpoint: Mapping[str, Any]) -> Position:
    """Check all that Lightning restores besides the network. Returns the position. Raises InputError."""
    check("", checkpoint, STATE)
    at = check_position(checkpoint["loops"]["fit_loop"], checkpoint["global_step"])
    check_optimizer(checkpoint["optimizer_states"][0], checkpoint["hyper_parameters"])
    for name, state in checkpoint["callbacks"].items():
        if str(name).startswith("BestCheckpoint"):
            check("callbacks.BestCheckpoint", state, BEST)
            if state["best_model_path"] and state["best_model_score"] is None:
                raise InputError(
                    "callbacks.BestCheckpoint: found a best_model_path without a best_model_score",
                    "callbacks.BestCheckpoint：有 best_model_path，却没有 best_model_score",
                )
    for name in ("MixedPrecision", "native_amp_scaling_state"):
        if name in checkpoint:
            check(name, checkpoint[name], GRADIENT_SCALER)
    name = "datamodule_hyper_parameters"
    check(name, checkpoint.get(name, {}), {...: PLAIN})
    return at


def check_position(fit: Mapping[str, Any], global_step: int) -> Position:
    """Check that Lightning's counters are those that `between_batches` writes at the position of the data loader."""
    at = Position(**fit["state_dict"]["combined_loader"][0])
    if at.micro_batches == 0 or at.batch >= at.batches or at.batch % at.micro_batches != 0:
        raise InputError(
            f"combined_loader: found {at}, expected a batch below batches, divisible by micro_batches",
            f"combined_loader：得到 {at}，batch 应小于 batches，并能被 micro_batches 整除",
        )
    steps = fit["epoch_loop.automatic_optimization.optim_progress"]["optimizer"]["step"]["total"]["completed"]
    if steps != global_step:
        raise unexpected(
            "global_step", global_step, Text(f"the {steps} updates of the optimizer", f"优化器的 {steps} 次更新")
        )
    expected: dict[str, Any] = {
        "epoch_loop.batch_progress": {"current": dict.fromkeys(("ready", "started", "processed", "completed"))},
        "epoch_loop.state_dict": {},
    }
    between_batches({"fit_loop": expected}, global_step, at)
    for name, counters in expected.items():
        check(f"loops.fit_loop.{name}", fit.get(name), exactly(counters))
    return at


def check_optimizer(saved: Mapping[str, Any], hyper_parameters: Mapping[str, Any]) -> None:
    """Check that the optimizer can load this state; a callback may have changed its numbers. Raises InputError."""
    check("optimizer_states", saved, {"param_groups": ONE_DICT, "state": rules.DICT})
    parameters = list(rules.network_without_memory(hyper_parameters).parameters())
    optimizer, group = NetworkConfig(**hyper_parameters).optimizer_of(parameters), saved["param_groups"][0]
    options = {
        name: BETAS if isinstance(default, tuple) else rules.NUMBER if is_number(default) else exactly(default)
        for name, default in optimizer.state_dict()["param_groups"][0].items()
        if name in group or not (default is None or default is False)  # an option that a newer version of torch added
    }
    check("optimizer_states.param_groups", group, options | {...: rules.SINGLE})
    for index, tensors in saved["state"].items():
        if not rules.is_count(index) or index >= len(parameters):
            raise InputError(
                f"optimizer_states.state: found {described(index).en}, expected 0 to {len(parameters) - 1}",
                f"optimizer_states.state：得到 {described(index).zh}，应为 0 到 {len(parameters) - 1}",
            )
        alike = tensor_of(*parameters[index].shape)
        needed: Rules = {"step": STEP, "exp_avg": alike, "exp_avg_sq": alike}
        if isinstance(optimizer, torch.optim.SGD):  # an update without momentum leaves no buffer
            needed = {"momentum_buffer": alike.or_none} if "momentum_buffer" in tensors else {}
        check(f"optimizer_states.state[{index}]", tensors, needed | {...: rules.SINGLE})


def exactly(expected: object) -> Rule:
    """A rule for a plain value, or a list or a dict of such values, which must be equal in value and in type."""
    return Rule(Text(*2 * [repr(expected)]), lambda value: same(value, expected))


def same(found: object, expected: object) -> bool:
    """Whether a value of any type equals the expected plain value, list or dict, in value and in type."""
    if isinstance(expected, dict):
        keys = expected.keys()
        return isinstance(found, dict) and found.keys() == keys and all(same(found[key], expected[key]) for key in keys)
    if isinstance(expected, list):
        return isinstance(found, list) and len(found) == len(expected) and all(map(same, found, expected))
    return type(found) is type(expected) and found == expected
