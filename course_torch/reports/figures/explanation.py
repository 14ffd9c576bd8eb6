"""A picture beside the derivative of its loss by its pixels, dA[0] (notes 3.2)."""

from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.reports.figures.colours import SIGNED
from course_torch.reports.figures.fonts import families
from course_torch.text import shown


def explanation(
    picture: UInt8[Tensor, "height width channels"], dA_0: Float[Tensor, "height width channels"], title: str
) -> Figure:
    """Draw the picture in the network's input size, and dA[0] summed over its channels.

    A brighter pixel raises the loss of the class if dA[0] is positive (blue), and lowers the loss if dA[0] is negative
    (red). The colour bar runs to the largest absolute value.
    """
    by_pixel = dA_0.detach().double().sum(dim=2)  # NumPy lacks bfloat16
    largest = max(by_pixel.abs().max().item(), 1e-30)
    figure = Figure(figsize=(8, 4), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(picture.numpy().squeeze(), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    left.set_title(shown(title), fontsize=10, fontfamily=families(title), parse_math=False)
    image = right.imshow(by_pixel.numpy(), cmap=SIGNED, vmin=-largest, vmax=largest, interpolation="nearest")
    right.set_title("red: a brighter pixel speaks for it, blue: against it", fontsize=10)
    for axes in (left, right):
        axes.set(xticks=(), yticks=())
    figure.colorbar(image, ax=right, label="dA[0], channels summed")
    return figure
