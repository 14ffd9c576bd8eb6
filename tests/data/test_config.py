"""The options of the data: their defaults, ranges and meaning, and the fit of a network."""

import re
from dataclasses import asdict

import pytest
import torch

from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.data.table import DataConfig, check_fit
from course_torch.errors import InputError
from course_torch.network.deep_network import DeepNetwork


def test_the_defaults_are_those_of_the_first_run_and_the_help_describes_every_option() -> None:
    unset = dict.fromkeys(("root", "batch_size", "workers", "center", "points", "noise"))
    given = {"name": "pictures", "seed": 1, "download": False, "picture_size": 64, "memory": 4.0}
    assert asdict(DataConfig()) == given | unset
    assert all(f"{option}: " in (DataConfig.__doc__ or "") for option in asdict(DataConfig()))


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"batch_size": 0}, "batch_size: found 0, expected at least 1, or null for all examples at once"),
        ({"root": ""}, "data.root: found '', expected a folder or a file"),
        ({"seed": -1}, "data.seed: found -1"),
        ({"picture_size": 0}, "data.picture_size: found 0, expected 1 to 1024"),
        ({"picture_size": 2000}, "data.picture_size: found 2000"),
        ({"memory": -1.0}, "data.memory: found -1.0, expected a number of GiB, at least 0"),
        ({"memory": float("nan")}, "data.memory: found nan"),
        ({"workers": -1}, "data.workers: found -1, expected at least 0, or null"),
        ({"points": 8}, "data.points: found 8, expected an even number from 10 to 100000"),
        ({"points": 11}, "data.points: found 11"),
        ({"noise": -0.1}, "data.noise: found -0.1, expected a number of at least 0"),
    ],
)
def test_an_option_out_of_range_is_rejected_before_anything_is_loaded(option: dict, message: str) -> None:
    with pytest.raises(InputError, match=re.escape(message)):
        DataConfig(**option)


def test_a_network_must_fit_the_set() -> None:
    assert DataConfig("planar").load_for(DeepNetwork([2, 1])).train.m == 400
    for name, network, message in (
        ("planar", DeepNetwork([3, 1]), "layer_sizes: [3, 1] do not fit the data set 'planar'"),
        ("planar", DeepNetwork([2, 3]), "[2, 3] do not fit the data set 'planar', expected [2, …, 1]: layer 1: exp"),
        ("diabetes", DeepNetwork([10, 1]), "output: sigmoid does not fit the data set 'diabetes'"),
        ("digits", DeepNetwork([64, 1]), "expected [64, …, 10] and --model.output softmax for 10 classes: layer 1: "),
        ("digits", DeepNetwork([64, 3], output="softmax"), "expected [64, …, 10]: layer 1: "),
    ):
        with pytest.raises(InputError, match=re.escape(message)):
            DataConfig(name).load_for(network)


@pytest.mark.parametrize(("output", "Y"), [("sigmoid", [[0.3], [1.0]]), ("softmax", [[0.3, 0.7], [0.0, 1.0]])])
def test_a_set_has_whole_labels_because_probabilities_cannot_be_scored(output: str, Y: list[list[float]]) -> None:
    data = DataSet(Split(torch.zeros(2, 2), torch.tensor(Y)))
    network = DeepNetwork([2, len(Y[0])], output=output)
    message = f"output: {output} does not fit the data set 'soft': found the label 0.3, expected 0 or 1"
    with pytest.raises(InputError, match=message):
        check_fit("soft", data, network)
    check_fit("real", data, DeepNetwork([2, len(Y[0])], output="identity"))
