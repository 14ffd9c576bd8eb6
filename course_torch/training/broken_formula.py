"""Tell a training that ends because a formula is broken from every other exception."""

from copy import deepcopy

import torch

from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.data_module import CourseData
from course_torch.verification.comparison import compare_gradients

EXAMPLES = 100
"""Training examples on which the formulas are run again."""


class BrokenFormulaError(Exception):
    """A formula of forward or backward pass raises, or returns another thing than its tensors.

    The message is the line of `course-torch compare`.
    """


def check_formulas(network: DeepNetwork, data: CourseData) -> None:
    """Run the formulas one after another on training examples. Raises BrokenFormulaError for the first wrong tensor."""
    network, data_set = deepcopy(network), data.data_set
    if network.layers[0].W.dtype == torch.float16:  # the report judges no float16
        network = network.float()
    X, Y = data_set.train.evenly_spaced(EXAMPLES)
    W = network.layers[0].W
    try:
        report = compare_gradients(network, data_set.features(X, W.dtype).to(W.device), Y.to(W.device))
    except InputError:
        return
    if report.forward or report.broken or report.missing or report.diagnosis:
        raise BrokenFormulaError(report.objection)
