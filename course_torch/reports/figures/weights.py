"""The weights of logistic regression as a picture (notes 1.2)."""

from jaxtyping import Float
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import rows_to_pictures
from course_torch.reports.figures.colours import CHANNELS, SIGNED

SIGNS = "blue, + : brighter here raises the probability of y = 1     red, − : brighter here lowers it"


def weights_as_picture(w: Float[Tensor, " n_x"], picture_shape: tuple[int, int, int], title: str) -> Figure:
    """Draw each weight of z = wᵀx + b at the pixel and channel that it multiplies. The channels share one scale.

    A caption explains the sign: a brighter pixel raises the probability of y = 1 if its weight is positive (blue), and
    lowers it if its weight is negative (red) (notes 1.2).
    """
    w = w.detach().cpu()
    pictures = rows_to_pictures(w.reshape(1, -1), picture_shape)
    limit = float(w.abs().max())
    figure = Figure(figsize=(8, 3.1), layout="constrained")
    figure.suptitle(title)
    panels = figure.subplots(1, len(CHANNELS), sharey=True)
    for channel, (axes, name) in enumerate(zip(panels, CHANNELS, strict=True)):
        image = axes.imshow(pictures[0, :, :, channel].numpy(), cmap=SIGNED, vmin=-limit, vmax=limit)
        axes.set(title=f"{name} channel", xlabel="column (pixels)")
    panels[0].set_ylabel("row (pixels)")
    figure.colorbar(image, ax=panels, label="weight", shrink=0.8)
    figure.supxlabel(SIGNS, fontsize=9)
    return figure
