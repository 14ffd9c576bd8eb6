"""The shapes of all matrices from X to ŷ (notes 3.1)."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Patch
from matplotlib.text import Text

from course_torch.reports.figures.colours import BLUE, GREY, VERMILLION


def network_shapes(layer_sizes: Sequence[int], m: int, hidden_activation: str, output: str) -> Figure:
    """Draw X and the A of each layer with shape (m, n_l) in the upper row, and the parameters in the lower row.

    W[l] is (n_l, n_{l-1}) and b[l] is (1, n_l); b is repeated to m rows. The figure grows with the number of layers
    (notes 3.1).
    """
    L = len(layer_sizes) - 1
    figure = Figure(figsize=(max(8, 1.6 * (L + 1)), 3), layout="constrained")
    figure.suptitle("-".join(map(str, layer_sizes)) + f" network on m = {m} examples: Z[l] = A[l−1] W[l]ᵀ + b[l]")
    axes = figure.subplots()
    axes.set(xlim=(-0.5, L + 0.5), ylim=(-0.5, 1.4))
    axes.set_axis_off()
    boxes = []
    for l, n_l in enumerate(layer_sizes):
        if l == 0:
            text = "X = A[0]"
        elif l < L:
            text = f"A[{l}] =\n{hidden_activation}(Z[{l}])"
        else:
            text = f"ŷ = A[{l}] =\n{output}(Z[{l}])"
        boxes.append(_draw_box(axes, l, 1, f"{text}\n({m}, {n_l})", BLUE))
    for l in range(1, L + 1):
        n_l, n_prev = layer_sizes[l], layer_sizes[l - 1]
        parameters = _draw_box(axes, l - 0.5, 0, f"W[{l}] ({n_l}, {n_prev})\nb[{l}] (1, {n_l})", VERMILLION)
        _draw_arrow(axes, boxes[l - 1], boxes[l].get_position(), boxes[l].get_bbox_patch())
        _draw_arrow(axes, parameters, (l - 0.5, 1), None)
    figure.supxlabel("dZ, dA, dW and db have the shapes of Z, A, W and b; Z[l] has that of A[l]", fontsize=9)
    return figure


def _draw_box(axes: Axes, x: float, y: float, text: str, colour: str) -> Text:
    frame = {"boxstyle": "round", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    return axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=frame)


def _draw_arrow(axes: Axes, start: Text, end: tuple[float, float], end_box: Patch | None) -> None:
    """Draw an arrow from the edge of the start box to the edge of the end box, or to a point without a box."""
    arrow = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
    boxes = {"patchA": start.get_bbox_patch(), "patchB": end_box}
    axes.annotate("", end, xytext=start.get_position(), arrowprops=arrow | boxes)
