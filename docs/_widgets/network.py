"""A drawn network to pull: values from left to right in blue, slopes of J in orange on the lines (notes 2.1, 2.5, 3.2).

The numbers of a section are X, Y, `activation`, and W and b of each layer, such as W1. Without Y there are no slopes.
The picture is complete without a script. With the script a reader pulls a weight, and the page computes everything anew
by the recorded formulas.
"""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import torch
from torch import Tensor

from _widgets.parts import Plane, box, choice, circle, controls, readable, words
from course_torch import DeepNetwork
from course_torch.formulas.computation_graph import slope_from_both_sides
from course_torch.formulas.update import update
from course_torch.language import Language, Text
from course_torch.network.propagation import backward_propagation, forward_propagation
from course_torch.playground.packed import packed
from course_torch.playground.recorder import InputNumber, Recorder

WIDTH, LEFT, RIGHT, RADIUS = 448, 30, 398, 25
"""The width of the drawing, the x of the inputs and of the output, and the radius of a unit."""
ROWS, FEW_ROWS, TOP, FOOT = {True: 130, False: 112}, 160, 104, 118
"""The distance of two units of the largest layer, with few lines or many, or if the layer has two units, and the space
above the first and below the last."""
BOXES, BIAS, HIGH, STUB, LONG_STUB = {True: 68, False: 62}, 98, 40, 8, 66
"""The widths of the boxes of a weight and of a bias, their height, and the distances of a bias from its unit."""
MANY, LARGE_RADIUS = 3, 29
"""So many examples make a unit this large."""
MOST_LINES = 9
"""In a network with more lines only the chosen unit has boxes."""
REACH, POINTS = 2.5, 80
"""The curve shows J for the weight -REACH to +REACH, by this many pieces."""
ALPHA = 0.1
"""The learning rate of a section that has none of its own."""
CURVE = Plane(44, 40, 210, 176, (-REACH, REACH), (0, 1))
"""The plane of the curve; its scales follow the chosen weight."""
SUBSCRIPTS = "₁₂₃₄₅₆₇₈₉"
Numbers = dict[str, Any]
Mark = tuple[int, int, int | str]
"""A parameter: its layer, its unit, and its input or "b"."""

DRAWING = Text(
    "A network of {sizes} units, the inputs on the left and the output on the right. In each unit stands its value, on "
    "each line its weight, and below the weight the slope of J by it.",
    "一个 {sizes} 的网络，输入在左，输出在右。每个单元里是它的值，每条线上是它的权重，权重下面是 J 对它的斜率。",
)
CURVE_LABEL = Text("J over the chosen weight alone, with its tangent", "只改变所选的权重时的 J，以及它的切线")
VALUES, SLOPES = Text("values →", "值 →"), Text("← slopes of J", "← J 的斜率")
ALONE = Text("J over {name} alone", "只改变 {name} 时的 J")
BUTTONS = {
    "play": Text("Play", "播放"),
    "back": Text("Back", "上一步"),
    "next": Text("Next", "下一步"),
    "step": Text("One step, α = {alpha}", "更新一步，α = {alpha}"),
    "undo": Text("Undo", "撤销"),
}
HELP = Text(
    "Pull a box up or down, or choose a box and press the arrow keys. Click on a number: it unfolds into what made it. "
    "A dashed line has a negative weight.",
    "上下拖动一个框，或者选中它再按方向键。点一个数，看它是怎样算出来的。虚线是负的权重。",
)
EXAMPLES, MEAN, EXAMPLE = Text("Examples", "样本"), Text("all: the mean", "全部：平均"), Text("example {i}", "样本 {i}")
SAID = {
    "stop": Text("Stop", "停止"),
    "answer": Text("right: {y}", "应为 {y}"),
    "example": Text("example {i}: ", "样本 {i}："),
    "nudge": Text(
        "The nudge agrees: (J({letter} + 0.001) − J({letter} − 0.001)) / 0.002 = {nudge}.",
        "小增量也得到它：(J({letter} + 0.001) − J({letter} − 0.001)) / 0.002 = {nudge}。",
    ),
    "grow": Text("J falls if {name} grows: it should grow.", "{name} 变大，J 就下降：它应当变大。"),
    "shrink": Text("J grows if {name} grows: it should become smaller.", "{name} 变大，J 就上升：它应当变小。"),
    "flat": Text("The slope is 0: a step does not move {name}.", "斜率是 0：更新一步，{name} 不动。"),
    "nearly": Text("The slope is nearly 0: a step hardly moves {name}.", "斜率几乎是 0：更新一步，{name} 几乎不动。"),
    "corner": Text(
        "{z} is exactly 0, on the corner of ReLU. J has two slopes here: {left} to the left, {right} to the right. The "
        "pass takes 0 as ReLU's slope, the nudge takes the mean of both sides: {nudge}.",
        "{z} 正好是 0，在 ReLU 的折点上。J 在这里有两个斜率：左边 {left}，右边 {right}。反向传播取 ReLU 的斜率为 0，"
        "小增量得到两边的平均：{nudge}。",
    ),
    "near": Text(
        "{z} is so near to 0 that the nudge crosses the corner of ReLU, and finds {nudge}.",
        "{z} 离 0 太近，小增量越过了 ReLU 的折点，得到 {nudge}。",
    ),
    "dead": Text("The slope of ReLU is 0 here: nothing comes through.", "ReLU 在这里的斜率是 0：什么也传不过去。"),
    "sum": Text("{n} paths meet, and are added up.", "{n} 条路径汇合，相加。"),
    "slope": Text("slope {slope}", "斜率 {slope}"),
}
ACTIVATION_LABELS = {"relu": "ReLU", "leaky_relu": "leaky ReLU", "tanh": "tanh", "sigmoid": "σ"}


