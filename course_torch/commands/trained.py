"""`course-torch predict` and `course-torch export`: a trained network on your own data, and for other programs."""

import os
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from typing import Any

import torch
from jaxtyping import Float, UInt8
from rich.console import Console
from rich.text import Text as Line
from torch import Tensor, nn

from course_torch.atomic import replacing
from course_torch.command_line.files import OutputFile, as_json, check_outputs, output_folder, staged, write_text
from course_torch.console import with_progress
from course_torch.data.csv_file import parse_table, text_in
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.data.folder import EXPLAINED, decode_named, named_pictures
from course_torch.data.split import CHUNK_VALUES, slices
from course_torch.errors import InputError
from course_torch.exchange.formats import as_onnx, as_sequential, read_safetensors, write_safetensors
from course_torch.exchange.trained_network import Trained, load_trained
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.tables import filled, predictions_table
from course_torch.text import shown

LONGEST = 200  # bytes of a figure's name. File systems allow 255, with the endings of an incomplete file.
ONNX = "network.onnx"
FILES = ("network.safetensors", "network.json", "sequential.pt", ONNX)
NOT_INSTALLED = Text("not installed: {missing}; pip install {packages}", "没有安装 {missing}；pip install {packages}")
PIXELS = "a picture's values row by row, channels last, divided by 255"
FEATURES = "the features of an example, as in the data set of the training"
TOLERANCE = 1e-6  # largest difference between outputs before and after the export, unless rounding is larger


