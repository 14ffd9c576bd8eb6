"""The silent mistake that labels of rank 1 cause (notes 1.7)."""

from jaxtyping import Bool
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.formulas.broadcasting import as_column, compared_with_rank_1
from course_torch.reports.figures.colours import ORANGE, SKY_BLUE


def broadcasting_mistake(predicted: Bool[Tensor, "m 1"], label: Bool[Tensor, " m"]) -> Figure:
    """Draw predictions (m, 1) == labels (m,), a table (m, m) of all pairs, beside the same with labels (m, 1).

    Cells show = or ≠. The mean of the table is a false accuracy; the mean of the column is the accuracy. The figure is
    readable up to m of about 12 (notes 1.7).
    """
    predicted, label = predicted.cpu(), label.cpu()
    m = len(label)
    table, column = compared_with_rank_1(predicted, label), predicted == as_column(label.float())
    figure = Figure(figsize=(8, 4.6), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(5, 3))

    _draw_cells(left, table)
    left.set_xticks(range(m), [f"{int(y)}" for y in label])
    left.set_yticks(range(m), [f"{int(yhat)}" for yhat in predicted[:, 0]])
    left.set(xlabel=f"labels y, ({m},) repeated downwards", ylabel=f"predictions, ({m}, 1) repeated to the right")
    left.set_title(f"({m}, 1) == ({m},) is ({m}, {m})\nmean {table.float().mean():.2f}: no accuracy", fontsize=11)

    _draw_cells(right, column)
    right.set_xticks(())
    pairs = zip(predicted[:, 0], label, strict=True)
    right.set_yticks(range(m), [f"prediction {int(yhat)}, label {int(y)}" for yhat, y in pairs])
    right.set_title(f"({m}, 1) == ({m}, 1) is ({m}, 1)\nmean {column.float().mean():.2f}: the accuracy", fontsize=11)
    return figure


def _draw_cells(axes: Axes, equal: Bool[Tensor, "rows columns"]) -> None:
    axes.imshow(equal.numpy(), cmap=ListedColormap([ORANGE, SKY_BLUE]), vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(equal.tolist()):
        for j, same in enumerate(row):
            axes.text(j, i, "=" if same else "≠", ha="center", va="center", fontsize=12)
