"""Checkpoints are read, and their network is checked before it is used."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import torch

from course_torch.checkpoint import load_trained, read_checkpoint
from course_torch.errors import InputError
from tests.training.conftest import MISSING, changed

W = torch.ones(4, 2, dtype=torch.float64)
MODEL, DATA = "hyper_parameters", "CourseData"
FIRST = ("state_dict", "network.layers.0.W")
REJECTED: list[tuple[Sequence[Any], Any, str]] = [
    ([MODEL, "optimiser"], "adam", "'optimiser'"),  # of another version
    ([MODEL, "layer_sizes"], [2, 5, 1], "state_dict['layers.0.W']: found shape (4, 2), expected (5, 2)"),
    ([MODEL, "output"], "argmax", "output: found 'argmax', expected one of sigmoid"),
    ([DATA, "mean"], MISSING, "'mean'"),
    ([*FIRST], MISSING, "state_dict has no 'layers.0.W'"),
    (["state_dict", "extra"], W, "state_dict: found 'extra', expected one of layers.0.W, "),
]


@pytest.fixture(scope="module")
def whole(checkpoint_file: Path) -> dict[str, Any]:
    return read_checkpoint(checkpoint_file)


@pytest.mark.parametrize(("place", "value", "message"), REJECTED)
def test_a_checkpoint_of_another_network_or_version_is_rejected(
    place: Sequence[Any], value: object, message: str, whole: dict[str, Any], tmp_path: Path
) -> None:
    torch.save(changed(whole, place, value), tmp_path / "odd.ckpt")
    with pytest.raises(InputError, match=r"odd\.ckpt: not a valid checkpoint of train\.py \(") as raised:
        load_trained(tmp_path / "odd.ckpt")
    assert message in str(raised.value)


@pytest.mark.parametrize("content", [{"weights": W}, [1, 2]])
def test_a_file_of_other_tensors_is_no_checkpoint(content: object, tmp_path: Path) -> None:
    torch.save(content, tmp_path / "other.ckpt")
    message = r"other\.ckpt: not a checkpoint of train\.py .*it has no state_dict, hyper_parameters, global_step, loops"
    with pytest.raises(InputError, match=message):
        read_checkpoint(tmp_path / "other.ckpt")


def test_names_and_numbers_of_other_forms_load(whole: dict[str, Any], tmp_path: Path) -> None:
    names = ["red", "a\x1b[31m \udcff"]
    for place, value in (([DATA, "class_names"], names), ([MODEL, "layer_sizes"], (2, 4, 1))):
        torch.save(changed(whole, place, value), tmp_path / "odd.ckpt")
        loaded = load_trained(tmp_path / "odd.ckpt")
        assert loaded.network.layer_sizes == [2, 4, 1]
        assert value is not names or list(loaded.class_names) == names
