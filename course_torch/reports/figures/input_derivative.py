"""The importance of each pixel: the derivative of the loss by the input, dA[0] (notes 3.2)."""

from collections.abc import Sequence

from jaxtyping import Float, Num
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import rows_to_pictures

COLUMNS = 6


def input_derivatives(
    pictures: Num[Tensor, "m height width channels"], dA_0: Float[Tensor, "m n_x"], titles: Sequence[str]
) -> Figure:
    """Draw up to six pictures and, below each picture, |dA[0]| summed over its channels.

    A bright pixel has a large effect on the loss. Each map is divided by its largest value, which is written below the
    map. Pictures are in [0, 255] (uint8) or in [0, 1]. Notes 3.2 call dA[0] unimportant, because no parameter needs it.
    """
    _, height, width, channels = pictures.shape
    sizes = rows_to_pictures(dA_0.detach().cpu().abs(), (height, width, channels)).sum(dim=3)
    figure = Figure(figsize=(8, 3), layout="constrained")
    panels = figure.subplots(2, COLUMNS)
    for axes in panels.flat:
        axes.set(xticks=(), yticks=())
        axes.set_frame_on(False)
    for i, title in enumerate(titles[:COLUMNS]):
        largest = sizes[i].max().clamp(min=1e-30)
        panels[0, i].imshow(pictures[i].cpu().numpy().squeeze(), cmap="gray", interpolation="nearest")
        panels[0, i].set_title(title, fontsize=9)
        image = panels[1, i].imshow((sizes[i] / largest).numpy(), cmap="cividis", vmin=0, vmax=1)
        panels[1, i].set_xlabel(f"largest {largest:.2g}", fontsize=8)
    panels[0, 0].set_ylabel("picture")
    panels[1, 0].set_ylabel("|dA[0]|")
    figure.colorbar(image, ax=panels, label="|dA[0]|, channels summed,\nby the picture's largest")
    return figure
