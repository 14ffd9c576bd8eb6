"""What a checkpoint must contain to be a network of this project: parameters of its sizes, and their meaning."""

from collections.abc import Mapping
from math import prod
from typing import Any

import torch
from torch import Tensor

from course_torch.data.data_set import Quantity
from course_torch.errors import InputError, check_name
from course_torch.network.config import NetworkConfig

PREFIX = "network."  # of a parameter in a checkpoint: the attribute of the LightningModule that holds the network
CONTENTS = ("state_dict", "hyper_parameters", "global_step", "loops", "CourseData")
"""The entries of a checkpoint that every use of it reads."""


def check_contents(checkpoint: Mapping[str, Any]) -> None:
    """Reject a checkpoint unless its parameters are finite and fit its sizes, class names and pictures.

    Raises InputError, or what an entry of another type or name raises.
    """
    with torch.device("meta"):  # sizes without memory
        network = NetworkConfig(**checkpoint["hyper_parameters"]).network()
    parameters, about = checkpoint["state_dict"], checkpoint["CourseData"]
    check_shapes(parameters, {name: tuple(each.shape) for name, each in network.state_dict(prefix=PREFIX).items()})
    for name, tensor in parameters.items():
        if not tensor.isfinite().all():
            raise InputError(
                f"state_dict['{name}']: found nan or infinity, expected finite values only",
                f"state_dict['{name}']：有 nan 或无穷大，应当只有有限的值",
            )
    names, shape, n_y = about["class_names"], about["picture_shape"], network.layer_sizes[-1]
    if network.output.probabilities is not None and len(names) != max(2, n_y):
        raise InputError(
            f"CourseData.class_names: found {len(names)} class names, expected {max(2, n_y)}",
            f"CourseData.class_names：有 {len(names)} 个类别名，应为 {max(2, n_y)} 个",
        )
    mean, n_x = about.get("mean"), network.layer_sizes[0]
    if mean is not None and tuple(mean.shape) != (1, n_x):
        raise InputError(
            f"CourseData.mean: found shape {tuple(mean.shape)}, expected {(1, n_x)}",
            f"CourseData.mean：形状是 {tuple(mean.shape)}，应为 {(1, n_x)}",
        )
    if about.get("quantity") is not None:
        Quantity(**about["quantity"])
    if shape is not None and prod(shape) != network.layer_sizes[0]:
        raise InputError(
            f"CourseData.picture_shape: found {tuple(shape)}, expected {network.layer_sizes[0]} values in a picture",
            f"CourseData.picture_shape：得到 {tuple(shape)}，一张图片应有 {network.layer_sizes[0]} 个值",
        )


def check_shapes(tensors: Mapping[str, Tensor], expected: Mapping[str, tuple[int, ...]]) -> None:
    """Reject tensors that lack an expected name, or have another name or shape. Raises InputError."""
    for name in tensors:
        check_name("state_dict", name, expected)
    for name, shape in expected.items():
        if name not in tensors:
            raise InputError(f"state_dict has no {name!r}", f"state_dict 里没有 {name!r}")
        if tuple(tensors[name].shape) != shape:
            raise InputError(
                f"state_dict['{name}']: found shape {tuple(tensors[name].shape)}, expected {shape}",
                f"state_dict['{name}']：形状是 {tuple(tensors[name].shape)}，应为 {shape}",
            )
