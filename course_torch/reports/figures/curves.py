"""Curves and bars of what was measured: costs, gradient errors and times."""

from collections.abc import Mapping, Sequence
from itertools import chain
from math import inf
from textwrap import fill

from matplotlib.figure import Figure

from course_torch.language import Language, Text
from course_torch.reports.figures.drawing import (
    BLUE,
    COST,
    GREEN,
    GREY,
    SERIES,
    VERMILLION,
    in_chinese,
    panels,
    plain_ticks,
)
from course_torch.verification.report import VERDICTS, GradientReport

FLOOR = 1e-18  # position of an error of exactly 0 on the log scale
WIDTH: dict[Language, int] = {"en": 72, "zh": 50}  # characters of a line of the title; a Chinese one is as wide as two
JUDGES = {  # field of a TensorReport -> label, colour, marker, and shift of the row
    "formulas": (Text("{whose}, against autograd", "{whose}，与 autograd 比"), BLUE, "o", -0.27),
    "numeric": (Text("{whose}, against differences", "{whose}，与差分比"), VERMILLION, "s", 0.0),
    "trained": (Text("as trained, against autograd", "训练时所用的，与 autograd 比"), GREEN, "^", 0.27),
}
TOLERANCE, ERROR = Text("{label}: tolerance", "{label}：容差"), Text("{label}: error", "{label}：误差")
NO_DIFFERENCES = Text("not judged by differences", "没有用差分检查")
NO_GRADIENT = Text("no gradient was judged: the forward pass is wrong", "没有检查梯度：正向传播有错")
RELATIVE = Text("relative error ‖a-b‖ / (‖a‖+‖b‖), no unit", "相对误差 ‖a-b‖ / (‖a‖+‖b‖)，无单位")
UPDATES = Text("updates of the parameters", "参数更新的次数")


def cost_curves(curves: Mapping[str, Sequence[float]], title: str, language: Language = "en") -> Figure:
    """Draw J of each label before every update, on a log scale beyond a factor of 20 (notes 1.3)."""
    figure, axes = panels(4.5, grid=True)
    for (label, costs), (colour, line_style) in zip(curves.items(), SERIES, strict=False):
        axes.plot(costs, color=colour, linestyle=line_style, linewidth=2.5, label=label)
    every = [cost for cost in chain.from_iterable(curves.values()) if 0 < cost < inf]
    if max(every) > 20 * min(every):
        axes.set_yscale("log")
        plain_ticks(axes.yaxis)
    axes.set(xlabel=UPDATES.say(language), ylabel=COST.say(language), title=title)
    axes.legend(handlelength=4, alignment="left")
    return figure


def learning_curve(
    train: Sequence[tuple[int, float]], validation: Sequence[tuple[int, float]], title: str, chosen: int | None = None
) -> Figure:
    """Draw J of training and validation against the updates. A line marks the `chosen` update (notes 1.3)."""
    figure, axes = panels(4.5, grid=True)
    axes.plot(*zip(*train, strict=True), color=BLUE, label="training")
    if validation:
        axes.plot(*zip(*validation, strict=True), color=VERMILLION, marker="o", linestyle="--", label="validation")
    if chosen is not None:
        axes.axvline(chosen, color=GREY, linestyle=":", label=f"chosen: lowest validation cost, after {chosen}")
    axes.set(xlabel="updates of the parameters", ylabel="cost J (nats)", title=title)
    axes.set_ylim(0, 1.05 * max(cost for curve in (train, validation) for _, cost in curve))
    axes.legend()
    return figure


def gradient_errors(report: GradientReport, title: str, language: Language = "en") -> Figure:
    """Draw error (point) and tolerance (bar) of each tensor by every judge on a log scale. A cross: not judged."""
    with in_chinese(title):
        rows, whose = report.tensors, report.whose
        figure, axes = panels(1.8 + 0.34 * max(3, len(rows)))
        for field, (label, colour, marker, shift) in JUDGES.items():
            seen = {place + shift: getattr(row, field) for place, row in enumerate(rows)}
            judged = {place: difference for place, difference in seen.items() if difference is not None}
            if not judged:
                continue
            places, tolerances = list(judged), [max(difference.tolerance, FLOOR) for difference in judged.values()]
            bar, point = (text.fill(label=label.fill(whose=whose)).say(language) for text in (TOLERANCE, ERROR))
            axes.barh(places, tolerances, height=0.25, left=FLOOR, color=colour, alpha=0.25, label=bar)
            errors = [max(difference.relative, FLOOR) for difference in judged.values()]
            axes.plot(errors, places, color=colour, marker=marker, linestyle="", label=point)
        missing = [place for place, row in enumerate(rows) if row.numeric is None]
        if missing:
            axes.plot([FLOOR] * len(missing), missing, "x", color=VERMILLION, label=NO_DIFFERENCES.say(language))
        verdicts = ("" if row.verdict == "equal" else f"  {VERDICTS[row.verdict].say(language)}" for row in rows)
        names = [f"{row.name}{verdict}" for row, verdict in zip(rows, verdicts, strict=True)]
        axes.set_yticks(range(len(rows)), names, fontsize=9)
        axes.invert_yaxis()
        axes.set_xscale("log")
        if not rows:
            axes.text(0.5, 0.5, NO_GRADIENT.say(language), transform=axes.transAxes, ha="center", va="center")
        else:
            figure.legend(loc="outside lower center", ncols=2, fontsize=8)
        axes.set(xlabel=RELATIVE.say(language), title=fill(title, WIDTH[language]), xlim=(FLOOR / 2, 2))
        return figure
