"""`course-torch predict`: apply a trained network to the user's pictures or rows of numbers."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from jaxtyping import Float, UInt8
from rich.console import Console
from torch import Tensor

from course_torch.command_line.files import as_json, check_outputs, write_text
from course_torch.command_line.progress import track_on_terminal
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.data.decoding import decode
from course_torch.data.rows_file import read_rows
from course_torch.errors import InputError
from course_torch.exchange.trained_network import Trained, load_trained
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.tables.trained import predictions_table
from course_torch.text import shown


def predict(checkpoint: str, files: list[str], json: str | None = None, explain: bool = False) -> int:
    """Apply a trained network to each picture, or to each row of a CSV file. Runs on the CPU.

    Prints the most probable class and its probability, or a number if the network was trained on real labels.

    Args:
        checkpoint: checkpoint of a run, such as lightning_logs/version_0/checkpoints/best.ckpt
        files: pictures of any size and mode, which are cropped and resized to the size of the training pictures; or CSV
            files with n_x numbers in each row, with or without a header, if the network was not trained on pictures
        json: file for all predictions
        explain: draw which pixels speak for and against the class, as PICTURE.explained.png beside each picture
    """
    if explain:
        check_outputs({f"explain, {file}": explained(file) for file in files}, files)
    trained = load_trained(Path(checkpoint))
    network, picture_shape = trained.network, trained.picture_shape
    if explain and (picture_shape is None or network.output.probabilities is None):
        raise InputError(f"explain: the network of {checkpoint} does not classify pictures; leave out --explain")
    dtype = network.layers[0].W.dtype
    names: list[dict[str, object]]
    if picture_shape is not None:
        names = [{"picture": path} for path in files]
        pictures = torch.stack([decode(path, picture_shape) for path in track_on_terminal(files, "reading")])
        X = features(pictures_to_rows(pictures), 255, dtype, trained.mean)
    else:
        read = [read_rows(path, network.layer_sizes[0]) for path in files]
        names = [{"file": path, "line": line} for path, (_, lines) in zip(files, read, strict=True) for line in lines]
        X = features(torch.cat([rows for rows, _ in read]), 1, dtype, trained.mean)
    with torch.no_grad():
        A = network(X)
    predictions = [name | answer for name, answer in zip(names, answers_of(A, trained), strict=True)]
    value = "value" if trained.quantity is None else trained.quantity.name
    Console().print(predictions_table(predictions, value))
    if json is not None:
        write_text(json, as_json(predictions))
    if explain:
        draw_explanations(network, X, pictures, predictions)
    return 0


def explained(picture: str) -> str:
    """Return the path of the figure that explains a picture."""
    return f"{picture}.explained.png"


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
) -> None:
    """Draw PICTURE.explained.png: what each part of the picture says for the predicted class."""
    from course_torch.reports.covering import evidence
    from course_torch.reports.figures.explanation import explanation
    from course_torch.reports.figures.file import write_figure

    assert network.output.probabilities is not None
    with torch.no_grad():
        A = network(X)
    labels = network.output.probabilities(A).argmax(dim=1).tolist()
    for prediction, x, picture, label in zip(predictions, X.split(1), pictures, labels, strict=True):
        title = f"{prediction['class_name']} ({prediction['probability']:.2f})"
        path = explained(str(prediction["picture"]))
        write_figure(path, explanation(picture, evidence(network, x, picture, label), title))
        print(f"drawn: {shown(path)}")
