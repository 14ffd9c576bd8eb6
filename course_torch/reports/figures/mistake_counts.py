"""The most frequent mistakes of a class."""

from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from course_torch.reports.figures.colours import BLUE

LARGEST = 15
"""Number of mistakes that are drawn."""


def mistake_counts(counts: list[tuple[str, int]], files: int) -> Figure:
    """Draw a bar for each mistake, the most frequent on top: how many of the files have it first."""
    shown = counts[:LARGEST][::-1]
    figure = Figure(figsize=(9, 1.2 + 0.4 * max(len(shown), 1)), layout="constrained")
    axes = figure.subplots()
    bars = axes.barh([name for name, _ in shown], [count for _, count in shown], color=BLUE)
    axes.bar_label(bars, padding=3)
    axes.set(title=f"First mistake of {files} files", xlabel="files")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.spines[["top", "right"]].set_visible(False)
    return figure
