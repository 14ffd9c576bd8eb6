"""The growth of the time of both passes with the size of a network."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from course_torch.reports.figures.colours import SERIES


def growth_curves(curves: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> Figure:
    """Draw seconds against size on log-log axes, one curve per label. The dashed grey line has slope 1."""
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for (label, (sizes, seconds)), (colour, style) in zip(curves.items(), SERIES, strict=False):
        relative = [size / sizes[0] for size in sizes]
        axes.loglog(relative, seconds, marker="o", color=colour, linestyle=style, label=label)
    axes.loglog([1, 16], [1e-3, 16e-3], color="#666666", linestyle="--", linewidth=1, label="slope 1")
    axes.set(xlabel="size, as a multiple of the smallest", ylabel="seconds of a forward and backward pass")
    axes.grid(alpha=0.3, which="both")
    axes.legend()
    return figure
