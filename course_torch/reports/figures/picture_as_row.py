"""The conversion of a picture into the feature vector x (notes 1.1)."""

import torch
from jaxtyping import UInt8
from matplotlib.figure import Figure
from torch import Tensor

from course_torch.data.data_set import features, pictures_to_rows
from course_torch.reports.figures.colours import CHANNELS

SHOWN = 12


def picture_as_row(picture: UInt8[Tensor, "height width 3"]) -> Figure:
    """Draw a picture, its red, green and blue channel, and x: all n_x = height · width · 3 values in [0, 1].

    Brightness runs from 0 (black) to 255 (white), and from 0 to 1 in x. The last strip shows the values of four pixels
    in the order red, green, blue, red, … (notes 1.1, which call the third channel yellow). They are those of the middle
    row between which the colour changes most.
    """
    picture = picture.cpu()
    height, width, _ = picture.shape
    x = features(pictures_to_rows(picture[None]), 255, torch.float32)
    n_x = x.shape[1]
    figure = Figure(figsize=(8, 4.8), layout="constrained")
    grid = figure.add_gridspec(3, 4, height_ratios=(5, 1, 1))

    axes = figure.add_subplot(grid[0, 0])
    axes.imshow(picture.numpy(), interpolation="nearest")
    axes.set(title=f"picture\n{height} × {width} × 3", xticks=(), yticks=())
    for channel, (name, colour) in enumerate(CHANNELS.items()):
        axes = figure.add_subplot(grid[0, channel + 1])
        axes.imshow(picture[:, :, channel].numpy(), cmap="gray", vmin=0, vmax=255, interpolation="nearest")
        axes.set(xticks=(), yticks=())
        axes.set_title(f"{name} channel\n{height} × {width}", color=colour)
        axes.spines[:].set(color=colour, linewidth=3)

    axes = figure.add_subplot(grid[1, :])
    axes.imshow(x.numpy(), cmap="gray", vmin=0, vmax=1, aspect="auto", extent=(0, n_x, 0, 1))
    axes.set(xticks=(0, n_x), yticks=())
    axes.set_title(f"x, one row of n_x = {height} · {width} · 3 = {n_x} values in [0, 1]")

    jumps = picture[height // 2].int().diff(dim=0).abs().sum(dim=1)
    start = 3 * (height // 2 * width + min(max(int(jumps.argmax()) - 1, 0), width - 4))
    axes = figure.add_subplot(grid[2, :])
    axes.imshow(x[:, start : start + SHOWN].numpy(), cmap="gray", vmin=0, vmax=1, aspect="auto")
    for place, value in enumerate(x[0, start : start + SHOWN].tolist()):
        colour = "black" if value > 0.46 else "white"
        axes.text(place, 0, f"{value:.2f}", color=colour, fontsize=9, ha="center", va="center")
    axes.set_xticks(range(SHOWN), list(CHANNELS) * (SHOWN // 3), fontsize=9)
    axes.set(yticks=())
    axes.set_title(f"its values {start} to {start + SHOWN - 1}: four pixels, each red, green, blue")
    return figure
