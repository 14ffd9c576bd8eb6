"""`course-torch compare`: the hand-written gradients held against autograd's."""

import json as json_format
from dataclasses import asdict
from pathlib import Path

import torch
from rich.console import Console

from course_torch.data.data_set import features
from course_torch.errors import InputError, check_name
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.tables import comparison_table
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.verification.comparison import compare_gradients

DTYPES = {"float64": torch.float64, "float32": torch.float32}


def compare(
    model: NetworkModule, data: CourseData, dtype: str = "float64", device: str = "cpu", json: str | None = None
) -> int:
    """Compare manual with autograd gradients of a network on all its training examples.

    Prints a row for every dW and db. Returns the exit code: 0 where all are equal, 1 where one differs.

    Args:
        model: the network, with its initial parameters
        data: the set whose training part it is run on
        dtype: float64 or float32
        device: cpu, cuda, cuda:1, mps, …
        json: a file to write the rows to
    """
    check_name("dtype", dtype, DTYPES)
    if json is not None and not Path(json).absolute().parent.is_dir():
        raise InputError(f"json: found '{json}', expected a file in a folder that exists")
    data.check_fit(model.network.layer_sizes)
    network = on_device(model.network, device, DTYPES[dtype])
    X, Y = (tensor.to(device) for tensor in data.data_set.train)
    comparisons = compare_gradients(network, features(X, data.data_set.scale, DTYPES[dtype]), Y)
    Console().print(comparison_table(comparisons, f"manual (a) and autograd (b) gradients, {dtype} on {device}"))
    different = [comparison.name for comparison in comparisons if not comparison.agrees]
    print(f"different: {', '.join(different)}" if different else f"all {len(comparisons)} gradients are equal")
    if json is not None:
        rows = [asdict(comparison) | {"agrees": comparison.agrees} for comparison in comparisons]
        Path(json).write_text(json_format.dumps(rows, indent=1))
    return 1 if different else 0


def on_device(network: DeepNetwork, device: str, dtype: torch.dtype) -> DeepNetwork:
    """The network there. Raises InputError for a device that the machine lacks or that has no such dtype."""
    try:
        return network.to(device, dtype)
    except (RuntimeError, AssertionError, TypeError) as error:
        raise InputError(f"device: found '{device}', which this machine cannot use: {error}") from error
