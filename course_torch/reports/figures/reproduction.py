"""The printed costs of the course and the measured costs."""

from collections.abc import Sequence

from matplotlib.figure import Figure

from course_torch.published.reproduction import Reproduction
from course_torch.reports.figures.colours import BLUE, VERMILLION


def reproductions(experiments: Sequence[Reproduction]) -> Figure:
    """Draw a panel per experiment: the measured costs as a line, the printed costs as rings."""
    figure = Figure(figsize=(8, 2.6 * ((len(experiments) + 1) // 2)), layout="constrained")
    panels = figure.subplots((len(experiments) + 1) // 2, 2, squeeze=False).flat
    for axes, experiment in zip(panels, experiments, strict=False):
        published = experiment.published
        iterations = [published.record_every * i for i in range(len(published.costs))]
        axes.plot(iterations, experiment.run.costs, color=BLUE, label="measured")
        axes.plot(iterations, published.costs, "o", color=VERMILLION, markerfacecolor="none", label="published")
        verdict = "all numbers reached" if experiment.agrees else "a number MISSED"
        axes.set_title(f"{published.name}: {verdict}", fontsize=9)
        axes.set(xlabel="iterations", ylabel="cost J (nats)")
        axes.grid(alpha=0.3)
        axes.legend(fontsize=8)
    for axes in list(panels):
        axes.set_axis_off()
    return figure
