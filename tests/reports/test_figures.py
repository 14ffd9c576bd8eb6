"""Each figure shows the required content, and no text is cut off."""

import re
from collections.abc import Callable, Sequence
from math import log

import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from benchmarks.growth import growth_curves
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.computation_graph import ComputationGraph, course_graph
from course_torch.reports.figures.activations import activations_and_derivatives
from course_torch.reports.figures.blocks import blocks_with_caches
from course_torch.reports.figures.broadcasting import broadcasting_mistake
from course_torch.reports.figures.computation_graph import computation_graph
from course_torch.reports.figures.cost_curves import cost_curves
from course_torch.reports.figures.cost_surface import cost_surface
from course_torch.reports.figures.decision_boundary import decision_boundary
from course_torch.reports.figures.explanation import explanation
from course_torch.reports.figures.learning_curve import learning_curve
from course_torch.reports.figures.mislabelled import mislabelled_pictures
from course_torch.reports.figures.picture_as_row import picture_as_row
from course_torch.reports.figures.pixels import pixels_that_matter
from course_torch.reports.figures.shapes import network_shapes
from course_torch.reports.figures.sigmoid_and_loss import sigmoid_and_loss
from course_torch.reports.figures.slopes import slopes_by_nudge
from course_torch.reports.figures.vectorization import vectorization_times
from course_torch.reports.figures.weights import weights_as_picture

RANDOM = torch.Generator().manual_seed(7)
PICTURES = torch.randint(256, (6, 64, 64, 3), dtype=torch.uint8, generator=RANDOM)
WEIGHTS = torch.randn(12288, generator=RANDOM)
DERIVATIVES = torch.randn(6, 12288, generator=RANDOM)
EVIDENCE = torch.linspace(-1, 1, 64, dtype=torch.float64).expand(6, 64, 64)


def bowl() -> Figure:
    w, b = torch.linspace(-4, 6, 30), torch.linspace(-5, 4, 20)
    J = (w.reshape(-1, 1) - 1) ** 2 + b.reshape(1, -1) ** 2
    path = torch.tensor([[-3.0, 3.0], [0.0, 1.0], [1.0, 0.5]])
    return cost_surface(w, b, J, {"α = 0.01: too small": path, "α = 1: right": path, "α = 9: too large": 2 * path})


def run_graph(graph: ComputationGraph) -> Figure:
    list(graph.forward())
    list(graph.backward())
    return computation_graph(graph)


def logistic_graph() -> ComputationGraph:
    formulas = {"u": ("multiply", "w", "x"), "z": ("add", "u", "b"), "a": ("sigmoid", "z"), "L": ("negative_log", "a")}
    return ComputationGraph({"w": 1, "x": log(3), "b": 0}, formulas)


