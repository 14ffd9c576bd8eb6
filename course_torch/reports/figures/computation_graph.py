"""A computation graph with the values of the forward pass and the derivatives of the backward pass (notes 1.4)."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from course_torch.formulas.computation_graph import ComputationGraph, Node
from course_torch.reports.figures.colours import BLUE, GREY, VERMILLION

WIDTH, HEIGHT = 0.66, 0.62


def computation_graph(graph: ComputationGraph) -> Figure:
    """Draw a box for each node, inputs on the left and the result on the right. Arrows follow the forward pass.

    A box shows the formula of the node, its value (blue) and the derivative of the result by the node (vermillion).
    `forward` and `backward` must have run. Constants appear only in the formulas (notes 1.4).
    """
    places = _places(graph)
    result = list(graph.nodes)[-1]
    figure = Figure(figsize=(8, 3.8), layout="constrained")
    axes = figure.subplots()
    for name, (x, y) in places.items():
        for each in graph.nodes[name].inputs:
            if isinstance(each, str):
                start = (places[each][0] + WIDTH / 2, places[each][1])
                arrow = {"arrowstyle": "-|>", "color": GREY, "shrinkA": 0, "shrinkB": 0}
                axes.annotate("", (x - WIDTH / 2, y), xytext=start, arrowprops=arrow)
        _draw_box(axes, graph.nodes[name], x, y)
    figure.suptitle("forward: values, from left to right →", color=BLUE)
    figure.supxlabel(f"← backward: d… is the derivative of {result} by …, from right to left", color=VERMILLION)
    axes.set_axis_off()
    depths, heights = [x for x, _ in places.values()], [y for _, y in places.values()]
    axes.set_xlim(-WIDTH / 2 - 0.05, max(depths) + WIDTH / 2 + 0.05)
    axes.set_ylim(min(heights) - HEIGHT, max(heights) + HEIGHT)
    return figure


def _places(graph: ComputationGraph) -> dict[str, tuple[float, float]]:
    """Name -> centre (x, y): x is the depth; y is the mean y of the inputs, or 1 below the column's last node."""
    places: dict[str, tuple[float, float]] = {}
    for name, node in graph.nodes.items():
        before = [places[each] for each in node.inputs if isinstance(each, str)]
        x = 1 + max((x for x, _ in before), default=-1.0)
        y = sum(y for _, y in before) / len(before) if before else 0.0
        lowest = min((other_y for other_x, other_y in places.values() if other_x == x), default=y + 1)
        places[name] = (x, min(y, lowest - 1))
    return places


def _draw_box(axes: Axes, node: Node, x: float, y: float) -> None:
    corner = (x - WIDTH / 2, y - HEIGHT / 2)
    axes.add_patch(
        FancyBboxPatch(corner, WIDTH, HEIGHT, boxstyle="round,pad=0,rounding_size=0.08", fc="white", ec="black")
    )
    lines = (
        (node.text, "black"),
        (f"value {node.value:.4g}", BLUE),
        (f"d{node.name} = {node.derivative:.4g}", VERMILLION),
    )
    for (text, colour), height in zip(lines, (0.18, 0.0, -0.18), strict=True):
        axes.text(x, y + height, text, color=colour, ha="center", va="center")
