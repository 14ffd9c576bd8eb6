"""Each figure shows the required content, its texts can be read in both languages, and the gallery has all."""

import re
from collections.abc import Callable
from colorsys import rgb_to_hsv
from math import log

import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.text import Text as Label

from course_torch import DeepNetwork
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.computation_graph import ComputationGraph, course_graph
from course_torch.language import CHINESE
from course_torch.reports import gallery
from course_torch.reports.figures import curves, diagrams, functions, pictures
from course_torch.reports.figures.drawing import CHANNELS
from course_torch.reports.gallery import GALLERY
from tests.docs.texts import wrong_chinese
from tests.reports.drawn import PICTURES, WEIGHTS, drawn, mistakes, words
from tests.support.fixture_types import Monkeypatch

HUES = {"red": 0, "green": 140, "blue": 215}
"""Degrees on the colour circle: orange begins at 20, yellow at 50, cyan is 180."""


def bowl() -> Figure:
    w, b = torch.linspace(-4, 6, 30), torch.linspace(-5, 4, 20)
    J = (w.reshape(-1, 1) - 1) ** 2 + b.reshape(1, -1) ** 2
    path = torch.tensor([[-3.0, 3.0], [0.0, 1.0], [1.0, 0.5]])
    paths = {"α = 0.01: too small": path, "α = 1: right": path, "α = 9: too large": 2 * path}
    return functions.cost_surface(w, b, J, paths)


def run_graph(graph: ComputationGraph) -> Figure:
    list(graph.forward())
    list(graph.backward())
    return diagrams.computation_graph(graph)


def logistic_graph() -> ComputationGraph:
    formulas = {"u": ("multiply", "w", "x"), "z": ("add", "u", "b"), "a": ("sigmoid", "z"), "L": ("negative_log", "a")}
    return ComputationGraph({"w": 1, "x": log(3), "b": 0}, formulas)


