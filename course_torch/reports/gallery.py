"""The figures that `course-torch figures` draws: name -> line and function, in the order of the notes."""

from collections.abc import Callable
from typing import NamedTuple

import torch
from matplotlib.figure import Figure

from course_torch.data.data_set import rows_to_pictures
from course_torch.data.table import load_data_set
from course_torch.formulas.computation_graph import course_graph
from course_torch.published.vectorization import time_steps
from course_torch.reports import training_runs as runs
from course_torch.reports.figures import curves, diagrams, functions, pictures

VECTORIZATION_SIZE = {"m": 1000, "n_x": 1000}
DEFAULT_NETWORK = (runs.DEEP_SIZES, 850, "relu", "sigmoid")
"""Layer sizes, m of the training split of the pictures, hidden activation, output."""


class Entry(NamedTuple):
    """A figure: the section of the notes with a line that says what it shows, and the function that draws it."""

    line: str
    draw: Callable[[], Figure]


def first_picture_as_row() -> Figure:
    data = load_data_set("pictures")
    assert data.picture_shape is not None
    return pictures.picture_as_row(rows_to_pictures(data.train.X[:1], data.picture_shape)[0])


def logistic_weights() -> Figure:
    network, data = runs.logistic_network()
    assert data.picture_shape is not None
    title = f"Logistic regression: weights w (y = 1: {data.class_names[1]})"
    return pictures.weights_as_picture(network.layers[0].W[0], data.picture_shape, title)


def learning_rates() -> Figure:
    title = "Logistic regression on the pictures: three learning rates"
    return curves.cost_curves(runs.cost_curves_of_learning_rates(), 1, title)


def centering() -> Figure:
    title = "12288-40-20-10-1 network on the pictures: training cost, α = 0.02"
    return curves.cost_curves(runs.cost_curves_of_centering(), 1, title)


def course_graph_run() -> Figure:
    graph = course_graph()
    list(graph.forward())
    list(graph.backward())
    return diagrams.computation_graph(graph)


def vectorization_timed() -> Figure:
    return curves.vectorization_times(time_steps(**VECTORIZATION_SIZE), **VECTORIZATION_SIZE)


def rank_1_labels() -> Figure:
    """Draw the broadcasting mistake for six predictions, four of them right."""
    predicted = torch.tensor([[1], [1], [0], [1], [0], [0]], dtype=torch.bool)
    return diagrams.broadcasting_mistake(predicted, torch.tensor([1, 1, 0, 0, 0, 1], dtype=torch.bool))


def hidden_activations() -> Figure:
    title = "2-8-8-1 network on the flower: four hidden activations"
    return curves.cost_curves(runs.cost_curves_of_hidden_activations(), runs.RECORD_EVERY, title)


def flower_boundary() -> Figure:
    network, X, Y = runs.flower_network()
    return functions.decision_boundary(X, Y, network, ("red", "blue"), "2-4-1 network on the flower, 5000 steps")


def what_matters() -> Figure:
    """Draw what matters in the six test pictures of which the deep network is most sure, three a class (notes 3.2)."""
    network, data = runs.deep_network()
    assert data.picture_shape is not None
    assert data.test is not None
    X = data.features(data.test.X, torch.float32)
    with torch.no_grad():
        yhat = network(X)[:, 0]
    chosen = torch.cat([yhat.topk(3).indices, yhat.topk(3, largest=False).indices])
    X, yhat, shown = X[chosen], yhat[chosen], rows_to_pictures(data.test.X[chosen], data.picture_shape)
    labels = (yhat > 0.5).long()
    dA_0 = network.backward_steps(X, labels.reshape(-1, 1), input_derivative=True)[0].dA_prev
    assert dA_0 is not None
    evidence = [pictures.evidence(network, *row) for row in zip(X.split(1), shown, labels.tolist(), strict=True)]
    sure = torch.where(labels == 1, yhat, 1 - yhat).tolist()
    titles = [f"said {data.class_names[label]}\n({p:.0%})" for label, p in zip(labels.tolist(), sure, strict=True)]
    return pictures.pixels_that_matter(shown, dA_0, evidence, titles)


GALLERY = {
    "picture_as_row": Entry("1.1 a picture, its channels and its row of 12288 numbers", first_picture_as_row),
    "sigmoid_and_loss": Entry("1.2 the sigmoid, and the loss for y = 1 and for y = 0", functions.sigmoid_and_loss),
    "logistic_weights": Entry("1.2 the weights of logistic regression as a picture", logistic_weights),
    "cost_surface": Entry(
        "1.3 J(w, b) as a surface, and paths of three learning rates",
        lambda: functions.cost_surface(*runs.logistic_surface()),
    ),
    "learning_rates": Entry("1.3 logistic regression with three learning rates", learning_rates),
    "centering": Entry("1.3 the default network's cost, features centred and not", centering),
    "slopes": Entry(
        "1.4 the slope of a³ at three points, by a nudge of 0.001",
        lambda: functions.slopes_by_nudge(lambda a: a**3, [2.0, 1.0, 3.0], "a³"),
    ),
    "computation_graph": Entry("1.4 J = 3(a + bc): value and derivative of each node", course_graph_run),
    "vectorization": Entry("1.6 the time of a step with two loops, one loop and no loop", vectorization_timed),
    "broadcasting": Entry("1.7 labels of rank 1 give a table instead of a column", rank_1_labels),
    "activations": Entry(
        "2.3 the activation functions above their derivatives", lambda: functions.activations_and_derivatives(slope=0.1)
    ),
    "hidden_activations": Entry("2.3 the cost of a network with four hidden activations", hidden_activations),
    "decision_boundary": Entry("2.5 the decision boundary of the 2-4-1 network on the flower", flower_boundary),
    "network_shapes": Entry("3.1 the shapes from X to ŷ", lambda: diagrams.network_shapes(*DEFAULT_NETWORK)),
    "blocks": Entry(
        "3.2 the blocks forward and backward with caches and shapes",
        lambda: diagrams.blocks_with_caches(*DEFAULT_NETWORK),
    ),
    "mislabelled": Entry(
        "3.2 the pictures that the default network mislabels", lambda: pictures.draw_mislabelled(*runs.deep_network())
    ),
    "pixels_that_matter": Entry("3.2 what in a picture speaks for its class, and dA[0]", what_matters),
}