class Drawn:
    """The network of a section with its numbers: tensors by name, such as "W[1]", "A[0]" for X, and "dW[1]"."""

    def __init__(self, numbers: Numbers) -> None:
        L = max(l for l in range(1, 9) if f"W{l}" in numbers)
        self.activation = numbers["activation"]
        self.sizes = [len(numbers["X"][0]), *(len(numbers[f"W{l}"]) for l in range(1, L + 1))]
        self.net = DeepNetwork(self.sizes, self.activation, dtype=torch.float64)
        parameters = {f"{kind}[{l}]": numbers[f"{kind}{l}"] for l in range(1, L + 1) for kind in "Wb"}
        with torch.no_grad():
            for own, given in zip(self.net.parameters(), parameters.values(), strict=True):
                own.copy_(torch.tensor(given, dtype=torch.float64))
            self.X = torch.tensor(numbers["X"], dtype=torch.float64)
            caches = self.net.caches(self.X)
        self.tensors = {"A[0]": self.X, **dict(zip(parameters, self.net.parameters(), strict=True))}
        self.tensors |= {f"A[{l}]": cache.A for l, cache in enumerate(caches, start=1)}
        self.Y = torch.tensor(numbers["Y"], dtype=torch.float64) if "Y" in numbers else None
        if self.Y is not None:
            for l, (dW, db, _) in enumerate(self.net.manual_gradients(self.X, self.Y), start=1):
                self.tensors |= {f"dW[{l}]": dW, f"db[{l}]": db}
        marks = [(l, j, i) for l, j in self.units() for i in range(self.sizes[l - 1])]
        self.chosen = max(marks, key=lambda mark: abs(self.slope(mark))) if self.Y is not None else marks[0]

    def units(self) -> list[tuple[int, int]]:
        """Layer and number of each unit that computes something."""
        return [(l, j) for l, n in enumerate(self.sizes) if l for j in range(n)]

    def parameters(self) -> Iterator[Mark]:
        """Every weight and every bias."""
        for l, j in self.units():
            yield from ((l, j, i) for i in range(self.sizes[l - 1]))
            yield l, j, "b"

    def entry(self, mark: Mark, d: str = "") -> Tensor:
        """A parameter, or with d = "d" the slope of J by it."""
        l, j, i = mark
        return self.tensors[f"{d}b[{l}]"][0, j] if i == "b" else self.tensors[f"{d}W[{l}]"][j, int(i)]

    def slope(self, mark: Mark) -> float:
        return self.entry(mark, "d").item()

    @torch.no_grad()
    def cost(self, mark: Mark, value: float) -> float:
        """J if this parameter had this value."""
        entry = self.entry(mark)
        before = entry.clone()
        entry.fill_(value)
        J = self.net.cost(self.X, self.Y).item()
        entry.copy_(before)
        return J


def row(sizes: list[int]) -> int:
    """The distance of two units of the largest layer."""
    return FEW_ROWS if max(sizes) == 2 else ROWS[is_small(sizes)]


def is_neuron(sizes: list[int]) -> bool:
    """Whether there is a single unit, whose symbols need no number of a layer."""
    return len(sizes) == 2 and sizes[1] == 1


def is_small(sizes: list[int]) -> bool:
    """Whether each line has a box of its own."""
    return sum(before * after for before, after in pairwise(sizes)) <= MOST_LINES


