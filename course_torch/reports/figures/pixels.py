"""What matters in a picture: the derivative by the input, dA[0], and the effect of grey patches (notes 3.2)."""

from collections.abc import Sequence

from jaxtyping import Float, Num
from matplotlib.figure import Figure
from torch import Tensor
from torch.nn.functional import avg_pool2d

from course_torch.data.data_set import rows_to_pictures
from course_torch.reports.figures.signs import draw_signs

COLUMNS = 6
NEIGHBOURS = 9
"""Side of the square over which dA[0] is averaged: that of a pixel is mostly the random start of its weights."""
ROWS = ("picture", "brighter here", "grey patch here")
CAPTION = (
    f"brighter here: −dA[0], channels summed, mean of {NEIGHBOURS} × {NEIGHBOURS} pixels, "
    "because a single pixel looks like noise.\n"
    "Blue, + : a brighter pixel raises the probability of the class. Red, − : it lowers it.\n"
    "grey patch here: log-odds of the class, minus those with the patch covered by grey.\n"
    "Blue, + : what is there speaks for the class. Red, − : it speaks against it."
)


def pixels_that_matter(
    pictures: Num[Tensor, "m height width channels"],
    dA_0: Float[Tensor, "m n_x"],
    evidence: Sequence[Float[Tensor, "height width"]],
    titles: Sequence[str],
) -> Figure:
    """Draw up to six pictures, below each picture −dA[0] of its class, and the evidence of its patches (`covering`).

    Each map is divided by its largest absolute value. Pictures are in [0, 255] (uint8) or in [0, 1]. Notes 3.2 call
    dA[0] unimportant, because no parameter needs it.
    """
    _, height, width, channels = pictures.shape
    by_pixel = rows_to_pictures(-dA_0.detach().cpu().double(), (height, width, channels)).sum(dim=3)
    smooth = avg_pool2d(by_pixel[:, None], NEIGHBOURS, 1, NEIGHBOURS // 2, count_include_pad=False)[:, 0]
    figure = Figure(figsize=(8, 5.2), layout="constrained")
    panels = figure.subplots(len(ROWS), COLUMNS)
    for axes in panels.flat:
        axes.set(xticks=(), yticks=())
        axes.set_frame_on(False)
    for i, title in enumerate(titles[:COLUMNS]):
        panels[0, i].imshow(pictures[i].cpu().numpy().squeeze(), cmap="gray", interpolation="nearest")
        panels[0, i].set_title(title, fontsize=9)
        for axes, values in zip(panels[1:, i], (smooth[i], evidence[i]), strict=True):
            image = draw_signs(axes, values / values.abs().max().clamp(min=1e-30), 1)
    for axes, name in zip(panels[:, 0], ROWS, strict=True):
        axes.set_ylabel(name, fontsize=9)
    figure.colorbar(image, ax=panels[1:], label="relative to the picture's largest", ticks=(-1, 0, 1))
    figure.supxlabel(CAPTION, fontsize=8)
    return figure
