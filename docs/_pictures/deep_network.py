"""The pictures of chapter 3: a network with many layers."""

from collections.abc import Iterator
from itertools import pairwise

from _pictures.frame import Numbers, picture
from _widgets.parts import Plane, arrow, box, circle, polyline, words
from course_torch.language import Language, Text


def shape(sizes: list[int]) -> str:
    return f"({sizes[0]}, {sizes[1]})"


@picture(
    308,
    Text("A network of five layers, with the shapes of its matrices", "五层的网络，以及各个矩阵的维数"),
    Text(
        "Six columns of units: the input and five layers. Above the gap between two columns are the shapes of W and "
        "b, below each column is the shape of A.",
        "六列单元：输入和五层。两列之间的上方是 W 和 b 的维数，每一列的下方是 A 的维数。",
    ),
)
def dimensions(numbers: Numbers, language: Language) -> Iterator[str]:
    shapes = numbers["shapes"]
    layers = [[(34 + 74 * l, 168 + 34 * (j - (n - 1) / 2)) for j in range(n)] for l, (_, n) in enumerate(shapes["A"])]
    for l, (before, after) in enumerate(pairwise(layers), start=1):
        yield "".join(polyline("edge", [start, end]) for start in before for end in after)
        x = before[0][0] + 37
        yield words(x, 18, f"W[{l}]", "middle", "plus strong") + words(
            x, 37, shape(shapes["W"][l - 1]), "middle", "plus"
        )
        yield words(x, 60, f"b[{l}]", "middle", "soft") + words(x, 79, shape(shapes["b"][l - 1]), "middle", "soft")
    for l, places in enumerate(layers):
        yield "".join(circle("fill ink", x, y, 9) for x, y in places)
        x = places[0][0]
        yield words(x, 276, f"A[{l}]" if l else "X", "middle", "minus strong") + words(
            x, 295, shape(shapes["A"][l]), "middle", "minus"
        )


FORWARD, BACKWARD = Text("forward", "正向块"), Text("backward", "反向块")


@picture(
    252,
    Text("Twenty layers as a chain of blocks", "二十层连成一串块"),
    Text(
        "Forward blocks 1, 2 and so on to 20 from left to right, and below them the backward blocks from right to "
        "left. From each forward block a cache leads down to the backward block of the same layer.",
        "上面从左到右是正向块 1、2，一直到 20；下面从右到左是反向块。每个正向块都有一个 cache 向下通到同一层的反向块。",
    ),
)
def chain_of_blocks(numbers: Numbers, language: Language) -> Iterator[str]:
    top, bottom, last = 64, 190, 20
    for l, x in ((1, 82), (2, 190), (last, 340)):
        for y, block in ((top, FORWARD), (bottom, BACKWARD)):
            yield box("node", x - 38, y - 22, 76, 44, 'rx="6"')
            yield words(x, y - 3, block.say(language), "middle") + words(x, y + 16, str(l), "middle", "strong")
        yield arrow("soft dashed", (x, top + 23), (x, bottom - 24)) + words(x + 8, 132, f"cache {l}", kind="soft")
    for l, start, end, x in ((0, 4, 42, 24), (1, 122, 150, 136), (2, 230, 250, 230), (last - 1, 280, 300, 296)):
        yield arrow("plus", (start, top), (end, top)) + words(x, 30, f"A[{l}]", "middle", "plus")
        yield arrow("minus", (end, bottom), (start, bottom)) + words(x, 234, f"dA[{l}]", "middle", "minus")
    yield words(265, top + 5, "…", "middle") + words(265, bottom + 5, "…", "middle")
    yield polyline("plus", [(380, top), (424, top), (424, 127)]) + arrow(
        "minus", (424, 127), (424, bottom), (381, bottom)
    )
    yield words(412, 30, f"A[{last}]", "middle", "plus") + words(411, 234, f"dZ[{last}]", "middle", "minus")


JUDGED = {"0.1": Text("too small", "太小"), "0.5": Text("right", "合适"), "1.2": Text("too large", "太大")}


@picture(
    250,
    Text("Gradient descent with three learning rates", "三个学习速率的梯度下降"),
    Text(
        "Three times the curve J = w². With a small learning rate the steps are short. With the right learning rate "
        "one step reaches the lowest point. With a large learning rate every step leads higher on the other side.",
        "三条同样的曲线 J = w²。学习速率太小，步子很短；合适时一步就到最低点；太大时，每一步都跳到对面更高的地方。",
    ),
)
def learning_rates(numbers: Numbers, language: Language) -> Iterator[str]:
    for k, (rate, path) in enumerate(numbers["paths"].items()):
        plane = Plane(6 + 148 * k, 56, 132, 156, (-2.1, 2.1), (0, 4.4))
        x = plane.left + plane.width / 2
        yield words(x, 20, f"α = {rate}", "middle", "strong") + words(
            x, 42, JUDGED[rate].say(language), "middle", "soft"
        )
        yield plane.axes() + plane.line("plus", [(w / 20, (w / 20) ** 2) for w in range(-42, 43)])
        inside = [(w, w * w) for w in path if abs(w) < 2.1]
        for start, end in pairwise(inside):
            yield arrow("minus", plane.at(*start), plane.at(*end)) if start != end else ""
        yield "".join(plane.dot("minus", *point, 4) for point in inside) + plane.dot("ink", *inside[0], 6)
        yield words(x, 238, f"w: {path[0]:g} → {inside[-1][0]:.3g}", "middle")
