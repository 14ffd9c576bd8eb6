"""`course-torch predict`: what a trained network says of the user's pictures."""

from pathlib import Path
from typing import NamedTuple

import torch
from jaxtyping import Float
from rich.console import Console
from torch import Tensor
from torch.nn.functional import one_hot

from course_torch.command_line.files import as_json, check_file, writing_files
from course_torch.command_line.progress import track_on_terminal
from course_torch.data.data_set import features, pictures_to_rows
from course_torch.data.decoding import decode
from course_torch.errors import InputError
from course_torch.reports.figures.explanation import explanation
from course_torch.reports.tables.trained import predictions_table
from course_torch.training.trained import load_trained


class Prediction(NamedTuple):
    """The most probable class of a picture, its probability, and those of all classes."""

    picture: str
    class_name: str
    probability: float
    probabilities: dict[str, float]


def predict(checkpoint: str, pictures: list[str], json: str | None = None, explain: bool = False) -> int:
    """Say for each picture which class a trained network sees in it, and how probable that is. Runs on the CPU.

    Args:
        checkpoint: a file of a run, such as lightning_logs/version_0/checkpoints/best.ckpt
        pictures: files of any size and mode, which are cut and scaled to what the network was trained on
        json: a file to write all probabilities to
        explain: draw which pixels speak for and against the class, as PICTURE.explained.png beside each picture
    """
    check_file("json", json)
    network, picture_shape, class_names, mean = load_trained(Path(checkpoint))
    if picture_shape is None:
        raise InputError(f"{checkpoint}: its network was trained on points, expected one that was trained on pictures")
    seen = torch.stack([decode(path, picture_shape) for path in track_on_terminal(pictures, "reading")])
    X = features(pictures_to_rows(seen), 255, network.layers[0].W.dtype, mean)
    with torch.no_grad():
        A = network(X)
    P = class_probabilities(A)
    predictions = [
        Prediction(path, class_names[p.argmax()], p.max().item(), dict(zip(class_names, p.tolist(), strict=True)))
        for path, p in zip(pictures, P, strict=True)
    ]
    Console().print(predictions_table(each[:3] for each in predictions))
    with writing_files():
        if json is not None:
            Path(json).write_text(as_json([each._asdict() for each in predictions]), encoding="utf-8")
        if explain:
            # The loss of each answer as if it were right; of a single output that is 0 or 1.
            Y = one_hot(P.argmax(dim=1), P.shape[1]) if A.shape[1] > 1 else P.argmax(dim=1, keepdim=True)
            dA_0 = network.backward_steps(X, Y, input_derivative=True)[0].dA_prev
            assert dA_0 is not None
            for each, picture, derivative in zip(predictions, seen, dA_0, strict=True):
                title = f"{each.class_name} ({each.probability:.2f})"
                path = f"{each.picture}.explained.png"
                explanation(picture, derivative.reshape(picture_shape), title).savefig(path, dpi=100)
                print(f"drawn: {path}")
    return 0


def class_probabilities(A: Float[Tensor, "m n_y"]) -> Float[Tensor, "m classes"]:
    """A itself where each class has an output; of a single output ŷ, the columns 1 - ŷ and ŷ."""
    return A if A.shape[1] > 1 else torch.cat([1 - A, A], dim=1)
