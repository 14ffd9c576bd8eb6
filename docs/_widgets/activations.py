"""The activation functions with a moved point z: their values (notes 2.3), and their slopes and tangents (notes 2.4).

The numbers of a lesson are `grid`, the values of z, and `curves`: name, slope and a of each function, and also dg, its
derivative, if the lesson is about derivatives. leaky_relu has a curve for each slope.
"""

from typing import Any

from _widgets.activations_drawing import (
    LABELS,
    LEFT,
    ONE,
    ORIGIN,
    SHOWN_SLOPE,
    START,
    UNIT,
    drawing,
    has_derivatives,
    key,
)
from _widgets.parts import choice, controls, readout, scrolling, slider, table
from course_torch.language import Language, Text
from lessons.values import printed

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
