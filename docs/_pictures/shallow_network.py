"""The pictures of chapter 2: a network with one hidden layer."""

from collections.abc import Iterator
from itertools import pairwise

from matplotlib.figure import Figure

from _pictures.frame import Numbers, picture
from _widgets.parts import Plane, arrow, box, cells, circle, polyline, words
from course_torch.language import Language, Text
from lessons.values import printed


@picture(
    270,
    Text("A network, and one of its units from inside", "一个神经网络，以及放大了的一个单元"),
    Text(
        "A network with three inputs, four hidden units and one output. The first hidden unit is enlarged: it adds "
        "up its weighted inputs and its bias to z, and then computes a = g(z).",
        "一个网络：三个输入，四个隐层单元，一个输出。放大的是第一个隐层单元：先把加权的输入与偏差加起来得到 z，"
        "再算 a = g(z)。",
    ),
)
def opened_unit(numbers: Numbers, language: Language) -> Iterator[str]:
    names = (("x", len(numbers["x"][0])), ("a", len(numbers["A1"][0])), ("ŷ", 1))
    layers = [[(24 + 92 * l, 137 + 62 * (j - (n - 1) / 2)) for j in range(n)] for l, (_, n) in enumerate(names)]
    x, y, radius = 332, 137, 104
    unit = layers[1][0]
    cone = f"M{unit[0]} {unit[1] - 16}L{x} {y - radius}V{y + radius}L{unit[0]} {unit[1] + 16}z"
    yield f'<path class="pale plus" d="{cone}"/>'
    for before, after in pairwise(layers):
        yield "".join(polyline("edge", [start, end]) for start in before for end in after)
    for start, weight in zip(layers[0], numbers["W1"][0], strict=True):
        yield polyline("plus" if weight > 0 else "minus", [start, unit])
    for (name, _), places in zip(names, layers, strict=True):
        for j, place in enumerate(places):
            chosen = " plus" if place == unit else ""
            yield circle(f"node{chosen}", *place, 16)
            yield words(place[0], place[1] + 5, name + ("₁₂₃₄"[j] if len(places) > 1 else ""), "middle")
    b, z, a = numbers["b1"][0][0], numbers["Z1"][0][0], numbers["A1"][0][0]
    total = " + ".join(printed(value, "g") for value in numbers["products"][0]) + f" − {-b:g}"
    yield circle("node plus", x, y, radius) + f'<path class="axis" d="M{x - radius} {y}h{2 * radius}"/>'
    yield words(x, y - 58, "z = wᵀx + b", "middle", "strong plus") + words(x, y - 34, total, "middle")
    yield words(x, y - 12, f"z = {z:.2f}", "middle") + words(x, y + 32, "a = g(z)", "middle", "strong plus")
    yield words(x, y + 58, f"tanh({z:.2f}) = {a:.2f}", "middle")


@picture(
    200,
    Text("Three examples go through one network at once", "三个样本同时通过一个网络"),
    Text(
        "Three rows of X, one for each example, in three colours. They run side by side through the same two layers. "
        "Each row keeps its colour and its place in X, A[1] and A[2].",
        "X 的三行是三个样本，各用一种颜色。它们并排通过同样的两层，在 X、A[1] 和 A[2] 里，每一行的颜色和位置都不变。",
    ),
)
def parallel_rows(numbers: Numbers, language: Language) -> Iterator[str]:
    high, top = 38, 62
    columns = (("X", 30, 30), ("A1", 136, 49), ("A2", 378, 56))  # name, left end, width of an entry
    for i, kind in enumerate(("plus", "minus", "ink")):
        y = top + i * high
        yield box(f"pale {kind}", 30, y + 3, 404, high - 6) + words(24, y + 24, f"{i + 1}", "end", f"strong {kind}")
    for name, x, wide in columns:
        rows = numbers[name]
        shape = f"({len(rows)}, {len(rows[0])})"
        title = name if name == "X" else f"A[{name[1]}]"
        yield words(x + wide * len(rows[0]) / 2, 24, title, "middle", "strong")
        yield words(x + wide * len(rows[0]) / 2, 46, shape, "middle", "soft")
        form = "g" if name == "X" else ".2f"
        yield cells(x, top, wide, high, [[printed(value, form) for value in row] for row in rows])
    for l, x in ((1, 90), (2, 332)):
        yield box("node", x, top - 8, 46, 3 * high + 16, 'rx="6"')
        yield words(x + 23, top + 52, f"W[{l}]", "middle", "strong") + words(
            x + 23, top + 74, f"b[{l}]", "middle", "strong"
        )


CURVES = (("sigmoid", "sigmoid"), ("tanh", "tanh"), ("relu", "ReLU"), ("leaky_relu", "leaky ReLU"))
WITHOUT, WITH = (
    Text("without g: {right} % right", "没有 g：{right} % 正确"),
    Text("with tanh: {right} % right", "用 tanh：{right} % 正确"),
)


