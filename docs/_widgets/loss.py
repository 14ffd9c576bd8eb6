"""The loss against ŷ for y = 1 and y = 0, with a point that the reader moves (notes 1.2)."""

from typing import Any

from _widgets.parts import path, printed
from course_torch.language import Language, Text

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 440, 280, 40, 240, 5.0
"""Size of the drawing, its origin, and the largest loss on its axis."""
SHOWN = (0.01, 0.1, 0.5, 0.9, 0.99)
DRAWING = Text(
    "The loss against ŷ. For y = 1 the curve falls from high values to 0 as ŷ goes to 1. For y = 0 it rises from 0.",
    "损失随 ŷ 变化的曲线。y = 1 时，ŷ 趋近于 1，损失降到 0；y = 0 时，损失从 0 上升。",
)
LABEL = Text("label", "标签")
TABLE = Text("The loss at five values of ŷ", "五个 ŷ 处的损失")
CHOOSE = Text("Label of the example", "样本的标签")
READOUT = Text("At this point", "在这一点")


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    return {**numbers["curve"], "left": LEFT, "bottom": BOTTOM, "width": WIDTH - 60, "height": 46}


def at(a: float, loss: float) -> tuple[float, float]:
    """The place of a point in the drawing."""
    return LEFT + a * (WIDTH - 60), BOTTOM - min(loss, TOP) * 46


def drawing(curve: dict[str, list[float]], language: Language) -> str:
    ticks = "".join(
        f'<text x="{at(a, 0)[0]:.0f}" y="{BOTTOM + 18}" text-anchor="middle">{a:g}</text>' for a in (0, 0.5, 1)
    ) + "".join(
        f'<text x="{LEFT - 8}" y="{at(0, loss)[1] + 4:.0f}" text-anchor="end">{loss}</text>' for loss in range(6)
    )
    lines = "".join(
        f'<polyline class="line {key}" points="{path([at(a, loss) for a, loss in zip(curve["a"], curve[key], strict=True)])}"/>'
        for key in ("y1", "y0")
    )
    names = (
        f'<text class="name y1" x="{LEFT + 28}" y="40">y = 1: −log ŷ</text>'
        f'<text class="name y0" x="{WIDTH - 50}" y="40" text-anchor="end">y = 0: −log(1 − ŷ)</text>'
        f'<text x="{WIDTH - 10}" y="{BOTTOM + 18}">ŷ</text><text x="{LEFT - 8}" y="{TOP + 20}" text-anchor="end">L</text>'
    )
    axes = f'<path class="axis" d="M{LEFT} 10V{BOTTOM}H{WIDTH - 14}"/>'
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{DRAWING.say(language)}">{axes}{ticks}{lines}{names}'
        f'<circle class="point" r="6" cx="-20" cy="-20"/></svg>'
    )


def html(numbers: dict[str, Any], language: Language) -> str:
    curve = numbers["curve"]
    rows = "".join(
        f"<tr><th scope='row'>{a:g}</th><td>{printed(curve['y1'][i])}</td><td>{printed(curve['y0'][i])}</td></tr>"
        for i, a in enumerate(curve["a"])
        if round(a, 2) in SHOWN
    )
    table = (
        f"<table class='values'><caption>{TABLE.say(language)}</caption><thead><tr><th scope='col'>ŷ</th>"
        f"<th scope='col'>y = 1</th><th scope='col'>y = 0</th></tr></thead><tbody>{rows}</tbody></table>"
    )
    choice = "".join(
        f"<label><input type='radio' name='y' value='{y}'{' checked' if y == 1 else ''}> y = {y}</label>"
        for y in (1, 0)
    )
    controls = (
        f"<div class='controls' hidden><fieldset><legend>{CHOOSE.say(language)}</legend>{choice}</fieldset>"
        f"<label>ŷ <input type='range' min='1' max='99' value='50'></label>"
        f"<p class='readout'>{READOUT.say(language)}: <span>ŷ = <b data-value='a'></b></span> "
        f"<span>z = <b data-value='z'></b></span> <span>L = <b data-value='L'></b></span> "
        f"<span>ŷ − y = <b data-value='dz'></b></span></p></div>"
    )
    return drawing(curve, language) + controls + table
