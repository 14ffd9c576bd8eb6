"""The tables behind `--model.optimizer` and `--model.gradients`: what makes a parameter update."""

from collections.abc import Callable
from functools import partial
from operator import attrgetter

import torch

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "gradient_descent": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "adam": torch.optim.Adam,
}
"""Name -> optimizer of torch, which takes the parameters and `lr`."""
OWN = (".py", ".ipynb")
"""Endings of a learner's file, whose own backward pass `--model.gradients` may name."""
GRADIENTS = {"manual": attrgetter("cost"), "autograd": attrgetter("autograd_cost")}
"""Name -> the network's cost, whose backward pass runs the course's formulas or autograd.

The attribute is looked up on the network in every step, because the user may have replaced it by a compiled function.
"""
