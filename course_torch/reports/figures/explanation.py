"""A picture beside what its parts say for its class (notes 3.2)."""

from jaxtyping import Float, UInt8
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.reports.figures.fonts import families
from course_torch.reports.figures.signs import draw_signs
from course_torch.text import shown

CAPTION = (
    "Each patch was covered with grey. Blue, + : what is there raises the probability of the class.\n"
    "Red, − : what is there lowers it. Pale: the patch hardly matters."
)


def explanation(
    picture: UInt8[Tensor, "height width channels"], evidence: Float[Tensor, "height width"], title: str
) -> Figure:
    """Draw the picture in the network's input size, and the evidence of its patches (`covering`).

    The colour bar runs to the largest absolute value.
    """
    largest = max(evidence.abs().max().item(), 1e-30)
    figure = Figure(figsize=(8, 4.3), layout="constrained")
    left, right = figure.subplots(1, 2)
    left.imshow(picture.numpy().squeeze(), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
    left.set_title(shown(title), fontsize=10, fontfamily=families(title), parse_math=False)
    image = draw_signs(right, evidence, largest)
    right.set_title("what speaks for the class, and against it", fontsize=10)
    for axes in (left, right):
        axes.set(xticks=(), yticks=())
    figure.colorbar(image, ax=right, label="log-odds of the class, minus those\nwith the patch covered")
    figure.supxlabel(CAPTION, fontsize=9)
    return figure