def line_boundary() -> Figure:
    X = torch.tensor([[-1.0, 0.0], [-2.0, 1.0], [1.0, 2.0], [2.0, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[0], [0], [1], [1]], dtype=torch.uint8)
    return functions.decision_boundary(X, Y, lambda x: torch.sigmoid(3 * x[:, :1]), ("left", "right"), "a line")


PREDICTED = torch.tensor([True, False, True, True, False]).reshape(-1, 1)
LABEL = torch.tensor([True, False, True, False, True])

FIGURES: dict[str, Callable[[], Figure]] = {
    "sigmoid_and_loss": functions.sigmoid_and_loss,
    "picture_as_row": lambda: pictures.picture_as_row(PICTURES[0]),
    "cost_surface": bowl,
    "course_graph": lambda: run_graph(course_graph()),
    "logistic_graph": lambda: run_graph(logistic_graph()),
    "broadcasting": lambda: diagrams.broadcasting_mistake(PREDICTED, LABEL),
    "activations": lambda: functions.activations_and_derivatives(0.01),
    "decision_boundary": line_boundary,
    "cost_curves": lambda: curves.cost_curves({"α = 0.1": [1, 0.8, 0.5], "α = 1": [1, 0.6, 0.3]}, "two rates"),
    "weights": lambda: pictures.weights_as_picture(WEIGHTS, (64, 64, 3), "weights of logistic regression"),
    "deep_shapes": lambda: diagrams.network_shapes([12288, 20, 7, 5, 1], 50_000, "leaky_relu", "sigmoid"),
    "small_shapes": lambda: diagrams.network_shapes([2, 4, 1], 400, "tanh", "sigmoid"),
    "no_hidden_layer": lambda: diagrams.blocks_with_caches([2, 1], 9, "relu", "sigmoid"),
    "two_blocks": lambda: diagrams.blocks_with_caches([2, 4, 1], 400, "tanh", "sigmoid"),
    "five_blocks": lambda: diagrams.blocks_with_caches([12288, 20, 7, 7, 5, 10], 50_000, "leaky_relu", "softmax"),
    "learning_curve": lambda: curves.learning_curve([(0, 0.7), (10, 0.3)], [(0, 0.7), (10, 0.4)], "cost", chosen=10),
    "mislabelled": mistakes,
    "mislabelled_long_names": lambda: mistakes(["american_pit_bull_terrier"] * 6, ["staffordshire_bull_terrier"] * 6),
    "no_mistake": lambda: pictures.mislabelled_pictures(PICTURES[:0], [], [], torch.ones(0), "0 pictures mislabelled"),
    "cost_curves_over_decades": lambda: curves.cost_curves({"falls": [0.7, 0.2, 0.009]}, "a network"),
}


def away(colour: object, name: str) -> float:
    """Degrees between a colour and the colour that a word names."""
    degrees = 360 * rgb_to_hsv(*to_rgb(colour))[0] - HUES[name]
    return abs((degrees + 180) % 360 - 180)


def drawn_texts(figure: Figure, monkeypatch: Monkeypatch) -> list[Text]:
    """Return the visible texts of a figure, with their positions at 100 dots per inch."""
    drawn: list[Text] = []
    draw = Text.draw

    def note_and_draw(text: Text, renderer: object) -> None:
        if text.get_visible() and text.get_text().strip():
            drawn.append(text)
        draw(text, renderer)

    figure.set_dpi(100)
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    with monkeypatch.context() as patched:
        patched.setattr(Text, "draw", note_and_draw)
        canvas.draw()
    return drawn


@pytest.mark.sweep(8)
@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_off_overlaps_another_or_is_tiny(name: str, monkeypatch: Monkeypatch) -> None:
    figure = FIGURES[name]()
    texts = drawn_texts(figure, monkeypatch)
    assert texts
    extents = [text.get_window_extent() for text in texts]
    for i, (text, extent) in enumerate(zip(texts, extents, strict=True)):
        inside = extent.x0 >= 0 and extent.y0 >= 0 and extent.x1 <= figure.bbox.x1 and extent.y1 <= figure.bbox.y1
        assert inside, f"'{text.get_text()}' is cut off: {extent}"
        assert text.get_fontsize() >= 8, text.get_text()
        for other, other_extent in zip(texts[:i], extents[:i], strict=True):
            assert not extent.padded(-1).overlaps(other_extent.padded(-1)), f"{text.get_text()} on {other.get_text()}"


def test_sigmoid_shows_its_limits_and_each_loss_its_direction() -> None:
    figure = functions.sigmoid_and_loss()
    left, right = figure.axes
    levels = {line.get_ydata()[0] for line in left.lines if len(line.get_ydata()) == 2}
    assert levels == {0, 1}
    y_1, y_0 = right.lines
    assert list(y_1.get_ydata()) == sorted(y_1.get_ydata(), reverse=True)
    assert list(y_0.get_ydata()) == sorted(y_0.get_ydata())
    assert y_1.get_ydata()[99] == pytest.approx(log(2), abs=1e-6)  # -log ŷ at ŷ = 0.5
    assert "pushes ŷ up to 1" in words(figure)
    assert "pushes ŷ down to 0" in words(figure)


def test_the_cost_has_a_surface_and_a_map_for_each_path() -> None:
    surface, *maps = bowl().axes
    assert surface.name == "3d"
    assert [axes.get_title() for axes in maps] == ["α = 0.01: too small", "α = 1: right", "α = 9: too large"]
    path, start, end = maps[0].lines
    assert list(path.get_xdata()) == [-3, 0, 1]
    assert (start.get_xdata()[0], end.get_xdata()[0]) == (-3, 1)
    assert [text.get_text() for text in maps[0].texts] == ["start", "end"]


def test_the_graph_shows_formula_value_and_derivative_of_each_node() -> None:
    figure = run_graph(course_graph())
    for text in ("J = 3 · v", "value 33", "dJ = 1", "u = b · c", "value 6", "db = 6", "dc = 9", "da = 3"):
        assert text in words(figure)
    logistic = run_graph(logistic_graph())
    assert "L = −log a" in words(logistic)
    assert "dz = -0.25" in words(logistic)
    formulas = {"u": ("add", "a", "b"), "v": ("subtract", "a", "b"), "J": ("multiply", "u", "v")}
    (axes,) = run_graph(ComputationGraph({"a": 3, "b": 2}, formulas)).axes
    places = {text.get_text(): text.get_position() for text in axes.texts}
    (u_x, u_y), (v_x, v_y) = places["u = a + b"], places["v = a − b"]
    assert u_x == v_x
    assert u_y >= v_y + 1, "nodes of equal depth are drawn below each other"


def test_the_false_and_the_true_accuracy_are_drawn_side_by_side() -> None:
    """3 of 5 predictions and 3 of 5 labels are 1: the table's mean is 0.6² + 0.4² = 0.52; 3 of 5 are right."""
    left, right = diagrams.broadcasting_mistake(PREDICTED, LABEL).axes
    assert left.images[0].get_array().shape == (5, 5)
    assert "mean 0.52: no accuracy" in left.get_title()
    assert right.images[0].get_array().shape == (5, 1)
    assert "mean 0.60: the accuracy" in right.get_title()
    assert [text.get_text() for text in right.texts] == ["=", "=", "=", "≠", "≠"]


def test_every_activation_has_its_value_above_its_derivative() -> None:
    figure = functions.activations_and_derivatives(0.2)
    upper, lower = figure.axes[: len(ACTIVATIONS)], figure.axes[len(ACTIVATIONS) :]
    assert [axes.get_title().split("\n")[0] for axes in upper] == list(ACTIVATIONS)
    assert "slope 0.2" in upper[3].get_title()
    kink = [line.get_ydata()[0] for line in lower[2].lines if len(line.get_ydata()) == 1]
    assert kink == [0, 1]
    assert max(lower[0].lines[0].get_ydata()) == pytest.approx(0.25, abs=1e-3)
    assert lower[3].lines[0].get_ydata()[0] == 0.2


def test_the_boundary_is_where_the_probability_is_one_half_and_the_legend_covers_nothing() -> None:
    figure = drawn(line_boundary())
    axes, (legend,) = figure.axes[0], figure.legends
    (boundary,) = axes.collections[1].get_paths()
    assert abs(boundary.vertices[:, 0]).max() < 0.01
    assert [text.get_text() for text in legend.get_texts()] == ["ŷ = 0.5", "left", "right"]
    assert not any(legend.get_window_extent().overlaps(panel.get_tightbbox()) for panel in figure.axes)
    class_0, class_1 = axes.collections[2:]
    assert len(class_0.get_offsets()) == len(class_1.get_offsets()) == 2
    assert away(class_0.get_facecolor()[0][:3], "red") < 20
    assert away(class_1.get_facecolor()[0][:3], "blue") < 20
    assert away(CHANNELS["red"], "red") < 20
    assert all(away(colour, name) < 30 for name, colour in CHANNELS.items())


def test_every_matrix_is_labelled_with_its_shape() -> None:
    text = words(diagrams.network_shapes([12288, 20, 7, 5, 1], 209, "relu", "sigmoid"))
    for shown in ("X = A[0]\n(209, 12288)", "W[1] (20, 12288)\nb[1] (1, 20)", "A[3] =\nrelu(Z[3])\n(209, 5)"):
        assert shown in text
    assert "ŷ = A[4] =\nsigmoid(Z[4])\n(209, 1)" in text


def test_each_tensor_has_the_shape_that_the_network_gives_it() -> None:
    sizes = [6, 5, 4, 3, 2]
    network = DeepNetwork(sizes, "relu", "softmax", generator=torch.Generator().manual_seed(1))
    X, Y = torch.rand(7, 6), torch.eye(2)[torch.tensor([0, 1, 0, 1, 0, 1, 1])]
    steps, caches = network.backward_steps(X, Y, input_derivative=True), network.caches(X)
    shown = words(diagrams.blocks_with_caches(sizes, 7, "relu", "softmax")).replace("\n", " ")
    for l, (layer, step, cache) in enumerate(zip(network.layers, steps, caches, strict=True), start=1):
        assert step.dA_prev is not None
        tensors = {f"W[{l}]": layer.W, f"b[{l}]": layer.b, f"dW[{l}]": step.gradients.dW, f"db[{l}]": step.gradients.db}
        tensors |= {f"A[{l - 1}]": cache.A_prev, f"dZ[{l}]": step.dZ, f"dA[{l - 1}]": step.dA_prev}
        for name, tensor in tensors.items():
            assert f"{name} {tuple(tensor.shape)}" in shown
    assert "A[4] = ŷ (7, 2)" in shown


WORDS = {*ACTIVATIONS, "Logistic", "log", "exp", "nat", "n_x"}
"""Names that a Chinese text keeps."""


@pytest.mark.sweep(5)
@pytest.mark.parametrize("name", GALLERY)
def test_a_figure_of_the_gallery_has_no_english_where_the_language_is_chinese(
    name: str, monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(gallery, "costs_of", lambda *arguments: [1.0, 0.5])  # without training
    texts = [text.get_text() for text in GALLERY[name].draw("zh").findobj(Label)]
    assert any(re.search(CHINESE, text) for text in texts)
    assert {word for text in texts for word in re.findall("[a-zA-Z_]{3,}", text)} <= WORDS
    assert wrong_chinese(GALLERY[name].line.zh) == []
