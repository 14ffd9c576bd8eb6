"""A network that rolls downhill: two classes of points, the border that the network draws between them, and J.

The numbers of a section are those of a drawn network with two inputs and one hidden layer of tanh. A circle shows what
its unit makes of the plane. The picture is complete without a script.
"""

from collections.abc import Iterable
from typing import Any

import torch
from matplotlib.figure import Figure
from torch import Tensor

from _widgets import network
from _widgets.network import RADIUS, SUBSCRIPTS, Drawn, Numbers, curve, drawing, place
from _widgets.parts import box, choice, circle, controls, words
from course_torch.language import Language, Text

SIDE, EDGE = 40, 2.5
"""The plane is a grid of so many cells along each axis, from -EDGE to +EDGE."""
LEVELS = {"output": (-3, -1.2, 0, 1.2, 3), "unit": (-1.2, 0, 1.2)}
"""The z that separate the bands of colour, in the picture of the output and of another unit."""
CORNER, WIDE = (44, 32), 206
"""The upper left corner of the plane in its drawing, and its width and height."""
MARKS = ("m-3 0a3 3 0 1 0 6 0a3 3 0 1 0-6 0z", "m0-4l3.6 6.4h-7.2z")
"""The mark of a point of each class."""
PIECES = 40
"""The curve of J has fewer pieces than that of a network that stands still."""

LABEL = Text(
    "60 points of two classes in the plane, red circles and blue triangles, and the border that the network draws "
    "between them.",
    "平面上两类共 60 个点：红色圆点和蓝色三角形，以及网络在它们之间画出的分界线。",
)
BORDER = Text("The border it draws", "它画出的分界线")
BUTTONS = {
    "roll": Text("Let it learn", "让它学习"),
    "step": Text("One step", "更新一步"),
    "undo": network.BUTTONS["undo"],
    "again": Text("Reset", "重来"),
}
LOOKS = Text("A step looks at", "每一步看")
ROWS = {"mean": Text("all points", "所有的点"), "one": Text("one point", "一个点")}
SAID = {
    "pause": Text("Pause", "暂停"),
    "rolls": Text(
        "Each of the 13 numbers moves by −{alpha} times its own slope, again and again. Where a slope is 0, nothing "
        "moves any more.",
        "13 个数各自变化 −{alpha} 乘以自己的斜率，一次又一次。斜率到了 0，就不再动了。",
    ),
    "rolled": Text(
        "{steps} steps: J went from {before} to {after}. Pull a weight, and let go once more.",
        "走了 {steps} 步：J 从 {before} 变到 {after}。再拖动一个权重，再放手。",
    ),
}
HELP = Text(
    "Pull a box up or down, or choose a box and press the arrow keys: the border, the ball and its tangent move with "
    "it. A circle shows where its unit says more (blue) or less (red).",
    "上下拖动一个框，或者选中它再按方向键：分界线、小球和切线都跟着动。圆圈里是这个单元对平面上每一点的回答：蓝色大，红色小。",
)


def grid() -> Tensor:
    """The corners of the cells of the plane, row by row from the lower left."""
    steps = torch.linspace(-EDGE, EDGE, SIDE + 1, dtype=torch.float64)
    return torch.cartesian_prod(steps, steps).flip(1)


def outline(attributes: str, lines: Iterable[Any], end: str = "") -> str:
    """Lines through points of the grid, counted in its cells, as the path of an SVG drawing."""
    path = "".join("M" + "L".join(f"{x:.2f} {SIDE - y:.2f}" for x, y in line) + end for line in lines if len(line))
    return f'<path {attributes} d="{path}"/>'


def bands(name: str, z: Tensor, levels: tuple[float, ...]) -> str:
    """The plane in colours: the band below all levels, and above each level the next band on top of it."""
    axes, rows = Figure().subplots(), z.reshape(SIDE + 1, SIDE + 1)
    areas = [axes.contourf(rows, [level, 1e9]).get_paths()[0].to_polygons() for level in levels]
    skip = (len(LEVELS["output"]) - len(levels)) // 2
    return box(f"band-{skip}", 0, 0, SIDE, SIDE) + "".join(
        outline(f'class="band-{skip + k + 1}" data-band="{name} {k}"', area, "z") for k, area in enumerate(areas)
    )


