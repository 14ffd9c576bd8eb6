"""Small files in the formats of the course and of MNIST, and real files if installed."""

import gzip
import hashlib
import socket
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
import torch
from torchvision.datasets import MNIST

from course_torch.data import published_sets
from course_torch.data.data_set import DataSet
from course_torch.data.table import load_data_set
from tests.data.conftest import error_of, write_cats
from tests.support.fixture_types import Monkeypatch

Served = tuple[Path, str]
MNIST_SIZES = {"train": 30, "t10k": 10}
NOWHERE = "http://127.0.0.1:9/"


def md5_of(content: bytes) -> str:
    return hashlib.md5(content).hexdigest()


def shapes(data: DataSet) -> dict[str, tuple[int, ...]]:
    return {name: tuple(split.X.shape) for name, split in data.splits.items()}


def mnist_contents() -> dict[str, bytes]:
    """The four files: all values of picture i are i, and its class is i % 10."""
    files = {}
    for split, m in MNIST_SIZES.items():
        pixels = b"".join(bytes([i]) * 784 for i in range(m))
        sizes = (m, 28, 28)
        files[f"{split}-images-idx3-ubyte"] = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4) for n in sizes) + pixels
        files[f"{split}-labels-idx1-ubyte"] = bytes([0, 0, 8, 1]) + m.to_bytes(4) + bytes(i % 10 for i in range(m))
    return {f"{name}.gz": gzip.compress(content, mtime=0) for name, content in files.items()}


def write_mnist(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in mnist_contents().items():
        (folder / name).write_bytes(content)


@pytest.fixture(autouse=True)
def small(monkeypatch: Monkeypatch, request: pytest.FixtureRequest) -> None:
    """The checksums of the small files replace those that torchvision knows, and no published URL is used."""
    if "fashion_mnist_folder" in request.fixturenames:
        return
    monkeypatch.setattr(MNIST, "resources", [(name, md5_of(content)) for name, content in mnist_contents().items()])
    monkeypatch.setattr(MNIST, "mirrors", [NOWHERE])
    monkeypatch.setattr(published_sets, "VALIDATION_EXAMPLES", 6)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


class Published(NamedTuple):
    """How the files of a set are written, one of them, and the line of the error if it is missing or damaged."""

    write: Callable[[Path], None]
    file: str
    start: str
    end: str = ""


ROOT, OFFER = "data.root: {root}", " there, or set --data.download true"
SETS = {
    "cats": Published(write_cats, "train_catvnoncat.h5", "{root}/train_catvnoncat.h5: "),
    "mnist": Published(
        write_mnist, "t10k-labels-idx1-ubyte.gz", ROOT, f"; put {NOWHERE}t10k-labels-idx1-ubyte.gz{OFFER}"
    ),
}


@pytest.mark.parametrize("name", SETS)
def test_a_missing_and_a_damaged_file_are_named_with_where_they_come_from(name: str, tmp_path: Path) -> None:
    SETS[name].write(tmp_path)
    path = tmp_path / SETS[name].file
    content = path.read_bytes()
    flipped = content[:-20] + bytes([content[-20] ^ 1]) + content[-19:]
    for damaged in (b"no data", None, *[flipped] * (name == "mnist")):
        path.unlink()
        if damaged is not None:
            path.write_bytes(damaged)
        line = error_of(name, tmp_path)
        assert line.startswith(SETS[name].start.format(root=tmp_path))
        assert line.endswith(SETS[name].end)
        path.touch()


def test_a_failed_download_ends_in_one_line(tmp_path: Path, served: Served, monkeypatch: Monkeypatch) -> None:
    line = error_of("mnist", tmp_path, download=True)
    assert line.startswith(f"data.root: {tmp_path}")
    assert line.endswith(" there"), "the option that is set is not offered"
    folder, address = served
    monkeypatch.setattr(MNIST, "mirrors", [address])
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"half of it")
    assert "missing or damaged; put " in error_of("mnist", tmp_path, download=True)
    (tmp_path / "file").touch()
    assert error_of("mnist", tmp_path / "file", download=True).startswith(f"data.root: {tmp_path}/file")


