"""A derivative is the slope of a curve. It differs from point to point (notes 1.4)."""

from collections.abc import Callable, Sequence

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from course_torch.formulas.slopes import slope_by_nudge
from course_torch.reports.figures.colours import BLUE, GREEN, VERMILLION

NUDGE = 0.001
MARKERS = "os^Dvp"


def slopes_by_nudge(f: Callable[[float], float], points: Sequence[float], name: str) -> Figure:
    """Draw the curve of f with a triangle at each point on the left, and the first point magnified on the right.

    The slope is the height of a triangle divided by its width. The legend gives the slope for each marker, the highest
    point first. The right side shows the effect of a nudge of 0.001 in a on f(a). `name` is the formula of f, such as
    "a³" (notes 1.4).
    """
    figure = Figure(figsize=(8, 4.2), layout="constrained")
    curve, nudge = figure.subplots(1, 2)

    span = max(points) - min(points) + 1
    a = torch.linspace(min(points) - 0.2 * span, max(points) + 0.3 * span, 200).tolist()
    curve.plot(a, [f(each) for each in a], color=BLUE)
    secants = []
    for point, marker in zip(points, MARKERS, strict=False):
        slope, width = slope_by_nudge(f, point, NUDGE), 0.2 * span
        secants.append((f(point), _triangle(curve, point, f(point), width, slope * width, marker)))
    curve.legend(handles=[line for _, line in sorted(secants, key=lambda each: -each[0])], fontsize=9)
    curve.set(xlabel="a", ylabel=f"f(a) = {name}", title="the slope differs from point to point")

    first = points[0]
    ends = (first, first + NUDGE)
    values = (f(ends[0]), f(ends[1]))
    zoomed = torch.linspace(first - NUDGE, first + 2 * NUDGE, 50, dtype=torch.float64).tolist()
    nudge.plot(zoomed, [f(each) for each in zoomed], color=BLUE)
    _triangle(nudge, first, values[0], NUDGE, values[1] - values[0], MARKERS[0])
    nudge.set_xticks(ends, [_short(each) for each in ends])
    nudge.set_yticks(values, [_short(each) for each in values])
    nudge.set(xlabel="a", ylabel=f"f(a) = {name}")
    nudge.set_title(
        f"a + {NUDGE:g}: f(a) {_short(values[0])} → {_short(values[1])}\nslope = {slope_by_nudge(f, first, NUDGE):.3f}"
    )
    for axes in (curve, nudge):
        axes.grid(alpha=0.3)
    return figure


def _triangle(axes: Axes, a: float, value: float, width: float, height: float, marker: str) -> Line2D:
    """Draw the nudge (dashed), the change of f (dotted), and the line that joins their ends. Returns that line."""
    label = f"at a = {a:g}: slope {height / width:.3f}"
    (secant,) = axes.plot(
        (a, a + width), (value, value + height), color=VERMILLION, marker=marker, markersize=6, label=label
    )
    axes.plot((a, a + width), (value, value), color=GREEN, linestyle="--")
    axes.plot((a + width, a + width), (value, value + height), color=GREEN, linestyle=":")
    return secant


def _short(number: float) -> str:
    return f"{round(number, 3):g}"
