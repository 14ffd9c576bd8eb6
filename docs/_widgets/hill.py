"""A ball on the curve J(w) = (w - 3)²: the tangent at the ball, and steps of gradient descent (notes 1.3, 1.4).

The part "slope" has the ball and the tangent alone.
"""

from typing import Any

import torch

from _widgets.parts import Plane, choice, controls, readout, slider, table, words
from course_torch.formulas.update import update
from course_torch.language import Language, Text
from lessons.values import printed

STARTS = [n / 2 for n in range(-2, 15)]
RATES = (0.1, 0.5, 0.9, 1.1)
STEPS = 8
START, RATE, REACH = 0.0, 0.1, 1.3
"""What stands there without a script, and how far the tangent reaches to each side of the ball."""
PLANE = Plane(34, 12, 390, 240, (-1.4, 7.4), (-1, 20))
DRAWING = Text(
    "The curve of (w − 3)², a bowl with its lowest point at w = 3, a ball on the curve, and the tangent at the ball.",
    "(w − 3)² 的曲线，像一只碗，最低点在 w = 3；曲线上有一个球，以及球所在处的切线。",
)
BALL, ALPHA = Text("Put the ball at w", "把球放在 w"), Text("Learning rate α", "学习速率 α")
NEXT, AGAIN = Text("A step downhill", "往下走一步"), Text("Back to the start", "回到起点")
STEP, SLOPE = Text("step", "步数"), Text("slope", "斜率")
OUTSIDE = Text("The ball has left the picture.", "球已经离开了图。")
CAPTION = Text("Steps from w = 0 with α = 0.1", "从 w = 0 出发，α = 0.1 的各步")
Numbers = dict[str, Any]


def at(w: float) -> list[float]:
    """w, J and dw."""
    return [round(w, 6), round((w - 3) ** 2, 6), round(2 * (w - 3), 6)]


def walk(w: float, alpha: float) -> list[list[float]]:
    """w, J and dw before the first step, and after each step."""
    path = [at(w)]
    for _ in range(STEPS):
        w, _, dw = path[-1]
        path.append(at(update(torch.tensor(w, dtype=torch.float64), torch.tensor(dw), alpha).item()))
    return path


def data(numbers: Numbers) -> dict[str, Any]:
    """The walks for each learning rate from each start, and the measures of the drawing."""
    walks = {f"{alpha:g}": [walk(w, alpha) for w in STARTS] for alpha in RATES}
    return {"walks": walks, "plane": PLANE, "reach": REACH}


def drawing(language: Language, part: str) -> str:
    w, J, dw = at(START)
    (x1, y1), (x2, y2) = (PLANE.at(w + side, J + side * dw) for side in (-REACH, REACH))
    x, y = PLANE.at(w, J)
    frame = f'x="{PLANE.left}" y="{PLANE.top}" width="{PLANE.width}" height="{PLANE.height}"'
    parts = [
        f'<clipPath id="hill-{part}"><rect {frame}/></clipPath>',
        PLANE.axes(),
        *(words(PLANE.at(w, 0)[0], PLANE.at(0, 0)[1] + 17, str(w), "middle") for w in range(1, 8)),
        *(words(PLANE.at(0, 0)[0] - 6, PLANE.at(0, J)[1] + 5, str(J), "end") for J in (5, 10, 15)),
        words(PLANE.left + PLANE.width, PLANE.at(0, 0)[1] - 6, "w", "end"),
        words(PLANE.at(0, 0)[0] + 8, PLANE.top + 12, "J"),
        f'<g clip-path="url(#hill-{part})">',
        PLANE.line("y1", [(n / 20, (n / 20 - 3) ** 2) for n in range(-40, 160)]),
        f'<line class="line tangent" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>',
        '<g class="trail"></g>',
        f'<circle class="point ball" r="7" cx="{x:.1f}" cy="{y:.1f}"/>',
        "</g>",
    ]
    return f'<svg viewBox="0 0 440 264" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'


def html(numbers: Numbers, language: Language, part: str = "steps") -> str:
    start = slider(f"hill-{part}", BALL.say(language), 0, len(STARTS) - 1, STARTS.index(START))
    here = [("w", "w"), ("J", "J"), ("dw", SLOPE.say(language))]
    if part == "slope":
        return drawing(language, part) + controls(start, readout(here))
    rows = [[str(step), *(printed(each, ".2f") for each in values)] for step, values in enumerate(walk(START, RATE))]
    return (
        drawing(language, part)
        + controls(
            start,
            choice("hill-rate", ALPHA.say(language), [(f"{alpha:g}", f"{alpha:g}") for alpha in RATES]),
            f'<button type="button" class="next">{NEXT.say(language)}</button> ',
            f'<button type="button" class="again">{AGAIN.say(language)}</button>',
            readout([("step", STEP.say(language)), *here]),
            f'<p class="arithmetic" aria-live="polite"></p><p class="outside" hidden>{OUTSIDE.say(language)}</p>',
        )
        + table(CAPTION.say(language), (STEP.say(language), "w", "J", SLOPE.say(language)), rows)
    )
