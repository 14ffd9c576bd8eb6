"""A server that does not answer, and labels as other programs write them."""

import socket

import h5py
import numpy as np
import pytest
import torch
from torchvision.datasets import CIFAR10

from course_torch.data.table import load_data_set
from course_torch.errors import InputError
from tests.fixture_types import Monkeypatch

pytestmark = pytest.mark.usefixtures("here")


def test_a_server_that_does_not_answer_is_given_up(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("course_torch.data.published_sets.ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(CIFAR10, "url", f"http://127.0.0.1:{silent.getsockname()[1]}/file")
        with pytest.raises(InputError, match=r"data\.root: \.: .*timed out"):
            load_data_set("cifar10_cats", root=".", download=True)
    assert socket.getdefaulttimeout() is None


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
def test_labels_of_cats_may_be_of_any_dtype(dtype: type) -> None:
    for split in ("train", "test"):
        with h5py.File(f"{split}_catvnoncat.h5", "w") as file:
            file[f"{split}_set_x"] = np.zeros((2, 2, 2, 3), dtype=np.uint8)
            file[f"{split}_set_y"] = np.array([0, 1], dtype=dtype)
    assert torch.equal(load_data_set("cats", root=".").train.Y, torch.tensor([[0], [1]], dtype=torch.uint8))