def line_boundary() -> Figure:
    X = torch.tensor([[-1.0, 0.0], [-2.0, 1.0], [1.0, 2.0], [2.0, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[0], [0], [1], [1]], dtype=torch.uint8)
    return decision_boundary(X, Y, lambda points: torch.sigmoid(3 * points[:, :1]), ("left", "right"), "a line")


def seeds(first: float, last: float) -> list[list[float]]:
    return [torch.linspace(first + seed, last, 5).tolist() for seed in range(3)]


def mistakes(predicted: Sequence[str] = ("animal",) * 6, true: Sequence[str] = ("no animal",) * 6) -> Figure:
    return mislabelled_pictures(PICTURES, predicted, true, torch.linspace(0.5, 1, 6), "six mistakes")


PREDICTED = torch.tensor([True, False, True, True, False]).reshape(-1, 1)
LABEL = torch.tensor([True, False, True, False, True])
TIMES = {"two loops (Python floats)": 3.2, "one loop over the examples": 0.012, "no loop": 0.0008}

FIGURES: dict[str, Callable[[], Figure]] = {
    "sigmoid_and_loss": sigmoid_and_loss,
    "picture_as_row": lambda: picture_as_row(PICTURES[0]),
    "cost_surface": bowl,
    "slopes": lambda: slopes_by_nudge(lambda a: a**3, (2.0, 0.5, -1.5), "a³"),
    "course_graph": lambda: run_graph(course_graph()),
    "logistic_graph": lambda: run_graph(logistic_graph()),
    "vectorization": lambda: vectorization_times(TIMES, 1000, 100),
    "broadcasting": lambda: broadcasting_mistake(PREDICTED, LABEL),
    "activations": lambda: activations_and_derivatives(0.01),
    "decision_boundary": line_boundary,
    "cost_curves": lambda: cost_curves({"α = 0.1": seeds(1, 0.5), "α = 1": seeds(1, 0.3)}, 100, "learning rates"),
    "weights": lambda: weights_as_picture(WEIGHTS, (64, 64, 3), "weights of logistic regression"),
    "pixels": lambda: pixels_that_matter(PICTURES, DERIVATIVES, [*EVIDENCE], ["said no animal\n(100%)"] * 6),
    "explanation": lambda: explanation(PICTURES[0], EVIDENCE[0], "no animal (0.82)"),
    "deep_shapes": lambda: network_shapes([12288, 20, 7, 5, 1], 50_000, "leaky_relu", "sigmoid"),
    "small_shapes": lambda: network_shapes([2, 4, 1], 400, "tanh", "sigmoid"),
    "no_hidden_layer": lambda: blocks_with_caches([2, 1], 9, "relu", "sigmoid"),
    "two_blocks": lambda: blocks_with_caches([2, 4, 1], 400, "tanh", "sigmoid"),
    "five_blocks": lambda: blocks_with_caches([12288, 20, 7, 7, 5, 10], 50_000, "leaky_relu", "softmax"),
    "learning_curve": lambda: learning_curve([(0, 0.7), (10, 0.3)], [(0, 0.7), (10, 0.4)], "cost", chosen=10),
    "mislabelled": mistakes,
    "mislabelled_long_names": lambda: mistakes(["american_pit_bull_terrier"] * 6, ["staffordshire_bull_terrier"] * 6),
    "no_mistake": lambda: mislabelled_pictures(PICTURES[:0], [], [], torch.ones(0), "0 of 9 pictures mislabelled"),
    "cost_curves_over_decades": lambda: cost_curves({"falls": [[0.7, 0.2, 0.009]]}, 100, "a network"),
    "growth": lambda: growth_curves([{"quantity": "m", "sizes": [512, 8192], "seconds": [0.0006, 0.01], "slope": 1.0}]),
}


def drawn_texts(figure: Figure, monkeypatch: pytest.MonkeyPatch) -> list[Text]:
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


@pytest.mark.parametrize("name", FIGURES)
def test_no_text_is_cut_off_overlaps_another_or_is_tiny(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
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


def test_a_text_outside_the_figure_is_detected(monkeypatch: pytest.MonkeyPatch) -> None:
    figure = Figure()
    figure.text(0.99, 0.5, "too far to the right")
    (text,) = drawn_texts(figure, monkeypatch)
    assert text.get_window_extent().x1 > figure.bbox.x1


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def test_sigmoid_shows_its_limits_and_each_loss_its_direction() -> None:
    figure = sigmoid_and_loss()
    left, right = figure.axes
    levels = {line.get_ydata()[0] for line in left.lines if len(line.get_ydata()) == 2}
    assert levels == {0, 1}
    y_1, y_0 = right.lines
    assert list(y_1.get_ydata()) == sorted(y_1.get_ydata(), reverse=True)
    assert list(y_0.get_ydata()) == sorted(y_0.get_ydata())
    assert y_1.get_ydata()[99] == pytest.approx(log(2), abs=1e-6)  # -log ŷ at ŷ = 0.5
    assert "pushes ŷ up to 1" in words(figure)
    assert "pushes ŷ down to 0" in words(figure)


def test_a_picture_is_followed_by_its_channels_and_its_row() -> None:
    picture = PICTURES[0]
    figure = picture_as_row(picture)
    shown, *channels, row, values = (axes.images[0].get_array() for axes in figure.axes)
    assert torch.equal(torch.from_numpy(shown.data), picture)
    assert all(torch.equal(torch.from_numpy(channels[c].data), picture[:, :, c]) for c in range(3))
    assert row.shape == (1, 12288)
    first = int(re.search(r"its values (\d+) to", words(figure))[1])  # type: ignore[index]
    assert first % 3 == 0
    assert values.data[0].tolist() == pytest.approx(
        (picture.reshape(-1)[first : first + 12].double() / 255).tolist(), abs=1e-6
    )
    assert "n_x = 64 · 64 · 3 = 12288" in words(figure)
    assert "blue channel" in words(figure)


def test_the_four_pixels_are_not_of_one_colour() -> None:
    picture = torch.full((8, 8, 3), 128, dtype=torch.uint8)
    picture[4, 6] = torch.tensor([250, 10, 30], dtype=torch.uint8)
    values = picture_as_row(picture).axes[-1].images[0].get_array()
    grey, coloured = [128 / 255] * 3, [250 / 255, 10 / 255, 30 / 255]
    assert values.data[0].tolist() == pytest.approx([*grey, *grey, *coloured, *grey], abs=1e-6)


def test_the_cost_has_a_surface_and_a_map_for_each_path() -> None:
    surface, *maps = bowl().axes
    assert surface.name == "3d"
    assert [axes.get_title() for axes in maps] == ["α = 0.01: too small", "α = 1: right", "α = 9: too large"]
    path, start, end = maps[0].lines
    assert list(path.get_xdata()) == [-3, 0, 1]
    assert (start.get_xdata()[0], end.get_xdata()[0]) == (-3, 1)
    assert [text.get_text() for text in maps[0].texts] == ["start", "end"]


def test_a_cubed_at_2_grows_from_8_to_8_012() -> None:
    figure = FIGURES["slopes"]()
    curve, nudge = figure.axes
    assert "8 → 8.012\nslope = 12.006" in nudge.get_title()
    assert [label.get_text() for label in nudge.get_xticklabels()] == ["2", "2.001"]
    assert "at a = 0.5: slope 0.752" in [text.get_text() for text in curve.get_legend().get_texts()]


def test_the_graph_shows_formula_value_and_derivative_of_each_node() -> None:
    figure = run_graph(course_graph())
    for text in ("J = 3 · v", "value 33", "dJ = 1", "u = b · c", "value 6", "db = 6", "dc = 9", "da = 3"):
        assert text in words(figure)
    logistic = run_graph(logistic_graph())
    assert "L = −log a" in words(logistic)
    assert "dz = -0.25" in words(logistic)


def test_nodes_of_equal_depth_are_drawn_below_each_other() -> None:
    formulas = {"u": ("add", "a", "b"), "v": ("subtract", "a", "b"), "J": ("multiply", "u", "v")}
    figure = run_graph(ComputationGraph({"a": 3, "b": 2}, formulas))
    places = {text.get_text(): text.get_position() for text in figure.axes[0].texts}
    assert places["u = a + b"][0] == places["v = a − b"][0]
    assert places["u = a + b"][1] >= places["v = a − b"][1] + 1


def test_times_have_bars_and_ratios() -> None:
    figure = vectorization_times(TIMES, 1000, 100)
    (axes,) = figure.axes
    assert axes.get_xscale() == "log"
    assert [bar.get_width() for bar in axes.patches] == [3.2, 0.012, 0.0008]
    assert [text.get_text() for text in axes.texts][2] == "800.0 µs, 4,000.0 times as fast"


def test_the_false_and_the_true_accuracy_are_drawn_side_by_side() -> None:
    """3 of 5 predictions and 3 of 5 labels are 1: the table's mean is 0.6² + 0.4² = 0.52; 3 of 5 are right."""
    left, right = broadcasting_mistake(PREDICTED, LABEL).axes
    assert left.images[0].get_array().shape == (5, 5)
    assert "mean 0.52: no accuracy" in left.get_title()
    assert right.images[0].get_array().shape == (5, 1)
    assert "mean 0.60: the accuracy" in right.get_title()
    assert [text.get_text() for text in right.texts] == ["=", "=", "=", "≠", "≠"]


def test_every_activation_has_its_value_above_its_derivative() -> None:
    figure = activations_and_derivatives(0.2)
    upper, lower = figure.axes[: len(ACTIVATIONS)], figure.axes[len(ACTIVATIONS) :]
    assert [axes.get_title().split("\n")[0] for axes in upper] == list(ACTIVATIONS)
    assert "slope 0.2" in upper[3].get_title()
    kink = [line.get_ydata()[0] for line in lower[2].lines if len(line.get_ydata()) == 1]
    assert kink == [0, 1]
    assert max(lower[0].lines[0].get_ydata()) == pytest.approx(0.25, abs=1e-3)
    assert lower[3].lines[0].get_ydata()[0] == 0.2


def test_the_boundary_is_where_the_probability_is_one_half() -> None:
    figure = line_boundary()
    axes, (legend,) = figure.axes[0], figure.legends
    (boundary,) = axes.collections[1].get_paths()
    assert abs(boundary.vertices[:, 0]).max() < 0.01
    assert [text.get_text() for text in legend.get_texts()] == ["ŷ = 0.5", "left", "right"]
    assert [len(points.get_offsets()) for points in axes.collections[2:]] == [2, 2]


def test_the_thick_curve_is_the_median_of_the_thin_ones() -> None:
    (axes,) = cost_curves({"one": [[1.0, 5.0], [2.0, 7.0], [9.0, 6.0]]}, 100, "three seeds").axes
    *runs, middle = axes.lines
    assert len(runs) == 3
    assert list(middle.get_xdata()) == [0, 100]
    assert list(middle.get_ydata()) == [2, 6]
    assert axes.get_yscale() == "linear"
    assert middle.get_linewidth() > runs[0].get_linewidth()


def test_costs_over_several_orders_of_magnitude_have_a_logarithmic_scale() -> None:
    (axes,) = cost_curves({"falls": [[1.0, 0.01]], "diverges": [[1.0, float("inf")]]}, 1, "two rates").axes
    assert axes.get_yscale() == "log"


def test_weights_have_one_symmetric_scale_for_three_channels() -> None:
    red, green, blue, bar = weights_as_picture(WEIGHTS, (64, 64, 3), "weights").axes
    assert [axes.get_title() for axes in (red, green, blue)] == ["red channel", "green channel", "blue channel"]
    limit = float(WEIGHTS.abs().max())
    assert {axes.images[0].get_clim() for axes in (red, green, blue)} == {(-limit, limit)}
    assert green.images[0].get_array()[0, 1] == WEIGHTS[4]
    assert "weight" in bar.get_ylabel()


def test_every_matrix_is_labelled_with_its_shape() -> None:
    text = words(network_shapes([12288, 20, 7, 5, 1], 209, "relu", "sigmoid"))
    for shown in ("X = A[0]\n(209, 12288)", "W[1] (20, 12288)\nb[1] (1, 20)", "A[3] =\nrelu(Z[3])\n(209, 5)"):
        assert shown in text
    assert "ŷ = A[4] =\nsigmoid(Z[4])\n(209, 1)" in text
