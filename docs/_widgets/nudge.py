"""The slope of a function by a nudge: the line through two points of its curve (notes 1.4)."""

from typing import Any

from _widgets.parts import choice, controls, polyline, readout, slider, table, words
from course_torch.language import Language, Text
from lessons.values import printed

LEFT, TOP, WIDTH, HEIGHT = 34, 10, 390, 240
RANGES = {"a²": (0, 12), "a³": (0, 40), "log a": (-1, 2)}
"""The values of f that the drawing shows."""
RIGHT = 4
"""The largest a of the drawing."""
DRAWN, AT, NUDGE = "a³", 2.0, 1
"""What the drawing and the table show without a script: function, point, and number of the nudge."""
SHOWN = (1e-1, 1e-2, 1e-3, 1e-5, 1e-8, 1e-10)
DRAWING = Text(
    "The curve of f, with two points on it, a nudge apart, and the straight line through both.",
    "f 的曲线，曲线上相距一个小增量的两个点，以及过这两点的直线。",
)
FUNCTION, POINT, SIZE = Text("f(a)", "f(a)"), Text("Point a", "点 a"), Text("Nudge", "小增量")
RAISED_VALUE = Text("f(a + nudge)", "f(a + 小增量)")
SLOPE, BOTH = Text("slope to the right", "向右的斜率"), Text("slope from both sides", "两边的斜率")
DERIVATIVE = Text("derivative", "导数")
TABLE = Text("The slope of a³ at a = 2 for six nudges", "a³ 在 a = 2 处的斜率，取六种小增量")
RAISED = str.maketrans("0123456789-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁻")


def power(nudge: float) -> str:
    """The nudge in words: 0.5, 0.001, 10⁻⁸."""
    return f"{nudge:g}" if nudge >= 1e-3 else "10" + f"{nudge:.0e}".split("e")[1].replace("-0", "-").translate(RAISED)


def at(name: str, a: float, value: float) -> tuple[float, float]:
    """The place of (a, f(a)) in the drawing."""
    low, high = RANGES[name]
    return LEFT + a / RIGHT * WIDTH, TOP + (high - value) / (high - low) * HEIGHT


def curves(numbers: dict[str, Any]) -> dict[str, list[tuple[float, float]]]:
    return {name: [at(name, *point) for point in curve] for name, curve in numbers["curves"].items()}


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    keys = ("points", "nudges", "slopes", "derivatives")
    lines = {name: " ".join(f"{x:.1f},{y:.1f}" for x, y in curve) for name, curve in curves(numbers).items()}
    return {
        **{key: numbers[key] for key in keys},
        "names": [power(nudge) for nudge in numbers["nudges"]],
        "curves": lines,
        "ranges": RANGES,
        "frame": [LEFT, TOP, WIDTH, HEIGHT, RIGHT],
    }


def secant(numbers: dict[str, Any]) -> tuple[list[tuple[float, float]], list[tuple[float, float]]]:
    """The two points of DRAWN at AT, and the ends of the line through both."""
    i = numbers["points"].index(AT)
    value, raised, slope, _ = numbers["slopes"][DRAWN][i][NUDGE]
    ends = [at(DRAWN, a, value + slope * (a - AT)) for a in (0, RIGHT)]
    return [at(DRAWN, AT, value), at(DRAWN, AT + numbers["nudges"][NUDGE], raised)], ends


def drawing(numbers: dict[str, Any], language: Language) -> str:
    bottom = TOP + HEIGHT
    points, ends = secant(numbers)
    parts = [
        f'<clipPath id="nudge-frame"><rect x="{LEFT}" y="{TOP}" width="{WIDTH}" height="{HEIGHT}"/></clipPath>',
        f'<path class="axis" d="M{LEFT} {TOP}V{bottom}H{LEFT + WIDTH}"/>',
        *(words(at(DRAWN, a, 0)[0], bottom + 18, str(a), "middle") for a in range(RIGHT + 1)),
        *(
            words(LEFT - 6, TOP + 5 + k / 2 * HEIGHT, printed(high - k / 2 * (high - low), "g"), "end").replace(
                "<text", f'<text data-height="{k}"'
            )
            for low, high in [RANGES[DRAWN]]
            for k in range(3)
        ),
        words(LEFT + WIDTH - 10, bottom - 8, "a"),
        '<g clip-path="url(#nudge-frame)">',
        polyline("y1", curves(numbers)[DRAWN]),
        polyline("y0", ends),
        *(f'<circle class="point" r="5" cx="{x:.1f}" cy="{y:.1f}"/>' for x, y in points),
        "</g>",
    ]
    return f'<svg viewBox="0 0 440 275" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'


def html(numbers: dict[str, Any], language: Language) -> str:
    values = numbers["slopes"][DRAWN][numbers["points"].index(AT)]
    rows = [
        (power(nudge), *(printed(each, ".6f") for each in slopes))
        for nudge, (_, _, *slopes) in zip(numbers["nudges"], values, strict=True)
        if nudge in SHOWN
    ]
    others = [name for name in RANGES if name != DRAWN]
    shown = [("a", "a"), ("f", "f(a)"), ("raised", RAISED_VALUE.say(language)), ("slope", SLOPE.say(language))]
    shown += [("both", BOTH.say(language)), ("derivative", DERIVATIVE.say(language))]
    return (
        drawing(numbers, language)
        + controls(
            choice("nudge-function", FUNCTION.say(language), [(name, name) for name in (DRAWN, *others)]),
            slider("nudge-point", POINT.say(language), 0, len(numbers["points"]) - 1, numbers["points"].index(AT)),
            slider("nudge-size", SIZE.say(language), 0, len(numbers["nudges"]) - 1, NUDGE),
            f'<p class="readout"><span>{SIZE.say(language)} = <b class="nudge"></b></span></p>',
            readout(shown),
        )
        + table(TABLE.say(language), (SIZE.say(language), SLOPE.say(language), BOTH.say(language)), rows)
    )
