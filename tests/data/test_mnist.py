"""MNIST and Fashion-MNIST, from small files in their format, and from the real files if they are installed."""

import gzip
from pathlib import Path

import pytest
import torch
import torchvision

from course_torch.data import mnist
from course_torch.data.data_set import DataSet
from course_torch.data.source import md5_of
from course_torch.data.table import load_data_set
from tests.data.conftest import error_of

SIZES = {"train": 30, "t10k": 10}


def contents() -> dict[str, bytes]:
    """The four unpacked files: all values of picture i are i, and its class is i % 10."""
    files = {}
    for split, m in SIZES.items():
        pixels = b"".join(bytes([i]) * 784 for i in range(m))
        sizes = (m, 28, 28)
        files[f"{split}-images-idx3-ubyte"] = bytes([0, 0, 8, 3]) + b"".join(n.to_bytes(4) for n in sizes) + pixels
        files[f"{split}-labels-idx1-ubyte"] = bytes([0, 0, 8, 1]) + m.to_bytes(4) + bytes(i % 10 for i in range(m))
    return files


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """The checksums of the small files replace the published checksums, and no published URL is used."""
    if "fashion_mnist_folder" in request.fixturenames:
        return
    monkeypatch.setitem(mnist.CHECKSUMS, "MNIST", {name: md5_of(content) for name, content in contents().items()})
    packed = [(f"{name}.gz", md5_of(gzip.compress(content, mtime=0))) for name, content in contents().items()]
    monkeypatch.setattr(torchvision.datasets.MNIST, "resources", packed)
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/"])
    monkeypatch.setattr(mnist, "VALIDATION_EXAMPLES", 6)
    monkeypatch.setenv("no_proxy", "127.0.0.1")


def write(folder: Path, ending: str = ".gz") -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in contents().items():
        (folder / f"{name}{ending}").write_bytes(gzip.compress(content, mtime=0) if ending else content)


def shapes(data: DataSet) -> dict[str, tuple[int, ...]]:
    return {name: tuple(split.X.shape) for name, split in data.splits.items()}


@pytest.mark.parametrize("place", [".", "MNIST/raw"])
@pytest.mark.parametrize("ending", [".gz", ""])
def test_files_may_be_compressed_or_not_in_root_or_in_torchvisions_subfolder(
    tmp_path: Path, place: str, ending: str
) -> None:
    write(tmp_path / place, ending)
    data = load_data_set("mnist", root=tmp_path)
    assert shapes(data) == {"train": (24, 784), "validation": (6, 784), "test": (10, 784)}
    assert (data.picture_shape, data.scale, data.class_names) == ((28, 28, 1), 255, tuple("0123456789"))
    for X, Y in data.splits.values():
        assert torch.equal(Y.argmax(dim=1), X[:, 0] % 10)
        assert torch.equal(X, X[:, :1].expand(-1, 784))
    assert sorted(torch.cat([data.train.X, data.validation.X])[:, 0].tolist()) == list(range(30))


def test_torchvision_reads_the_same_values(tmp_path: Path) -> None:
    write(tmp_path / "MNIST" / "raw", "")
    X, Y = load_data_set("mnist", root=tmp_path).test
    theirs = torchvision.datasets.MNIST(tmp_path, train=False)
    assert torch.equal(X, theirs.data.flatten(start_dim=1))
    assert torch.equal(Y.argmax(dim=1), theirs.targets)


def test_the_error_names_a_missing_file_with_path_and_checksum(tmp_path: Path) -> None:
    write(tmp_path)
    name = "t10k-labels-idx1-ubyte"
    (tmp_path / f"{name}.gz").unlink()
    missing = f"{tmp_path}/{name}.gz: no such file, expected a file with MD5 {md5_of(contents()[name])} (unpacked)"
    put = f"put http://127.0.0.1:9/{name}.gz there, or set --data.download true"
    assert error_of("mnist", tmp_path) == f"{missing}; {put}"


