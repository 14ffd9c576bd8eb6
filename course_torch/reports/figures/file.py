"""Write a figure to a file."""

import os
from pathlib import Path

from matplotlib.figure import Figure

from course_torch.atomic import replacing


def write_figure(path: str | Path, figure: Figure) -> None:
    """Draw a figure into a file of the type that the ending of its name says, atomically (`replacing`)."""
    with replacing(Path(os.path.realpath(path))) as file:
        figure.savefig(file, format=Path(path).suffix[1:], dpi=100)
