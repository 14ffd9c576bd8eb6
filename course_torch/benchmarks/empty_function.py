"""The cost of an autograd.Function that computes nothing: the hand-written pass without its formulas."""

from typing import Any

import torch
from torch import Tensor

from course_torch.benchmarks.contenders import Contender, own_network, through_autograd
from course_torch.benchmarks.workloads import Workload


def empty_function(workload: Workload, X: Tensor, Y: Tensor, steps: int) -> Contender:
    """An autograd.Function with the arguments, saved tensors and gradients of NetworkCost, all of them ready."""
    network = own_network(workload, X.dtype, X.device.type)
    with torch.no_grad():
        caches = network.caches(X)
        ready = [*(cache.Z for cache in caches), *(cache.A for cache in caches)]
        J = network.output.cost(caches[-1].Z, Y)
        tensors = [tensor for layer in network.tensors() for tensor in layer]
        gradients = [None if tensor is None else torch.zeros_like(tensor) for tensor in tensors]

    class EmptyCost(torch.autograd.Function):
        @staticmethod
        def forward(ctx: Any, X: Tensor, Y: Tensor, *arguments: Any) -> Tensor:
            ctx.save_for_backward(X, Y, *arguments[3:], *ready)
            return J.view(())

        @staticmethod
        def backward(ctx: Any, dJ: Tensor) -> tuple[Tensor | None, ...]:
            assert len(ctx.saved_tensors) > 0
            return None, None, None, None, None, *gradients

    def cost() -> Tensor:
        parameters = [tensor for layer in network.tensors() for tensor in layer]
        return EmptyCost.apply(X, Y, None, network.hidden_activation, network.output, *parameters)

    return through_autograd("autograd.Function, empty", list(network.parameters()), cost, X.device.type, steps)
