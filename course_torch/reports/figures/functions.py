"""Functions of one and of two variables: sigmoid and loss, activations, slopes, the cost J(w, b), the boundary of ŷ."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from jaxtyping import Float, Num
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.formulas.activations import ACTIVATIONS, sigmoid
from course_torch.formulas.costs import sigmoid_cross_entropy
from course_torch.language import Language, Text
from course_torch.reports.figures.drawing import BLUE, COST, GREEN, GREY, ORANGE, RED, SIGNED, VERMILLION, panels

SATURATED = 0.01
ABOVE_ZERO = 1e-300
POINTS_A_SIDE = 200
UP = Text("y = 1: L = −log ŷ\npushes ŷ up to 1", "y = 1：L = −log ŷ\n把 ŷ 推向 1")
DOWN = Text("y = 0: L = −log(1 − ŷ)\npushes ŷ down to 0", "y = 0：L = −log(1 − ŷ)\n把 ŷ 推向 0")
PROBABILITY = Text("ŷ, the probability of y = 1", "ŷ，y = 1 的概率")
LOSS, ONE = Text("loss L (nats)", "损失 L（nat）"), Text("loss of one example", "一个样本的损失")
CONVEX = Text("the cost J(w, b) is convex: one lowest point", "成本 J(w, b) 是凸函数：只有一个最低点")
START, END = Text("start", "起点"), Text("end", "终点")
AT_0, EITHER, SLOPE = Text("g'(0) is", "g'(0) 是"), Text("or {slope:g}", "或 {slope:g}"), Text("slope", "斜率")
UNIT_SATURATED = Text(
    "hatched: g'(Z) < {limit:g}, the unit is saturated and hardly learns",
    "斜线：g'(Z) < {limit:g}，单元饱和，几乎不学习",
)
PROBABILITY_OF = Text("probability ŷ of {name}", "{name} 的概率 ŷ")


def sigmoid_and_loss(language: Language = "en") -> Figure:
    """Draw σ(z) with its limits, and the loss (nats) for y = 1 and y = 0, with arrows down the curves (notes 1.2)."""
    figure, (left, right) = panels(4, 1, 2, grid=True)
    z = torch.linspace(-8, 8, 201)
    left.plot(z, sigmoid(z), color=BLUE)
    left.plot(0, 0.5, marker="o", color=BLUE)
    left.annotate("σ(0) = 0.5", (0, 0.5), xytext=(10, -4), textcoords="offset points")
    for limit, text, x, rise, side in (
        (1, Text("limit 1 for z → ∞", "z → ∞ 时的极限 1"), -4.5, 0.03, "bottom"),
        (0, Text("limit 0 for z → −∞", "z → −∞ 时的极限 0"), 4.5, -0.04, "top"),
    ):
        left.axhline(limit, color=GREY, linestyle="--")
        left.text(x, limit + rise, text.say(language), ha="center", va=side)
    left.set(xlabel="z", ylabel="σ(z)", title="σ(z) = 1 / (1 + exp(−z))", ylim=(-0.15, 1.15))

    yhat = torch.linspace(0.005, 0.995, 199)
    Z = torch.logit(yhat).reshape(-1, 1)
    right.plot(yhat, sigmoid_cross_entropy(Z, torch.ones_like(Z)), color=BLUE)
    right.plot(yhat, sigmoid_cross_entropy(Z, torch.zeros_like(Z)), color=VERMILLION, linestyle="--")
    _push(right, 0.14, 0.44, 4.3, UP.say(language), BLUE)
    _push(right, 0.86, 0.56, 2.9, DOWN.say(language), VERMILLION)
    right.set(xlabel=PROBABILITY.say(language), ylabel=LOSS.say(language), title=ONE.say(language), ylim=(0, 5.5))
    return figure


def _push(axes: Axes, start: float, end: float, height: float, text: str, colour: str) -> None:
    axes.annotate("", (end, height), xytext=(start, height), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2})
    side = "left" if start < end else "right"
    axes.text(start, height + 0.15, text, color=colour, fontsize=9, ha=side)


def cost_surface(
    w: Float[Tensor, " n_w"],
    b: Float[Tensor, " n_b"],
    J: Float[Tensor, "n_w n_b"],
    paths: Mapping[str, Float[Tensor, "steps 2"]],
    language: Language = "en",
) -> Figure:
    """Draw J(w, b) (nats) as a surface and, below it, a contour map for each path of steps (w, b) (notes 1.3)."""
    figure = Figure(figsize=(8, 7), layout="constrained")
    grid = figure.add_gridspec(2, len(paths), height_ratios=(4, 3))
    rows, columns = w.reshape(-1, 1).expand_as(J).numpy(), b.reshape(1, -1).expand_as(J).numpy()

    surface = figure.add_subplot(grid[0, :], projection="3d")
    surface.plot_surface(rows, columns, J.numpy(), cmap="viridis")
    surface.set(xlabel="w", ylabel="b", zlabel=COST.say(language), title=CONVEX.say(language))
    surface.set_box_aspect(None, zoom=1.15)

    for place, (name, path) in enumerate(paths.items()):
        axes = figure.add_subplot(grid[1, place])
        axes.contour(rows, columns, J.numpy(), levels=15, cmap="viridis", linewidths=0.8)
        axes.plot(*path.T.numpy(), color=VERMILLION, marker=".", linewidth=1)
        _label(axes, path[0], START.say(language), "s", BLUE, 8)
        _label(axes, path[-1], END.say(language), "D", GREEN, -17)
        axes.set(xlabel="w", ylabel="b" if place == 0 else None)
        axes.set_title(name, fontsize=10)
    return figure


def _label(axes: Axes, point: Float[Tensor, "2"], text: str, marker: str, colour: str, rise: int) -> None:
    """Mark `point` with a word `rise` points above it, on white so that contour lines do not cross the word."""
    w, b = point.tolist()
    axes.plot(w, b, marker=marker, color=colour, markeredgecolor="white")
    style: dict[str, Any] = {"ha": "center", "fontsize": 9, "color": colour, "textcoords": "offset points"}
    white = {"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 1}
    axes.annotate(text, (w, b), xytext=(0, rise), bbox=white, **style)


def activations_and_derivatives(slope: float, language: Language = "en") -> Figure:
    """Draw g(Z) above g'(Z). Hatched: g' < 0.01. At a kink: g'(0) as used here, and the other (notes 2.3, 2.4)."""
    figure, (upper, lower) = panels(4.4, 2, len(ACTIVATIONS), sharex=True, grid=True)
    leak, zero = torch.tensor(slope, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    Z = torch.linspace(-8, 8, 400, dtype=torch.float64)
    hatched = {"facecolor": "none", "edgecolor": ORANGE, "hatch": "//", "linewidth": 0}
    for value_axes, slope_axes, (name, g) in zip(upper, lower, ACTIVATIONS.items(), strict=True):
        A = g.value(Z, leak)
        derivative = g.derivative(Z, A, leak)
        value_axes.plot(Z, A, color=BLUE)
        value_axes.set_title(name + (f"\n{SLOPE.say(language)} {slope:g}" if g.slope_derivative else ""), fontsize=10)
        for half in (Z < 0, Z > 0):  # drawn separately, because g' may jump at 0
            slope_axes.plot(Z[half], derivative[half], color=VERMILLION)
        slope_axes.fill_between(Z, 0, 1, where=derivative < SATURATED, **hatched)
        if g.kink:
            at_zero, above = (g.derivative(z, g.value(z, leak), leak).item() for z in (zero, zero + ABOVE_ZERO))
            slope_axes.plot(0, at_zero, "o", color=VERMILLION, label=f"{at_zero:g}")
            slope_axes.plot(0, above, "o", color=VERMILLION, mfc="white", label=EITHER.fill(slope=above).say(language))
            slope_axes.legend(
                title=AT_0.say(language), fontsize=8, title_fontsize=8, loc="center right", handletextpad=0
            )
        slope_axes.set(xlabel="Z", ylim=(-0.1, 1.15))
        for axes in (value_axes, slope_axes):
            axes.tick_params(labelsize=8)
    upper[0].set_ylabel("A = g(Z)")
    lower[0].set_ylabel("g'(Z)")
    figure.supxlabel(UNIT_SATURATED.fill(limit=SATURATED).say(language), fontsize=9)
    return figure


@torch.no_grad()
def decision_boundary(
    X: Float[Tensor, "m 2"],
    Y: Num[Tensor, "m 1"],
    probability: Callable[[Tensor], Tensor],
    class_names: tuple[str, ...],
    title: str,
    language: Language = "en",
) -> Figure:
    """Draw the probability of class 1 over the plane, the line ŷ = 0.5, and the examples of both classes.

    Class 0 is red and class 1 is blue, in the plane and in its points.
    `probability` maps points (k, 2), with the dtype and device of X, to (k, 1) (notes 2.5).
    """
    low, high = X.amin(dim=0), X.amax(dim=0)
    margin = 0.08 * (high - low)
    steps = torch.linspace(0, 1, POINTS_A_SIDE).to(X)
    x_1, x_2 = (steps * (high - low + 2 * margin)[i] + (low - margin)[i] for i in (0, 1))
    yhat = probability(torch.cartesian_prod(x_1, x_2)).reshape(POINTS_A_SIDE, POINTS_A_SIDE).T.cpu()
    plane = x_1.cpu(), x_2.cpu(), yhat

    figure, axes = panels(6)
    filled = axes.contourf(*plane, levels=torch.linspace(0, 1, 11).tolist(), cmap=SIGNED, alpha=0.5)
    figure.colorbar(filled, label=PROBABILITY_OF.fill(name=class_names[1]).say(language))
    axes.contour(*plane, levels=[0.5], colors="black", linewidths=2)
    axes.plot([], [], color="black", linewidth=2, label="ŷ = 0.5")  # contour lines have no legend entry
    for label, (marker, colour) in enumerate((("o", RED), ("^", BLUE))):
        points = X[Y[:, 0] == label].cpu().T
        axes.scatter(*points, s=28, marker=marker, color=colour, edgecolors="white", label=class_names[label])
    axes.set(xlabel="$x_1$", ylabel="$x_2$", title=title)
    figure.legend(loc="outside lower center", ncols=3)  # inside it would cover a part of the plane
    return figure
