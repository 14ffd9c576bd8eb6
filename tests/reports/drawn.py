"""Pictures to draw, a figure of mistakes, and what a figure says."""

from collections.abc import Sequence

import torch
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Text

from course_torch.reports.figures import pictures

RANDOM = torch.Generator().manual_seed(7)
PICTURES = torch.randint(256, (6, 64, 64, 3), dtype=torch.uint8, generator=RANDOM)
WEIGHTS = torch.randn(12288, generator=RANDOM)


def mistakes(predicted: Sequence[str] = ("animal",) * 6, true: Sequence[str] = ("no animal",) * 6) -> Figure:
    return pictures.mislabelled_pictures(PICTURES, predicted, true, torch.linspace(0.5, 1, 6), "six mistakes")


def words(figure: Figure) -> str:
    return "\n".join(text.get_text() for text in figure.findobj(Text))


def drawn(figure: Figure) -> Figure:
    FigureCanvasAgg(figure).draw()
    return figure
