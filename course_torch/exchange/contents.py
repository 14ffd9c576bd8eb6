"""What a checkpoint must contain. It is checked before any entry is used and before memory is allocated."""

from collections.abc import Mapping
from inspect import signature
from itertools import pairwise
from math import prod
from typing import Any

import torch
from torch import Tensor, nn

from course_torch.errors import InputError
from course_torch.exchange.rules import (
    COUNT,
    DICT,
    FLAG,
    NUMBER,
    TEXT,
    Rule,
    Rules,
    check,
    described,
    is_plain,
    is_text,
    list_of,
    optional,
)
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork

PREFIX = "network."
"""The names of parameters in a checkpoint begin with the attribute of the LightningModule that holds the network."""
DTYPES = (torch.float64, torch.float32, torch.bfloat16, torch.float16)
"""The dtypes of parameters in the precisions of train.py."""


def is_size(value: object) -> bool:
    """Whether the value can be the width of a layer, or a side of a picture."""
    return type(value) is int and 1 <= value < 2**31


def is_dense(value: object) -> bool:
    """Whether the value is a tensor of numbers in the memory of the CPU, with a dtype of DTYPES."""
    return (
        type(value) in (Tensor, nn.Parameter)
        and isinstance(value, Tensor)
        and not value.is_nested
        and value.layout is torch.strided
        and value.device.type == "cpu"
        and value.dtype in DTYPES
    )


def is_scalar(value: Any) -> bool:
    """Whether the value is a dense tensor of one number."""
    return is_dense(value) and value.ndim == 0


SIZES = Rule("a list of whole numbers, each from 1 to 2147483647", list_of(is_size))
PICTURE_SHAPE = Rule("height, width and channels, each from 1 to 2147483647", list_of(is_size, 3))
NAMES = Rule("a list of texts", list_of(is_text))
TENSOR = Rule(f"a dense tensor on the CPU of {', '.join(map(str, DTYPES))}", is_dense)
SINGLE = Rule("None, True, False, a number, text or a tensor", lambda value: is_plain(value) or is_dense(value))
FINITE = Rule("finite values only", lambda tensor: bool(tensor.isfinite().all()))

CONTENTS: Rules = {
    "state_dict": DICT,
    "hyper_parameters": {"layer_sizes": SIZES},
    "global_step": COUNT,
    "loops": DICT,
    "CourseData": {"picture_shape": optional(PICTURE_SHAPE), "class_names": NAMES},
}
ARGUMENTS = {
    name: {bool: FLAG, int: COUNT, float: NUMBER, str: TEXT}.get(argument.annotation, SIZES)
    for name, argument in signature(NetworkConfig).parameters.items()
}
"""Argument of NetworkConfig -> rule for its type. NetworkConfig checks its range."""
QUANTITY: Rules = {"name": TEXT, "shift": NUMBER, "scale": NUMBER}


def check_contents(checkpoint: Mapping[str, Any], size: int) -> None:
    """Reject a checkpoint unless each entry that describes the network is valid and fits the other entries.

    `size` is the number of bytes of the file. Raises InputError.
    """
    check("", checkpoint, CONTENTS)
    for name, value in checkpoint["hyper_parameters"].items():
        if name not in ARGUMENTS:
            raise InputError(f"hyper_parameters: found {described(name)}, expected names among {', '.join(ARGUMENTS)}")
        check(f"hyper_parameters.{name}", value, ARGUMENTS[name])
    check_parameters(checkpoint["state_dict"], checkpoint["hyper_parameters"], size)
    check_meaning(checkpoint["CourseData"], network_without_memory(checkpoint["hyper_parameters"]))


def network_without_memory(hyper_parameters: Mapping[str, Any]) -> DeepNetwork:
    """Build the network of a checkpoint on the device "meta", where tensors have shapes but no memory."""
    with torch.device("meta"):
        return NetworkConfig(**hyper_parameters).network()


def check_parameters(parameters: Mapping[str, Any], hyper_parameters: Mapping[str, Any], size: int) -> None:
    """Check that the parameters are those of the network with these arguments, and finite. Raises InputError."""
    for name, tensor in parameters.items():
        check(f"state_dict[{described(name)}]", tensor, TENSOR)
    # Two tensors may share memory, and a tensor may repeat values: a copy can be much larger than the file.
    if (memory := sum(tensor.nbytes for tensor in parameters.values())) > size:
        raise InputError(f"state_dict: found {memory} bytes, expected at most the {size} bytes of the file")
    sizes = pairwise(hyper_parameters["layer_sizes"])  # compared first: they can describe billions of parameters
    check_shapes(parameters, {f"{PREFIX}layers.{i}.W": (n_out, n_in) for i, (n_in, n_out) in enumerate(sizes)})
    expected = network_without_memory(hyper_parameters).state_dict(prefix=PREFIX)
    check_shapes(parameters, {name: tuple(tensor.shape) for name, tensor in expected.items()})
    if unknown := [name for name in parameters if name not in expected]:
        raise InputError(f"state_dict: found {described(unknown[0])}, expected the tensors of the network only")
    if len(dtypes := {tensor.dtype for tensor in parameters.values()}) > 1:
        raise InputError(f"state_dict: found {', '.join(sorted(map(str, dtypes)))}, expected one dtype")
    for name, tensor in parameters.items():
        check(f"state_dict['{name}']", tensor, FINITE)


def check_shapes(tensors: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]]) -> None:
    """Reject tensors that lack a name or have another shape. Raises InputError."""
    for name, shape in expected.items():
        if name not in tensors:
            raise InputError(f"state_dict has no {name!r}")
        if tuple(tensors[name].shape) != shape:
            raise InputError(f"state_dict['{name}']: found shape {tuple(tensors[name].shape)}, expected {shape}")


def check_meaning(about: Mapping[str, Any], network: DeepNetwork) -> None:
    """Check that the meaning of inputs and outputs fits the network. Older checkpoints have no quantity and no mean."""
    n_x, n_y = network.layer_sizes[0], network.layer_sizes[-1]
    names, shape = about["class_names"], about["picture_shape"]
    if network.output.probabilities is not None and len(names) != max(2, n_y):
        raise InputError(f"CourseData.class_names: found {len(names)} class names, expected {max(2, n_y)}")
    if shape is not None and prod(shape) != n_x:
        raise InputError(f"CourseData.picture_shape: found {tuple(shape)}, expected {n_x} values in a picture")
    if (quantity := about.get("quantity")) is not None:
        check("CourseData.quantity", quantity, QUANTITY)
    if (mean := about.get("mean")) is not None:
        check("CourseData.mean", mean, TENSOR)
        if mean.shape != (1, n_x):
            raise InputError(f"CourseData.mean: found shape {tuple(mean.shape)}, expected {(1, n_x)}")
        check("CourseData.mean", mean, FINITE)
