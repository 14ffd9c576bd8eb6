"""The logistic function of z and the loss as a function of ŷ (notes 1.2)."""

import torch
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from course_torch.formulas.activations import sigmoid
from course_torch.formulas.costs import sigmoid_cross_entropy
from course_torch.reports.figures.colours import BLUE, GREY, VERMILLION


def sigmoid_and_loss() -> Figure:
    """Draw σ(z) with its limits 0 and 1 on the left, and the loss L (nats) of one example against ŷ on the right.

    The loss has a curve for y = 1 and a curve for y = 0. The arrows show the direction in which gradient descent moves
    ŷ: downhill on the curve (notes 1.2).
    """
    figure = Figure(figsize=(8, 4), layout="constrained")
    left, right = figure.subplots(1, 2)

    z = torch.linspace(-8, 8, 201)
    left.plot(z, sigmoid(z), color=BLUE)
    left.plot(0, 0.5, marker="o", color=BLUE)
    left.annotate("σ(0) = 0.5", (0, 0.5), xytext=(10, -4), textcoords="offset points")
    for limit, text, x in ((1, "limit 1 for z → ∞", -4.5), (0, "limit 0 for z → −∞", 4.5)):
        left.axhline(limit, color=GREY, linestyle="--")
        left.text(x, limit + (0.03 if limit == 1 else -0.04), text, ha="center", va="bottom" if limit == 1 else "top")
    left.set(xlabel="z", ylabel="σ(z)", title="σ(z) = 1 / (1 + exp(−z))", ylim=(-0.15, 1.15))

    yhat = torch.linspace(0.005, 0.995, 199)
    Z = torch.logit(yhat).reshape(-1, 1)
    right.plot(yhat, sigmoid_cross_entropy(Z, torch.ones_like(Z)), color=BLUE)
    right.plot(yhat, sigmoid_cross_entropy(Z, torch.zeros_like(Z)), color=VERMILLION, linestyle="--")
    _push(right, 0.14, 0.44, 4.3, "y = 1: L = −log ŷ\npushes ŷ up to 1", BLUE)
    _push(right, 0.86, 0.56, 2.9, "y = 0: L = −log(1 − ŷ)\npushes ŷ down to 0", VERMILLION)
    right.set(xlabel="ŷ, the probability of y = 1", ylabel="loss L (nats)", title="loss of one example", ylim=(0, 5.5))
    for axes in (left, right):
        axes.grid(alpha=0.3)
    return figure


def _push(axes: Axes, start: float, end: float, height: float, text: str, colour: str) -> None:
    """Draw an arrow from ŷ = start to ŷ = end with a text above it."""
    axes.annotate("", (end, height), xytext=(start, height), arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 2})
    side = "left" if start < end else "right"
    axes.text(start, height + 0.15, text, color=colour, fontsize=9, ha=side)
