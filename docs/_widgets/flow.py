"""A small network in which the values of one example flow forward and the slopes come back (notes 2.5, 3.2).

The numbers of a lesson are `activation`, X, and W, b, Z, A and dZ of each layer, such as W1. The first example flows.
dA = dZ W is added up path by path: a value acts on the loss through every unit that it feeds. A page without dW1 shows
the slopes of the units alone, in a line each, and no products of a chosen unit or line.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

import torch

from _widgets.nodes import SUBSCRIPTS, short
from _widgets.parts import bracketed, controls, words
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.language import Language, Text

WIDTH, ROW, TOP, BOX, HIGH = 440, 128, 36, 144, 56
"""The width of the drawing, the distance of two layers, the y of the inputs, and the size of a node's box."""
DRAWING = Text(
    "A network of {sizes} units, the inputs above and the output below. Each box shows the value of its unit and the "
    "slope of the loss by it.",
    "一个 {sizes} 的网络，输入在上，输出在下。每个框里是该单元的值，以及损失对它的斜率。",
)
FORWARD, BACKWARD = Text("Forward: the values", "正向传播：各个值"), Text("Back: the slopes", "反向传播：各个斜率")
PATH = Text("path {number} of {a}, through {z}: ", "{a} 的第 {number} 条路径，经过 {z}：")
SUM = Text("{a} feeds {n} units, so its paths add up: ", "{a} 通向 {n} 个单元，各条路径相加：")
ONE = Text("{a} feeds one unit: ", "{a} 只通向一个单元：")
LOSS = Text("the slope of the loss at z of the output: ", "损失对输出单元的 z 的斜率：")
PLAY, NEXT, BACK, ALL = (
    Text("Play", "播放"),
    Text("Next", "下一步"),
    Text("Back", "上一步"),
    Text("To the end", "到最后"),
)
STOP = Text("Stop", "停止")
HELP = Text(
    "The number on a line is its weight: thick if large, dashed if negative. The number in the corner of a box is its "
    "bias.",
    "线上的数是权重：越粗越大，虚线为负。框角上的数是偏差。",
)
CHOOSE = Text(" Choose a unit or a line: its products are written out.", "选一个单元或一条线，看它的乘积。")
EDGE = Text("forward {forward}; back {back}; and {dw}", "正向 {forward}；反向 {back}；{dw}")


class Step(NamedTuple):
    """A line of arithmetic, the nodes and edges that it uses, and what it computes: "value 1 2" or "slope 1 2"."""

    text: str
    marks: list[str]
    computes: str = ""


class Flow:
    """The example's numbers: a[0] are the inputs; z, a, dz and da of layer l are at index l."""

    def __init__(self, numbers: dict[str, Any], language: Language) -> None:
        self.language = language
        self.L = next(l for l in range(1, 9) if f"W{l + 1}" not in numbers)
        layers = range(1, self.L + 1)
        self.W, self.b = ({l: numbers[f"{name}{l}"] for l in layers} for name in ("W", "b"))
        self.z, self.a, self.dz = ({l: numbers[f"{name}{l}"][0] for l in layers} for name in ("Z", "A", "dZ"))
        self.a[0] = numbers["X"][0]
        self.y = numbers["Y"][0][0]
        self.name = numbers["activation"]
        self.weights = "dW1" in numbers
        self.sizes = [len(self.a[l]) for l in range(self.L + 1)]

    def slope(self, l: int, i: int) -> float:
        """g'(z) of a hidden unit."""
        z, a = (torch.tensor([[each[l][i]]], dtype=torch.float64) for each in (self.z, self.a))
        return ACTIVATIONS[self.name].derivative(z, a, None).item()

    def da(self, l: int, i: int) -> list[float]:
        """The slope of the loss by a value, path by path: dz of each unit that it feeds, times the path's weight."""
        return [dz * row[i] for dz, row in zip(self.dz[l + 1], self.W[l + 1], strict=True)]


def name(letter: str, l: int, i: int, k: int | None = None) -> str:
    """w₁₂ of layer 2 with its layer above."""
    return f"{letter}{SUBSCRIPTS[i]}{'' if k is None else SUBSCRIPTS[k]}<sup>[{l}]</sup>"


def value_of(l: int, i: int) -> str:
    return f"x{SUBSCRIPTS[i]}" if l == 0 else name("a", l, i)


def product(*factors: float) -> str:
    return " · ".join(bracketed(short(each)) for each in factors)


