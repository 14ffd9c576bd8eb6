"""The activation functions with a moved point z: their values (notes 2.3), and their slopes and tangents (notes 2.4).

The numbers of a lesson are `grid`, the values of z, and `curves`: name, slope and a of each function, and also dg, its
derivative, if the lesson is about derivatives. leaky_relu has a curve for each slope.
"""

from collections.abc import Iterator
from typing import Any

from _widgets.parts import choice, controls, polyline, readout, scrolling, slider, table, words
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Language, Text
from lessons.values import printed

LEFT, ORIGIN, UNIT, WIDTH, HEIGHT = 20, 210, 40, 440, 280
"""The drawing: z = -5 is at x = LEFT, a = 0 is at y = ORIGIN, and 1 is as long on both axes."""
LABELS = {"sigmoid": "sigmoid", "tanh": "tanh", "relu": "ReLU", "leaky_relu": "leaky ReLU"}
SHOWN_SLOPE = 0.01
"""The slope of leaky ReLU at first, and in the table. The other functions have the slope 0."""
START = 70
"""The index of z = 2, where the point is at first."""
FOUR = Text(
    "Four activation functions against z. Sigmoid rises from 0 to 1, tanh from -1 to 1. ReLU is 0 for negative z and z "
    "for positive z. Leaky ReLU has a small slope for negative z.",
    "四个激活函数随 z 变化的曲线。sigmoid 从 0 升到 1，tanh 从 -1 升到 1。ReLU 在 z 为负时是 0，z 为正时是 z。"
    "leaky ReLU 在 z 为负时有很小的斜率。",
)
ONE = Text(
    "Thick line: g. Dashed line: g'. The straight line through the point is the tangent.",
    "粗线是 g，虚线是 g'，穿过圆点的直线是切线。",
)
Curve = dict[str, Any]


def has_derivatives(numbers: dict[str, Any]) -> bool:
    return "dg" in numbers["curves"][0]


def key(curve: Curve) -> str:
    """A name for each curve, such as leaky_relu-0.1."""
    return curve["name"] + (f"-{curve['slope']:g}" if curve["name"] == "leaky_relu" else "")


def at(z: float, a: float) -> tuple[float, float]:
    """The place of a point in the drawing."""
    return LEFT + (z + 5) * UNIT, ORIGIN - a * UNIT


def axes() -> Iterator[str]:
    """Both axes, with their numbers."""
    zero = LEFT + 5 * UNIT
    yield f'<path class="axis" d="M{LEFT} {ORIGIN}H{WIDTH - 14}M{zero} 6V{HEIGHT}"/>'
    yield words(WIDTH - 10, ORIGIN + 5, "z")
    for z in (-4, -2, 2, 4):
        x, y = at(z, 0)
        yield f'<path class="axis" d="M{x} {y - 4}v8"/>' + words(
            x, y + (18 if z > 0 else -9), str(z).replace("-", "−"), "middle"
        )
    for a in (-1, 1, 2, 3, 4, 5):
        x, y = at(0, a)
        yield f'<path class="axis" d="M{x - 4} {y}h8"/>' + words(x - 8, y + 5, str(a).replace("-", "−"), "end")


def pieces(grid: list[float], curve: Curve, each: str) -> list[list[tuple[float, float]]]:
    """The points of g or g'. The derivative of a function with a kink jumps at z = 0, so it has two pieces."""
    if each not in curve:
        return []
    values = list(zip(grid, curve[each], strict=True))
    if each == "a" or not ACTIVATIONS[curve["name"]].kink:
        return [[at(*value) for value in values]]
    left, right = ([value for value in values if value[0] <= 0], [value for value in values if value[0] > 0])
    return [[at(*value) for value in left], [at(0, right[0][1]), *(at(*value) for value in right)]]


def lines(numbers: dict[str, Any]) -> Iterator[str]:
    """A line for each g, and for each g' if the lesson has derivatives. The first function is the chosen function.

    The other functions are shown if there are no derivatives, with one of the leaky ReLUs.
    """
    for i, curve in enumerate(numbers["curves"]):
        for each, kind in (("dg", "y0"), ("a", "y1" if i == 0 else "other")):
            shown = i == 0 or (not has_derivatives(numbers) and curve["slope"] in (0, SHOWN_SLOPE))
            attributes = f'data-{each}="{key(curve)}" display="{"inline" if shown else "none"}"'
            for piece in pieces(numbers["grid"], curve, each):
                yield polyline(kind, piece, attributes)