def place(sizes: list[int], l: int, j: int) -> tuple[float, float]:
    """The centre of a unit. The units of a layer fill the height, and a single unit stands in the middle."""
    share = j / (sizes[l] - 1) if sizes[l] > 1 else 0.5
    return LEFT + (RIGHT - LEFT) * l / (len(sizes) - 1), TOP + row(sizes) * (max(sizes) - 1) * share


def spot(sizes: list[int], mark: Mark) -> tuple[float, float]:
    """The centre of the box of a parameter: in the middle of its line, or, if it would meet others there, before it.

    The bias of a unit stands above the unit, and below it in the lower half of a layer. Above the output, lines meet.
    """
    l, j, i = mark
    x, y = place(sizes, l, j)
    if i == "b":
        lower = sizes[l] > 1 and j >= sizes[l] / 2
        away = RADIUS + HIGH / 2 + (LONG_STUB if sizes[l] == 1 < sizes[l - 1] else STUB)
        return x, y + (away if lower else -away)
    before = place(sizes, l - 1, int(i))
    crossing, steep = 1 not in sizes[l - 1 : l + 1], before[1] != y
    share = 0.47
    if is_small(sizes):
        share = (
            0.49 if not crossing else 0.4 if sizes[l] > sizes[l - 1] else 1 / 3 if steep or len(sizes) == 3 else 0.49
        )
    return before[0] + share * (x - before[0]), before[1] + share * (y - before[1])


def line(drawn: Drawn, mark: tuple[int, int, int]) -> str:
    """A weight: a thick line if it is large, a dashed line if it is negative. The wide line is easy to point at."""
    l, j, i = mark
    (x1, y1), (x2, y2) = place(drawn.sizes, l - 1, i), place(drawn.sizes, l, j)
    ends, w = f'x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}"', drawn.entry(mark).item()
    thick = f'class="edge{" minus" if w < 0 else ""}" stroke-width="{0.8 + 1.4 * min(abs(w), 2):.1f}"'
    return f'<g data-line="{l} {j} {i}"><line class="wide" {ends}/><line {thick} {ends}/></g>'


def unit(drawn: Drawn, l: int, j: int) -> str:
    """A unit with its value for each example, one below the other."""
    x, y = place(drawn.sizes, l, j)
    values, m = drawn.tensors[f"A[{l}]"][:, j].tolist(), len(drawn.X)
    high = 19 if m < MANY else 17
    texts = "".join(
        words(x, y + 5 + high * (r - (m - 1) / 2), readable(value, 2), "middle", "forward").replace(
            "<text", f'<text data-value-of="{l} {j} {r}"'
        )
        for r, value in enumerate(values)
    )
    return f'<g data-unit="{l} {j}">{circle("node", x, y, RADIUS if m < MANY else LARGE_RADIUS)}{texts}</g>'


def handle(drawn: Drawn, mark: Mark) -> str:
    """The box of a parameter: its value, and below it the slope of J by it."""
    x, y = spot(drawn.sizes, mark)
    (l, j, i), small, value = mark, is_small(drawn.sizes), readable(drawn.entry(mark).item())
    wide = BIAS if i == "b" and small else BOXES[small]
    d = ("dz " if len(drawn.X) == 1 else "db ") if i == "b" and small else ""
    texts = words(x, y - 4 if drawn.Y is not None else y + 5, f"b {value}" if i == "b" else value, "middle", "own")
    if drawn.Y is not None:
        texts += words(x, y + 15, d + readable(drawn.slope(mark)), "middle", "slope")
    stub = ""
    if i == "b":
        end, up = place(drawn.sizes, l, j)[1], 1 if y < place(drawn.sizes, l, j)[1] else -1
        stub = f'<line class="edge" x1="{x:g}" y1="{y + up * HIGH / 2:g}" x2="{x:g}" y2="{end - up * RADIUS:g}"/>'
    shown = small or (l, j) == drawn.chosen[:2]
    kind = "handle" + ("" if shown else " far") + (" chosen" if mark == drawn.chosen else "")
    edge = f"M{x - 5} {y - HIGH / 2 - 3}l5-5 5 5zM{x - 5} {y + HIGH / 2 + 3}l5 5 5-5z"
    grip = f'<path class="grip" d="{edge}"/>' if i != "b" else ""
    frame = box("box", x - wide / 2, y - HIGH / 2, wide, HIGH, 'rx="6"')
    return f'<g class="{kind}" data-mark="{l} {j} {i}">{stub}{frame}{grip}{texts}</g>'


