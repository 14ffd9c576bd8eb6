"""The figures that `course-torch figures` draws: name -> function, in the order of the notes."""

from collections.abc import Callable

import torch
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import rows_to_pictures
from course_torch.data.table import load_data_set
from course_torch.formulas.computation_graph import course_graph
from course_torch.formulas.vectorization import time_steps
from course_torch.reports.descent_paths import logistic_surface
from course_torch.reports.figures.activations import activations_and_derivatives
from course_torch.reports.figures.broadcasting import broadcasting_mistake
from course_torch.reports.figures.computation_graph import computation_graph
from course_torch.reports.figures.cost_curves import cost_curves
from course_torch.reports.figures.cost_surface import cost_surface
from course_torch.reports.figures.decision_boundary import decision_boundary
from course_torch.reports.figures.input_derivative import input_derivatives
from course_torch.reports.figures.picture_as_row import picture_as_row
from course_torch.reports.figures.shapes import network_shapes
from course_torch.reports.figures.sigmoid_and_loss import sigmoid_and_loss
from course_torch.reports.figures.slopes import slopes_by_nudge
from course_torch.reports.figures.vectorization import vectorization_times
from course_torch.reports.figures.weights import weights_as_picture
from course_torch.reports.mislabelled import draw_mislabelled
from course_torch.reports.training_runs import (
    DEEP_SIZES,
    RECORD_EVERY,
    cost_curves_of_centering,
    cost_curves_of_hidden_activations,
    cost_curves_of_learning_rates,
    deep_network,
    flower_network,
    logistic_network,
)

VECTORIZATION_SIZE = {"m": 1000, "n_x": 1000}


def first_picture_as_row() -> Figure:
    data = load_data_set("pictures")
    assert data.picture_shape is not None
    return picture_as_row(rows_to_pictures(data.train.X[:1], data.picture_shape)[0])


def course_graph_run() -> Figure:
    graph = course_graph()
    list(graph.forward())
    list(graph.backward())
    return computation_graph(graph)


def vectorization_timed() -> Figure:
    return vectorization_times(time_steps(**VECTORIZATION_SIZE), **VECTORIZATION_SIZE)


def rank_1_labels() -> Figure:
    """Draw the broadcasting mistake for six predictions, four of them right."""
    predicted = torch.tensor([[1], [1], [0], [1], [0], [0]], dtype=torch.bool)
    return broadcasting_mistake(predicted, torch.tensor([1, 1, 0, 0, 0, 1], dtype=torch.bool))


def flower_boundary() -> Figure:
    network, X, Y = flower_network()

    @torch.no_grad()
    def probability(points: Tensor) -> Tensor:
        return network(points)

    return decision_boundary(X, Y, probability, ("red", "blue"), "2-4-1 network on the flower, 5000 steps")


def logistic_weights() -> Figure:
    network, data = logistic_network()
    assert data.picture_shape is not None
    return weights_as_picture(
        network.layers[0].W[0].detach(),
        data.picture_shape,
        f"Logistic regression: weights w (y = 1: {data.class_names[1]})",
    )


def pixels_that_matter() -> Figure:
    """Draw dA[0] for six test pictures that the deep network labels correctly (notes 3.2)."""
    network, data = deep_network()
    assert data.picture_shape is not None
    assert data.test is not None
    X = data.features(data.test.X, torch.float32)
    with torch.no_grad():
        A = network(X)
    right = ((A > 0.5) == data.test.Y.bool())[:, 0].nonzero()[:, 0]
    chosen = right[torch.linspace(0, len(right) - 1, 6).long()]
    dA_0 = network.backward_steps(X[chosen], data.test.Y[chosen], input_derivative=True)[0].dA_prev
    assert dA_0 is not None
    titles = [f"ŷ = {probability:.2f}" for probability in A[chosen, 0].tolist()]
    return input_derivatives(rows_to_pictures(data.test.X[chosen], data.picture_shape), dA_0, titles)


GALLERY: dict[str, Callable[[], Figure]] = {
    "picture_as_row": first_picture_as_row,
    "sigmoid_and_loss": sigmoid_and_loss,
    "cost_surface": lambda: cost_surface(*logistic_surface()),
    "learning_rates": lambda: cost_curves(
        cost_curves_of_learning_rates(), 1, "Logistic regression on the pictures: three learning rates"
    ),
    "centering": lambda: cost_curves(
        cost_curves_of_centering(), 1, "12288-40-20-10-1 network on the pictures: training cost, α = 0.02"
    ),
    "slopes": lambda: slopes_by_nudge(lambda a: a**3, [2.0, 1.0, 3.0], "a³"),
    "computation_graph": course_graph_run,
    "vectorization": vectorization_timed,
    "broadcasting": rank_1_labels,
    "activations": lambda: activations_and_derivatives(slope=0.1),
    "hidden_activations": lambda: cost_curves(
        cost_curves_of_hidden_activations(), RECORD_EVERY, "2-8-8-1 network on the flower: four hidden activations"
    ),
    "decision_boundary": flower_boundary,
    "network_shapes": lambda: network_shapes(DEEP_SIZES, 850, "relu", "sigmoid"),
    "logistic_weights": logistic_weights,
    "mislabelled": lambda: draw_mislabelled(*deep_network()),
    "pixels_that_matter": pixels_that_matter,
}
