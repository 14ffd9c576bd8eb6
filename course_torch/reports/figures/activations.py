"""The activation functions above their derivatives (notes 2.3 and 2.4)."""

import torch
from matplotlib.figure import Figure

from course_torch.formulas.activations import ACTIVATIONS
from course_torch.reports.figures.colours import BLUE, ORANGE, VERMILLION

SATURATED = 0.01
ABOVE_ZERO = 1e-300


def activations_and_derivatives(slope: float) -> Figure:
    """Draw a column for each activation: g(Z) above, g'(Z) below. `slope` is the slope of leaky_relu.

    Regions with g' < 0.01 are hatched, because the unit hardly learns there. At a kink both values of g'(0) that the
    notes allow are marked: filled for the value used here, open for the other (notes 2.3, 2.4).
    """
    figure = Figure(figsize=(8, 4.4), layout="constrained")
    upper, lower = figure.subplots(2, len(ACTIVATIONS), sharex=True)
    leak, zero = torch.tensor(slope, dtype=torch.float64), torch.zeros(1, dtype=torch.float64)
    Z = torch.linspace(-8, 8, 400, dtype=torch.float64)
    for value_axes, slope_axes, (name, g) in zip(upper, lower, ACTIVATIONS.items(), strict=True):
        A = g.value(Z, leak)
        derivative = g.derivative(Z, A, leak)
        value_axes.plot(Z, A, color=BLUE)
        value_axes.set_title(name + (f"\nslope {slope:g}" if g.slope_derivative else ""), fontsize=10)
        for half in (Z < 0, Z > 0):  # drawn separately, because g' may jump at 0
            slope_axes.plot(Z[half], derivative[half], color=VERMILLION)
        slope_axes.fill_between(
            Z, 0, 1, where=derivative < SATURATED, facecolor="none", edgecolor=ORANGE, hatch="//", linewidth=0
        )
        if g.kink:
            at_zero, above = (
                g.derivative(each, g.value(each, leak), leak).item() for each in (zero, zero + ABOVE_ZERO)
            )
            slope_axes.plot(0, at_zero, "o", color=VERMILLION, label=f"{at_zero:g}")
            slope_axes.plot(0, above, "o", color=VERMILLION, mfc="white", label=f"or {above:g}")
            slope_axes.legend(title="g'(0) is", fontsize=8, title_fontsize=8, loc="center right", handletextpad=0)
        slope_axes.set(xlabel="Z", ylim=(-0.1, 1.15))
        for axes in (value_axes, slope_axes):
            axes.tick_params(labelsize=8)
            axes.grid(alpha=0.3)
    upper[0].set_ylabel("A = g(Z)")
    lower[0].set_ylabel("g'(Z)")
    figure.supxlabel(f"hatched: g'(Z) < {SATURATED:g}, the unit is saturated and hardly learns", fontsize=9)
    return figure
