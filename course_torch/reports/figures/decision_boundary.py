"""The decision boundary of a network with two features (notes 2.5)."""

from collections.abc import Callable

import torch
from jaxtyping import Float, Num
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.reports.figures.colours import BLUE, RED, SIGNED

POINTS_A_SIDE = 200


@torch.no_grad()
def decision_boundary(
    X: Float[Tensor, "m 2"],
    Y: Num[Tensor, "m 1"],
    probability: Callable[[Tensor], Tensor],
    class_names: tuple[str, ...],
    title: str,
) -> Figure:
    """Draw the probability of class 1 over the plane, the line ŷ = 0.5, and the examples of both classes.

    Class 0 is red and class 1 is blue, in the plane and in its points.
    `probability` maps points (k, 2), with the dtype and device of X, to (k, 1) (notes 2.5).
    """
    low, high = X.amin(dim=0), X.amax(dim=0)
    margin = 0.08 * (high - low)
    x_1, x_2 = (
        torch.linspace(0, 1, POINTS_A_SIDE).to(X) * (high - low + 2 * margin)[i] + (low - margin)[i] for i in (0, 1)
    )
    yhat = probability(torch.cartesian_prod(x_1, x_2)).reshape(POINTS_A_SIDE, POINTS_A_SIDE).T.cpu()
    x_1, x_2 = x_1.cpu(), x_2.cpu()

    figure = Figure(figsize=(8, 6), layout="constrained")
    axes = figure.subplots()
    filled = axes.contourf(x_1, x_2, yhat, levels=torch.linspace(0, 1, 11).tolist(), cmap=SIGNED, alpha=0.5)
    figure.colorbar(filled, label=f"probability ŷ of {class_names[1]}")
    axes.contour(x_1, x_2, yhat, levels=[0.5], colors="black", linewidths=2)
    axes.plot([], [], color="black", linewidth=2, label="ŷ = 0.5")  # contour lines have no legend entry
    for label, (marker, colour) in enumerate((("o", RED), ("^", BLUE))):
        points = X[Y[:, 0] == label].cpu()
        axes.scatter(
            points[:, 0], points[:, 1], s=28, marker=marker, color=colour, edgecolors="white", label=class_names[label]
        )
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title=title)
    figure.legend(loc="outside lower center", ncols=3)  # inside it would cover a part of the plane
    return figure
