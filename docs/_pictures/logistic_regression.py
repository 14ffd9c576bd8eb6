"""The pictures of chapter 1: logistic regression."""

from collections.abc import Iterator
from itertools import product

import torch

from _pictures.frame import Numbers, picture
from _widgets.computation_graph import runs
from _widgets.parts import Plane, arrow, box, cells, circle, polyline, words
from course_torch.formulas.costs import sigmoid_cross_entropy
from course_torch.language import Language, Text
from lessons.values import printed


@picture(
    262,
    Text("A picture becomes a row of numbers", "一张图片变成一行数"),
    Text(
        "A small picture of a cat. Beside it are its red, green and blue channel. All their entries stand below in "
        "one row x. Lines lead from a pixel to its three entries in the row.",
        "一张小猫的图片，旁边是它的红、绿、蓝三个通道。三个通道的元素在下面排成一行 x。从一个像素出发的线，"
        "连到它在这一行里的三个元素。",
    ),
)
def picture_as_row(numbers: Numbers, language: Language) -> Iterator[str]:
    cat, order = numbers["cat"], numbers["orders"]["pixels"]
    height, width, (i, j) = len(cat), len(cat[0]), (2, 1)  # an eye
    flat = [value for row in cat for pixel in row for value in pixel]
    bar = 428 / len(flat)

    def grid(x: float, y: float, side: float, channels: tuple[int, ...]) -> Iterator[str]:
        for row, column in product(range(height), range(width)):
            colour = ", ".join(str(value if c in channels else 0) for c, value in enumerate(cat[row][column]))
            yield box("pixel", x + column * side, y + row * side, side, side, f'fill="rgb({colour})"')
        yield box("outline halo", x + j * side, y + i * side, side, side)
        yield box("outline", x + j * side, y + i * side, side, side)

    pixels = Text("{height} × {width} pixels", "{height} × {width} 个像素").fill(height=height, width=width)
    yield words(81, 18, pixels.say(language), "middle")
    yield from grid(6, 28, 30, (0, 1, 2))
    yield arrow("soft", (162, 88), (186, 88))
    for c, name in enumerate("RGB"):
        x, y = 194 + c * 82, 52
        place = order.index((i * width + j) * 3 + c)
        yield words(x + 37, 42, f"{name}: {cat[i][j][c]}", "middle", f"channel-{c}")
        yield from grid(x, y, 15, (c,))
        yield polyline(f"channel-{c}", [(x + (j + 0.5) * 15, y + (i + 1) * 15), (6 + (place + 0.5) * bar, 190)])
    for k, entry in enumerate(order):
        colour = ", ".join(str(flat[entry] if c == entry % 3 else 0) for c in range(3))
        yield box("pixel", 6 + k * bar, 190, bar, 34, f'fill="rgb({colour})"')
    yield box("outline", 6, 190, 428, 34)
    size = f"{height} · {width} · 3 = {len(flat)}"
    yield words(6, 248, Text("x: {size} numbers", "x：{size} 个数").fill(size=size).say(language))
    yield words(434, 248, "y = ?", "end", "strong")


@picture(
    236,
    Text("The sigmoid, and the loss for both labels", "sigmoid 函数，以及两种标签的损失函数"),
    Text(
        "On the left the sigmoid squeezes z into a prediction between 0 and 1. On the right is the loss of this "
        "prediction. For y = 1 it falls as the prediction goes to 1, for y = 0 as the prediction goes to 0.",
        "左边：sigmoid 函数把 z 压到 0 和 1 之间，得到预测值。右边：这个预测值的损失。y = 1 时，预测值趋近于 1，"
        "损失变小；y = 0 时，预测值趋近于 0，损失变小。",
    ),
)
def sigmoid_and_losses(numbers: Numbers, language: Language) -> Iterator[str]:
    curve, z, a = numbers["curve"], numbers["z"], numbers["a"]
    left = Plane(14, 24, 170, 176, (-4.6, 4.6), (0, 1))
    right = Plane(244, 24, 186, 176, (0, 1), (0, 4))
    yield left.axes() + left.line("plus", zip(curve["z"], curve["a"], strict=True))
    yield left.line("soft dashed", [(z, 0), (z, a), (0, a)]) + left.dot("ink", z, a, 6)
    yield words(14, 44, "ŷ = σ(z)", kind="plus") + words(left.at(z, 0)[0], 218, f"z = {z:.2f}", "middle")
    yield words(left.at(0, 0)[0] - 6, left.at(0, a)[1] + 5, f"{a:.2f}", "end")
    yield right.axes() + "".join(words(right.at(x, 0)[0], 218, str(x), "middle") for x in (0, 1))
    yield words(right.at(a, 0)[0], 218, f"ŷ = {a:.2f}", "middle")
    logits, labels = torch.tensor([[z], [z]]), torch.tensor([[0.0], [1.0]])
    for y, loss in enumerate(sigmoid_cross_entropy(logits, labels).tolist()):
        shown = [(x, value) for x, value in zip(curve["a"], curve[f"y{y}"], strict=True) if value < 4]
        yield right.line(f"class-{y}", shown) + right.dot(f"class-{y}", a, loss, 6)
        across, down = right.at(a, loss)
        yield arrow(f"class-{y}", (across, down), (across + (48 if y else -48), down))
    yield words(right.at(0.12, 0)[0], 44, "y = 1: −log ŷ", kind="class-1")
    yield words(right.at(0.89, 0)[0], 78, "y = 0: −log(1 − ŷ)", "end", "class-0")