def signed(value: float) -> str:
    """A bias: +2 or −1."""
    return short(value) if value < 0 else f"+{short(value)}"


def total(terms: list[str]) -> str:
    return " + ".join(terms)


def forward_steps(flow: Flow) -> Iterator[Step]:
    for l in range(1, flow.L + 1):
        g = flow.name if l < flow.L else "σ"
        for j, row in enumerate(flow.W[l]):
            terms = [product(w, a) for w, a in zip(row, flow.a[l - 1], strict=True)]
            z, a = short(flow.z[l][j]), short(flow.a[l][j])
            text = f"{name('z', l, j)} = {total([*terms, bracketed(short(flow.b[l][0][j]))])} = {z}, "
            marks = [f"{l} {j}", *(f"{l} {j} {i}" for i in range(len(row)))]
            yield Step(f"{text}{name('a', l, j)} = {g}({z}) = {a}", marks, f"value {l} {j}")


def backward_steps(flow: Flow) -> Iterator[Step]:
    for l in range(flow.L, 0, -1):
        for i in range(flow.sizes[l]):
            yield from slope_steps(flow, l, i)
            if not flow.weights:
                continue
            a_prev, dz = flow.a[l - 1], flow.dz[l][i]
            weights = [f"d{name('w', l, i, k)} = {product(dz, a)} = {short(dz * a)}" for k, a in enumerate(a_prev)]
            marks = [f"{l} {i}", *(f"{l} {i} {k}" for k in range(len(a_prev)))]
            yield Step(f"{', '.join(weights)}, d{name('b', l, i)} = {short(dz)}", marks)


def slope_steps(flow: Flow, l: int, i: int) -> Iterator[Step]:
    """dz of a unit: a - y at the output, elsewhere the sum over the paths times g'(z)."""
    a, dz, language = value_of(l, i), short(flow.dz[l][i]), flow.language
    if l == flow.L:
        text = f"d{name('z', l, i)} = {a} − y = {short(flow.a[l][i])} − {short(flow.y)} = {dz}"
        yield Step(LOSS.say(language) + text, [f"{l} {i}"], f"slope {l} {i}")
        return
    paths = flow.da(l, i)
    factors = [product(z, row[i]) for z, row in zip(flow.dz[l + 1], flow.W[l + 1], strict=True)]
    if len(paths) > 1 and flow.weights:
        for j, path in enumerate(paths):
            text = f"d{name('z', l + 1, j)} · {name('w', l + 1, j, i)} = {factors[j]} = {short(path)}"
            begin = PATH.fill(number=j + 1, a=a, z=name("z", l + 1, j)).say(language)
            yield Step(begin + text, [f"{l} {i}", f"{l + 1} {j}", f"{l + 1} {j} {i}"])
    begin = (ONE if len(paths) == 1 else SUM).fill(a=a, n=len(paths)).say(language)
    shown_above = len(paths) > 1 and flow.weights
    added = total([bracketed(short(path)) for path in paths] if shown_above else factors)
    g = flow.slope(l, i)
    text = (
        f"d{a} = {added} = {short(sum(paths))}, d{name('z', l, i)} = d{a} · g′({name('z', l, i)}) = "
        f"{product(sum(paths), g)} = {dz}"
    )
    marks = [f"{l} {i}", *(f"{l + 1} {j} {i}" for j in range(len(paths)))]
    yield Step(begin + text, marks, f"slope {l} {i}")


def edges(flow: Flow) -> Iterator[tuple[str, str]]:
    """Each weight, such as "2 0 1", with its three products."""
    for l, rows in flow.W.items():
        for j, row in enumerate(rows):
            for i, w in enumerate(row):
                a, dz, W = flow.a[l - 1][i], flow.dz[l][j], name("w", l, j, i)
                text = EDGE.fill(
                    forward=f"{W} · {value_of(l - 1, i)} = {product(w, a)} = {short(w * a)}",
                    back=f"d{name('z', l, j)} · {W} = {product(dz, w)} = {short(dz * w)}",
                    dw=f"d{W} = d{name('z', l, j)} · {value_of(l - 1, i)} = {product(dz, a)} = {short(dz * a)}",
                )
                yield f"{l} {j} {i}", text.say(flow.language)


def place(flow: Flow, l: int, i: int) -> tuple[float, float]:
    """The centre of a unit's box."""
    return WIDTH * (i + 0.5) / flow.sizes[l], TOP + ROW * l


