"""The pictures of chapter 2: a network with one hidden layer."""

from collections.abc import Iterator

from matplotlib.figure import Figure

from _pictures.frame import Numbers, picture
from _widgets.parts import Plane, box, cells, words
from course_torch.language import Language, Text
from lessons.values import printed


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
