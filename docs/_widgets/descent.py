"""The ball on J(w, b): contour lines, the path of gradient descent, and J after each step (notes 1.3)."""

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure

from _widgets.parts import choice, controls, polyline, readout, slider, table, words
from course_torch.language import Language, Text
from lessons.values import printed

LEFT, TOP, WIDTH, HEIGHT = 34, 10, 390, 300
"""The map: its corner and its size."""
CURVE_TOP, CURVE_HEIGHT, HIGHEST = 350, 110, 2.2
"""The curve of J below the map: its top, its height, and the J at its top."""
LEVELS = (0.5, 0.6, 0.8, 1.0, 1.3, 1.6, 2.0, 2.5, 3.0)
"""The values of J that have a contour line."""
SHOWN = (0, 1, 2, 5, 10, 20)
DRAWN = "2"
"""The learning rate whose path is there without a script."""
DRAWING = Text(
    "Above: contour lines of J over w and b, a cross at the lowest point, and the path of gradient descent. "
    "Below: J after each step.",
    "上图：J 在 w、b 平面上的等高线，最低点标有十字，还有梯度下降的路径。下图：每一步之后的 J。",
)
RATE, STEP = Text("Learning rate", "学习速率"), Text("Step", "步")
NAMES = {
    "0.2": Text("α = 0.2 (too small)", "α = 0.2（太小）"),
    "2": Text("α = 2 (right)", "α = 2（合适）"),
    "20": Text("α = 20 (too large)", "α = 20（太大）"),
}
TABLE = Text("J after some of the steps", "其中几步之后的 J")
CURVE = Text("J after each step", "每一步之后的 J")
Points = Sequence[tuple[float, float]]


def place(numbers: dict[str, Any], w: float, b: float) -> tuple[float, float]:
    """The place of (w, b) in the map."""
    ws, bs = numbers["surface"]["w"], numbers["surface"]["b"]
    return LEFT + (w - ws[0]) / (ws[-1] - ws[0]) * WIDTH, TOP + (bs[-1] - b) / (bs[-1] - bs[0]) * HEIGHT


def height(J: float) -> float:
    """The place of J in the curve."""
    return CURVE_TOP + (1 - J / HIGHEST) * CURVE_HEIGHT


def across(step: int, numbers: dict[str, Any]) -> float:
    """The place of a step in the curve."""
    return LEFT + step / (len(numbers["walks"][DRAWN]) - 1) * WIDTH


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    """For each learning rate: the numbers of each step, and its places in the map and in the curve."""
    return {
        rate: [
            {"numbers": each, "map": place(numbers, *each[:2]), "curve": (across(step, numbers), height(each[2]))}
            for step, each in enumerate(walk)
        ]
        for rate, walk in numbers["walks"].items()
    }


def contour_lines(numbers: dict[str, Any]) -> list[Points]:
    """Lines of equal J in the map."""
    surface = numbers["surface"]
    J = list(zip(*surface["J"], strict=True))  # contour wants a row for each b
    lines = Figure().subplots().contour(surface["w"], surface["b"], J, LEVELS).allsegs
    return [[place(numbers, w, b) for w, b in line] for level in lines for line in level]


def drawing(numbers: dict[str, Any], language: Language) -> str:
    """The map and the curve with the path of DRAWN. The balls are outside until the script moves them."""
    walk = data(numbers)[DRAWN]
    x, y = place(numbers, *numbers["lowest"])
    bottom, floor = TOP + HEIGHT, CURVE_TOP + CURVE_HEIGHT
    parts = [
        *(polyline("contour", line) for line in contour_lines(numbers)),
        f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{LEFT + WIDTH}"/>',
        *(words(place(numbers, w, 0)[0], bottom + 18, printed(w, ".0f"), "middle") for w in range(-2, 11, 2)),
        *(words(LEFT - 6, place(numbers, 0, b)[1] + 5, printed(b, ".0f"), "end") for b in range(-6, 5, 2)),
        words(LEFT + WIDTH - 20, bottom - 8, "w"),
        words(LEFT + 8, TOP + 14, "b"),
        f'<path class="axis lowest" d="M{x - 6:.1f} {y:.1f}h12M{x:.1f} {y - 6:.1f}v12"/>',
        f'<path class="axis" d="M{LEFT} {CURVE_TOP}V{floor}H{LEFT + WIDTH}"/>',
        *(words(across(step, numbers), floor + 18, str(step), "middle") for step in range(0, len(walk), 5)),
        *(words(LEFT - 6, height(J) + 5, str(J), "end") for J in (0, 1, 2)),
        words(LEFT + WIDTH, CURVE_TOP + 12, CURVE.say(language), "end"),
        '<defs><marker id="descent-step" markerUnits="userSpaceOnUse" viewBox="-4 -4 8 8" markerWidth="8" '
        'markerHeight="8"><circle class="point" r="3"/></marker></defs>',
    ]
    for name in ("map", "curve"):
        parts += [
            '<g marker-start="url(#descent-step)" marker-mid="url(#descent-step)">',
            polyline(f"y1 {name}", [point[name] for point in walk]),
            f'</g><circle class="point {name}-ball" r="6" cx="-20" cy="-20"/>',
        ]
    return f'<svg viewBox="0 0 440 490" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'


def html(numbers: dict[str, Any], language: Language) -> str:
    walks, last = numbers["walks"], len(numbers["walks"][DRAWN]) - 1
    rows = [[str(step), *(printed(walk[step][2], ".4f") for walk in walks.values())] for step in SHOWN]
    heads = (STEP.say(language), *(f"α = {rate}" for rate in walks))
    return (
        drawing(numbers, language)
        + controls(
            choice("descent-rate", RATE.say(language), [(rate, NAMES[rate].say(language)) for rate in walks]),
            slider("descent-step", STEP.say(language), 0, last, 0),
            readout([("step", STEP.say(language)), ("w", "w"), ("b", "b"), ("J", "J"), ("dw", "dw"), ("db", "db")]),
            '<p class="arithmetic" aria-live="polite"></p>',
        )
        + table(TABLE.say(language), heads, rows)
    )