def moved(numbers: dict[str, Any]) -> Iterator[str]:
    """What the script changes, for the first function at z = 2: its name, the tangent (with derivatives), the point."""
    z, curve = numbers["grid"][START], numbers["curves"][0]
    a = curve["a"][START]
    yield f'<text class="name" x="{LEFT}" y="24">{LABELS[curve["name"]]}</text>'
    if has_derivatives(numbers):
        (x1, y1), (x2, y2) = (at(z + step, a + step * curve["dg"][START]) for step in (-1, 1))
        yield f'<line class="line tangent" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'
    x, y = at(z, a)
    yield f'<circle class="point" r="6" cx="{x:.1f}" cy="{y:.1f}"/>'


def drawing(numbers: dict[str, Any], language: Language) -> str:
    label = (ONE if has_derivatives(numbers) else FOUR).say(language)
    parts = "".join([*axes(), *lines(numbers), *moved(numbers)])
    return f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}">{parts}</svg>'


SHOWN = (-5, -2, -1, 0, 1, 2, 5)
FUNCTION = Text("Function", "函数")
SLOPE = Text("slope of leaky ReLU for z < 0: {slope}", "leaky ReLU 在 z < 0 处的斜率：{slope}")
CAPTION = Text("{each}; leaky ReLU with slope 0.01", "{each}；leaky ReLU 的斜率取 0.01")
KINK = Text(
    "At z = 0 there is a kink: the slope is {left} on the left and {right} on the right. The package takes {taken}.",
    "z = 0 处有一个折点：左边的斜率是 {left}，右边的斜率是 {right}。本项目取 {taken}。",
)


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    """The grid, the curves rounded to six decimals, and the measures of the drawing."""
    curves = {
        key(curve): {each: [round(value, 6) for value in curve[each]] for each in ("a", "dg") if each in curve}
        for curve in numbers["curves"]
    }
    slopes = [curve["slope"] for curve in numbers["curves"] if curve["name"] == "leaky_relu"]
    z = [round(value, 1) for value in numbers["grid"]]
    return {"z": z, "curves": curves, "slopes": slopes, "left": LEFT, "origin": ORIGIN, "unit": UNIT}


def values(numbers: dict[str, Any], language: Language) -> str:
    """A table of every function at the values of z in SHOWN: of g', or of g if the lesson has no derivatives."""
    each, symbol = ("dg", "g'(z)") if has_derivatives(numbers) else ("a", "g(z)")
    caption = CAPTION.say(language).format(each=symbol)
    place = {round(z, 1): i for i, z in enumerate(numbers["grid"])}
    shown = [curve for curve in numbers["curves"] if curve["slope"] in (0, SHOWN_SLOPE)]
    rows = [(printed(z, "g"), *(printed(curve[each][place[z]], ".4f") for curve in shown)) for z in SHOWN]
    return scrolling(caption, table(caption, ("z", *LABELS.values()), rows))


def html(numbers: dict[str, Any], language: Language) -> str:
    derivatives = has_derivatives(numbers)
    names = [("z", "z"), ("a", "g(z)"), *([("dg", "g'(z)")] if derivatives else [])]
    slopes = sum(curve["name"] == "leaky_relu" for curve in numbers["curves"])
    place = {name: f'<b data-value="{name}"></b>' for name in ("left", "right", "taken", "slope")}
    kink = f'<p class="kink" hidden>{KINK.say(language).format(**place)}</p>' if derivatives else ""
    return (
        drawing(numbers, language)
        + (f"<p>{ONE.say(language)}</p>" if derivatives else "")
        + controls(
            choice("activations-name", FUNCTION.say(language), list(LABELS.items())),
            slider("activations-z", "z", 0, len(numbers["grid"]) - 1, START),
            slider("activations-slope", SLOPE.say(language).format(**place), 0, slopes - 1, 0),
            readout(names),
            kink,
        )
        + values(numbers, language)
    )