def test_a_server_that_does_not_answer_is_given_up(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(published_sets, "ANSWER", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setattr(MNIST, "mirrors", [f"http://127.0.0.1:{silent.getsockname()[1]}/"])
        line = error_of("mnist", tmp_path, download=True)
    assert line.startswith(f"data.root: {tmp_path}/MNIST/raw: timed out; put ")
    assert socket.getdefaulttimeout() is None


def test_a_download_of_mnist_fetches_only_missing_and_damaged_files(
    tmp_path: Path, served: Served, monkeypatch: Monkeypatch
) -> None:
    folder, address = served
    write_mnist(folder)
    (folder / "t10k-images-idx3-ubyte.gz").unlink()  # the root has an intact copy, so no download is needed
    monkeypatch.setattr(MNIST, "mirrors", [address])
    write_mnist(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").unlink()
    raw = tmp_path / "MNIST" / "raw"
    for _ in range(2):
        assert len(load_data_set("mnist", root=tmp_path, download=True).train.X) == 24
        assert [path.name for path in raw.iterdir()] == ["train-images-idx3-ubyte.gz"]
        (raw / "train-images-idx3-ubyte.gz").write_bytes(b"damaged")


def test_nothing_is_downloaded_without_the_option_or_without_need(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr("torchvision.datasets.utils.download_url", lambda *args, **options: pytest.fail("fetched"))
    error_of("mnist", tmp_path)
    write_mnist(tmp_path)
    load_data_set("mnist", root=tmp_path, download=True)


@pytest.mark.parametrize("labels", [None, np.array([0, 1], dtype=">i8")])
def test_cat_files_in_another_format_are_rejected(labels: np.ndarray | None, tmp_path: Path) -> None:
    write_cats(tmp_path, train_set_y=labels)
    assert error_of("cats", tmp_path).startswith(f"{tmp_path}/train_catvnoncat.h5: not a readable .h5 file (")


@pytest.mark.parametrize("dtype", [np.float64, np.float32, np.int64, np.uint8])
def test_labels_of_cats_may_be_of_any_dtype(dtype: type, tmp_path: Path) -> None:
    write_cats(tmp_path, train_set_y=np.array([0, 1], dtype=dtype))
    assert torch.equal(load_data_set("cats", root=tmp_path).train.Y, torch.tensor([[0], [1]], dtype=torch.uint8))


def test_the_shapes_of_cats(cats_folder: Path) -> None:
    data = load_data_set("cats", root=cats_folder)
    assert shapes(data) == {"train": (209, 12288), "test": (50, 12288)}
    assert data.train.Y.sum() == 72
    assert not data.centered


@pytest.mark.parametrize("place", [".", "MNIST/raw"])
def test_files_of_mnist_may_be_in_root_or_in_torchvisions_subfolder(tmp_path: Path, place: str) -> None:
    write_mnist(tmp_path / place)
    data = load_data_set("mnist", root=tmp_path)
    assert shapes(data) == {"train": (24, 784), "validation": (6, 784), "test": (10, 784)}
    assert (data.picture_shape, data.scale, data.class_names) == ((28, 28, 1), 255, tuple("0123456789"))
    for X, Y in data.splits.values():
        assert torch.equal(Y.argmax(dim=1), X[:, 0] % 10)
        assert torch.equal(X, X[:, :1].expand(-1, 784))
    assert sorted(torch.cat([data.train.X, data.validation.X])[:, 0].tolist()) == list(range(30))


def test_the_real_fashion_mnist(fashion_mnist_folder: Path) -> None:
    data = load_data_set("fashion_mnist", root=fashion_mnist_folder)
    assert shapes(data) == {"train": (55_000, 784), "validation": (5_000, 784), "test": (10_000, 784)}
    assert (data.train.Y.sum(dim=0) + data.validation.Y.sum(dim=0)).tolist() == [6000] * 10
    assert data.test.Y.sum(dim=0).tolist() == [1000] * 10
    assert data.class_names[data.test.Y[0].argmax()] == "Ankle boot"
    assert data.test.X[0].max() == 255
    assert data.test.X[0].reshape(28, 28)[:7].sum() == 0  # the boot fills only the lower rows
