"""What a checkpoint must contain besides the network so that its training can be resumed."""

from collections.abc import Mapping
from typing import Any

from packaging.version import InvalidVersion, Version

from course_torch.errors import InputError
from course_torch.exchange.contents import SINGLE, is_scalar
from course_torch.exchange.rules import (
    COUNT,
    DICT,
    FLAG,
    LIST,
    NUMBER,
    TEXT,
    Rule,
    Rules,
    check,
    counts,
    described,
    is_plain,
    list_of,
    optional,
)
from course_torch.training.optimizer_state import check_optimizer
from course_torch.training.progress import Position, between_batches


def is_version(value: object) -> bool:
    """Whether the value is a version of Lightning that train.py has supported. Lightning converts older checkpoints."""
    try:
        return type(value) is str and len(value) < 40 and Version(value) >= Version("2.5.dev0")
    except InvalidVersion:
        return False


STEPS: Rules = dict.fromkeys(("total", "current"), counts("ready", "completed"))
ZERO_GRADS: Rules = dict.fromkeys(("total", "current"), counts("ready", "started", "completed"))
BATCHES: Rules = dict.fromkeys(("total", "current"), counts("ready", "started", "processed", "completed"))
STATE: Rules = {
    "pytorch-lightning_version": Rule("a version of at least 2.5", is_version),
    "callbacks": DICT,
    "optimizer_states": Rule("a list of one dict", list_of(DICT.holds, 1)),
    "lr_schedulers": LIST,
    "loops": {
        "fit_loop": {
            "state_dict": {
                "combined_loader": Rule(
                    f"one dict of the counts {', '.join(Position._fields)}", list_of(counts(*Position._fields).holds, 1)
                )
            },
            "epoch_loop.automatic_optimization.optim_progress": {"optimizer": {"step": STEPS, "zero_grad": ZERO_GRADS}},
            "epoch_loop.manual_optimization.optim_step_progress": STEPS,
            "epoch_loop.scheduler_progress": STEPS,
            "epoch_loop.val_loop.batch_progress": BATCHES | {"is_last_batch": FLAG},
        }
    },
}
GRADIENT_SCALER: Rules = {
    **dict.fromkeys(("scale", "growth_factor", "backoff_factor"), NUMBER),
    **dict.fromkeys(("growth_interval", "_growth_tracker"), COUNT),
}
BEST: Rules = {"best_model_path": TEXT, "best_model_score": optional(Rule("a tensor of one number", is_scalar))}
FLAT = Rule(
    f"{SINGLE.allowed}, or a dict of these",
    lambda value: SINGLE.holds(value) or (isinstance(value, dict) and all(map(SINGLE.holds, value.values()))),
)
PLAIN = Rule("None, True, False, a number or text", is_plain)


def check_training_state(checkpoint: Mapping[str, Any]) -> Position:
    """Check everything that Lightning restores besides the network. Returns the position of the training.

    Raises InputError.
    """
    check("", checkpoint, STATE)
    at = check_position(checkpoint["loops"]["fit_loop"], checkpoint["global_step"])
    check_optimizer(checkpoint["optimizer_states"][0], checkpoint["hyper_parameters"])
    for name, state in checkpoint["callbacks"].items():
        if str(name).startswith("BestCheckpoint"):
            check("callbacks.BestCheckpoint", state, DICT)
            check("callbacks.BestCheckpoint", state, dict.fromkeys(state, FLAT) | BEST)
            if state["best_model_path"] and state["best_model_score"] is None:
                raise InputError("callbacks.BestCheckpoint: found a best_model_path without a best_model_score")
    for name in ("MixedPrecision", "native_amp_scaling_state"):
        if name in checkpoint:
            check(name, checkpoint[name], GRADIENT_SCALER)
    data = checkpoint.get("datamodule_hyper_parameters", {})
    check("datamodule_hyper_parameters", data, DICT)
    for name, value in data.items():
        check(f"datamodule_hyper_parameters[{described(name)}]", value, PLAIN)
    return at


def check_position(fit: Mapping[str, Any], global_step: int) -> Position:
    """Check that Lightning's counters are those that `between_batches` writes at the position of the data loader."""
    at = Position(**fit["state_dict"]["combined_loader"][0])
    if at.micro_batches == 0 or at.batch >= at.batches or at.batch % at.micro_batches != 0:
        raise InputError(f"combined_loader: found {at}, expected a batch below batches, divisible by micro_batches")
    steps = fit["epoch_loop.automatic_optimization.optim_progress"]["optimizer"]["step"]["total"]["completed"]
    if steps != global_step:
        raise InputError(f"global_step: found {global_step}, expected the {steps} updates of the optimizer")
    expected: dict[str, Any] = {
        "epoch_loop.batch_progress": {"current": dict.fromkeys(("ready", "started", "processed", "completed"))},
        "epoch_loop.state_dict": {},
    }
    between_batches({"fit_loop": expected}, global_step, at)
    for name, counters in expected.items():
        if not same(found := fit.get(name), counters):
            raise InputError(f"loops.fit_loop.{name}: found {described(found)}, expected {counters}")
    return at


def same(found: object, expected: object) -> bool:
    """Whether a value of any type equals a number or a dict of numbers, in value and in type."""
    if isinstance(expected, dict):
        return (
            isinstance(found, dict)
            and found.keys() == expected.keys()
            and all(same(found[key], value) for key, value in expected.items())
        )
    return type(found) is type(expected) and found == expected
