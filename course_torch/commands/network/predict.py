"""`course-torch predict`: apply a trained network to pictures or rows."""

from collections.abc import Sequence
from itertools import zip_longest
from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Float, Num
from rich.console import Console
from torch import Tensor

from course_torch.checkpoint import Trained, load_trained
from course_torch.command_line.files import InputFile, OutputFile
from course_torch.data.csv_file import parse_table, text_in
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.data.folder import NamedPicture, decode_named, named_pictures
from course_torch.data.split import CHUNK_VALUES, slices
from course_torch.language import Language, Text, same
from course_torch.reports.tables import predictions_table
from course_torch.writing import as_json, write_text

Answer = dict[str, object]
ACCURACY_OF_ROWS = Text(
    "accuracy: {accuracy:.4f} ({right} of {n} rows with their class)",
    "准确率：{accuracy:.4f}（{n} 行写有类别，对了 {right} 行）",
)
ACCURACY_OF_PICTURES = Text(
    "accuracy: {accuracy:.4f} ({right} of {n} pictures in folders that name their class)",
    "准确率：{accuracy:.4f}（{n} 张图片在以类别命名的文件夹里，对了 {right} 张）",
)


def predict(
    checkpoint: InputFile, files: list[InputFile], *, json: OutputFile | None = None, language: Language = "en"
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
        language: en or zh
    """
    trained = load_trained(Path(checkpoint))
    if trained.picture_shape is None:
        examples = examples_in_rows(files, trained)
    else:
        examples = examples_in_pictures(named_pictures(files), trained)
    predictions = predicted(examples, trained)
    print_predictions(predictions, trained, language)
    if json is not None:
        write_text(json, as_json(predictions))
    return 0


class Examples(NamedTuple):
    """Examples as rows, whose integers `scale` divides, with what names each of them and its true class if known."""

    names: list[Answer]
    true_classes: list[str | None]
    X: Num[Tensor, "m n_x"]
    scale: int

    def features(self, trained: Trained) -> Float[Tensor, "m n_x"]:
        return features(self.X, self.scale, trained.network.layers[0].W.dtype, trained.mean)


def examples_in_pictures(named: Sequence[NamedPicture], trained: Trained) -> Examples:
    """Decode the pictures in the size of the training pictures. Raises InputError."""
    assert trained.picture_shape is not None
    read, pictures = decode_named(named, trained.picture_shape)
    true_classes = [each.true_class(trained.class_names) for each in read]
    return Examples([{"picture": each.path} for each in read], true_classes, pictures_to_rows(pictures), 255)


def examples_in_rows(files: Sequence[str], trained: Trained) -> Examples:
    """Read the rows of CSV files, behind which the class may stand. Raises InputError."""
    classes = () if trained.network.output.probabilities is None else trained.class_names
    read = [parse_table(text_in(path), path, trained.network.layer_sizes[0], classes) for path in files]
    names: list[Answer] = [
        {"file": path, "line": line} for path, rows in zip(files, read, strict=True) for line in rows.lines
    ]
    true_classes = [label for rows in read for _, label in zip_longest(rows.lines, rows.labels)]
    return Examples(names, true_classes, torch.cat([rows.X for rows in read]), 1)


def predicted(examples: Examples, trained: Trained) -> list[Answer]:
    """What names each example, its true class if one is known, and the answer of the network, in chunks."""
    names, true_classes, X, _ = examples
    if any(true_classes):
        names = [name | {"true_class": true} for name, true in zip(names, true_classes, strict=True)]
    with torch.no_grad():
        chunks = slices(len(X), max(1, CHUNK_VALUES // X.shape[1]))
        A = torch.cat([trained.network(examples._replace(X=X[rows]).features(trained)) for rows in chunks])
    return [name | answer for name, answer in zip(names, answers_of(A, trained), strict=True)]


def print_predictions(predictions: Sequence[Answer], trained: Trained, language: Language) -> None:
    """Print the table, and the accuracy if true classes are known."""
    value = Text("value", "值") if trained.quantity is None else same(trained.quantity.name)
    Console().print(predictions_table(predictions, value, language))
    if known := [each for each in predictions if each.get("true_class") is not None]:
        right = sum(each["class_name"] == each["true_class"] for each in known)
        line = ACCURACY_OF_ROWS if trained.picture_shape is None else ACCURACY_OF_PICTURES
        print(line.fill(accuracy=right / len(known), right=right, n=len(known)).say(language))


def answers_of(A: Float[Tensor, "m n_y"], trained: Trained) -> list[Answer]:
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
