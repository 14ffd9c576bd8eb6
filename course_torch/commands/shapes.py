"""`course-torch shapes`: the shapes of all tensors of a network, and its hyperparameters."""

import torch
from rich.console import Console

from course_torch.reports.tables.shapes import hyperparameters_table, shapes_table
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule


def shapes(model: NetworkModule, data: CourseData) -> int:
    """Run one forward and backward pass, and print the shapes of all W, b, Z, A and of their derivatives.

    Args:
        model: the network
        data: the set whose training split is the input
    """
    data.check_fit(model.network)
    X, Y = data.data_set.train
    X = data.data_set.features(X, torch.get_default_dtype())
    caches = model.network.caches(X)
    steps = model.network.backward_steps(X, Y, input_derivative=True)
    console = Console()
    console.print(shapes_table(model.network, caches, steps))
    console.print(hyperparameters_table({"model": model.hparams, "data": data.hparams}))
    return 0
