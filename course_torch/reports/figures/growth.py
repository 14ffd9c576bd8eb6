"""The growth of the time of both passes with the size of a network."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter, FuncFormatter

from course_torch.reports.figures.colours import GREY, SERIES
from course_torch.reports.figures.ticks import plain_ticks


def growth_curves(curves: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> Figure:
    """Draw the time against the size on log-log axes, one curve per label. The dashed grey line has slope 1."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for (label, (sizes, seconds)), (colour, style) in zip(curves.items(), SERIES, strict=False):
        relative = [size / sizes[0] for size in sizes]
        axes.loglog(relative, seconds, marker="o", color=colour, linestyle=style, label=label)
    axes.loglog([1, 16], [1e-3, 16e-3], color=GREY, linestyle="--", linewidth=1, label="slope 1")
    axes.set(xlabel="size, as a multiple of the smallest", ylabel="time of a forward and backward pass")
    axes.set_xscale("log", base=2)
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    plain_ticks(axes.yaxis, EngFormatter(unit="s"))
    axes.grid(alpha=0.3)
    axes.legend()
    return figure
