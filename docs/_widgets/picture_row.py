"""A small picture, its three channels, and its row x of features: each entry has a place in x (notes 1.1)."""

from typing import Any

from _widgets.parts import choice, controls, matrix, scrolling, slider, words
from course_torch.language import Language, Text
from lessons.values import printed

CHANNELS = "RGB"
SIDE, LEFT, TOP = 40, 120, 4
"""The side of a pixel in the drawing, and the corner of the picture."""
STRIP_LEFT, STRIP_TOP, STRIP_HEIGHT, BAR = 10, 200, 26, 7
"""The corner of x in the drawing, its height, and the width of an entry of x."""
DRAWING = Text(
    "A picture of four rows of five pixels, and below it the sixty entries of x as a strip from dark (0) to light (1). "
    "A line leads from the chosen pixel to its entry.",
    "一张图片，四行，每行五个像素；下面的长条是 x 的六十个元素，由暗（0）到亮（1）。一条线从选中的像素连到它的元素。",
)
X = Text("x, with the place k of each entry", "x，上面一行是各元素的位置 k")
CHANNEL, PLACE = Text("Channel", "通道"), Text("Place k in x", "在 x 中的位置 k")
ORDER = Text("Order of x", "x 的排列顺序")
PIXELS = Text("pixel after pixel (this project)", "逐个像素（本项目）")
PLANES = Text("channel after channel (the course's slide)", "逐个通道（课程的幻灯片）")
HINT = Text(
    "Choose a pixel in the picture, or with the arrow keys in a channel. Or choose a place k, and find its pixel.",
    "在图片里选一个像素，或在某个通道里用方向键选择；也可以反过来，先选位置 k，再看它属于哪个像素。",
)


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    drawing = {"side": SIDE, "left": LEFT, "top": TOP, "stripLeft": STRIP_LEFT, "stripTop": STRIP_TOP, "bar": BAR}
    return {"picture": numbers["cat"], "orders": numbers["orders"], **drawing}


def values(numbers: dict[str, Any]) -> list[int]:
    """The numbers of the picture from 0 to 255 in the project's order of x."""
    flat = [value for row in numbers["cat"] for pixel in row for value in pixel]
    return [flat[entry] for entry in numbers["orders"]["pixels"]]


def drawing(numbers: dict[str, Any], language: Language) -> str:
    """The picture, the strip of x, and the marks, which are outside until the script moves them."""
    pixels = [
        f'<rect class="pixel" data-pixel="{i} {j}" x="{LEFT + j * SIDE}" y="{TOP + i * SIDE}" width="{SIDE}" '
        f'height="{SIDE}" fill="rgb({", ".join(map(str, pixel))})"/>'
        for i, row in enumerate(numbers["cat"])
        for j, pixel in enumerate(row)
    ]
    strip = [
        f'<rect class="entry" data-entry="{k}" x="{STRIP_LEFT + k * BAR:.1f}" y="{STRIP_TOP}" width="{BAR}" '
        f'height="{STRIP_HEIGHT}" fill="rgb({value}, {value}, {value})"/>'
        for k, value in enumerate(values(numbers))
    ]
    n_x, below = len(strip), STRIP_TOP + STRIP_HEIGHT + 18
    marks = [
        f'<rect class="mark {kind} {of}" x="-99" y="{y}" width="{width}" height="{height}"/>'
        for of, y, width, height in (("of-pixel", 0, SIDE, SIDE), ("of-entry", STRIP_TOP, BAR, STRIP_HEIGHT))
        for kind in ("halo", "edge")
    ]
    lines = [f'<path class="mark {kind} link" d=""/>' for kind in ("halo", "edge")]
    frame = f'<rect class="axis" x="{STRIP_LEFT}" y="{STRIP_TOP}" width="{n_x * BAR}" height="{STRIP_HEIGHT}"/>'
    ends = [words(STRIP_LEFT, below, "k = 0"), words(STRIP_LEFT + n_x * BAR, below, f"{n_x - 1}", "end")]
    return (
        f'<svg viewBox="0 0 440 250" role="img" aria-label="{DRAWING.say(language)}">'
        f"{''.join((*pixels, *strip, frame, *lines, *marks, *ends))}</svg>"
    )


def vector(numbers: dict[str, Any], language: Language) -> str:
    """x as a row with the places above it, in a box that scrolls."""
    entries = values(numbers)
    head = "".join(f'<th scope="col">{k}</th>' for k in range(len(entries)))
    body = "".join(f'<td data-cell="x {k}">{printed(value / 255, ".1f")}</td>' for k, value in enumerate(entries))
    row = f'<table class="matrix"><thead><tr>{head}</tr></thead><tbody><tr>{body}</tr></tbody></table>'
    title = X.say(language)
    return f'<p class="vector-title">{title}</p>' + scrolling(title, row, "vector")


def html(numbers: dict[str, Any], language: Language) -> str:
    channels = "".join(
        matrix(name, [[pixel[c] for pixel in row] for row in numbers["cat"]], "d") for c, name in enumerate(CHANNELS)
    )
    orders = [("pixels", PIXELS.say(language)), ("channels", PLANES.say(language))]
    return (
        drawing(numbers, language)
        + controls(
            f"<p>{HINT.say(language)}</p>",
            '<p class="arithmetic" aria-live="polite"></p>',
            choice("picture-channel", CHANNEL.say(language), [(str(c), name) for c, name in enumerate(CHANNELS)]),
            slider("picture-place", PLACE.say(language), 0, len(numbers["orders"]["pixels"]) - 1, 0),
            choice("picture-order", ORDER.say(language), orders),
        )
        + f'<div class="matrices">{channels}</div>'
        + vector(numbers, language)
    )
