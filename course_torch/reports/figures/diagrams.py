"""Diagrams of what computes what: the computation graph, the shapes and the blocks of a network, broadcasting."""

from collections.abc import Sequence
from itertools import pairwise

from jaxtyping import Bool
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch, Patch
from matplotlib.text import Text as Label
from torch import Tensor

from course_torch.formulas.broadcasting import as_column, compared_with_rank_1
from course_torch.formulas.computation_graph import ComputationGraph
from course_torch.language import COLON, Language, Text, same
from course_torch.reports.figures.drawing import BLUE, GREY, ORANGE, SKY_BLUE, VERMILLION, panels

NODE_WIDTH, NODE_HEIGHT = 0.66, 0.62
TOP, FORWARD, BACKWARD, GRADIENTS = 4.9, 3.8, 2.1, 1.1  # heights in inches of the figure and of its rows
HIGH, MARGIN, CHARACTER = 0.8, 0.15, 0.066  # a block, the space beside texts, a character, in inches
RULES = (
    Text("forward l: Z[l] = A[l−1] W[l]ᵀ + b[l], A[l] = g(Z[l])", "正向 l：Z[l] = A[l−1] W[l]ᵀ + b[l]，A[l] = g(Z[l])"),
    Text(
        "backward l: dZ[l] = dA[l] * g'(Z[l]) for l < L, dA[l−1] = dZ[l] W[l],",
        "反向 l：dZ[l] = dA[l] * g'(Z[l])（l < L），dA[l−1] = dZ[l] W[l]，",
    ),
    same("dW[l] = (1/m) dZ[l]ᵀ A[l−1], db[l] = (1/m) Σ_i dZ[l]"),
)
NETWORK = Text("{sizes} network on m = {m} examples", "{sizes} 网络，m = {m} 个样本")
VALUES = Text("forward: values, from left to right →", "正向：从左到右求值 →")
DERIVATIVES = Text(
    "← backward: d… is the derivative of {result} by …, from right to left",
    "← 反向：d… 是 {result} 对 … 的导数，从右到左",
)
SHAPES = Text(
    "dZ, dA, dW and db have the shapes of Z, A, W and b; Z[l] has that of A[l]",
    "dZ、dA、dW、db 的形状与 Z、A、W、b 相同；Z[l] 的形状与 A[l] 相同",
)
UNNEEDED = Text("needed by\nno parameter", "没有参数\n用到它")
LABELS = Text("labels y, ({m},) repeated downwards", "标签 y，({m},) 向下重复")
PREDICTIONS = Text("predictions, ({m}, 1) repeated to the right", "预测，({m}, 1) 向右重复")
PAIR = Text("prediction {yhat}, label {y}", "预测 {yhat}，标签 {y}")
TABLE = Text(
    "({m}, 1) == ({m},) is ({m}, {m})\nmean {mean:.2f}: no accuracy",
    "({m}, 1) == ({m},) 是 ({m}, {m})\n平均值 {mean:.2f}：不是准确率",
)
COLUMN = Text(
    "({m}, 1) == ({m}, 1) is ({m}, 1)\nmean {mean:.2f}: the accuracy",
    "({m}, 1) == ({m}, 1) 是 ({m}, 1)\n平均值 {mean:.2f}：准确率",
)


def computation_graph(graph: ComputationGraph, language: Language = "en") -> Figure:
    """Draw each node of a graph after both passes: formula, value (blue) and derivative (vermillion) (notes 1.4)."""
    places = _places(graph)
    result = list(graph.nodes)[-1]
    figure, axes = panels(3.8)
    for name, (x, y) in places.items():
        node = graph.nodes[name]
        for operand in node.inputs:
            if isinstance(operand, str):
                start_x, start_y = places[operand]
                _arrow(axes, (start_x + NODE_WIDTH / 2, start_y), (x - NODE_WIDTH / 2, y), GREY)
        _box(axes, x, y, NODE_WIDTH, NODE_HEIGHT, "black")
        value = Text("value {value:.4g}", "值 {value:.4g}").fill(value=node.value).say(language)
        lines = (node.text, value, f"d{node.name} = {node.derivative:.4g}")
        for text, colour, rise in zip(lines, ("black", BLUE, VERMILLION), (0.18, 0.0, -0.18), strict=True):
            axes.text(x, y + rise, text, color=colour, ha="center", va="center")
    figure.suptitle(VALUES.say(language), color=BLUE)
    figure.supxlabel(DERIVATIVES.fill(result=result).say(language), color=VERMILLION)
    axes.set_axis_off()
    depths, heights = zip(*places.values(), strict=True)
    axes.set_xlim(-NODE_WIDTH / 2 - 0.05, max(depths) + NODE_WIDTH / 2 + 0.05)
    axes.set_ylim(min(heights) - NODE_HEIGHT, max(heights) + NODE_HEIGHT)
    return figure


