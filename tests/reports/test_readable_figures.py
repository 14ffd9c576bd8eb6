"""Legends, ticks, units and colours of the figures say what the curves show."""

from colorsys import rgb_to_hsv

import pytest
import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure

from benchmarks.growth import growth_curves
from course_torch import DeepNetwork
from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.reports.figures.colours import CHANNELS
from course_torch.reports.figures.cost_curves import cost_curves
from course_torch.reports.figures.slopes import slopes_by_nudge
from course_torch.reports.figures.vectorization import vectorization_times
from course_torch.reports.figures.weights import weights_as_picture
from course_torch.reports.mislabelled import draw_mislabelled
from tests.reports.test_figures import TIMES, line_boundary, mistakes, words

HUES = {"red": 0, "green": 140, "blue": 215}
"""Degrees on the colour circle: orange begins at 20, yellow at 50, cyan is 180."""


def away(colour: object, name: str) -> float:
    """Degrees between a colour and the colour that a word names."""
    degrees = 360 * rgb_to_hsv(*to_rgb(colour))[0] - HUES[name]
    return abs((degrees + 180) % 360 - 180)


def drawn(figure: Figure) -> Figure:
    FigureCanvasAgg(figure).draw()
    return figure


def test_a_colour_has_its_name() -> None:
    class_0, class_1 = drawn(line_boundary()).axes[0].collections[2:]
    assert away(class_0.get_facecolor()[0][:3], "red") < 20
    assert away(class_1.get_facecolor()[0][:3], "blue") < 20
    assert all(away(colour, name) < 30 for name, colour in CHANNELS.items())
    assert away(CHANNELS["red"], "red") < 20


def test_the_legend_of_the_boundary_covers_nothing() -> None:
    figure = drawn(line_boundary())
    (legend,) = figure.legends
    assert not any(legend.get_window_extent().overlaps(axes.get_tightbbox()) for axes in figure.axes)


def test_the_legend_of_the_slopes_has_the_order_of_the_points() -> None:
    curve, _ = slopes_by_nudge(lambda a: a**3, (2.0, 1.0, 3.0), "a³").axes
    assert [text.get_text()[:8] for text in curve.get_legend().get_texts()] == ["at a = 3", "at a = 2", "at a = 1"]


def test_the_axis_of_times_names_no_unit_but_that_of_its_ticks() -> None:
    (axes,) = drawn(vectorization_times(TIMES, 1000, 100)).axes
    units = {label.get_text().split()[-1] for label in axes.get_xticklabels()}
    assert {"ms", "s"} <= units
    assert "(s" not in axes.get_xlabel()


@pytest.mark.parametrize(
    ("lowest", "expected"),
    [(0.009, ["0.01", "0.02", "0.05", "0.1", "0.2", "0.5"]), (1e-9, ["1e-08", "1e-06", "0.0001", "0.01"])],
)
def test_a_logarithmic_cost_has_readable_ticks(lowest: float, expected: list[str]) -> None:
    (axes,) = drawn(cost_curves({"falls": [[0.7, lowest]]}, 1, "cost")).axes
    low, high = axes.get_ylim()
    ticks = zip(axes.get_yticks(), axes.get_yticklabels(), strict=True)
    shown = [label.get_text() for place, label in ticks if low <= place <= high]
    assert set(expected) <= set(shown)
    assert len(shown) <= 10


def test_growth_is_read_at_each_doubling_and_in_units_of_time() -> None:
    (axes,) = drawn(
        growth_curves([{"quantity": "m", "sizes": [512, 1024, 8192], "seconds": [0.0006, 0.0012, 0.01], "slope": 1.0}])
    ).axes
    assert {"1", "2", "4", "8", "16"} <= {label.get_text() for label in axes.get_xticklabels()}
    assert {"1 ms", "5 ms", "10 ms"} <= {label.get_text() for label in axes.get_yticklabels()}


def test_the_sign_of_a_weight_is_explained_in_words() -> None:
    shown = words(weights_as_picture(torch.randn(12), (2, 2, 3), "weights"))
    assert "blue, + : brighter here raises the probability of y = 1" in shown
    assert "red, − : brighter here lowers it" in shown


def test_without_a_mistake_the_figure_says_so() -> None:
    """Weights of 0 and a bias of 1: each picture is called "white", which is right."""
    white = Split(torch.full((3, 4), 255, dtype=torch.uint8), torch.ones(3, 1, dtype=torch.uint8))
    data = DataSet(white, class_names=("black", "white"), scale=255, picture_shape=(2, 2, 1))
    network = DeepNetwork([4, 1], initialization="zeros")
    with torch.no_grad():
        network.layers[0].b += 1
    figure = draw_mislabelled(network, data)
    assert figure.axes == []
    assert "0 of 3 pictures mislabelled (train split)" in words(figure)
    assert "No picture is mislabelled" in words(figure)


def test_a_row_of_mistakes_leaves_no_empty_rows() -> None:
    figure = drawn(mistakes())
    assert len(figure.axes) == 6
    assert figure.axes[0].get_window_extent().height > 0.4 * figure.bbox.height
