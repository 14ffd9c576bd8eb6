"""The pictures that a network mislabels, the most confident mistakes first."""

from collections.abc import Sequence

from jaxtyping import Float, Num
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.reports.figures.fonts import families
from course_torch.text import shown

COLUMNS, ROWS = 6, 3


def mislabelled_pictures(
    pictures: Num[Tensor, "m height width channels"],
    predicted: Sequence[str],
    true: Sequence[str],
    confidence: Float[Tensor, " m"],
    title: str,
) -> Figure:
    """Draw up to 18 mislabelled pictures with predicted and true class; `confidence` belongs to the predicted class.

    Pixel values are in [0, 255] (uint8) or in [0, 1].
    """
    figure = Figure(figsize=(8, 1.75 * ROWS + 0.5), layout="constrained")
    figure.suptitle(title)
    order = confidence.argsort(descending=True).tolist()
    for place, axes in enumerate(figure.subplots(ROWS, COLUMNS).flat):
        axes.set_axis_off()
        if place < len(order):
            i = order[place]
            axes.imshow(pictures[i].cpu().numpy().squeeze(), cmap="gray", interpolation="nearest")
            said = f"said {shown(predicted[i])} ({confidence[i]:.0%})\nis {shown(true[i])}"
            axes.set_title(said, fontsize=8, fontfamily=families(), parse_math=False)
    return figure