@picture(
    300,
    Text("The cost as a bowl, and the steps of gradient descent", "碗形的成本函数，以及梯度下降的每一步"),
    Text(
        "The cost J over w and b is a surface in the shape of a bowl. The steps of gradient descent lead from its "
        "edge to its lowest point.",
        "成本 J 在 w、b 平面上的曲面，形状像一个碗。梯度下降一步一步地从碗边走到最低点。",
    ),
)
def bowl(numbers: Numbers, language: Language) -> Iterator[str]:
    surface = numbers["surface"]
    ws, bs = surface["w"][:37:3], surface["b"][12:58:3]  # the part around the path, with every third line
    J = [row[12:58:3] for row in surface["J"][:37:3]]

    def at(w: float, b: float, height: float) -> tuple[float, float]:
        u, v = (w - ws[0]) / (ws[-1] - ws[0]), (b - bs[0]) / (bs[-1] - bs[0])
        return 220 + (u - v) * 190, 140 + (u + v) * 76 - height * 44

    yield polyline("soft dashed", [at(ws[k], bs[l], 0) for k, l in ((0, 0), (-1, 0), (-1, -1), (0, -1), (0, 0))])
    for i, j in sorted(product(range(len(ws) - 1), range(len(bs) - 1)), key=sum):  # from the back to the front
        corners = [at(ws[k], bs[l], J[k][l]) for k, l in ((i, j), (i + 1, j), (i + 1, j + 1), (i, j + 1))]
        points = " ".join(f"{x:.0f},{y:.0f}" for x, y in corners)
        high = 100 * J[i][j] / max(map(max, J))
        yield f'<polygon class="facet" style="--high: {high:.0f}%" points="{points}"/>'
    walk = numbers["walks"]["2"]
    steps = [at(w, b, cost) for w, b, cost, *_ in walk]
    yield polyline("minus", steps) + "".join(circle("fill minus", *step, 4) for step in steps)
    yield circle("fill ink", *steps[0], 7)
    for n, up in ((0, -16), (-1, 5)):
        yield words(steps[n][0] + 12, steps[n][1] + up, f"J = {walk[n][2]:.2f}")
    for name, (x, y), side in (("w", at(ws[len(ws) // 2], bs[-1], 0), -14), ("b", at(ws[-1], bs[len(bs) // 2], 0), 14)):
        yield words(x + side, y + 14, name, "middle", "strong")


PLACES = {"a": (46, 52), "b": (46, 134), "c": (46, 226), "u": (168, 180), "v": (286, 116), "J": (396, 116)}
"""The centre of each node."""


@picture(
    268,
    Text("The computation graph of J = 3 (a + b c)", "J = 3 (a + b c) 的计算图"),
    Text(
        "The nodes a, b, c, u = b c, v = a + u and J = 3 v. Blue arrows go forward, and above each node is its "
        "value. Orange arrows go backward, and below each node is the slope of J by it.",
        "节点 a、b、c、u = bc、v = a + u 和 J = 3v。蓝色箭头是正向传播，节点上方是它的值；橙色箭头是反向传播，"
        "节点下方是 J 对它的导数。",
    ),
)
def computation_graph(numbers: Numbers, language: Language) -> Iterator[str]:
    nodes = runs()[""]["nodes"]
    for start, end in (("a", "v"), ("b", "u"), ("c", "u"), ("u", "v"), ("v", "J")):
        (x, y), (to_x, to_y) = PLACES[start], PLACES[end]
        way = [(x + 42, y), (to_x - 42, to_y)]
        yield arrow("plus", *((x, y - 4) for x, y in way)) + arrow("minus", *((x, y + 5) for x, y in reversed(way)))
    for name, (x, y) in PLACES.items():
        node = nodes[name]
        yield box("node", x - 40, y - 16, 80, 32, 'rx="6"') + words(x, y + 5, node["text"], "middle")
        yield words(x, y - 22, f"{node['value']:g}", "middle", "plus strong")
        yield words(x, y + 33, f"d{name} = {node['derivative']:g}", "middle", "minus strong")


@picture(
    262,
    Text("What each example adds to the slopes", "每个样本给斜率加上多少"),
    Text(
        "A table with a row for each example and a column for each of dw1, dw2 and db. The outer loop goes down the "
        "rows, the inner loop goes along the features. Below is the mean of each column.",
        "一张表：每个样本一行，dw1、dw2、db 各占一列。外面的循环逐行向下，里面的循环逐个特征向右。"
        "最下面是每一列的平均值。",
    ),
)
def two_loops(numbers: Numbers, language: Language) -> Iterator[str]:
    step, m = numbers["step"], len(numbers["X"])
    heads = ("x1 · dz", "x2 · dz", "dz")
    yield words(100, 20, Text("for j: the features", "for j：遍历特征").say(language), kind="soft") + arrow(
        "soft", (262, 15), (312, 15)
    )
    yield words(6, 58, "for i", kind="soft") + arrow("soft", (20, 70), (20, 184))
    for j, head in enumerate(heads):
        yield words(152 + 110 * j, 50, head, "middle")
    for i, (x, (dz,)) in enumerate(zip(numbers["X"], numbers["dz_each"], strict=True)):
        yield words(90, 90 + 42 * i, f"i = {i + 1}", "end")
        for j, added in enumerate([*(value * dz for value in x), dz]):
            kind = "plus" if added > 0 else "minus"
            yield box(f"pale {kind}", 100 + 110 * j, 64 + 42 * i, 104, 38) + words(
                152 + 110 * j, 89 + 42 * i, f"{added:+.2f}".replace("-", "−"), "middle", kind
            )
    for j, mean in enumerate([*step["dw"], step["db"]]):
        x = 152 + 110 * j
        yield arrow("soft", (x, 192), (x, 214)) + words(x + 8, 209, f"÷ {m}", kind="soft")
        yield words(x, 238, f"{('dw1', 'dw2', 'db')[j]} = {printed(mean, '.2f')}", "middle", "strong")


FORMS = {
    "two loops": Text("two loops", "两个循环"),
    "one loop": Text("one loop", "一个循环"),
    "no loop": Text("no loop", "没有循环"),
}
TIME = Text("{form}: {time} ms", "{form}：{time} 毫秒")


@picture(
    214,
    Text("The time of one step, in three forms", "同样的一步，三种写法所用的时间"),
    Text(
        "Three bars whose lengths are measured times. The bar of two loops fills the width and has a part for each "
        "example. The bar of one loop is much shorter. The bar without a loop is a thin line.",
        "三根长条，长度是实测的时间。两个循环的长条占满整个宽度，每个样本是其中一小段；一个循环的长条短得多；"
        "没有循环的长条细得像一根线。",
    ),
)
def loop_times(numbers: Numbers, language: Language) -> Iterator[str]:
    seconds, (m, n_x) = numbers["seconds"], numbers["timed"]
    unit = 428 / seconds["two loops"]
    for k, (form, name) in enumerate(FORMS.items()):
        y, time = 46 + 58 * k, seconds[form]
        yield words(6, y - 8, TIME.fill(form=name, time=f"{float(f'{1000 * time:.2g}'):g}").say(language))
        parts = 1 if form == "no loop" else m
        wide = time * unit / parts
        yield box("fill plus", 6, y, max(time * unit, 1.5), 26)
        yield "".join(f'<path class="cut" d="M{6 + i * wide:.1f} {y}v26"/>' for i in range(1, parts) if wide > 2)
    yield words(
        6,
        208,
        Text("{m} examples with {n} features", "{m} 个样本，每个样本 {n} 个特征").fill(m=m, n=n_x).say(language),
        kind="soft",
    )


@picture(
    256,
    Text("A row is stretched over a table", "一行被拉伸成一张表"),
    Text(
        "A table of three rows and four columns is divided by a row of four sums. The row is repeated for each row "
        "of the table. The result is a table of percentages.",
        "一张三行四列的表，除以由四个和组成的一行。这一行向下重复，与表的每一行对齐，结果是一张百分比的表。",
    ),
)
def stretched_row(numbers: Numbers, language: Language) -> Iterator[str]:
    def texts(rows: list[list[float]], form: str) -> list[list[str]]:
        return [[printed(value, form) for value in row] for row in rows]

    calories, sums = texts(numbers["calories"], "g"), texts(numbers["sums"], ".1f")
    m, n = len(calories), len(calories[0])
    yield words(92, 18, f"({m}, {n})", "middle", "soft") + cells(6, 26, 43, 30, calories)
    yield words(206, 77, "÷", "middle", "strong")
    yield words(318, 18, f"(1, {n})", "middle", "soft") + cells(226, 26, 52, 30, sums, "cell pale plus")
    yield cells(226, 56, 52, 30, sums * (m - 1), "cell ghost") + arrow("plus", (218, 40), (218, 114))
    yield words(134, 208, "=", "middle", "strong")
    yield words(270, 150, f"({m}, {n})", "middle", "soft") + cells(
        150, 158, 60, 30, [[f"{text} %" for text in row] for row in texts(numbers["percent"], ".0f")]
    )
