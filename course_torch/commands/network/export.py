"""`course-torch export`: write a trained network for other programs, and compare the outputs of what was written."""

import os
import sys
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import torch
from rich.console import Console
from rich.text import Text as Line
from torch import Tensor, nn

from course_torch.atomic import replacing
from course_torch.command_line.files import InputFile, output_folder
from course_torch.data.data_set import features
from course_torch.errors import InputError
from course_torch.exchange.formats import as_onnx, as_sequential, read_safetensors, write_safetensors
from course_torch.exchange.trained_network import Trained, load_trained
from course_torch.language import Language, Text
from course_torch.reports.tables import filled
from course_torch.text import shown

ONNX = "network.onnx"
NOT_INSTALLED = Text("not installed: {missing}; pip install {packages}", "没有安装 {missing}；pip install {packages}")
LEFT_OUT = Text(f"{ONNX} was left out, {{reason}}", f"没有写出 {ONNX}，{{reason}}")
COLUMNS = Text("file", "文件"), Text("largest difference of reloaded predictions", "重新加载后输出的最大差别")
EQUAL = Text("equal outputs: the largest difference is {largest:.1e}", "输出相等：最大的差别是 {largest:.1e}")
DIFFERENT = Text(
    "different outputs: the largest difference is {largest:.1e}, expected at most {allowed:.1e}",
    "输出不同：最大的差别是 {largest:.1e}，至多应为 {allowed:.1e}",
)
PIXELS = "a picture's values row by row, channels last, divided by 255"
FEATURES = "the features of an example, as in the data set of the training"
TOLERANCE = 1e-6  # largest difference between outputs before and after the export, unless rounding is larger


@torch.no_grad()
def export(checkpoint: InputFile, *, out: str = "exported", onnx: bool = False, language: Language = "en") -> int:
    """Write network.safetensors with network.json, network.onnx, and sequential.pt (a state dict of nn.Sequential).

    network.onnx needs the packages onnx and onnxruntime. Without them it is left out.

    If the network was trained on centred features, network.onnx subtracts the training mean itself. The other two files
    take X - X_mean: X_mean is a tensor of network.safetensors. network.json describes the inputs of each file.

    The command reloads each file and compares its outputs for 100 random inputs with the outputs of the original
    network. Returns the exit code: 0, or 1 if a difference exceeds both 1e-6 and twice the rounding error of the
    original network, which is its difference from float64.

    Args:
        checkpoint: checkpoint of a run, such as lightning_logs/version_0/checkpoints/best.ckpt, or the folder of a run,
            such as lightning_logs/version_0
        out: output folder, created if it does not exist
        onnx: end with an error, instead of leaving network.onnx out, if a package is missing
        language: en or zh
    """
    missing = [package for package in ("onnx", "onnxruntime") if find_spec(package) is None]
    reason = NOT_INSTALLED.fill(missing=", ".join(missing), packages=" ".join(missing))
    if missing and onnx:
        raise InputError(f"onnx: {ONNX} cannot be written, {reason.en}", f"onnx：无法写出 {ONNX}，{reason.zh}")
    trained = load_trained(Path(checkpoint))
    network = trained.network
    if network.layers[0].W.dtype.itemsize < 4:
        network.float()  # NumPy lacks bfloat16; float32 represents every value of a narrower dtype exactly
    dtype = network.layers[0].W.dtype
    mean = None if trained.mean is None else trained.mean.to(dtype)
    sequential = as_sequential(network)
    about = description(trained, sequential, with_onnx=not missing)
    X = torch.rand(100, network.layer_sizes[0], dtype=dtype, generator=torch.Generator().manual_seed(1))
    centered = features(X, 1, dtype, mean)
    A = network(centered)
    folder = output_folder("out", out)
    write_safetensors(network, mean, about, folder)
    with replacing(folder / "sequential.pt") as file:
        torch.save(sequential.state_dict(), file)
    if missing:
        (folder / ONNX).unlink(missing_ok=True)  # of an earlier export
    else:
        with replacing(folder / ONNX) as file:
            file.write(as_onnx(network, mean).SerializeToString())
    reloaded = reloaded_outputs(folder, sequential, X, centered)
    differences = {name: (outputs - A).abs().max().item() for name, outputs in reloaded.items()}
    rows = ((Line(shown(folder / name)), f"{difference:.1e}") for name, difference in differences.items())
    Console().print(filled(COLUMNS, rows, language))
    if missing:
        print(LEFT_OUT.fill(reason=reason).say(language), file=sys.stderr)
    rounding = (network.double()(centered.double()) - A).abs().max().item()
    largest, allowed = max(differences.values()), max(TOLERANCE, 2 * rounding)
    print((EQUAL if largest <= allowed else DIFFERENT).fill(largest=largest, allowed=allowed).say(language))
    return 0 if largest <= allowed else 1


def description(trained: Trained, sequential: nn.Sequential, *, with_onnx: bool) -> dict[str, Any]:
    """What network.json says of the inputs and outputs of each file."""
    about: dict[str, Any] = {
        "class_names": trained.class_names,
        "picture_shape": trained.picture_shape,
        "quantity": trained.quantity and asdict(trained.quantity),
        "X": f"(m, n_x): each row {PIXELS if trained.picture_shape else FEATURES}",
        "A": f"(m, n_y): each row {meaning_of_an_answer(trained)}",
        "sequential": f"Sequential({', '.join(map(repr, sequential))})",
    }
    if trained.mean is not None:
        about["X_mean"] = "(1, n_x) in network.safetensors, the mean of the training rows"
        about["inputs"] = {
            **({ONNX: "X; the graph subtracts X_mean"} if with_onnx else {}),
            "network.safetensors": "X - X_mean",
            "sequential.pt": "X - X_mean",
        }
    return about


def meaning_of_an_answer(trained: Trained) -> str:
    if trained.network.output.probabilities is not None:
        columns = trained.class_names[1:] if trained.network.layer_sizes[-1] == 1 else trained.class_names
        return f"the probability of {', '.join(columns)}"
    if trained.quantity is None:
        return "numbers in the unit of the labels"
    return f"{trained.quantity.name}: the value is {trained.quantity.shift!r} + {trained.quantity.scale!r} * A"


def reloaded_outputs(folder: Path, sequential: nn.Sequential, X: Tensor, centered: Tensor) -> dict[str, Tensor]:
    """Reload each file and return name -> outputs for X. `centered` is X - X_mean, the input of sequential.pt."""
    sequential.load_state_dict(torch.load(folder / "sequential.pt", weights_only=True))
    network, mean = read_safetensors(folder)
    outputs = {"network.safetensors": network(features(X, 1, X.dtype, mean)), "sequential.pt": sequential(centered)}
    if (folder / ONNX).exists():
        # It would send statistics, and leave a file in the temporary folder. It reads the variable as it is loaded.
        os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")
        from onnxruntime import InferenceSession

        session = InferenceSession((folder / ONNX).read_bytes())  # the path may be no valid text
        outputs[ONNX] = torch.from_numpy(session.run(None, {"X": X.numpy()})[0])
    return outputs
