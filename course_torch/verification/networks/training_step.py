"""What a training asks: are the gradients of its current step right?"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from functools import partial

import torch
from torch import Tensor

from course_torch.data.split import Batch
from course_torch.float64 import exact
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import is_finite
from course_torch.network.propagation import TensorName, Tensors, in_order
from course_torch.verification.difference import Difference, difference
from course_torch.verification.networks.parameters import parameter_gradients, parameters
from course_torch.verification.networks.right_pass import standard_errors
from course_torch.verification.report import GradientReport, TensorReport


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


def compare_step(
    network: DeepNetwork, micro_batches: Sequence[Batch], setting: Setting, explained: float | None = None
) -> GradientReport:
    """Compare `.grad` of every learned parameter, and the formulas, with autograd on the same rows.

    explained   a relative error that rounding explained in an earlier update (`least_explained`). If no tensor is
                farther off, all are called equal: the rounding bounds of this update are not computed, because they
                take as long as several steps, and the formulas are not run beside the training. So an error
                of this size is accepted though the bounds of this update may be narrower. If a tensor is farther off,
                the bounds of this update decide: no tensor is called different without them.

    A tensor for which autograd finds nan or infinity is not judged. All ranks must call this function at the same step,
    because `setting.over_ranks` averages over them.
    """
    found = parameter_gradients(network)
    (autograd,) = over_update(found, micro_batches, setting, partial(autograd_gradients, network, setting))
    found = {name: gradient for name, gradient in found.items() if is_finite(autograd[name])}
    if explained is not None:
        near = {name: within(explained, gradient, autograd[name]) for name, gradient in found.items()}
        # If one rank alone has a wrong gradient, all ranks compute the bounds, because they average them.
        all_near = torch.tensor(float(all(each.agrees for each in near.values())), device=network.layers[0].W.device)
        if setting.over_ranks(all_near).item() == 1:
            return GradientReport([report_of(name, autograd[name], each, each) for name, each in near.items()], None)
    formulas, errors = over_update(found, micro_batches, setting, partial(formulas_and_errors, network, setting))
    rows = [
        report_of(
            name,
            autograd[name],
            difference(formulas[name], autograd[name], errors[name]),
            difference(gradient, autograd[name], errors[name] + setting.eps * autograd[name].abs()),
        )
        for name, gradient in found.items()
    ]
    return GradientReport(rows, None)


def within(tolerance: float, gradient: Tensor, right: Tensor) -> Difference:
    """How far a gradient is from the right one, with a tolerance that is known."""
    return replace(difference(gradient, right, torch.zeros(())), tolerance=tolerance)


def least_explained(report: GradientReport) -> float | None:
    """The smallest relative error of a dW that rounding explains in an update, or None if no dW has an error.

    The terms of db may cancel, as with balanced labels before the first update. Its bound is then far too wide for
    later updates.
    """
    bounds = (row.against_autograd.tolerance for row in report if str(row.name).startswith("dW"))
    return min((bound for bound in bounds if bound > 0), default=None)


def report_of(name: TensorName, right: Tensor, formulas: Difference, trained: Difference) -> TensorReport:
    """The report on one parameter's gradient."""
    norm = exact(right).norm().item()
    return TensorReport(name=name, shape=tuple(right.shape), norm=norm, formulas=formulas, trained=trained)


def over_update(
    names: Tensors, micro_batches: Sequence[Batch], setting: Setting, computed: Callable[[Batch], Sequence[Tensors]]
) -> list[Tensors]:
    """Average what is `computed` of each micro-batch, under these names, over the micro-batches and the ranks."""
    totals: list[Tensors] = []
    for batch in micro_batches:
        parts = computed(batch)
        totals = totals or [{name: torch.zeros_like(tensor) for name, tensor in names.items()} for _ in parts]
        for total, tensors in zip(totals, parts, strict=True):
            for name in names:
                total[name] += tensors[name].to(total[name]) / setting.accumulated
    return [{name: setting.over_ranks(total[name]) for name in names} for total in totals]


def autograd_gradients(network: DeepNetwork, setting: Setting, batch: Batch) -> tuple[Tensors]:
    """Compute the gradients of one micro-batch by autograd."""
    with setting.autocast(), torch.enable_grad():
        J = network.autograd_cost(*batch)
    named = {name: each for name, each in parameters(network).items() if each.requires_grad}
    return (dict(zip(named, torch.autograd.grad(J, list(named.values())), strict=True)),)


def formulas_and_errors(network: DeepNetwork, setting: Setting, batch: Batch) -> tuple[Tensors, Tensors]:
    """Compute the gradients of one micro-batch by the formulas, and their standard rounding errors."""
    X, Y, m = batch
    with setting.autocast(), torch.no_grad():
        steps = network.backward_steps(X, Y, m)
        caches = network.caches(X)
    return in_order(steps), standard_errors(network, caches, Y, steps, setting.eps, m, in_turn=setting.in_turn)
