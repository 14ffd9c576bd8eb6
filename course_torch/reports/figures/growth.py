"""How the time of a pass grows."""

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from course_torch.reports.figures.colours import SERIES


def growth_curves(curves: Mapping[str, tuple[Sequence[int], Sequence[float]]]) -> Figure:
    """Seconds against the size, on log-log axes, one curve a label; a slope of 1 is the dashed grey line."""
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