def _places(graph: ComputationGraph) -> dict[str, tuple[float, float]]:
    """Name -> centre (x, y): x is the depth; y is the mean y of the inputs, or 1 below the column's last node."""
    places: dict[str, tuple[float, float]] = {}
    for name, node in graph.nodes.items():
        before = [places[operand] for operand in node.inputs if isinstance(operand, str)]
        x = 1 + max((x for x, _ in before), default=-1.0)
        y = sum(y for _, y in before) / len(before) if before else 0.0
        lowest = min((other_y for other_x, other_y in places.values() if other_x == x), default=y + 1)
        places[name] = (x, min(y, lowest - 1))
    return places


def network_shapes(
    layer_sizes: Sequence[int], m: int, hidden_activation: str, output: str, language: Language = "en"
) -> Figure:
    """Draw X and the A[l] (m, n_l) in a row, and below them W[l] (n_l, n_{l-1}) and b[l] (1, n_l) (notes 3.1)."""
    L = len(layer_sizes) - 1
    figure, axes = panels(3, width=max(8, 1.6 * (L + 1)))
    title = NETWORK.fill(sizes="-".join(map(str, layer_sizes)), m=m).say(language)
    figure.suptitle(f"{title}{COLON.say(language)}Z[l] = A[l−1] W[l]ᵀ + b[l]")
    axes.set(xlim=(-0.5, L + 0.5), ylim=(-0.5, 1.4))
    axes.set_axis_off()
    hidden = [f"A[{l}] =\n{hidden_activation}(Z[{l}])" for l in range(1, L)]
    texts = ["X = A[0]", *hidden, f"ŷ = A[{L}] =\n{output}(Z[{L}])"]
    rows = enumerate(zip(texts, layer_sizes, strict=True))
    boxes = [_framed(axes, l, 1, f"{text}\n({m}, {n_l})", BLUE) for l, (text, n_l) in rows]
    for l, (n_prev, n_l) in enumerate(pairwise(layer_sizes), start=1):
        parameters = _framed(axes, l - 0.5, 0, f"W[{l}] ({n_l}, {n_prev})\nb[{l}] (1, {n_l})", VERMILLION)
        ends = {"patchA": boxes[l - 1].get_bbox_patch(), "patchB": boxes[l].get_bbox_patch()}
        _arrow(axes, (l - 1, 1), (l, 1), GREY, **ends)
        _arrow(axes, (l - 0.5, 0), (l - 0.5, 1), GREY, patchA=parameters.get_bbox_patch())
    figure.supxlabel(SHAPES.say(language), fontsize=9)
    return figure


def blocks_with_caches(
    layer_sizes: Sequence[int], m: int, hidden_activation: str, output: str, language: Language = "en"
) -> Figure:
    """Draw each layer's forward block, its backward block below it and the cache between, with shapes (notes 3.2)."""
    L = len(layer_sizes) - 1
    sizes = [f"({m}, {n_l})" for n_l in layer_sizes]
    weights = ["", *(f"({n_l}, {n_prev})" for n_prev, n_l in pairwise(layer_sizes))]
    wide = CHARACTER * max(16, *(len(f"dW[{L}] {shape}") for shape in (*sizes, *weights))) + 2 * MARGIN
    gap = CHARACTER * max(9, *map(len, sizes)) + 2 * MARGIN
    width = gap + L * (wide + gap) + wide
    figure = Figure(figsize=(width + 2 * MARGIN, TOP))
    axes = figure.add_axes((0, 0, 1, 1), xlim=(-MARGIN, width + MARGIN), ylim=(0, TOP))
    axes.set_axis_off()
    title = NETWORK.fill(sizes="-".join(map(str, layer_sizes)), m=m).say(language)
    axes.text(width / 2, TOP - 0.3, title, ha="center", fontsize=12)
    forward, backward, kept = (
        text.say(language) for text in (Text("forward", "正向"), Text("backward", "反向"), Text("cache", "缓存"))
    )
    for height, rule in zip((0.65, 0.4, 0.18), RULES, strict=True):
        axes.text(width / 2, height, rule.say(language), ha="center", va="center", fontsize=9)

    for l in range(1, L + 1):
        left = gap + (l - 1) * (wide + gap)
        middle, right = left + wide / 2, left + wide
        g = hidden_activation if l < L else output
        bias = f"b[{l}] (1, {layer_sizes[l]})"
        _block(axes, middle, FORWARD, wide, f"{forward} {l}{COLON.say(language)}{g}\nW[{l}] {weights[l]}\n{bias}", BLUE)
        _block(axes, middle, BACKWARD, wide, f"{backward} {l}\ndZ[{l}] {sizes[l]}", VERMILLION)
        _arrow(axes, (left - gap, FORWARD), (left, FORWARD), BLUE)
        _above(axes, left - gap / 2, FORWARD, f"{'X = ' if l == 1 else ''}A[{l - 1}]\n{sizes[l - 1]}", BLUE)
        _arrow(axes, (middle, FORWARD - HIGH / 2), (middle, BACKWARD + HIGH / 2), GREY, linestyle="--")
        cache = f"{kept} {l}\nA[{l - 1}], Z[{l}],\nA[{l}]"
        axes.text(middle + 0.1, (FORWARD + BACKWARD) / 2, cache, va="center", fontsize=9)
        _arrow(axes, (left, BACKWARD), (left - gap, BACKWARD), VERMILLION, linestyle="-" if l > 1 else ":")
        _above(axes, left - gap / 2, BACKWARD, f"dA[{l - 1}]\n{sizes[l - 1]}", VERMILLION)
        _arrow(axes, (middle, BACKWARD - HIGH / 2), (middle, GRADIENTS + 0.2), VERMILLION)
        gradients = f"dW[{l}] {weights[l]}\nd{bias}"
        axes.text(middle, GRADIENTS, gradients, ha="center", va="center", fontsize=9, color=VERMILLION)
    axes.text(gap / 2, BACKWARD - 0.08, UNNEEDED.say(language), ha="center", va="top", fontsize=8, color=VERMILLION)

    loss = right + gap + wide / 2
    _block(axes, loss, BACKWARD, wide, f"{Text('the loss', '损失').say(language)}\ndZ[{L}] = A[{L}] − Y", GREY)
    _arrow(axes, (loss - wide / 2, BACKWARD), (right, BACKWARD), VERMILLION)
    _above(axes, right + gap / 2, BACKWARD, f"dZ[{L}]\n{sizes[L]}", VERMILLION)
    axes.plot((right, loss), (FORWARD, FORWARD), color=BLUE, linewidth=1)
    _above(axes, right + gap / 2, FORWARD, f"A[{L}] = ŷ\n{sizes[L]}", BLUE)
    _arrow(axes, (loss, FORWARD), (loss, BACKWARD + HIGH / 2), BLUE)
    return figure