def damage(path: Path, how: str) -> None:
    content = path.read_bytes()
    flipped = content[:-20] + bytes([content[-20] ^ 1]) + content[-19:]
    path.write_bytes({"cut": content[: len(content) // 2], "bit": flipped, "page": b"<html>not found</html>"}[how])


@pytest.mark.parametrize(
    ("ending", "how", "found"),
    [
        (".gz", "cut", "cannot be read (Compressed file ended"),
        (".gz", "bit", "cannot be read ("),
        (".gz", "page", "cannot be read (Not a gzipped file"),
        ("", "cut", "damaged, found MD5 "),
        ("", "bit", "damaged, found MD5 "),
    ],
)
def test_the_error_names_a_damaged_file_with_found_and_expected_checksum(
    tmp_path: Path, ending: str, how: str, found: str
) -> None:
    write(tmp_path, ending)
    path = tmp_path / f"train-images-idx3-ubyte{ending}"
    damage(path, how)
    line = error_of("mnist", tmp_path)
    assert line.startswith(f"{path}: {found}")
    assert f"{md5_of(contents()['train-images-idx3-ubyte'])} (unpacked); put " in line


def test_an_intact_copy_that_may_be_compressed_again_is_used_if_another_is_damaged(tmp_path: Path) -> None:
    write(tmp_path)
    name = "train-images-idx3-ubyte"
    damage(tmp_path / f"{name}.gz", "cut")
    (tmp_path / "MNIST" / "raw").mkdir(parents=True)
    packed = gzip.compress(contents()[name], compresslevel=1, mtime=1)
    (tmp_path / "MNIST" / "raw" / f"{name}.gz").write_bytes(packed)
    assert len(load_data_set("mnist", root=tmp_path).train.X) == 24


def test_download_fetches_only_missing_and_damaged_files(
    tmp_path: Path, served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = served
    write(folder)
    (folder / "t10k-images-idx3-ubyte.gz").unlink()  # the root has an intact copy, so no download is needed
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", ["http://127.0.0.1:9/", address])
    write(tmp_path)
    (tmp_path / "train-images-idx3-ubyte.gz").unlink()
    damage(tmp_path / "train-labels-idx1-ubyte.gz", "cut")
    assert len(load_data_set("mnist", root=tmp_path, download=True).train.X) == 24
    fetched = {path.name for path in (tmp_path / "MNIST" / "raw").iterdir()}
    assert fetched == {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"}
    assert len(load_data_set("mnist", root=tmp_path).train.X) == 24


def test_nothing_is_downloaded_without_the_option_or_without_need(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("torchvision.datasets.utils.download_url", lambda *args, **options: pytest.fail("fetched"))
    error_of("mnist", tmp_path)
    write(tmp_path)
    load_data_set("mnist", root=tmp_path, download=True)


def test_a_failed_download_ends_in_one_line(tmp_path: Path) -> None:
    line = error_of("mnist", tmp_path, download=True)
    assert line.startswith("data.download: http://127.0.0.1:9/train-images-idx3-ubyte.gz could not be downloaded into ")
    assert "Connection refused" in line
    (tmp_path / "file").touch()
    assert "could not be downloaded into" in error_of("mnist", tmp_path / "file", download=True)


def test_a_downloaded_file_with_a_wrong_checksum_is_rejected_now_and_later(
    tmp_path: Path, served: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, address = served
    monkeypatch.setattr(torchvision.datasets.MNIST, "mirrors", [address])
    (folder / "train-images-idx3-ubyte.gz").write_bytes(b"half of it")
    assert "could not be downloaded" in error_of("mnist", tmp_path, download=True)
    assert "cannot be read (Not a gzipped file" in error_of("mnist", tmp_path)


def test_the_real_fashion_mnist(fashion_mnist_folder: Path) -> None:
    data = load_data_set("fashion_mnist", root=fashion_mnist_folder)
    assert shapes(data) == {"train": (55_000, 784), "validation": (5_000, 784), "test": (10_000, 784)}
    assert (data.train.Y.sum(dim=0) + data.validation.Y.sum(dim=0)).tolist() == [6000] * 10
    assert data.test.Y.sum(dim=0).tolist() == [1000] * 10
    assert data.class_names[data.test.Y[0].argmax()] == "Ankle boot"
    assert data.test.X[0].max() == 255
    assert data.test.X[0].reshape(28, 28)[:7].sum() == 0  # the boot fills only the lower rows