@picture(
    366,
    Text("Four activation functions, and a flower with and without one", "四个激活函数，以及有没有激活函数的花"),
    Text(
        "Above: the curves of sigmoid, tanh, ReLU and leaky ReLU. Below: red circles and blue triangles in the shape "
        "of a flower. A network without an activation function separates them by a straight line, a network with "
        "tanh by a curve around the petals.",
        "上面是 sigmoid、tanh、ReLU 和 leaky ReLU 的曲线。下面是由红色圆点和蓝色三角形组成的花："
        "没有激活函数的网络只能用一条直线来分，用 tanh 的网络能沿着花瓣弯曲地分开。",
    ),
)
def curves_and_flower(numbers: Numbers, language: Language) -> Iterator[str]:
    for k, (name, label) in enumerate(CURVES):
        plane = Plane(6 + 110 * k, 28, 98, 84, (-3, 3), (-1.2, 3))
        a = next(curve["a"] for curve in numbers["curves"] if curve["name"] == name)
        points = [(z, value) for z, value in zip(numbers["grid"], a, strict=True) if abs(z) <= 3]
        yield words(55 + 110 * k, 16, label, "middle") + plane.axes() + plane.line("plus", points)
    side = numbers["side"]
    for k, (name, text) in enumerate((("linear", WITHOUT), ("tanh", WITH))):
        plane = Plane(6 + 222 * k, 152, 206, 206, (side[0], side[-1]), (side[0], side[-1]))
        above = Figure().subplots().contourf(side, side, numbers["planes"][name], [0.5, 2]).get_paths()[0]
        region = "".join(
            "M" + "L".join("{:.0f} {:.0f}".format(*plane.at(*point)) for point in polygon) + "z"
            for polygon in above.to_polygons()
        )
        yield words(109 + 222 * k, 142, text.fill(right=f"{numbers[f'right_{name}']:.0f}").say(language), "middle")
        yield box("region class-0", *plane[:4]) + f'<path class="region class-1" d="{region}"/>'
        for label, mark in ((0, "h0"), (1, "m0-3.5l3.3 6h-6.6z")):
            places = [plane.at(x, y) for x, y, of in numbers["flower"] if of == label]
            marks = "".join(f"M{x:.0f} {y:.0f}{mark}" for x, y in places)
            yield f'<path class="marks-{label} class-{label}" d="{marks}"/>'


@picture(
    250,
    Text("tanh with three tangents", "tanh 和它的三条切线"),
    Text(
        "The curve of tanh. Its tangent is steep at z = 0, less steep at z = 1 and almost flat at z = -2.",
        "tanh 的曲线。切线在 z = 0 处最陡，在 z = 1 处平缓一些，在 z = −2 处几乎是平的。",
    ),
)
def tangents(numbers: Numbers, language: Language) -> Iterator[str]:
    plane = Plane(10, 10, 420, 230, (-3.2, 3.2), (-1.35, 1.35))
    curve = next(curve for curve in numbers["curves"] if curve["name"] == "tanh")
    points = list(zip(numbers["grid"], curve["a"], curve["dg"], strict=True))
    yield plane.axes() + plane.line("plus", [(z, a) for z, a, _ in points if abs(z) <= 3.2])
    yield words(426, plane.at(0, 0)[1] - 8, "z", "end") + words(plane.at(0, 0)[0] - 8, 24, "a = tanh(z)", "end", "plus")
    for chosen, anchor, across, down in ((-2, "middle", 0, -22), (0, "start", 16, 27), (1, "start", 14, 26)):
        z, a, slope = min(points, key=lambda point: abs(point[0] - chosen))
        reach = 0.9 / (1 + slope**2) ** 0.5
        x, y = plane.at(z, a)
        yield plane.line("minus", [(z - reach, a - reach * slope), (z + reach, a + reach * slope)])
        yield plane.dot("ink", z, a) + words(
            x + across, y + down, f"g'({chosen}) = {slope:.2f}".replace("-", "−"), anchor, "minus strong"
        )


@picture(
    330,
    Text("The way back from the loss, with the six equations", "从损失往回走，以及六个方程"),
    Text(
        "On the left the forward pass from X through Z[1], A[1], Z[2] and A[2] to the loss L. Orange arrows lead "
        "from L back to Z[2] and on to Z[1]. Beside Z[2] are the equations of dZ[2], dW[2] and db[2], beside Z[1] "
        "those of dZ[1], dW[1] and db[1].",
        "左边是正向传播：从 X 经过 Z[1]、A[1]、Z[2]、A[2] 到损失 L。橙色箭头从 L 往回走到 Z[2]，再走到 Z[1]。"
        "Z[2] 旁边是 dZ[2]、dW[2]、db[2] 的方程，Z[1] 旁边是 dZ[1]、dW[1]、db[1] 的方程。",
    ),
)
def way_back(numbers: Numbers, language: Language) -> Iterator[str]:
    chain = ("X", "Z[1]", "A[1]", "Z[2]", "A[2]", "L")
    places = {name: 20 + 57 * k for k, name in enumerate(chain)}
    for before, after in pairwise(chain):
        yield arrow("plus", (110, places[before] + 16), (110, places[after] - 17))
    for name, y in places.items():
        yield box("node", 80, y - 15, 60, 30, 'rx="6"') + words(110, y + 5, name, "middle")
    for l, after, first in ((2, "L", "dZ[2] = A[2] − Y"), (1, "Z[2]", "dZ[1] = dZ[2] W[2] * g'(Z[1])")):
        y, before = places[f"Z[{l}]"], "X" if l == 1 else "A[1]"
        yield words(6, y + 5, f"W[{l}]") + words(6, y + 25, f"b[{l}]") + arrow("plus", (46, y), (78, y))
        yield arrow("minus", (144, places[after] - 4), (164, places[after] - 4), (164, y + 6), (144, y + 6))
        yield words(178, y + 1, first, kind="minus strong")
        yield words(178, y + 25, f"dW[{l}] = (1/m) dZ[{l}]ᵀ {before}") + words(
            178, y + 49, f"db[{l}] = (1/m) Σ dZ[{l}]"
        )