class Rolling(Drawn):
    """The network of a section, and what each of its units makes of the plane."""

    def __init__(self, numbers: Numbers) -> None:
        super().__init__(numbers)
        X = grid()
        with torch.no_grad():
            self.planes = [X, *(cache.Z for cache in self.net.caches(X))]

    def picture(self, l: int, j: int) -> str:
        """The bands of the z of a unit, or of an input itself."""
        return bands(f"{l} {j}", self.planes[l][:, j], LEVELS["output" if l == len(self.sizes) - 1 else "unit"])


def unit(drawn: Drawn, l: int, j: int) -> str:
    """A unit with its picture of the plane. An input has its name."""
    x, y = place(drawn.sizes, l, j)
    picture = scaled(drawn.picture(l, j), x - RADIUS, y - RADIUS, 2 * RADIUS)
    name = words(x, y + (RADIUS + 18 if j else -RADIUS - 8), f"x{SUBSCRIPTS[j]}", "middle", "forward strong")
    round_picture = f'<g clip-path="url(#in-unit)">{picture}</g>{circle("node", x, y, RADIUS)}'
    return f'<g data-unit="{l} {j}">{round_picture}{"" if l else name}</g>'


def scaled(picture: str, x: float, y: float, wide: float) -> str:
    """A picture of the plane with its upper left corner here."""
    return f'<g class="bands" transform="translate({x:g} {y:g}) scale({wide / SIDE:g})">{picture}</g>'


def plane(drawn: Rolling, language: Language) -> str:
    """The picture of the output, its border, and the points."""
    (left, top), scale = CORNER, WIDE / (2 * EDGE)
    z = drawn.planes[-1].reshape(SIDE + 1, SIDE + 1)
    border = Figure().subplots().contour(z, [0]).get_paths()[0].to_polygons(closed_only=False)
    places = [[], []]
    for (x, y), label in zip(drawn.X.tolist(), drawn.Y[:, 0].int().tolist(), strict=True):
        places[label].append(f"M{left + (x + EDGE) * scale:.1f} {top + (EDGE - y) * scale:.1f}")
    marks = "".join(
        f'<path class="mark-{label}" d="{"".join(at + MARKS[label] for at in all_of_class)}"/>'
        for label, all_of_class in enumerate(places)
    )
    lines = "".join(outline(f'class="{kind}" data-border="2 0"', border) for kind in ("halo", "border"))
    frame = f'x="{left}" y="{top}" width="{WIDE}" height="{WIDE}"'
    return (
        f'<svg class="plane" viewBox="0 0 268 246" role="img" aria-label="{LABEL.say(language)}">'
        f'<clipPath id="in-plane"><rect {frame} rx="6"/></clipPath><g clip-path="url(#in-plane)">'
        f"{scaled(drawn.picture(2, 0) + lines, left, top, WIDE)}</g>{marks}"
        f"{words(left, 20, BORDER.say(language), kind='strong title')}"
        f"{words(left + WIDE + 4, top + WIDE, 'x₁', kind='soft')}{words(left - 6, top + 12, 'x₂', 'end', 'soft')}</svg>"
    )


def data(numbers: Numbers) -> dict[str, Any]:
    return network.data(numbers) | {"pieces": PIECES, "side": SIDE, "edge": EDGE, "levels": LEVELS}


def html(numbers: Numbers, language: Language) -> str:
    drawn = Rolling(numbers)
    clip = f'<clipPath id="in-unit" clipPathUnits="objectBoundingBox">{circle("", 0.5, 0.5, 0.5)}</clipPath>'
    net = drawing(drawn, language, unit).replace("</svg>", f"{clip}</svg>")
    views = f'<div class="views">{plane(drawn, language)}{curve(drawn, language)}</div>'
    buttons = "".join(
        f'<button type="button" class="{key}">{text.say(language)}</button> ' for key, text in BUTTONS.items()
    )
    said = {**{key: network.SAID[key] for key in ("slope", "grow", "shrink", "flat", "nearly")}, **SAID}
    templates = "".join(f'<template data-say="{key}">{text.say(language)}</template>' for key, text in said.items())
    rows = choice("network-example", LOOKS.say(language), [(key, text.say(language)) for key, text in ROWS.items()])
    return (
        controls(f'<p class="buttons">{buttons}</p>')
        + f'<div class="pulled">{net}{views}</div>{templates}'
        + controls(rows, f'<p class="arithmetic" aria-live="polite">{HELP.say(language)}</p>')
    )