def predict(
    checkpoint: str, files: list[str], *, json: OutputFile | None = None, explain: bool = False, out: str = "explained"
) -> int:
    """Apply a trained network to each picture, or to each row of a CSV file. Runs on the CPU.

    Prints the most probable class and its probability, or a number if the network was trained on real labels. If a
    folder around a picture has the name of a class, or a row ends with its class, prints this true class too, and the
    accuracy.

    Args:
        checkpoint: checkpoint of a run, such as lightning_logs/version_0/checkpoints/best.ckpt, or the folder of a run,
            such as lightning_logs/version_0
        files: pictures of any size and mode, or folders of pictures, which are cropped and resized to the size of the
            training pictures; or CSV files with n_x numbers in each row, with or without a header, if the network was
            not trained on pictures. Behind them may stand the class, as in the file of the training
        json: file for all predictions
        explain: draw which pixels speak for and against the class, as PICTURE.explained.png
        out: output folder of explain, created if it does not exist
    """
    trained = load_trained(Path(checkpoint))
    network, picture_shape = trained.network, trained.picture_shape
    if explain and (picture_shape is None or network.output.probabilities is None):
        raise InputError(
            f"explain: the network of {checkpoint} does not classify pictures; leave out --explain",
            f"explain：{checkpoint} 的网络不对图片分类，请去掉 --explain",
        )
    names: list[dict[str, object]]
    if picture_shape is not None:
        named = named_pictures(files)
        paths = [each.path for each in named]
        if explain:
            figures = explained(paths, str(output_folder("out", out)))
            check_outputs({f"explain, {path}": figure for path, figure in figures.items()}, paths)
        named, pictures = decode_named(with_progress(named, "reading"), picture_shape)
        names = [{"picture": each.path} for each in named]
        true_classes = [each.true_class(trained.class_names) for each in named]
        X, scale = pictures_to_rows(pictures), 255
    else:
        classes = () if network.output.probabilities is None else trained.class_names
        read = [parse_table(text_in(path), path, network.layer_sizes[0], classes) for path in files]
        names = [{"file": path, "line": line} for path, rows in zip(files, read, strict=True) for line in rows.lines]
        true_classes = [label for rows in read for _, label in zip_longest(rows.lines, rows.labels)]
        X, scale = torch.cat([rows.X for rows in read]), 1
    if any(true_classes):
        names = [name | {"true_class": true} for name, true in zip(names, true_classes, strict=True)]
    dtype = network.layers[0].W.dtype
    with torch.no_grad():
        chunks = slices(len(X), max(1, CHUNK_VALUES // X.shape[1]))
        A = torch.cat([network(features(X[rows], scale, dtype, trained.mean)) for rows in chunks])
    predictions = [name | answer for name, answer in zip(names, answers_of(A, trained), strict=True)]
    value = "value" if trained.quantity is None else trained.quantity.name
    Console().print(predictions_table(predictions, value))
    if known := [each for each in predictions if each.get("true_class") is not None]:
        right = sum(each["class_name"] == each["true_class"] for each in known)
        named_by = "rows with their class" if picture_shape is None else "pictures in folders that name their class"
        print(f"accuracy: {right / len(known):.4f} ({right} of {len(known)} {named_by})")
    if json is not None:
        write_text(json, as_json(predictions))
    if explain:
        draw_explanations(network, features(X, scale, dtype, trained.mean), pictures, predictions, figures)
    return 0


def explained(pictures: Sequence[str], out: str) -> dict[str, str]:
    """Picture -> its figure in `out`: its path as one name, with a hash if two pictures share it or it is too long."""
    folder = os.path.commonpath([Path(picture).absolute().parent for picture in pictures])
    names = {picture: "_".join(Path(picture).absolute().relative_to(folder).parts) for picture in pictures}
    uses = Counter(names.values())
    for picture, name in names.items():
        if uses[name] > 1 or len(os.fsencode(name)) > LONGEST:
            short = os.fsencode(name)[:LONGEST].decode(errors="ignore")
            names[picture] = f"{short}_{sha256(os.fsencode(picture)).hexdigest()[:8]}"
    return {picture: str(Path(out, name + EXPLAINED)) for picture, name in names.items()}


def answers_of(A: Float[Tensor, "m n_y"], trained: Trained) -> list[dict[str, object]]:
    """Convert each row of A to the class and the probabilities of all classes, or to numbers in the measured unit."""
    if trained.network.output.probabilities is None:
        values = A if trained.quantity is None else trained.quantity.values(A)
        return [{"value": row[0] if len(row) == 1 else row} for row in values.tolist()]
    return [
        {
            "class_name": trained.class_names[P.argmax()],
            "probability": P.max().item(),
            "probabilities": dict(zip(trained.class_names, P.tolist(), strict=True)),
        }
        for P in trained.network.output.probabilities(A)
    ]


def draw_explanations(
    network: DeepNetwork,
    X: Float[Tensor, "m n_x"],
    pictures: UInt8[Tensor, "m height width channels"],
    predictions: Sequence[Mapping[str, object]],
    figures: Mapping[str, str],
) -> None:
    from course_torch.reports.figures.drawing import write_figure
    from course_torch.reports.figures.pictures import evidence, explanation

    assert network.output.probabilities is not None
    with torch.no_grad():
        A = network(X)
    labels = network.output.probabilities(A).argmax(dim=1).tolist()
    for prediction, x, picture, label in zip(predictions, X.split(1), pictures, labels, strict=True):
        title = f"{prediction['class_name']} ({prediction['probability']:.2f})"
        path = figures[str(prediction["picture"])]
        write_figure(path, explanation(picture, evidence(network, x, picture, label), title))
        print(f"drawn: {shown(path)}")


def export(checkpoint: str, *, out: str = "exported", onnx: bool = False) -> int:
    """Write network.safetensors with network.json, network.onnx, and sequential.pt (a state dict of nn.Sequential).

    network.onnx needs the packages onnx and onnxruntime. Without them it is left out.

    If the network was trained on centred features, network.onnx subtracts the training mean itself. The other two files
    take X - X_mean: X_mean is a tensor of network.safetensors. network.json describes the inputs of each file.

    The command reloads each file and compares its outputs for 100 random inputs with the outputs of the original
    network. Returns the exit code: 0, or 1 if a difference exceeds both 1e-6 and twice the rounding error of the
    original network, which is its difference from float64. If the export fails, earlier files in the folder stay.

    Args:
        checkpoint: checkpoint of a run, such as lightning_logs/version_0/checkpoints/best.ckpt, or the folder of a run,
            such as lightning_logs/version_0
        out: output folder, created if it does not exist
        onnx: end with an error, instead of leaving network.onnx out, if a package is missing
    """
    missing = [package for package in ("onnx", "onnxruntime") if find_spec(package) is None]
    reason = NOT_INSTALLED.fill(missing=", ".join(missing), packages=" ".join(missing))
    if missing and onnx:
        raise InputError(f"onnx: {ONNX} cannot be written, {reason.en}", f"onnx：无法写出 {ONNX}，{reason.zh}")
    trained = load_trained(Path(checkpoint))
    network = trained.network
    if network.layers[0].W.dtype.itemsize < 4:
        network.float()  # NumPy lacks bfloat16; float32 represents every value of a narrower dtype exactly
    mean = None if trained.mean is None else trained.mean.to(network.layers[0].W.dtype)
    sequential = as_sequential(network)
    about: dict[str, Any] = {
        "class_names": trained.class_names,
        "picture_shape": trained.picture_shape,
        "quantity": trained.quantity and asdict(trained.quantity),
        "X": f"(m, n_x): each row {PIXELS if trained.picture_shape else FEATURES}",
        "A": f"(m, n_y): each row {meaning_of_an_answer(trained)}",
        "sequential": f"Sequential({', '.join(map(repr, sequential))})",
    }
    if mean is not None:
        about["X_mean"] = "(1, n_x) in network.safetensors, the mean of the training rows"
        about["inputs"] = {
            **({} if missing else {ONNX: "X; the graph subtracts X_mean"}),
            "network.safetensors": "X - X_mean",
            "sequential.pt": "X - X_mean",
        }
    generator = torch.Generator().manual_seed(1)
    X = torch.rand(100, network.layer_sizes[0], dtype=network.layers[0].W.dtype, generator=generator)
    with torch.no_grad():
        centered = features(X, 1, X.dtype, mean)
        A = network(centered)
    with staged("out", out, obsolete=[ONNX] if missing else []) as folder, torch.no_grad():
        check_outputs({f"out, {name}": str(Path(out, name)) for name in FILES}, [checkpoint])
        write_safetensors(network, mean, about, folder)
        with replacing(folder / "sequential.pt") as file:
            torch.save(sequential.state_dict(), file)
        if not missing:
            with replacing(folder / ONNX) as file:
                file.write(as_onnx(network, mean).SerializeToString())
        differences = {
            name: (reloaded - A).abs().max().item()
            for name, reloaded in reloaded_outputs(folder, sequential, X, centered).items()
        }
    rows = ((Line(shown(Path(out, name))), f"{difference:.1e}") for name, difference in differences.items())
    Console().print(filled(("file", "largest difference of reloaded predictions"), rows))
    if missing:
        print(f"{ONNX} was left out, {reason.en}", file=sys.stderr)
    with torch.no_grad():
        rounding = (network.double()(centered.double()) - A).abs().max().item()
    largest, allowed = max(differences.values()), max(TOLERANCE, 2 * rounding)
    print(
        f"equal outputs: the largest difference is {largest:.1e}"
        if largest <= allowed
        else f"different outputs: the largest difference is {largest:.1e}, expected at most {allowed:.1e}"
    )
    return 0 if largest <= allowed else 1


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
