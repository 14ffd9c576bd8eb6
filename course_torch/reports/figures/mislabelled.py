"""The pictures that a network mislabels, the most confident mistakes first."""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap

from jaxtyping import Float, Num
from matplotlib.figure import Figure
from rich.cells import cell_len
from torch import Tensor

from course_torch.reports.figures.fonts import families
from course_torch.text import shown

COLUMNS, ROWS = 6, 3
CELLS = 20
"""Width of a picture in characters of its title. A Chinese character takes two cells."""


def mislabelled_pictures(
    pictures: Num[Tensor, "m height width channels"],
    predicted: Sequence[str],
    true: Sequence[str],
    confidence: Float[Tensor, " m"],
    title: str,
) -> Figure:
    """Draw up to 18 mislabelled pictures with predicted and true class; `confidence` belongs to the predicted class.

    Pixel values are in [0, 255] (uint8) or in [0, 1]. Without a mistake the figure says so.
    """
    order = confidence.argsort(descending=True).tolist()[: COLUMNS * ROWS]
    if not order:
        figure = Figure(figsize=(8, 1.5))
        figure.suptitle(title)
        figure.text(0.5, 0.4, "No picture is mislabelled, so there is nothing to show.", ha="center", va="center")
        return figure
    rows = ceil(len(order) / COLUMNS)
    figure = Figure(figsize=(8, 1.75 * rows + 0.5), layout="constrained")
    figure.suptitle(title)
    for place, axes in enumerate(figure.subplots(rows, COLUMNS, squeeze=False).flat):
        axes.set_axis_off()
        axes.set_yticks([])  # matplotlib lays out the labels of hidden ticks too, which takes longer than the pictures
        if place < len(order):
            i = order[place]
            axes.imshow(pictures[i].cpu().numpy().squeeze(), cmap="gray", interpolation="nearest")
            said = [*in_lines(f"said {predicted[i]} ({confidence[i]:.0%})"), *in_lines(f"is {true[i]}")]
            axes.set_title("\n".join(said), fontsize=8, fontfamily=families(*said), parse_math=False)
    return figure


def in_lines(text: str) -> list[str]:
    """Break a text into lines that are as wide as a picture."""
    text = shown(text)
    return wrap(text, CELLS * len(text) // cell_len(text))
