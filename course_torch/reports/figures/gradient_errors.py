"""The gradient report as a figure."""

from textwrap import fill

from matplotlib.figure import Figure

from course_torch.reports.figures.colours import BLUE, GREEN, VERMILLION
from course_torch.verification.report import GradientReport

FLOOR = 1e-18
"""Position of an error of exactly 0 on the log scale."""
WIDTH = 72
"""Characters of a line of the title."""

JUDGES = {
    "formulas": ("formulas, against autograd", BLUE, "o", -0.27),
    "numeric": ("formulas, against differences", VERMILLION, "s", 0.0),
    "trained": ("as trained, against autograd", GREEN, "^", 0.27),
}
"""Field of a TensorReport -> label, colour, marker, and shift of the row."""


def gradient_errors(report: GradientReport, title: str) -> Figure:
    """Draw the relative error (points) and the tolerance (bars) of each tensor for every judge, on a log scale.

    A point beyond its bar is a wrong tensor, and the label of the row contains the verdict. A cross at the left edge
    marks a tensor that the central differences could not judge.
    """
    rows = report.tensors
    figure = Figure(figsize=(8, 1.8 + 0.34 * max(3, len(rows))), layout="constrained")
    axes = figure.subplots()
    for field, (label, colour, marker, shift) in JUDGES.items():
        seen = [(place + shift, getattr(row, field)) for place, row in enumerate(rows)]
        judged = [(place, each) for place, each in seen if each is not None]
        places = [place for place, _ in judged]
        tolerances = [max(each.tolerance, FLOOR) for _, each in judged]
        axes.barh(places, tolerances, height=0.25, left=FLOOR, color=colour, alpha=0.25, label=f"{label}: tolerance")
        errors = [max(each.relative, FLOOR) for _, each in judged]
        axes.plot(errors, places, color=colour, marker=marker, linestyle="", label=f"{label}: error")
    missing = [place for place, row in enumerate(rows) if row.numeric is None]
    if missing:
        axes.plot([FLOOR] * len(missing), missing, "x", color=VERMILLION, label="not judged by differences")
    axes.set_yticks(
        range(len(rows)),
        [str(row.name) if row.verdict == "equal" else f"{row.name}  {row.verdict}" for row in rows],
        fontsize=9,
    )
    axes.invert_yaxis()
    axes.set_xscale("log")
    if not rows:
        axes.text(
            0.5,
            0.5,
            "no gradient was judged: the forward pass is wrong",
            transform=axes.transAxes,
            ha="center",
            va="center",
        )
    axes.set(xlabel="relative error ‖a-b‖ / (‖a‖+‖b‖), no unit", title=fill(title, WIDTH), xlim=(FLOOR / 2, 2))
    figure.legend(loc="outside lower center", ncols=2, fontsize=8)
    return figure
