"""The computation graph of J = 3 (a + b c), forward and backward, a node at a time (notes 1.4).

The number `friends` of a page takes the place of the 3.
"""

import re
from functools import cache
from typing import Any

from _widgets.parts import choice, controls, words
from course_torch.formulas.computation_graph import ComputationGraph, course_graph
from course_torch.language import Language, Text

PLACES = {"a": (52, 40), "b": (52, 125), "c": (52, 210), "u": (164, 167), "v": (276, 104), "J": (388, 104)}
"""The centre of each node's box."""
WIDE, HIGH = 94, 66
BEHIND = {"v": ("J", ""), "a": ("v", "1"), "u": ("v", "1"), "b": ("u", "c"), "c": ("u", "b")}
"""For each node: the node that uses it, and the slope of that node by it, a number or a name. J has a
factor, which is dv."""
DRAWING = Text(
    "The graph: b and c lead to u = b · c, a and u lead to v = a + u, and v leads to {J}. "
    "Each box shows the value of its node and the derivative of J by it.",
    "计算图：由 b 和 c 得到 u = b · c，由 a 和 u 得到 v = a + u，由 v 得到 {J}。"
    "每个框里是该节点的值，以及 J 对它的导数。",
)
NUDGE, FRIENDS = 0.001, 3
NUDGED, NONE = Text("Add 0.001 to", "加上 0.001"), Text("nothing", "都不加")
NEXT, BACK, ALL = Text("Next node", "下一个节点"), Text("Back", "上一个"), Text("To the end", "到最后")
PASSES = {"value": Text("Forward", "正向传播"), "derivative": Text("Backward", "反向传播")}


def number(value: float) -> str:
    return f"{value:.6g}".replace("-", "−")


def run(inputs: dict[str, float], friends: int) -> dict[str, Any]:
    """The nodes in the order of both passes, and what the passes compute."""
    graph = ComputationGraph(inputs, {**course_graph().formulas, "J": ("multiply", friends, "v")})
    return {
        "forward": [node.name for node in graph.forward() if node.operation is not None],
        "backward": [node.name for node in graph.backward()],
        "nodes": {
            node.name: {"text": node.text, "value": node.value, "derivative": node.derivative}
            for node in graph.nodes.values()
        },
    }


@cache
def runs(friends: int = FRIENDS) -> dict[str, dict[str, Any]]:
    """The run for each nudged input, and the run without a nudge, ""."""
    inputs = {node.name: node.value for node in course_graph().nodes.values() if node.operation is None}
    nudged = {name: inputs | {name: value + NUDGE} for name, value in inputs.items()}
    return {name: run(values, friends) for name, values in {"": inputs, **nudged}.items()}


def runs_of(numbers: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return runs(numbers.get("friends", FRIENDS))


def arithmetic(name: str, forward: bool, nodes: dict[str, Any]) -> str:
    """The arithmetic of a node: u = b · c = 3 · 2 = 6, or du = dv · 1 = 3 · 1 = 3."""
    if forward:
        formula, value = nodes[name]["text"], number(nodes[name]["value"])
        numbers = re.sub("[a-z]", lambda found: number(nodes[found[0]]["value"]), formula.split(" = ")[1])
        return f"{formula} = {numbers} = {value}"
    if name not in BEHIND:
        return f"d{name} = 1"
    after, slope = BEHIND[name]
    slope = slope or number(nodes[name]["derivative"])
    factor = number(nodes[slope]["value"]) if slope in nodes else slope
    product = f"{number(nodes[after]['derivative'])} · {factor}"
    return f"d{name} = d{after} · {slope} = {product} = {number(nodes[name]['derivative'])}"


def steps(run: dict[str, Any]) -> list[dict[str, str]]:
    """The nodes in the order of both passes, with the arithmetic of each."""
    return [
        {"node": name, "part": part, "text": arithmetic(name, part == "value", run["nodes"])}
        for part, order in (("value", run["forward"]), ("derivative", run["backward"]))
        for name in order
    ]


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    """For each nudged input ("" for none): the numbers in the boxes, the steps, and what the nudge measures."""
    computed = runs_of(numbers)
    return {
        nudged: {
            "nodes": {
                name: [number(node["value"]), f"d{name} = {number(node['derivative'])}"]
                for name, node in run["nodes"].items()
            },
            "steps": steps(run),
            "measured": measured(computed[""], run) if nudged else "",
        }
        for nudged, run in computed.items()
    }


def measured(run: dict[str, Any], nudged: dict[str, Any]) -> str:
    """The slope by a nudge, such as J: 33 → 33.009, 0.009 / 0.001 = 9."""
    before, after = (each["nodes"]["J"]["value"] for each in (run, nudged))
    values, change = f"{number(before)} → {number(after)}", after - before
    return f"J: {values}, {number(change)} / {NUDGE} = {number(change / NUDGE)}"


def box(name: str, node: dict[str, Any]) -> str:
    x, y = PLACES[name]
    value, derivative = number(node["value"]), f"d{name} = {number(node['derivative'])}"
    return (
        f'<g data-node="{name}"><rect class="box" x="{x - WIDE / 2:g}" y="{y - HIGH / 2:g}" width="{WIDE}" '
        f'height="{HIGH}" rx="6"/>'
        + words(x, y - 14, node["text"], "middle")
        + words(x, y + 5, value, "middle", "node-value")
        + words(x, y + 24, derivative, "middle", "node-derivative")
        + "</g>"
    )


def arrow(start: str, end: str) -> str:
    (x, y), (to_x, to_y) = PLACES[start], PLACES[end]
    return (
        f'<path class="axis" marker-end="url(#graph-arrow)" d="M{x + WIDE / 2:g} {y}L{to_x - WIDE / 2 - 2:g} {to_y}"/>'
    )


def drawing(nodes: dict[str, Any], language: Language) -> str:
    parts = [
        '<defs><marker id="graph-arrow" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" '
        'orient="auto"><path class="axis head" d="M0 0L8 4L0 8z"/></marker></defs>',
        *(arrow(start, end) for start, (end, _) in BEHIND.items()),
        *(box(name, node) for name, node in nodes.items()),
    ]
    label = DRAWING.fill(J=nodes["J"]["text"]).say(language)
    return f'<svg viewBox="0 0 440 250" role="img" aria-label="{label}">{"".join(parts)}</svg>'


def passes(run: dict[str, Any], language: Language) -> str:
    """The arithmetic of each pass as a list."""

    def lines(part: str) -> str:
        return "".join(f"<li>{step['text']}</li>" for step in steps(run) if step["part"] == part)

    return "".join(
        f"<section><p>{title.say(language)}</p><ol>{lines(part)}</ol></section>" for part, title in PASSES.items()
    )


def html(numbers: dict[str, Any], language: Language) -> str:
    computed = runs_of(numbers)
    run, inputs = computed[""], [("", NONE.say(language)), *((name, name) for name in computed if name)]
    return (
        drawing(run["nodes"], language)
        + controls(
            choice("graph-nudged", NUDGED.say(language), inputs) + '<p class="measured" aria-live="polite"></p>',
            f'<button type="button" class="back">{BACK.say(language)}</button> ',
            f'<button type="button" class="next">{NEXT.say(language)}</button> ',
            f'<button type="button" class="all">{ALL.say(language)}</button>',
            '<p class="arithmetic" aria-live="polite"></p>',
        )
        + f'<div class="passes">{passes(run, language)}</div>'
    )
