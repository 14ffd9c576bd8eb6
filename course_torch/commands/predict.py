"""`course-torch predict`: apply a trained network to the user's pictures or rows of numbers."""

import os
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import zip_longest
from pathlib import Path

import torch
from jaxtyping import Float, UInt8
from rich.console import Console
from torch import Tensor

from course_torch.command_line.files import as_json, check_outputs, output_folder, write_text
from course_torch.console import with_progress
from course_torch.data.csv_file import parse_table, text_in
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.data.folder import EXPLAINED, decode_named, named_pictures
from course_torch.data.split import CHUNK_VALUES, slices
from course_torch.errors import InputError
from course_torch.exchange.trained_network import Trained, load_trained
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.tables import predictions_table
from course_torch.text import shown

LONGEST = 200  # bytes of a figure's name. File systems allow 255, with the endings of an incomplete file.


def predict(
    checkpoint: str, files: list[str], json: str | None = None, explain: bool = False, out: str = "explained"
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
