"""The drawing of a training: the cost against the number of iterations, with a point at the chosen number."""

from typing import Any

from _widgets.parts import polyline, words
from course_torch.language import Language, Text

DRAWING = Text(
    "The cost against the number of iterations, with a point at the chosen number.",
    "成本随迭代次数变化的曲线，圆点是所选的迭代次数。",
)
AXIS, TOO_HIGH = Text("iterations", "迭代次数"), Text("J (above 1.2: at the upper edge)", "J（高于 1.2 的画在上边缘）")
LEFT, BOTTOM, WIDTH, HEIGHT, HIGHEST = 40, 200, 380, 170, 1.2
"""The origin of the drawing, the lengths of its axes, and the J at the upper edge."""


def at(iteration: int, J: float) -> tuple[float, float]:
    """The place of a cost in the drawing."""
    return LEFT + iteration / 1000 * WIDTH, round(BOTTOM - min(J, HIGHEST) / HIGHEST * HEIGHT, 1)


def curve(run: dict[str, Any]) -> list[tuple[float, float]]:
    return [at(10 * i, J) for i, J in enumerate(run["costs"])] + [at(1000, run["after"]["1000"]["J"])]


def drawing(run: dict[str, Any], iterations: str, language: Language) -> str:
    x, y = at(int(iterations), run["after"][iterations]["J"])
    parts = [
        f'<path class="axis" d="M{LEFT} {BOTTOM - HEIGHT}V{BOTTOM}H{LEFT + WIDTH}"/>',
        *(words(at(count, 0)[0], BOTTOM + 18, str(count), "middle") for count in (0, 500, 1000)),
        *(words(LEFT - 8, at(0, J)[1] + 4, f"{J:g}", "end") for J in (0, 0.4, 0.8, 1.2)),
        words(LEFT + 6, BOTTOM - HEIGHT - 10, TOO_HIGH.say(language)),
        words(LEFT + WIDTH / 4, BOTTOM + 18, AXIS.say(language), "middle"),
        polyline("y1", curve(run)),
        f'<circle class="point" r="6" cx="{x:.1f}" cy="{y:.1f}"/>',
    ]
    return f'<svg viewBox="0 0 440 226" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'
