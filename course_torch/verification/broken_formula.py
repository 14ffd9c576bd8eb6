"""Tell an exception that a broken formula causes from every other exception."""

from collections.abc import Callable
from copy import deepcopy

import torch
from torch import Tensor

from course_torch.mistakes.context import TensorName
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.break_off import one_line
from course_torch.verification.comparison import compare_gradients
from course_torch.verification.difference import ANOTHER_SHAPE
from course_torch.verification.report import GradientReport


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
        if not are_finite(X, *network.parameters()):
            return None
        report = compare_gradients(network, X, Y)
        if report.forward is None and not are_finite(*(each for cache in network.caches(X) for each in cache)):
            return None
        line = end_of(report)
    except Exception:  # the first exception is the one to report
        return None
    seen = one_line(error)
    return line if line is None or seen in line else f"{line} The exception was {seen}."


def are_finite(*tensors: Tensor) -> bool:
    """Whether no tensor holds nan or infinity."""
    return all(bool(tensor.isfinite().all()) for tensor in tensors)


def end_of(report: GradientReport) -> str | None:
    """The finding about a tensor that no next step can use, or None."""
    if report.forward is not None:
        return str(report.forward) if report.forward.stops else None
    if report.diagnosis is not None and report.diagnosis.tensor in misshapen(report):
        return report.objection
    return str(report.broken) if report.broken is not None and report.broken.stops else None


def misshapen(report: GradientReport) -> set[TensorName]:
    """The hand-written tensors that have another shape than autograd's."""
    return {row.name for row in report if row.formulas == ANOTHER_SHAPE}