def equation(name: str, value: float) -> str:
    """A name and its value in an SVG drawing, which knows no <sup>. Hair spaces, for the box is narrow."""
    base, _, layer = name.removesuffix("</sup>").partition("<sup>")
    raised = f'<tspan dy="-6" font-size="10">{layer}</tspan><tspan dy="6">\u200a=</tspan>' if layer else "\u200a="
    return f"{base}{raised}\u200a{short(value)}"


def box(flow: Flow, l: int, i: int) -> str:
    x, y = place(flow, l, i)
    value = words(x, y + (5 if l == 0 else -4), equation(value_of(l, i), flow.a[l][i]), "middle")
    parts = [f'<rect class="box" x="{x - BOX / 2:g}" y="{y - HIGH / 2:g}" width="{BOX}" height="{HIGH}" rx="6"/>']
    parts.append(value.replace("<text", f'<text data-part="value {l} {i}"'))
    if l > 0:
        parts.append(words(x + BOX / 2 - 8, y - HIGH / 2 + 5, signed(flow.b[l][0][i]), "end", "weight"))
        slope = words(x, y + 18, equation(f"d{name('z', l, i)}", flow.dz[l][i]), "middle")
        parts.append(slope.replace("<text", f'<text class="node-derivative" data-part="slope {l} {i}"'))
    return f'<g data-mark="{l} {i}">{"".join(parts)}</g>'


def line(flow: Flow, l: int, j: int, i: int) -> str:
    """A weight: a thick line for a large one, a dashed line for a negative one. The wide line is easy to point at."""
    (x1, y1), (x2, y2), w = place(flow, l - 1, i), place(flow, l, j), flow.W[l][j][i]
    ends = f'x1="{x1:.0f}" y1="{y1 + HIGH / 2:.0f}" x2="{x2:.0f}" y2="{y2 - HIGH / 2:.0f}"'
    kind = "edge minus" if w < 0 else "edge"
    x, y = x1 + (x2 - x1) * 0.27, y1 + HIGH / 2 + (y2 - y1 - HIGH) * 0.27
    return (
        f'<g data-mark="{l} {j} {i}"><line class="wide" {ends}/>'
        f'<line class="{kind}" {ends} stroke-width="{0.8 + 1.4 * min(abs(w), 2):.1f}"/>'
        f"{words(x, y + 5, short(w), 'middle', 'weight')}</g>"
    )


def drawing(flow: Flow) -> str:
    units = [(l, i) for l, n in enumerate(flow.sizes) for i in range(n)]
    lines = [line(flow, l, j, i) for l, j in units if l > 0 for i in range(flow.sizes[l - 1])]
    label = DRAWING.fill(sizes="-".join(map(str, flow.sizes))).say(flow.language)
    height = 2 * TOP + ROW * flow.L
    parts = "".join([*lines, *(box(flow, *unit) for unit in units)])
    return f'<svg viewBox="0 0 {WIDTH} {height}" role="group" aria-label="{label}">{parts}</svg>'


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    """The marks of each step, and what it computes; they are the same in both languages."""
    flow = Flow(numbers, "en")
    steps = [*forward_steps(flow), *backward_steps(flow)]
    return {"steps": [{"marks": step.marks, "computes": step.computes} for step in steps]}


def html(numbers: dict[str, Any], language: Language) -> str:
    flow = Flow(numbers, language)
    passes = "".join(
        f"<section><p>{title.say(language)}</p><ol>{''.join(f'<li>{step.text}</li>' for step in steps)}</ol></section>"
        for title, steps in ((FORWARD, forward_steps(flow)), (BACKWARD, backward_steps(flow)))
    )
    products = "".join(f'<p data-edge="{edge}" hidden>{text}</p>' for edge, text in edges(flow) if flow.weights)
    buttons = "".join(
        f'<button type="button" class="{key}">{text.say(language)}</button> '
        for key, text in (("play", PLAY), ("back", BACK), ("next", NEXT), ("all", ALL))
    )
    choose = CHOOSE.say(language) if flow.weights else ""
    stop = f'<span class="stop-word" hidden>{STOP.say(language)}</span>'
    help_ = f'<p class="arithmetic" aria-live="polite">{HELP.say(language)}{choose}</p>'
    return f'{drawing(flow)}{controls(buttons, stop, help_)}{products}<div class="passes">{passes}</div>'