def drawing(drawn: Drawn, language: Language, unit: Callable[[Drawn, int, int], str], answer: str = "") -> str:
    """The network. `unit` draws a unit, and `answer` stands below the output."""
    sizes = drawn.sizes
    height = TOP + row(sizes) * (max(sizes) - 1) + FOOT
    x, y = place(sizes, len(sizes) - 1, 0)
    parts = [words(LEFT - 20, 18, VALUES.say(language), kind="forward strong")]
    parts += [line(drawn, mark) for mark in drawn.parameters() if mark[2] != "b"]
    parts += [unit(drawn, l, j) for l, n in enumerate(sizes) for j in range(n)]
    parts += [handle(drawn, mark) for mark in drawn.parameters()]
    names = ["x", "a"] if is_neuron(sizes) else ["x", *(f"a[{l}]" for l in range(1, len(sizes)))]
    parts += [words(place(sizes, l, 0)[0], height - 8, name, "middle", "soft") for l, name in enumerate(names)]
    if drawn.Y is not None:
        parts.append(words(WIDTH - 12, 18, SLOPES.say(language), "end", "slope strong"))
        parts += [words(x, y + RADIUS + 38, answer, "middle", "answer")] if answer else []
        J = f"J = {readable(drawn.net.cost(drawn.X, drawn.Y).item())}"
        parts.append(words(x, y + RADIUS + 60, J, "middle", "strong cost"))
    label = DRAWING.fill(sizes="-".join(map(str, sizes))).say(language)
    return f'<svg class="net" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def curve(drawn: Drawn, language: Language) -> str:
    """J over the chosen weight, with the tangent that has the slope of its box."""
    mark, w = drawn.chosen, drawn.entry(drawn.chosen).item()
    values = [w + REACH * (2 * k / POINTS - 1) for k in range(POINTS + 1)]
    points = [(value, drawn.cost(mark, value)) for value in values]
    plane = CURVE._replace(x=(points[0][0], points[-1][0]), y=(0, 1.1 * max(J for _, J in points)))
    J, slope = drawn.cost(mark, w), drawn.slope(mark)
    (x1, y1), (x2, y2) = (plane.at(w + side, J + slope * side) for side in (-REACH / 2, REACH / 2))
    x, y = plane.at(w, J)
    bottom, right = plane.top + plane.height, plane.left + plane.width
    frame = f'x="{plane.left}" y="{plane.top}" width="{plane.width}" height="{plane.height}"'
    ends = ((plane.left, plane.x[0], "first"), (right, plane.x[1], "last"))
    tangent = f'x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"'
    parts = [
        words(plane.left, 20, ALONE.fill(name=svg_name(drawn.sizes, mark)).say(language), kind="strong title").replace(
            "<text", f'<text data-text="{ALONE.say(language)}"'
        ),
        f'<path class="axis" d="M{plane.left} {plane.top}V{bottom}H{right}"/>',
        words(plane.left - 8, plane.top + 2, "J", "end", "name"),
        words(plane.left - 8, plane.top + plane.height / 11 + 5, readable(plane.y[1] / 1.1, 1), "end", "soft most"),
        words(plane.left - 8, bottom + 4, "0", "end", "soft"),
        *(words(x, bottom + 20, readable(w, 1), "middle", f"soft {name}") for x, w, name in ends),
        f'<clipPath id="curve-of-J"><rect {frame}/></clipPath><g clip-path="url(#curve-of-J)">',
        plane.line("forward", points),
        f'<line class="line tangent below" {tangent}/><line class="line tangent above" {tangent}/></g>',
        circle("point ball", x, y, 7),
        words(x, bottom + 20, readable(w), "middle", "own"),
        words(right, plane.top + 14, SAID["slope"].fill(slope=readable(slope)).say(language), "end", "slope strong"),
    ]
    return (
        f'<svg class="curve" viewBox="0 0 268 246" role="img" aria-label="{CURVE_LABEL.say(language)}">'
        f"{''.join(parts)}</svg>"
    )


def svg_name(sizes: list[int], mark: Mark) -> str:
    """A parameter in an SVG drawing: w₁₂[2], or w₂ of a single neuron."""
    l, j, i = mark
    if is_neuron(sizes):
        return "b" if i == "b" else "w" + SUBSCRIPTS[int(i)] * (sizes[0] > 1)
    return f"b{SUBSCRIPTS[j]}[{l}]" if i == "b" else f"w{SUBSCRIPTS[j]}{SUBSCRIPTS[int(i)]}[{l}]"


