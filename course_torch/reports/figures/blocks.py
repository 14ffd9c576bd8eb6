"""The forward and backward blocks of a network with their caches, as the course draws them (notes 3.2)."""

from collections.abc import Sequence
from itertools import pairwise

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from course_torch.reports.figures.colours import BLUE, GREY, VERMILLION

TOP, FORWARD, BACKWARD, GRADIENTS = 4.9, 3.8, 2.1, 1.1
"""Heights in inches: the figure, forward blocks, backward blocks, dW and db."""
HIGH, MARGIN, CHARACTER = 0.8, 0.15, 0.066
"""Height of a block, the space beside texts, and the width of a character, in inches."""
RULES = (
    "forward l: Z[l] = A[l−1] W[l]ᵀ + b[l], A[l] = g(Z[l])",
    "backward l: dZ[l] = dA[l] * g'(Z[l]) for l < L, dA[l−1] = dZ[l] W[l],",
    "dW[l] = (1/m) dZ[l]ᵀ A[l−1], db[l] = (1/m) Σ_i dZ[l]",
)


def blocks_with_caches(layer_sizes: Sequence[int], m: int, hidden_activation: str, output: str) -> Figure:
    """Draw a forward block for each layer, a backward block below it, and the cache that leads from one to the other.

    A goes to the right, dA to the left, and dW and db come out below. Each tensor has its shape. The figure grows with
    the number of layers (notes 3.2).
    """
    L = len(layer_sizes) - 1
    sizes = [f"({m}, {n_l})" for n_l in layer_sizes]
    weights = ["", *(f"({n_l}, {n_prev})" for n_prev, n_l in pairwise(layer_sizes))]
    wide = CHARACTER * max(16, *(len(f"dW[{L}] {each}") for each in (*sizes, *weights))) + 2 * MARGIN
    gap = CHARACTER * max(9, *map(len, sizes)) + 2 * MARGIN
    width = gap + L * (wide + gap) + wide
    figure = Figure(figsize=(width + 2 * MARGIN, TOP))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-MARGIN, width + MARGIN), ylim=(0, TOP))
    axes.set_axis_off()
    axes.text(
        width / 2, TOP - 0.3, f"{'-'.join(map(str, layer_sizes))} network on m = {m} examples", ha="center", fontsize=12
    )
    for height, rule in zip((0.65, 0.4, 0.18), RULES, strict=True):
        axes.text(width / 2, height, rule, ha="center", va="center", fontsize=9)

    for l in range(1, L + 1):
        left = gap + (l - 1) * (wide + gap)
        middle, right = left + wide / 2, left + wide
        g = hidden_activation if l < L else output
        parameters = f"W[{l}] {weights[l]}\nb[{l}] (1, {layer_sizes[l]})"
        _block(axes, middle, FORWARD, wide, f"forward {l}: {g}\n{parameters}", BLUE)
        _block(axes, middle, BACKWARD, wide, f"backward {l}\ndZ[{l}] {sizes[l]}", VERMILLION)
        _arrow(axes, (left - gap, FORWARD), (left, FORWARD), BLUE)
        _above(axes, left - gap / 2, FORWARD, f"{'X = ' if l == 1 else ''}A[{l - 1}]\n{sizes[l - 1]}", BLUE)
        _arrow(axes, (middle, FORWARD - HIGH / 2), (middle, BACKWARD + HIGH / 2), GREY, "--")
        axes.text(
            middle + 0.1, (FORWARD + BACKWARD) / 2, f"cache {l}\nA[{l - 1}], Z[{l}],\nA[{l}]", va="center", fontsize=9
        )
        _arrow(axes, (left, BACKWARD), (left - gap, BACKWARD), VERMILLION, "-" if l > 1 else ":")
        _above(axes, left - gap / 2, BACKWARD, f"dA[{l - 1}]\n{sizes[l - 1]}", VERMILLION)
        _arrow(axes, (middle, BACKWARD - HIGH / 2), (middle, GRADIENTS + 0.2), VERMILLION)
        gradients = f"dW[{l}] {weights[l]}\ndb[{l}] (1, {layer_sizes[l]})"
        axes.text(middle, GRADIENTS, gradients, ha="center", va="center", fontsize=9, color=VERMILLION)
    axes.text(gap / 2, BACKWARD - 0.08, "needed by\nno parameter", ha="center", va="top", fontsize=8, color=VERMILLION)

    loss = right + gap + wide / 2
    _block(axes, loss, BACKWARD, wide, f"the loss\ndZ[{L}] = A[{L}] − Y", GREY)
    _arrow(axes, (loss - wide / 2, BACKWARD), (right, BACKWARD), VERMILLION)
    _above(axes, right + gap / 2, BACKWARD, f"dZ[{L}]\n{sizes[L]}", VERMILLION)
    axes.plot((right, loss), (FORWARD, FORWARD), color=BLUE, linewidth=1)
    _above(axes, right + gap / 2, FORWARD, f"A[{L}] = ŷ\n{sizes[L]}", BLUE)
    _arrow(axes, (loss, FORWARD), (loss, BACKWARD + HIGH / 2), BLUE)
    return figure


def _block(axes: Axes, x: float, y: float, wide: float, text: str, colour: str) -> None:
    corner = (x - wide / 2, y - HIGH / 2)
    axes.add_patch(FancyBboxPatch(corner, wide, HIGH, boxstyle="round,pad=0,rounding_size=0.08", fc="white", ec=colour))
    axes.text(x, y, text, ha="center", va="center", fontsize=9)


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, line_style: str = "-"
) -> None:
    arrow = {"arrowstyle": "-|>", "color": colour, "linestyle": line_style, "shrinkA": 0, "shrinkB": 0}
    axes.annotate("", end, xytext=start, arrowprops=arrow)


def _above(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    """Write a text above a horizontal arrow."""
    axes.text(x, y + 0.06, text, ha="center", va="bottom", fontsize=9, color=colour)
