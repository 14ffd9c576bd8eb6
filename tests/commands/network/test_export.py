"""`course-torch export`: the files for other programs give the same outputs, and replace earlier files at once."""

import errno
import json
import os
import sys
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

from course_torch.commands.main import main
from course_torch.data.table import load_data_set
from course_torch.exchange.formats import read_safetensors
from course_torch.exchange.trained_network import load_trained, read_checkpoint
from course_torch.formulas.activations import ACTIVATIONS
from tests.commands.conftest import DIABETES, DIGITS, FLOWER, PICTURES, checkpoint_of
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import changed


def test_an_export_says_what_the_numbers_mean(train: Train, tmp_path: Path) -> None:
    assert main(["export", str(checkpoint_of(train(config=DIABETES)))]) == 0
    about, quantity = json.loads(Path("exported/network.json").read_text()), load_data_set("diabetes").quantity
    assert quantity is not None
    assert about["quantity"] == {"name": quantity.name, "shift": quantity.shift, "scale": quantity.scale}
    assert about["A"] == f"(m, n_y): each row {quantity.name}: the value is {quantity.shift} + {quantity.scale} * A"
    assert main(["export", str(checkpoint_of(train(config=FLOWER))), "--out", "flower"]) == 0
    about = json.loads(Path("flower/network.json").read_text())
    assert about["quantity"] is None
    assert about["A"] == "(m, n_y): each row the probability of blue"


@pytest.mark.parametrize(
    "config",
    [PICTURES, [*DIGITS, "--model.hidden_activation", "leaky_relu", "--model.learn_slope", "true"], FLOWER, DIABETES],
    ids=["pictures", "digits with a learned slope", "flower in float64", "diabetes"],
)
def test_exported_files_give_the_probabilities_of_the_network(config: list[str], train: Train, tmp_path: Path) -> None:
    from onnxruntime import InferenceSession

    checkpoint = checkpoint_of(train(config=config))
    folder = tmp_path / "for others"
    assert main(["export", str(checkpoint), "--out", str(folder)]) == 0
    trained = load_trained(checkpoint)
    network, mean = trained.network, trained.mean
    network.requires_grad_(False)
    X = torch.rand(20, network.layer_sizes[0], dtype=network.layers[0].W.dtype)
    centered = X if mean is None else X - mean.to(X.dtype)
    about = json.loads((folder / "network.json").read_text())
    assert about["layer_sizes"] == network.layer_sizes
    assert (mean is None) == (about["picture_shape"] is None)
    sequential = eval(about["sequential"], vars(nn)).to(X.dtype)  # as a user of the JSON file would
    sequential.load_state_dict(torch.load(folder / "sequential.pt", weights_only=True))
    onnx = InferenceSession(folder / "network.onnx").run(None, {"X": X.numpy()})[0]
    for A in (sequential(centered), torch.from_numpy(onnx), read_safetensors(folder)[0](centered)):
        torch.testing.assert_close(A, network(centered), rtol=0, atol=1e-6)
    tensors = load_file(folder / "network.safetensors")
    assert torch.equal(tensors["W[1]"], network.layers[0].W)
    assert ("X_mean" in tensors) == ("X_mean" in about) == (mean is not None)
    if mean is not None:
        assert torch.equal(tensors["X_mean"], mean.to(X.dtype))
        assert about["inputs"] == {
            "network.onnx": "X; the graph subtracts X_mean",
            "network.safetensors": "X - X_mean",
            "sequential.pt": "X - X_mean",
        }


def test_an_export_that_differs_gives_exit_code_1(train: Train, monkeypatch: Monkeypatch, tmp_path: Path) -> None:
    checkpoint = checkpoint_of(train(config=FLOWER))
    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], onnx="Sigmoid"))
    assert main(["export", str(checkpoint)]) == 1


def test_an_export_that_fails_leaves_the_earlier_files_and_no_new_folder(
    checkpoint_file: Path, tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    def export_to(folder: str) -> list[str]:
        return ["export", str(checkpoint_file), "--out", str(tmp_path / folder)]

    assert main(export_to("earlier")) == 0
    earlier = {path: path.read_bytes() for path in (tmp_path / "earlier").iterdir()}
    capsys.readouterr()
    monkeypatch.setattr("course_torch.commands.network.export.as_onnx", full)
    for folder in ("earlier", "new"):
        assert "network.onnx: cannot be written (No space left" in usage_error(main, export_to(folder), capsys)
    assert {path: path.read_bytes() for path in (tmp_path / "earlier").iterdir()} == earlier
    assert [path.name for path in tmp_path.iterdir()] == ["earlier"]


def hide(monkeypatch: Monkeypatch, *packages: str) -> None:
    """Let an import of the packages fail, as if they were not installed."""
    for package in packages:
        monkeypatch.setitem(sys.modules, package, None)
    monkeypatch.setattr(
        "course_torch.commands.network.export.find_spec", lambda name: None if name in packages else find_spec(name)
    )


@pytest.mark.parametrize("packages", [["onnx"], ["onnxruntime"], ["onnx", "onnxruntime"]])
def test_an_export_without_onnx_writes_the_other_formats_and_says_so(
    packages: list[str], checkpoint_file: Path, tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    hide(monkeypatch, *packages)
    assert main(["export", str(checkpoint_file), "--out", str(tmp_path / "out")]) == 0
    shown = capsys.readouterr()
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.name != ".lock") == [
        "network.json",
        "network.safetensors",
        "sequential.pt",
    ]
    assert "onnx" not in shown.out
    assert shown.err == (
        f"network.onnx was left out, not installed: {', '.join(packages)}; pip install {' '.join(packages)}\n"
    )


def test_without_onnx_it_is_refused_on_request_and_the_file_of_an_earlier_export_does_not_stay(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    checkpoint = str(checkpoint_of(train(config=PICTURES)))
    assert main(["export", checkpoint, "--onnx"]) == 0
    assert "network.onnx" in json.loads(Path("exported/network.json").read_text())["inputs"]
    hide(monkeypatch, "onnx")
    capsys.readouterr()
    line = usage_error(main, ["export", checkpoint, "--onnx"], capsys)
    assert "onnx: network.onnx cannot be written, not installed: onnx; pip install onnx\n" in line
    assert Path("exported/network.onnx").exists()
    assert main(["export", checkpoint]) == 0
    assert not Path("exported/network.onnx").exists()
    assert "network.onnx" not in json.loads(Path("exported/network.json").read_text())["inputs"]


def test_an_export_keeps_broken_bytes_in_the_names_of_classes(checkpoint_file: Path, tmp_path: Path) -> None:
    names = ["猫", os.fsdecode(b"chat\xe9")]
    torch.save(changed(read_checkpoint(checkpoint_file), ["CourseData", "class_names"], names), tmp_path / "odd.ckpt")
    assert main(["export", str(tmp_path / "odd.ckpt"), "--out", str(tmp_path / "out")]) == 0
    text = (tmp_path / "out" / "network.json").read_text(encoding="utf-8")
    assert "猫" in text
    assert json.loads(text)["class_names"] == names