def broadcasting_mistake(
    predicted: Bool[Tensor, "m 1"], label: Bool[Tensor, " m"], language: Language = "en"
) -> Figure:
    """Draw predictions (m, 1) == labels (m,), all pairs, beside == labels (m, 1), for m up to about 12 (notes 1.7)."""
    predicted, label = predicted.cpu(), label.cpu()
    m = len(label)
    table, column = compared_with_rank_1(predicted, label), predicted == as_column(label.float())
    figure, (left, right) = panels(4.6, 1, 2, width_ratios=(5, 3))

    _draw_cells(left, table)
    left.set_xticks(range(m), [f"{int(y)}" for y in label])
    left.set_yticks(range(m), [f"{int(yhat)}" for yhat in predicted[:, 0]])
    left.set(xlabel=LABELS.fill(m=m).say(language), ylabel=PREDICTIONS.fill(m=m).say(language))
    left.set_title(TABLE.fill(m=m, mean=table.float().mean().item()).say(language), fontsize=11)

    _draw_cells(right, column)
    right.set_xticks(())
    pairs = zip(predicted[:, 0], label, strict=True)
    right.set_yticks(range(m), [PAIR.fill(yhat=int(yhat), y=int(y)).say(language) for yhat, y in pairs])
    right.set_title(COLUMN.fill(m=m, mean=column.float().mean().item()).say(language), fontsize=11)
    return figure


def _draw_cells(axes: Axes, equal: Bool[Tensor, "rows columns"]) -> None:
    axes.imshow(equal.numpy(), cmap=ListedColormap([ORANGE, SKY_BLUE]), vmin=0, vmax=1, aspect="auto")
    for i, row in enumerate(equal.tolist()):
        for j, alike in enumerate(row):
            axes.text(j, i, "=" if alike else "≠", ha="center", va="center", fontsize=12)


def _box(axes: Axes, x: float, y: float, width: float, height: float, colour: str) -> None:
    corner, style = (x - width / 2, y - height / 2), "round,pad=0,rounding_size=0.08"
    axes.add_patch(FancyBboxPatch(corner, width, height, boxstyle=style, fc="white", ec=colour))


def _block(axes: Axes, x: float, y: float, wide: float, text: str, colour: str) -> None:
    _box(axes, x, y, wide, HIGH, colour)
    axes.text(x, y, text, ha="center", va="center", fontsize=9)


def _framed(axes: Axes, x: float, y: float, text: str, colour: str) -> Label:
    frame = {"boxstyle": "round", "facecolor": "white", "edgecolor": colour, "linewidth": 1.5}
    return axes.text(x, y, text, ha="center", va="center", fontsize=9, bbox=frame)


def _arrow(
    axes: Axes, start: tuple[float, float], end: tuple[float, float], colour: str, **options: str | Patch | None
) -> None:
    """Draw an arrow. It begins and ends at the edges of the frames `patchA` and `patchB`, if they are given."""
    arrow = {"arrowstyle": "-|>", "color": colour, "shrinkA": 0, "shrinkB": 0, **options}
    axes.annotate("", end, xytext=start, arrowprops=arrow)


def _above(axes: Axes, x: float, y: float, text: str, colour: str) -> None:
    axes.text(x, y + 0.06, text, ha="center", va="bottom", fontsize=9, color=colour)
