"""A map of positive and negative values in blue and red, which + and − at the extremes tell apart without colour."""

from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.image import AxesImage
from torch import Tensor

from course_torch.reports.figures.colours import SIGNED


def draw_signs(axes: Axes, values: Float[Tensor, "height width"], largest: float) -> AxesImage:
    """Draw values from -largest (red) to largest (blue), a + at the highest positive and a − at the lowest negative."""
    for place, sign, text in ((values.argmax(), 1, "+"), (values.argmin(), -1, "−")):
        row, column = divmod(int(place), values.shape[1])
        size = sign * float(values[row, column])
        if size > 0:
            colour = "white" if size > largest / 2 else "black"
            axes.text(column, row, text, color=colour, ha="center", va="center", fontsize=12, fontweight="bold")
    return axes.imshow(values.numpy(), cmap=SIGNED, vmin=-largest, vmax=largest, interpolation="nearest")
