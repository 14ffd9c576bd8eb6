"""The state of the optimizer that a checkpoint must contain so that the training can be resumed."""

from collections.abc import Mapping
from typing import Any

import torch

from course_torch.errors import InputError
from course_torch.exchange.contents import SINGLE, is_dense, is_scalar, network_without_memory
from course_torch.exchange.rules import (
    DICT,
    NUMBER,
    Rule,
    Rules,
    check,
    described,
    is_count,
    is_number,
    list_of,
    optional,
)
from course_torch.network.config import NetworkConfig

SAVED: Rules = {"param_groups": Rule("a list of one dict", list_of(DICT.holds, 1)), "state": DICT}
BETAS = Rule("two numbers, each from 0 to below 1", list_of(lambda beta: is_number(beta) and 0 <= beta < 1, 2))
STEP = Rule("a tensor of one number, at least 0", lambda value: is_scalar(value) and bool(0 <= value < torch.inf))


def check_optimizer(saved: Mapping[str, Any], hyper_parameters: Mapping[str, Any]) -> None:
    """Check that torch can load this state into the optimizer of the network with these arguments. Raises InputError.

    Numbers among the options may differ from the defaults, because a callback may change the learning rate.
    """
    check("optimizer_states", saved, SAVED)
    parameters = list(network_without_memory(hyper_parameters).parameters())
    optimizer, group = NetworkConfig(**hyper_parameters).optimizer_of(parameters), saved["param_groups"][0]
    defaults = optimizer.state_dict()["param_groups"][0]
    for name, default in defaults.items():
        if name not in group and (default is None or default is False):
            continue  # an option that a newer version of torch added
        check("optimizer_states.param_groups", group, {name: option(default)})
    check("optimizer_states.param_groups", group, dict.fromkeys(group.keys() - defaults.keys(), SINGLE))
    for index, tensors in saved["state"].items():
        if not is_count(index) or index >= len(parameters):
            raise InputError(f"optimizer_states.state: found {described(index)}, expected 0 to {len(parameters) - 1}")
        check(f"optimizer_states.state[{index}]", tensors, DICT)
        alike = tensor_of(tuple(parameters[index].shape))
        needed: Rules = {"step": STEP, "exp_avg": alike, "exp_avg_sq": alike}
        if isinstance(optimizer, torch.optim.SGD):  # an update without momentum leaves no buffer
            needed = {"momentum_buffer": optional(alike)} if "momentum_buffer" in tensors else {}
        check(f"optimizer_states.state[{index}]", tensors, dict.fromkeys(tensors, SINGLE) | needed)


def option(default: object) -> Rule:
    """The rule for an option of the optimizer: any number for a number, otherwise the default."""
    if isinstance(default, tuple):
        return BETAS
    if is_number(default):
        return NUMBER
    indices = list_of(is_count)
    return Rule(repr(default), lambda value: value is default or (indices(value) and value == default))


def tensor_of(shape: tuple[int, ...]) -> Rule:
    """The rule for a tensor of this shape."""
    return Rule(f"a tensor of shape {shape}", lambda value: is_dense(value) and tuple(value.shape) == shape)
