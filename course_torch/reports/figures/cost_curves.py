"""Cost curves side by side: several learning rates, or several activations, over several seeds (notes 1.3, 2.3)."""

from collections.abc import Mapping, Sequence
from itertools import chain
from statistics import median

from matplotlib.figure import Figure

from course_torch.reports.figures.colours import SERIES
from course_torch.reports.figures.ticks import plain_ticks


def cost_curves(curves: Mapping[str, Sequence[Sequence[float]]], record_every: int, title: str) -> Figure:
    """Draw for each label the cost J of its runs (thin) and their median (thick), every `record_every` updates.

    Runs of a label have the same length. The scale is logarithmic if the costs span more than a factor of 20. The scale
    ignores costs that are not finite (notes 1.3, 2.3).
    """
    figure = Figure(figsize=(8, 4.5), layout="constrained")
    axes = figure.subplots()
    for (label, runs), (colour, line_style) in zip(curves.items(), SERIES, strict=False):
        updates = range(0, len(runs[0]) * record_every, record_every)
        for run in runs:
            axes.plot(updates, run, color=colour, linestyle=line_style, linewidth=0.8, alpha=0.5)
        middle = [median(costs) for costs in zip(*runs, strict=True)]
        axes.plot(updates, middle, color=colour, linestyle=line_style, linewidth=2.5, label=label)
    costs = [each for each in chain.from_iterable(chain.from_iterable(curves.values())) if 0 < each < float("inf")]
    if max(costs) > 20 * min(costs):
        axes.set_yscale("log")
        plain_ticks(axes.yaxis)
    axes.set(xlabel="updates of the parameters", ylabel="cost J (nats)", title=title)
    axes.grid(alpha=0.3)
    several = max(len(runs) for runs in curves.values()) > 1
    axes.legend(title="thick: median, thin: each run" if several else None, handlelength=4, alignment="left")
    return figure
