"""The loss against ŷ for y = 1 and y = 0, with a point that the reader moves (notes 1.2)."""

from typing import Any

from _widgets.parts import choice, controls, polyline, readout, slider, table, words
from course_torch.language import Language, Text
from lessons.values import printed

LEFT, BOTTOM, WIDTH, UNIT = 40, 240, 380, 46
"""The origin of the drawing, the length of ŷ's axis, and the length of 1 on the axis of the loss."""
SHOWN = (0.01, 0.1, 0.5, 0.9, 0.99)
DRAWING = Text(
    "The loss against ŷ. For y = 1 the curve falls from high values to 0 as ŷ goes to 1. For y = 0 it rises from 0.",
    "损失随 ŷ 变化的曲线。y = 1 时，ŷ 趋近于 1，损失降到 0；y = 0 时，损失从 0 上升。",
)
TABLE = Text("The loss at five values of ŷ", "五个 ŷ 处的损失")
LABEL = Text("Label of the example", "样本的标签")


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    return {**numbers["curve"], "left": LEFT, "bottom": BOTTOM, "width": WIDTH, "unit": UNIT}


def at(a: float, loss: float) -> tuple[float, float]:
    """The place of a point in the drawing."""
    return LEFT + a * WIDTH, BOTTOM - loss * UNIT


def drawing(curve: dict[str, list[float]], language: Language) -> str:
    """Axes, both curves, and the point, which is outside until the script moves it."""
    parts = [
        f'<path class="axis" d="M{LEFT} 10V{BOTTOM}H{LEFT + WIDTH + 6}"/>',
        *(words(LEFT + a * WIDTH, BOTTOM + 18, f"{a:g}", "middle") for a in (0, 0.5, 1)),
        *(words(LEFT - 8, BOTTOM + 4 - loss * UNIT, str(loss), "end") for loss in range(6)),
        *(polyline(key, [at(a, loss) for a, loss in zip(curve["a"], curve[key], strict=True)]) for key in ("y1", "y0")),
        words(LEFT + 28, 40, "y = 1: −log ŷ"),
        words(LEFT + WIDTH - 28, 40, "y = 0: −log(1 − ŷ)", "end"),
        words(LEFT + WIDTH + 12, BOTTOM + 18, "ŷ"),
        words(LEFT + 6, 16, "L"),
        '<circle class="point" r="6" cx="-20" cy="-20"/>',
    ]
    return f'<svg viewBox="0 0 440 270" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'


def html(numbers: dict[str, Any], language: Language) -> str:
    curve = numbers["curve"]
    rows = [
        (f"{a:g}", printed(curve["y1"][i], ".2f"), printed(curve["y0"][i], ".2f"))
        for i, a in enumerate(curve["a"])
        if round(a, 2) in SHOWN
    ]
    return (
        drawing(curve, language)
        + controls(
            choice("loss-y", LABEL.say(language), [("1", "y = 1"), ("0", "y = 0")]),
            slider("loss-a", "ŷ", 1, 99, 50),
            readout([("a", "ŷ"), ("z", "z"), ("L", "L"), ("dz", "ŷ − y")]),
        )
        + table(TABLE.say(language), ("ŷ", "y = 1", "y = 0"), rows)
    )
