"""Pictures: as rows of numbers, the weights on their pixels, and those mislabelled."""

from collections.abc import Sequence
from math import ceil
from textwrap import wrap

import torch
from jaxtyping import Float, Num, UInt8
from matplotlib.figure import Figure
from rich.cells import cell_len
from torch import Tensor

from course_torch.data.data_set import DataSet, features, pictures_to_rows, rows_to_pictures
from course_torch.language import Language, Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.reports.figures.drawing import CHANNELS, SIGNED, draw_picture, families, panels
from course_torch.text import shown

VALUES_SHOWN = 12  # number of values of x that `picture_as_row` writes
RED_GREEN_BLUE = [Text("red", "红"), Text("green", "绿"), Text("blue", "蓝")]
CHANNEL, PICTURE, WEIGHT = Text("{name} channel", "{name}色通道"), Text("picture", "图片"), Text("weight", "权重")
ROW = Text(
    "x, one row of n_x = {height} · {width} · 3 = {n_x} values in [0, 1]",
    "x，一行 n_x = {height} · {width} · 3 = {n_x} 个值，在 [0, 1] 里",
)
FOUR_PIXELS = Text(
    "its values {start} to {last}: four pixels, each red, green, blue",
    "其中第 {start} 到 {last} 个值：四个像素，各为红、绿、蓝",
)
COLUMN_OF, ROW_OF = Text("column (pixels)", "列（像素）"), Text("row (pixels)", "行（像素）")
SIGNS = Text(
    "blue, + : brighter here raises the probability of y = 1     red, − : brighter here lowers it",
    "蓝，+：这里更亮会提高 y = 1 的概率     红，−：这里更亮会降低它",
)
MISLABELLED = Text("{wrong} of {n} pictures mislabelled ({split})", "{split}的 {n} 张图片中有 {wrong} 张判断错误")
TEST, TRAIN = Text("test split", "测试集"), Text("train split", "训练集")
NOTHING_TO_SHOW = Text(
    "No picture is mislabelled, so there is nothing to show.", "没有判断错误的图片，所以没有可以展示的。"
)
SAID, IS = Text("said {name} ({share:.0%})", "判断为 {name}（{share:.0%}）"), Text("is {name}", "其实是 {name}")
COLUMNS, ROWS = 6, 3
CELLS = 20  # Width of a picture in characters of its title. A Chinese character takes two cells.


