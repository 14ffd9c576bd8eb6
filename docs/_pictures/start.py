"""The picture of the start page: the values of a small network, and the slopes that come back."""

from collections.abc import Iterator
from itertools import pairwise

from _pictures.frame import Numbers, picture
from _widgets.parts import arrow, circle, polyline, words
from course_torch.language import Language, Text
from lessons.values import printed

FORWARD, BACK = Text("forward: the values", "正向：各个值"), Text("back: the slopes", "反向：各个斜率")
RIGHT = Text("right: {y}", "应为 {y}")


@picture(
    236,
    Text("Values go forward through a network, and slopes come back", "值向前穿过网络，斜率往回走"),
    Text(
        "A network with one input, two layers of two units and one output. In each unit stands its value, below it the "
        "slope of the loss by its z. On each line stands its weight. Arrows point forward above and back below.",
        "一个网络：一个输入，两层各两个单元，一个输出。每个单元里是它的值，下面是损失对它的 z 的斜率。"
        "每条线上是它的权重。上面的箭头指向前，下面的箭头指向回。",
    ),
)
def there_and_back(numbers: Numbers, language: Language) -> Iterator[str]:
    values = [numbers["X"][0], *(numbers[f"A{l}"][0] for l in (1, 2, 3))]
    layers = [[(52 + 112 * l, 114 + 84 * (j - (len(a) - 1) / 2)) for j in range(len(a))] for l, a in enumerate(values)]
    for l, (before, after) in enumerate(pairwise(layers), start=1):
        for end, row in zip(after, numbers[f"W{l}"], strict=True):
            for start, weight in zip(before, row, strict=True):
                x, y = (0.65 * here + 0.35 * there for here, there in zip(start, end, strict=True))
                yield polyline("soft", [start, end]) + words(x, y - 4, printed(weight, "g"), "middle", "weight")
    for l, (places, a) in enumerate(zip(layers, values, strict=True)):
        for j, ((x, y), value) in enumerate(zip(places, a, strict=True)):
            yield circle("node", x, y, 21) + words(x, y + 5, printed(value, "g"), "middle", "strong")
            if l:
                dz = printed(numbers[f"dZ{l}"][0][j], "g")
                yield words(x, y + 38, dz, "middle", "minus strong")
    x, y = layers[-1][0]
    yield words(x, y - 32, RIGHT.fill(y=f"{numbers['Y'][0][0]:g}").say(language), "middle")
    yield words(52, 18, FORWARD.say(language), kind="plus strong") + arrow("plus", (240, 13), (410, 13))
    yield words(52, 230, BACK.say(language), kind="minus strong") + arrow("minus", (410, 225), (240, 225))
