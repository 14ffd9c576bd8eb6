"""Gradient descent on the convex cost of logistic regression (notes 1.3)."""

from collections.abc import Mapping

from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.reports.figures.colours import BLUE, GREEN, VERMILLION


def cost_surface(
    w: Float[Tensor, " n_w"],
    b: Float[Tensor, " n_b"],
    J: Float[Tensor, "n_w n_b"],
    paths: Mapping[str, Float[Tensor, "steps 2"]],
) -> Figure:
    """Draw J(w, b) as a surface and, below it, a contour map for each path.

    J (nats) is given at each pair of w and b. A path contains the steps (w, b) of a learning rate. Each map covers the
    grid and its path (notes 1.3).
    """
    figure = Figure(figsize=(8, 7), layout="constrained")
    grid = figure.add_gridspec(2, len(paths), height_ratios=(4, 3))
    rows, columns = w.reshape(-1, 1).expand_as(J).numpy(), b.reshape(1, -1).expand_as(J).numpy()

    surface = figure.add_subplot(grid[0, :], projection="3d")
    surface.plot_surface(rows, columns, J.numpy(), cmap="viridis")
    surface.set(xlabel="w", ylabel="b", zlabel="cost J (nats)", title="the cost J(w, b) is convex: one lowest point")
    surface.set_box_aspect(None, zoom=1.15)

    for place, (name, path) in enumerate(paths.items()):
        axes = figure.add_subplot(grid[1, place])
        axes.contour(rows, columns, J.numpy(), levels=15, cmap="viridis", linewidths=0.8)
        axes.plot(*path.T.numpy(), color=VERMILLION, marker=".", linewidth=1)
        _label(axes, path[0], "start", "s", BLUE, 8)
        _label(axes, path[-1], "end", "D", GREEN, -17)
        axes.set(xlabel="w", ylabel="b" if place == 0 else None)
        axes.set_title(name, fontsize=10)
    return figure


def _label(axes: Axes, point: Float[Tensor, "2"], text: str, marker: str, colour: str, rise: int) -> None:
    """Mark `point` with a word `rise` points above it, on white so that contour lines do not cross the word."""
    w, b = point.tolist()
    axes.plot(w, b, marker=marker, color=colour, markeredgecolor="white")
    background = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    axes.annotate(
        text,
        (w, b),
        xytext=(0, rise),
        textcoords="offset points",
        ha="center",
        fontsize=9,
        color=colour,
        bbox=background,
    )
