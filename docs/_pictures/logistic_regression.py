"""The pictures of chapter 1: logistic regression."""

from collections.abc import Iterator
from itertools import product

from _pictures.frame import Numbers, picture
from _widgets.parts import arrow, box, cells, polyline, words
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


PLACES = {"a": (46, 52), "b": (46, 134), "c": (46, 226), "u": (168, 180), "v": (286, 116), "J": (396, 116)}
"""The centre of each node."""


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
