"""The gradient report as a picture."""

from matplotlib.figure import Figure

from course_torch.reports.figures.colours import BLUE, VERMILLION
from course_torch.verification.comparison import GradientReport

FLOOR = 1e-18
"""Where an error of exactly 0 is drawn on the log scale."""


def gradient_errors(report: GradientReport, title: str) -> Figure:
    """Relative error of each tensor (points) against what rounding explains (bars), by both judges, on a log scale.

    A point beyond its bar is a wrong tensor, and its name says so.
    """
    rows = report.tensors
    figure = Figure(figsize=(8, 1.5 + 0.26 * len(rows)), layout="constrained")
    axes = figure.subplots()
    judges = (("autograd", BLUE, "o", -0.17), ("numeric", VERMILLION, "s", 0.17))
    for judge, colour, marker, shift in judges:
        seen = [getattr(row, judge) for row in rows]
        places = [place + shift for place in range(len(rows))]
        tolerances = [max(each.tolerance, FLOOR) for each in seen]
        axes.barh(places, tolerances, height=0.3, left=FLOOR, color=colour, alpha=0.25, label=f"{judge}: tolerance")
        errors = [max(each.relative, FLOOR) for each in seen]
        axes.plot(errors, places, color=colour, marker=marker, linestyle="", label=f"{judge}: error")
    axes.set_yticks(
        range(len(rows)),
        [str(row.name) if row.verdict == "equal" else f"{row.name}  {row.verdict}" for row in rows],
        fontsize=9,
    )
    axes.invert_yaxis()
    axes.set_xscale("log")
    axes.set(xlabel="relative error ‖a-b‖ / (‖a‖+‖b‖), no unit", title=title, xlim=(FLOOR / 2, 2))
    figure.legend(loc="outside lower center", ncols=4, fontsize=8)
    return figure