@cache
@torch.no_grad()
def recorded(activation: str, L: int) -> dict[str, Any]:
    """Both passes of every network with this activation and L layers, the update, and the nudge, as one packed graph.

    The inputs are X, Y, m, alpha, W[l], b[l], and for the nudge J at w + nudge and at w - nudge, `above` and `below`.
    """
    net = DeepNetwork([2, *(4 for _ in range(L - 1)), 1], activation, dtype=torch.float64)
    for parameter in net.parameters():
        parameter.normal_()
    X, Y = torch.rand(5, 2).double(), torch.arange(5).double().reshape(-1, 1)
    m, alpha, nudge, (above, below) = InputNumber(5), InputNumber(0.1), InputNumber(1e-3), torch.rand(2, 1, 1).double()
    layers, g = net.tensors(), net.hidden_activation.by_product()
    named = {f"{kind}[{l}]": getattr(layer, kind) for l, layer in enumerate(layers, start=1) for kind in "Wb"}
    numbers = {"m": m.tensor, "alpha": alpha.tensor, "nudge": nudge.tensor, "above": above, "below": below}
    with Recorder({"X": X, "Y": Y, **numbers, **named}) as recorder:
        caches = forward_propagation(X, layers, g, net.output)
        steps = backward_propagation(Y, layers, caches, g, net.output, m=m, input_derivative=True)
        made = {"J": net.output.cost(caches[-1].Z, Y, m)}
        made["nudge"] = slope_from_both_sides(lambda a: above if a > 0 else below, 0.0, nudge)
        for l, (cache, step, layer) in enumerate(zip(caches, steps, layers, strict=True), start=1):
            dW, db, _ = step.gradients
            made |= {f"Z[{l}]": cache.Z, f"A[{l}]": cache.A, f"dZ[{l}]": step.dZ, f"dW[{l}]": dW, f"db[{l}]": db}
            made |= {f"next W[{l}]": update(layer.W, dW, alpha), f"next b[{l}]": update(layer.b, db, alpha)}
            if step.dA_prev is not None:
                made[f"dA[{l - 1}]"] = step.dA_prev
            if l < L:
                made[f"g'[{l}]"] = net.hidden_activation.derivative(cache.Z, cache.A, None)
        return packed({"passes": recorder.graph(made)})


def data(numbers: Numbers) -> dict[str, Any]:
    drawn = Drawn(numbers)
    names = [name for name in drawn.tensors if name[0] in "Wb"]
    return {
        "graph": recorded(drawn.activation, len(drawn.sizes) - 1),
        "parameters": {name: drawn.tensors[name].tolist() for name in names},
        "X": drawn.X.tolist(),
        "Y": None if drawn.Y is None else drawn.Y.tolist(),
        "sizes": drawn.sizes,
        "few": is_small(drawn.sizes),
        "chosen": " ".join(map(str, drawn.chosen)),
        "g": ACTIVATION_LABELS[drawn.activation],
        "kink": drawn.net.hidden_activation.kink,
        "plane": CURVE[:4],
        "reach": REACH,
        "pieces": POINTS,
        "alpha": numbers.get("alpha", ALPHA),
    }


def html(numbers: Numbers, language: Language, part: str = "") -> str:
    """The network with the curve beside it. The part "steps" begins, with a script, before the first step."""
    drawn = Drawn(numbers)
    pulled, m, alpha = drawn.Y is not None, len(drawn.X), numbers.get("alpha", ALPHA)
    labels = [readable(y) for y in drawn.Y[:, 0].tolist()] if drawn.Y is not None else []
    answer = SAID["answer"].fill(y=", ".join(labels)).say(language)
    views = curve(drawn, language) if pulled else ""
    picture = f'<div class="pulled">{drawing(drawn, language, unit, answer)}{views}</div>'
    buttons = "".join(
        f'<button type="button" class="{key}">{text.fill(alpha=f"{alpha:g}").say(language)}</button> '
        for key, text in BUTTONS.items()
        if pulled or key != "step"
    )
    said = "".join(f'<template data-say="{key}">{text.say(language)}</template>' for key, text in SAID.items())
    labels = [("mean", MEAN.say(language)), *((str(i), EXAMPLE.fill(i=i + 1).say(language)) for i in range(m))]
    examples = choice("network-example", EXAMPLES.say(language), labels) if m > 1 and pulled else ""
    return (
        picture
        + said
        + controls(
            examples,
            f'<p class="buttons" data-begin="{part}">{buttons}</p>',
            f'<p class="arithmetic" aria-live="polite">{HELP.say(language)}</p>',
        )
    )
