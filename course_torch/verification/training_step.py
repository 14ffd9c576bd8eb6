"""What a training asks: are the gradients of its current step right, and which formula is to blame for an exception?"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from copy import deepcopy
from dataclasses import dataclass

import torch
from torch import Tensor

from course_torch.data.split import Batch
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.dimensions import is_finite
from course_torch.network.propagation import Tensors, in_order
from course_torch.verification.calls.exceptions import one_line
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.difference import ANOTHER_SHAPE, difference
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
    """

    accumulated: int
    eps: float
    autocast: Callable[[], AbstractContextManager]
    over_ranks: Callable[[Tensor], Tensor]


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
            norm=autograd[name].double().norm().item(),
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
        steps = network.backward_steps(X, Y, m)
        with torch.no_grad():
            caches = network.caches(X)
        with torch.enable_grad():
            J = network.autograd_cost(X, Y, m)
    named = {name: each for name, each in parameters(network).items() if each.requires_grad}
    autograd = dict(zip(named, torch.autograd.grad(J, list(named.values())), strict=True))
    return in_order(steps), autograd, standard_errors(network, caches, Y, steps, setting.eps, m)


def broken_formula(network: DeepNetwork, batch: Callable[[], tuple[Tensor, Tensor]], error: Exception) -> str | None:
    """The line of `course-torch compare` about a formula that may have caused the exception, or None.

    `batch` returns X and Y. The formulas run on X and Y, one after another. A formula causes an exception if it raises
    or returns another type, shape or dtype. Wrong numbers cause no exception. No formula is blamed if X, a parameter or
    a tensor of the forward pass is nan or infinite, or if the formulas cannot be run again.
    """
    try:
        X, Y = batch()
        if X.dtype == torch.float16:  # the report judges no float16
            network, X = deepcopy(network).float(), X.float()
        if not all(map(is_finite, (X, *network.parameters()))):
            return None
        report = compare_gradients(network, X, Y)
        if report.forward is None and not all(is_finite(each) for cache in network.caches(X) for each in cache):
            return None
        line = end_of(report)
    except Exception:  # the first exception is the one to report
        return None
    seen = one_line(error)
    return line if line is None or seen in line else f"{line} The exception was {seen}."


def end_of(report: GradientReport) -> str | None:
    """The finding about a tensor that no next step can use, or None."""
    if report.forward is not None:
        return str(report.forward) if report.forward.stops else None
    misshapen = {row.name for row in report if row.formulas == ANOTHER_SHAPE}
    if report.diagnosis is not None and report.diagnosis.tensor in misshapen:
        return report.objection.en
    return str(report.broken) if report.broken is not None and report.broken.stops else None
