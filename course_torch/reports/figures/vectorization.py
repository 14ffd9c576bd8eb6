"""The time that loops cost (notes 1.6)."""

from collections.abc import Mapping

from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

from course_torch.reports.figures.colours import BLUE


def vectorization_times(seconds: Mapping[str, float], m: int, n_x: int) -> Figure:
    """Draw the time of one step of gradient descent for each implementation, on a logarithmic scale.

    The first implementation is on top. Each bar shows its time and its speedup over the slowest (notes 1.6).
    """
    written = EngFormatter(unit="s", places=1)
    fastest, slowest = min(seconds.values()), max(seconds.values())
    figure = Figure(figsize=(8, 1.6 + 0.5 * len(seconds)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh(list(seconds), list(seconds.values()), color=BLUE)
    axes.bar_label(
        bars, [f"{written(each)}, {slowest / each:,.1f} times as fast" for each in seconds.values()], padding=4
    )
    axes.invert_yaxis()
    left = fastest / 3
    axes.set(xscale="log", xlim=(left, slowest * (slowest / left) ** 0.5))  # the last third is room for the texts
    axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.set(
        xlabel="time of one step, on a logarithmic scale", title=f"one step on m = {m} examples of n_x = {n_x} features"
    )
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    return figure