def picture_as_row(picture: UInt8[Tensor, "height width 3"], language: Language = "en") -> Figure:
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
    draw_picture(axes, picture)
    axes.set(title=f"{PICTURE.say(language)}\n{height} × {width} × 3", xticks=(), yticks=())
    names = [name.say(language) for name in RED_GREEN_BLUE]
    for channel, (name, colour) in enumerate(zip(names, CHANNELS.values(), strict=True)):
        axes = figure.add_subplot(grid[0, channel + 1])
        draw_picture(axes, picture[:, :, channel], vmin=0, vmax=255)
        axes.set(xticks=(), yticks=())
        axes.set_title(f"{CHANNEL.fill(name=name).say(language)}\n{height} × {width}", color=colour)
        axes.spines[:].set(color=colour, linewidth=3)

    axes = figure.add_subplot(grid[1, :])
    axes.imshow(x.numpy(), cmap="gray", vmin=0, vmax=1, aspect="auto", extent=(0, n_x, 0, 1))
    axes.set(xticks=(0, n_x), yticks=())
    axes.set_title(ROW.fill(height=height, width=width, n_x=n_x).say(language))

    jumps = picture[height // 2].int().diff(dim=0).abs().sum(dim=1)
    start = 3 * (height // 2 * width + min(max(int(jumps.argmax()) - 1, 0), width - 4))
    end = start + VALUES_SHOWN
    axes = figure.add_subplot(grid[2, :])
    axes.imshow(x[:, start:end].numpy(), cmap="gray", vmin=0, vmax=1, aspect="auto")
    for place, value in enumerate(x[0, start:end].tolist()):
        colour = "black" if value > 0.46 else "white"
        axes.text(place, 0, f"{value:.2f}", color=colour, fontsize=9, ha="center", va="center")
    axes.set_xticks(range(VALUES_SHOWN), names * (VALUES_SHOWN // 3), fontsize=9)
    axes.set(yticks=(), title=FOUR_PIXELS.fill(start=start, last=end - 1).say(language))
    return figure


def weights_as_picture(
    w: Float[Tensor, " n_x"], picture_shape: tuple[int, int, int], title: str, language: Language = "en"
) -> Figure:
    """Draw each weight of z = wᵀx + b at its pixel and channel, on one scale, with a caption on signs (notes 1.2)."""
    w = w.detach().cpu()
    pictures = rows_to_pictures(w.reshape(1, -1), picture_shape)
    limit = float(w.abs().max())
    figure, channels = panels(3.1, 1, len(CHANNELS), sharey=True)
    figure.suptitle(title)
    for channel, (axes, name) in enumerate(zip(channels, RED_GREEN_BLUE, strict=True)):
        image = axes.imshow(pictures[0, :, :, channel].numpy(), cmap=SIGNED, vmin=-limit, vmax=limit)
        axes.set(title=CHANNEL.fill(name=name).say(language), xlabel=COLUMN_OF.say(language))
    channels[0].set_ylabel(ROW_OF.say(language))
    figure.colorbar(image, ax=channels, label=WEIGHT.say(language), shrink=0.8)
    figure.supxlabel(SIGNS.say(language), fontsize=9)
    return figure


@torch.no_grad()
def draw_mislabelled(network: DeepNetwork, data: DataSet, language: Language = "en") -> Figure:
    """Draw up to 18 mislabelled pictures of the test split, or of the training split if there is no test split.

    The pictures of which the network is most sure come first.
    """
    probabilities = network.output.probabilities
    assert data.picture_shape is not None
    assert probabilities is not None
    name, split = (TEST, data.test) if data.test is not None else (TRAIN, data.train)
    A = torch.cat([network(X) for X, _ in data.batches(split, network.layers[0].W.dtype)])
    confidence = probabilities(A).amax(dim=1)
    labels = network.output.labels(A)
    wrong = (labels != split.Y).any(dim=1).nonzero()[:, 0]
    chosen = wrong[confidence[wrong].argsort(descending=True)[: COLUMNS * ROWS]]
    return mislabelled_pictures(
        rows_to_pictures(split.rows(chosen).X, data.picture_shape),
        predicted=data.names_of(labels[chosen]),
        true=data.names_of(split.Y[chosen]),
        confidence=confidence[chosen],
        title=MISLABELLED.fill(wrong=len(wrong), n=len(split.Y), split=name).say(language),
        language=language,
    )


def mislabelled_pictures(
    pictures: Num[Tensor, "m height width channels"],
    predicted: Sequence[str],
    true: Sequence[str],
    confidence: Float[Tensor, " m"],
    title: str,
    language: Language = "en",
) -> Figure:
    """Draw mislabelled pictures, uint8 or in [0, 1], in this order; `confidence` belongs to the predicted class."""
    if not len(pictures):
        figure = Figure(figsize=(8, 1.5))
        figure.suptitle(title)
        figure.text(0.5, 0.4, NOTHING_TO_SHOW.say(language), ha="center", va="center")
        return figure
    rows = ceil(len(pictures) / COLUMNS)
    figure, grid = panels(1.75 * rows + 0.5, rows, COLUMNS, squeeze=False)
    figure.suptitle(title)
    for axes in grid.flat:
        axes.set_axis_off()
        axes.set_yticks([])  # matplotlib lays out the labels of hidden ticks too, which takes longer than the pictures
    for axes, picture, name, right, share in zip(
        grid.flat, pictures, predicted, true, confidence.tolist(), strict=False
    ):
        draw_picture(axes, picture)
        answers = SAID.fill(name=name, share=share), IS.fill(name=right)
        said = [line for answer in answers for line in in_lines(answer.say(language))]
        axes.set_title("\n".join(said), fontsize=8, fontfamily=families(*said), parse_math=False)
    return figure


def in_lines(text: str) -> list[str]:
    text = shown(text)
    return wrap(text, CELLS * len(text) // cell_len(text))
