"""What `course-torch compare` and `trace` work on: a network with its initial parameters, and training examples."""

from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from course_torch.data.data_set import DataSet
from course_torch.data.table import DataConfig
from course_torch.errors import InputError
from course_torch.exercises.learners_file.source import read_source
from course_torch.language import Language
from course_torch.network.config import NetworkConfig
from course_torch.network.deep_network import DeepNetwork


class Prepared(NamedTuple):
    """A network with its initial parameters, its data set, and some training examples: X (m, n_x), Y (m, n_y)."""

    network: DeepNetwork
    data_set: DataSet
    X: Tensor
    Y: Tensor


def prepare(model: NetworkConfig, data: DataConfig, examples: int, dtype: torch.dtype, device: str = "cpu") -> Prepared:
    """Build the network and load the examples, evenly spaced, in the dtype and on the device. Raises InputError."""
    network = model.network()
    data_set = data.load_for(network)
    network = on_device(network, device, dtype)
    X, Y = data_set.train.evenly_spaced(examples)
    return Prepared(network, data_set, data_set.features(X, dtype).to(device), Y.to(device))


def with_tuple(model: NetworkConfig) -> NetworkConfig:
    """The config with its sizes as a tuple: the parser makes a list of them."""
    return replace(model, layer_sizes=tuple(model.layer_sizes))


def on_device(network: DeepNetwork, device: str, dtype: torch.dtype) -> DeepNetwork:
    """Move the network to the device. Raises InputError if the machine lacks the device, or the device the dtype."""
    check_device(device, dtype)
    return network.to(device, dtype)


def check_device(device: str, dtype: torch.dtype) -> None:
    """Raise InputError if the machine lacks the device, or the device the dtype."""
    if device == "cpu":
        return
    from course_torch.checkup.devices import UNUSABLE  # which the CPU does not need

    try:
        torch.ones(1, dtype=dtype).to(device).cpu()
    except UNUSABLE as error:
        raise InputError(
            f"device: found '{device}', which this machine cannot use: {error}",
            f"device：得到 '{device}'，本机不能使用：{error}",
        ) from error


def language_of(mine: str | None) -> Language:
    """The language of a learner's file, or English without a file."""
    return "en" if mine is None else read_source(Path(mine)).language
