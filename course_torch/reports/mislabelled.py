"""Which pictures a trained network gets wrong."""

import torch
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import DataSet, rows_to_pictures
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.figures.mislabelled import COLUMNS, ROWS, mislabelled_pictures


@torch.no_grad()
def draw_mislabelled(network: DeepNetwork, data: DataSet) -> Figure:
    """Pictures of the test part (of the training part where there is none) that the network labels wrong."""
    probabilities = network.output.probabilities
    assert data.picture_shape is not None
    assert probabilities is not None
    name, part = ("test", data.test) if data.test is not None else ("train", data.train)
    dtype = network.layers[0].W.dtype
    A = torch.cat([network(X) for X, _ in data.batches(part, dtype)])
    confidence = probabilities(A).amax(dim=1)
    labels = network.output.labels(A)
    wrong = (labels != part.Y).any(dim=1).nonzero()[:, 0]
    shown = wrong[confidence[wrong].argsort(descending=True)[: COLUMNS * ROWS]]
    return mislabelled_pictures(
        rows_to_pictures(part.rows(shown).X, data.picture_shape),
        predicted=class_names_of(labels[shown], data),
        true=class_names_of(part.Y[shown], data),
        confidence=confidence[shown],
        title=f"{len(wrong)} of {len(part.Y)} pictures mislabelled ({name} part)",
    )


def class_names_of(Y: Tensor, data: DataSet) -> list[str]:
    """The class names that the rows of Y stand for."""
    indices = Y[:, 0] if Y.shape[1] == 1 else Y.argmax(dim=1)
    return [data.class_names[i] for i in indices.tolist()]
