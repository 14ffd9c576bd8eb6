"""The parameter update of a session, and everything that it remembers from step to step."""

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn

from course_torch.network.config import NetworkConfig


class GradientDescent:
    """W -= α dW for every parameter, as torch.optim.SGD without momentum, bit for bit.

    torch's optimizers import its compiler, which takes longer than all else that the first frame needs.
    """

    def __init__(self, parameters: Sequence[nn.Parameter], learning_rate: float) -> None:
        self.parameters, self.learning_rate = parameters, learning_rate
        self.state: dict[nn.Parameter, dict[str, Any]] = {}

    @torch.no_grad()
    def step(self) -> None:
        for parameter in self.parameters:
            assert parameter.grad is not None
            parameter.add_(parameter.grad, alpha=-self.learning_rate)  # rounds once, as SGD does


def updates_of(config: NetworkConfig, parameters: Sequence[nn.Parameter]) -> GradientDescent | torch.optim.Optimizer:
    """The update of the config."""
    if config.optimizer == "gradient_descent":
        return GradientDescent(parameters, config.learning_rate)
    return config.optimizer_of(parameters)


def copied(state: dict[str, Any]) -> dict[str, Any]:
    """A copy of what an optimizer keeps for a parameter."""
    return {name: each.clone() if isinstance(each, Tensor) else each for name, each in state.items()}
