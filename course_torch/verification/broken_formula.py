"""Tell an exception that a broken formula causes from every other exception."""

from copy import deepcopy

import torch
from torch import Tensor

from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.verification.comparison import compare_gradients


def broken_formula(network: DeepNetwork, X: Tensor, Y: Tensor) -> str | None:
    """The line of `course-torch compare` about the first formula that raises or makes a wrong tensor, or None.

    The formulas run one after another on these examples.
    """
    if X.dtype == torch.float16:  # the report judges no float16
        network, X = deepcopy(network).float(), X.float()
    try:
        report = compare_gradients(network, X, Y)
    except InputError:
        return None
    return report.objection if report.forward or report.broken or report.missing or report.diagnosis else None
