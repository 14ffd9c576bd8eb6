"""What a training asks: are the gradients of its current step right?"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.data.split import Batch
from course_torch.float64 import exact
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.propagation import Tensors, in_order
from course_torch.verification.difference import difference
from course_torch.verification.parameters import parameter_gradients, parameters
from course_torch.verification.report import GradientReport, TensorReport
from course_torch.verification.right_pass import standard_errors


@dataclass(frozen=True)
class Setting:
    """How a trainer makes one parameter update from several micro-batches on several ranks.

    accumulated   the number by which the trainer divides the cost of each micro-batch
    eps           ε of the matrix products; with mixed precision it is larger than that of the network's dtype
    autocast      returns the context in which the trainer computes the cost
    over_ranks    averages a tensor over the ranks
    in_turn       whether the backward pass may add the terms of a sum one after another: a file of one's own does
    """

    accumulated: int
    eps: float
    autocast: Callable[[], AbstractContextManager]
    over_ranks: Callable[[Tensor], Tensor]
    in_turn: bool = False


def compare_step(network: DeepNetwork, micro_batches: Sequence[Batch], setting: Setting) -> GradientReport:
    """Compare `.grad` of every learned parameter, and the formulas, with autograd on the same rows.

    All ranks must call this function at the same step, because `setting.over_ranks` averages over them.
    """
    found = parameter_gradients(network)
    totals: list[Tensors] = [{name: torch.zeros_like(gradient) for name, gradient in found.items()} for _ in range(3)]
    for batch in micro_batches:
        for total, tensors in zip(totals, gradients_and_errors(network, batch, setting), strict=True):
            for name in found:
                total[name] += tensors[name].to(total[name]) / setting.accumulated
    formulas, autograd, errors = ({name: setting.over_ranks(total[name]) for name in found} for total in totals)
    rows = [
        TensorReport(
            name=name,
            shape=tuple(gradient.shape),
            norm=exact(autograd[name]).norm().item(),
            formulas=difference(formulas[name], autograd[name], errors[name]),
            trained=difference(gradient, autograd[name], errors[name] + setting.eps * autograd[name].abs()),
        )
        for name, gradient in found.items()
    ]
    return GradientReport(rows, None)


def gradients_and_errors(network: DeepNetwork, batch: Batch, setting: Setting) -> tuple[Tensors, Tensors, Tensors]:
    """Compute the gradients of one micro-batch by the formulas and by autograd, and their standard rounding errors."""
    X, Y, m = batch
    with setting.autocast():
        # J first: autocast may keep copies of W, and copies that are made without gradients would end autograd's way.
        with torch.enable_grad():
            J = network.autograd_cost(X, Y, m)
        steps = network.backward_steps(X, Y, m)
        with torch.no_grad():
            caches = network.caches(X)
    named = {name: each for name, each in parameters(network).items() if each.requires_grad}
    autograd = dict(zip(named, torch.autograd.grad(J, list(named.values())), strict=True))
    errors = standard_errors(network, caches, Y, steps, setting.eps, m, in_turn=setting.in_turn)
    return in_order(steps), autograd, errors
