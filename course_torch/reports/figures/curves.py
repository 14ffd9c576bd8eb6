"""Curves and bars of what was measured: costs, gradient errors and times."""

from collections.abc import Mapping, Sequence
from itertools import chain
from math import inf
from statistics import median
from textwrap import fill

from matplotlib.figure import Figure
from matplotlib.ticker import EngFormatter

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
MEDIAN = Text("thick: median, thin: each run", "粗线：中位数，细线：各次训练")
AS_FAST = Text("{time}, {times:,.1f} times as fast", "{time}，速度是 {times:,.1f} 倍")
STEP_TIME = Text("time of one step, on a logarithmic scale", "一步的时间（对数刻度）")
STEP = Text("one step on m = {m} examples of n_x = {n_x} features", "一步：m = {m} 个样本，n_x = {n_x} 个特征")


def cost_curves(
    curves: Mapping[str, Sequence[Sequence[float]]], record_every: int, title: str, language: Language = "en"
) -> Figure:
    """Draw J of each label's runs (thin) and their median (thick); a log scale beyond a factor of 20 (notes 1.3)."""
    figure, axes = panels(4.5, grid=True)
    for (label, runs), (colour, line_style) in zip(curves.items(), SERIES, strict=False):
        updates = range(0, len(runs[0]) * record_every, record_every)
        for run in runs:
            axes.plot(updates, run, color=colour, linestyle=line_style, linewidth=0.8, alpha=0.5)
        middle = [median(costs) for costs in zip(*runs, strict=True)]
        axes.plot(updates, middle, color=colour, linestyle=line_style, linewidth=2.5, label=label)
    costs = [cost for cost in chain.from_iterable(chain.from_iterable(curves.values())) if 0 < cost < inf]
    if max(costs) > 20 * min(costs):
        axes.set_yscale("log")
        plain_ticks(axes.yaxis)
    axes.set(xlabel=UPDATES.say(language), ylabel=COST.say(language), title=title)
    several = max(len(runs) for runs in curves.values()) > 1
    axes.legend(title=MEDIAN.say(language) if several else None, handlelength=4, alignment="left")
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


def vectorization_times(seconds: Mapping[str, float], m: int, n_x: int, language: Language = "en") -> Figure:
    """Draw the time of a step, and the speedup over the slowest, of each implementation on a log scale (notes 1.6)."""
    written = EngFormatter(unit="s", places=1)
    fastest, slowest = min(seconds.values()), max(seconds.values())
    figure, axes = panels(1.6 + 0.5 * len(seconds))
    bars = axes.barh(list(seconds), list(seconds.values()), color=BLUE)
    texts = [AS_FAST.fill(time=written(time), times=slowest / time).say(language) for time in seconds.values()]
    axes.bar_label(bars, texts, padding=4)
    axes.invert_yaxis()
    left = fastest / 3
    axes.set(xscale="log", xlim=(left, slowest * (slowest / left) ** 0.5))  # the last third is room for the texts
    axes.xaxis.set_major_formatter(EngFormatter(unit="s"))
    axes.set(xlabel=STEP_TIME.say(language), title=STEP.fill(m=m, n_x=n_x).say(language))
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    return figure
