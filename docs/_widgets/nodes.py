"""A drawn 3-4-1 network: z and a of the chosen node with their arithmetic, and where they lie (notes 2.1).

W[l], Z[l] and A[l] are marked at the entries that belong to the chosen node.
"""

from typing import Any, NamedTuple

from _widgets.parts import bracketed, choice, controls, matrix, words
from course_torch.language import Language, Text
from lessons.values import printed

COLUMNS, TOP, GAP, RADIUS = (60, 220, 380), 50, 66, 19
"""The x of each layer in the drawing, the y of the first of four nodes, the distance of two nodes, and their radius."""
SUBSCRIPTS = "₁₂₃₄"
DRAWING = Text(
    "A network with three inputs, four hidden nodes and one output node. Each node is connected with every node of the "
    "layer before it.",
    "一个网络：三个输入，四个隐层节点，一个输出节点。每个节点都与前一层的所有节点相连。",
)
NODE = Text("Node", "节点")
LAYER_1, LAYER_2 = Text("Layer 1", "第 1 层"), Text("Layer 2", "第 2 层")


class Layer(NamedTuple):
    """A layer for one example: its input, its parameters, and what it computes. All are matrices.

    names    the names of these five matrices on the page
    g        the name of the activation
    """

    a_prev: list[list[float]]
    W: list[list[float]]
    b: list[list[float]]
    Z: list[list[float]]
    A: list[list[float]]
    names: tuple[str, str, str, str, str]
    g: str


def layers(numbers: dict[str, Any]) -> tuple[Layer, Layer]:
    first = (numbers[name] for name in ("x", "W1", "b1", "Z1", "A1"))
    second = (numbers[name] for name in ("A1", "W2", "b2", "Z2", "A2"))
    return (
        Layer(*first, ("x", "W[1]", "b[1]", "Z[1]", "A[1]"), "tanh"),
        Layer(*second, ("A[1]", "W[2]", "b[2]", "Z[2]", "A[2]"), "σ"),
    )


def short(value: float) -> str:
    """An input as it was typed, a computed number with four decimals."""
    return printed(value, "g" if round(value, 2) == value else ".4f")


def uses(layer: Layer, j: int) -> dict[str, list[str]]:
    """The entries of the matrices that go into node j, and the entries that the node computes."""
    a_prev, W, b, Z, A = layer.names
    weights = range(len(layer.W[j]))
    return {
        "used": [*(f"{a_prev} 0 {k}" for k in weights), *(f"{W} {j} {k}" for k in weights), f"{b} 0 {j}"],
        "chosen": [f"{Z} 0 {j}", f"{A} 0 {j}"],
    }


def data(numbers: dict[str, Any]) -> dict[str, dict[str, list[str]]]:
    """Layer and node, such as "1 2" -> the entries of this node."""
    return {
        f"{l} {j + 1}": uses(layer, j) for l, layer in enumerate(layers(numbers), start=1) for j in range(len(layer.W))
    }


def symbol(name: str, l: int, j: int) -> str:
    return f"{name}<sub>{j + 1}</sub><sup>[{l}]</sup>"


def arithmetic(l: int, layer: Layer, j: int) -> str:
    """z as a sum of products and a as g(z), with numbers."""
    terms = [f"{bracketed(short(w))} · {bracketed(short(a))}" for w, a in zip(layer.W[j], layer.a_prev[0], strict=True)]
    z, a = printed(layer.Z[0][j], ".4f"), printed(layer.A[0][j], ".4f")
    total = " + ".join([*terms, bracketed(short(layer.b[0][j]))])
    return (
        f'<p class="step arithmetic" data-node="{l} {j + 1}">{symbol("z", l, j)} = {total} = {z}<br>'
        f"{symbol('a', l, j)} = {layer.g}({z}) = {a}</p>"
    )


def places(count: int) -> list[float]:
    """The y of each node of a layer, around the middle of the drawing."""
    return [TOP + GAP * (1.5 + j - (count - 1) / 2) for j in range(count)]


def drawing(numbers: dict[str, Any], language: Language) -> str:
    """The edges, then the nodes with their values below them."""
    sizes = (len(numbers["x"][0]), len(numbers["A1"][0]), len(numbers["A2"][0]))
    edges = [
        f'<line class="edge" data-to="{l} {j + 1}" x1="{COLUMNS[l - 1]}" y1="{y1:.0f}"'
        f' x2="{COLUMNS[l]}" y2="{y2:.0f}"/>'
        for l in (1, 2)
        for j, y2 in enumerate(places(sizes[l]))
        for y1 in places(sizes[l - 1])
    ]
    nodes = [
        f'<g class="node" data-node="{l} {j + 1}"><circle cx="{COLUMNS[l]}" cy="{y:.0f}" r="{RADIUS}"/>'
        f"{words(COLUMNS[l], y + 5, ('x' if l == 0 else 'a') + SUBSCRIPTS[j], 'middle')}"
        f"{words(COLUMNS[l], y + RADIUS + 15, short(value), 'middle')}</g>"
        for l, name in enumerate(("x", "A1", "A2"))
        for j, (y, value) in enumerate(zip(places(sizes[l]), numbers[name][0], strict=True))
    ]
    heads = [words(x, 20, text, "middle") for x, text in zip(COLUMNS, ("x", "A[1]", "A[2]"), strict=True)]
    return (
        f'<svg viewBox="0 0 440 296" role="img" aria-label="{DRAWING.say(language)}">'
        f"{''.join([*heads, *edges, *nodes])}</svg>"
    )


def matrices(layer: Layer, names: tuple[str, ...]) -> str:
    """The layer's matrices of these names."""
    shown = zip(layer.names, layer[:5], ("g", "g", "g", ".4f", ".4f"), strict=True)
    return "".join(matrix(name, rows, form) for name, rows, form in shown if name in names)


def html(numbers: dict[str, Any], language: Language) -> str:
    first, second = layers(numbers)
    labels = [
        (f"{l} {j + 1}", symbol("a", l, j)) for l, layer in ((1, first), (2, second)) for j in range(len(layer.W))
    ]
    lines = "".join(arithmetic(l, layer, j) for l, layer in ((1, first), (2, second)) for j in range(len(layer.W)))
    return (
        drawing(numbers, language)
        + controls(choice("nodes-node", NODE.say(language), labels))
        + f'<div aria-live="polite">{lines}</div>'
        + f"<p><strong>{LAYER_1.say(language)}</strong></p>"
        + f'<div class="matrices">{matrices(first, first.names)}</div>'
        + f"<p><strong>{LAYER_2.say(language)}</strong></p>"
        + f'<div class="matrices">{matrices(second, second.names[1:])}</div>'
    )
