"""What all figures share: panels, colours, ticks, signs, fonts for class names, and the file.

Colour-blind readers can distinguish the colours, the palette of Okabe and Ito. A line style, a marker or a word always
repeats the meaning of a colour.
"""

from contextlib import AbstractContextManager, suppress
from functools import cache
from pathlib import Path
from typing import Any

from matplotlib import font_manager, rc_context
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter
from torch import Tensor

from course_torch.language import Text
from course_torch.writing import replacing

BLUE, VERMILLION, GREEN = "#0072B2", "#D55E00", "#009E73"
ORANGE, SKY_BLUE, GREY = "#E69F00", "#56B4E9", "#666666"
RED = "#B2182B"  # for what a word calls red. Vermillion is an orange.
SERIES = ((BLUE, "-"), (VERMILLION, "--"))
"""Colour and line style of the first and the second curve of a panel."""
SIGNED = "RdBu"  # colour map of signed quantities: red below 0, white at 0, blue above 0
CHANNELS = {"red": RED, "green": GREEN, "blue": BLUE}  # colours of the frames, in the order of the channels
COST = Text("cost J (nats)", "成本 J（nat）")
WIDEST = 1000  # up to this factor between its ends, an axis has room for three ticks in each decade
CHINESE = (  # fonts on Linux, macOS and Windows. Older Matplotlib knows only the JP of Noto.
    *("Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei"),
    *("PingFang SC", "Heiti SC", "Microsoft YaHei", "SimHei", "Arial Unicode MS", "Noto Sans CJK JP"),
)
FIRST_CHINESE = "\u2e80"  # East Asian characters start here


def panels(
    height: float, *rows_and_columns: int, width: float = 8, grid: bool = False, **options: Any
) -> tuple[Figure, Any]:
    """Make a figure of this size in inches. Returns it with its axes: one, or an array of rows and columns."""
    figure = Figure(figsize=(width, height), layout="constrained")
    subplots = figure.subplots(*rows_and_columns, **options)
    for axes in figure.axes if grid else ():
        axes.grid(alpha=0.3)
    return figure, subplots


def in_chinese(*texts: str) -> AbstractContextManager[None]:
    """Draw the texts of a figure in fonts that have all their characters."""
    return rc_context({"font.family": families(*texts)})


def write_figure(path: str | Path, figure: Figure) -> None:
    """Draw a figure into a file of the type that the ending of its name says, atomically (`replacing`)."""
    with replacing(path) as file:
        figure.savefig(file, format=Path(path).suffix[1:], dpi=100)


def plain_ticks(axis: Axis) -> None:
    """Label the log axis of drawn data by plain numbers at 1, 2, 5, 10, …, or at powers of 10 over many decades."""
    low, high = axis.get_data_interval()
    if high <= WIDEST * low:
        axis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axis.set_minor_formatter(NullFormatter())


def draw_picture(axes: Axes, pixels: Tensor, **options: Any) -> None:
    """Draw a picture (height, width, 3) in colour, or (height, width, 1) or (height, width) in grey."""
    axes.imshow(pixels.cpu().numpy().squeeze(), cmap="gray", interpolation="nearest", **options)


def families(*texts: str) -> list[str]:
    """Matplotlib's own font, then Chinese fonts. If texts need one that its cache lacks, the disk is searched."""
    if not listed_chinese_fonts() and any(character >= FIRST_CHINESE for text in texts for character in text):
        list_new_fonts()
    return ["DejaVu Sans", *listed_chinese_fonts()]


def listed_chinese_fonts() -> list[str]:
    """Return the fonts with Chinese characters that Matplotlib knows."""
    listed = set(font_manager.get_font_names())
    return [name for name in CHINESE if name in listed]


@cache
def list_new_fonts() -> None:
    """Add the fonts that were installed after Matplotlib had written its cache."""
    listed = {font.fname for font in font_manager.fontManager.ttflist}
    for path in font_manager.findSystemFonts():
        if path not in listed:
            with suppress(Exception):  # a broken font file must not stop a figure
                font_manager.fontManager.addfont(path)
