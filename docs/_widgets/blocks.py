"""The forward and backward blocks of a network with their caches: a drawing with numbers, step by step (notes 3.2)."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from _widgets.parts import controls, matrix, scrolling, words
from course_torch.language import Language, Text
from katex_math import rendered
from lessons.values import printed

L = 3
FORWARD, BACKWARD = Text("forward {l}", "正向块 {l}"), Text("backward {l}", "反向块 {l}")
USED = Text("from the cache", "取自 cache")
GIVEN, MADE = Text("given", "输入"), Text("computed", "算出")


def bracketed(name: str) -> str:
    """dA1 as dA[1], as in the drawing."""
    return f"{name[:-1]}[{name[-1]}]" if name[-1].isdigit() else name


class Step(NamedTuple):
    """A block at work: its title, its formulas, and the matrices by their part in it."""

    title: Text
    tex: str
    matrices: tuple[tuple[Text, tuple[str, ...]], ...]
    said: Text


def forward_step(l: int) -> Step:
    """Block l forward."""
    g = r"\mathrm{ReLU}" if l < L else r"\sigma"
    tex = rf"""\begin{{aligned}}
        Z^{{[{l}]}} &= A^{{[{l - 1}]}} W^{{[{l}]\top}} + b^{{[{l}]}} \\
        A^{{[{l}]}} &= {g}(Z^{{[{l}]}})
        \end{{aligned}}"""
    return Step(
        FORWARD.fill(l=l),
        tex,
        ((GIVEN, (f"A{l - 1}", f"W{l}", f"b{l}")), (MADE, (f"Z{l}", f"A{l}"))),
        Text(
            f"Block {l} forward puts A[{l - 1}], Z[{l}] and A[{l}] into cache {l}.",
            f"正向块 {l} 把 A[{l - 1}]、Z[{l}] 和 A[{l}] 存入 cache {l}。",
        ),
    )


def output_step() -> Step:
    return Step(
        Text("output", "输出"),
        rf"dZ^{{[{L}]}} = A^{{[{L}]}} - Y",
        ((GIVEN, (f"A{L}", "Y")), (MADE, (f"dZ{L}",))),
        Text(f"The way back begins: the loss gives dZ[{L}].", f"从这里往回走：损失函数给出 dZ[{L}]。"),
    )


def backward_step(l: int) -> Step:
    """Block l backward. The last block gets dZ[L] itself."""
    slopes = (
        *((rf"dZ^{{[{l}]}} &= dA^{{[{l}]}} * g'(Z^{{[{l}]}})",) if l < L else ()),
        rf"dW^{{[{l}]}} &= \tfrac1m\, dZ^{{[{l}]\top}} A^{{[{l - 1}]}}",
        rf"db^{{[{l}]}} &= \tfrac1m \textstyle\sum_i dZ^{{[{l}](i)}}",
        rf"dA^{{[{l - 1}]}} &= dZ^{{[{l}]}} W^{{[{l}]}}",
    )
    tex = r"\begin{aligned}" + r" \\ ".join(slopes) + r"\end{aligned}"
    used = (f"A{l - 1}", f"Z{l}") if l < L else (f"A{l - 1}",)
    names = Text(*(join.join(map(bracketed, used)) for join in (" and ", " 和 ")))
    made = (*((f"dZ{l}",) if l < L else ()), f"dW{l}", f"db{l}", f"dA{l - 1}")
    return Step(
        BACKWARD.fill(l=l),
        tex,
        ((GIVEN, (f"dA{l}" if l < L else f"dZ{l}", f"W{l}")), (USED, used), (MADE, made)),
        Text(f"Block {l} backward takes {names.en} out of cache {l}.", f"反向块 {l} 从 cache {l} 取出 {names.zh}。"),
    )


STEPS = (*map(forward_step, range(1, L + 1)), output_step(), *map(backward_step, range(L, 0, -1)))
OUTPUT = L + 1
"""The number of the step between both directions. Block l works in step l and in step 2 L + 2 - l."""


LEFT, RIGHT = 78, 326
"""The middle of the forward blocks and of the backward blocks."""
WIDE, HIGH, TOP, DOWN = 124, 44, 70, 116
"""The size of a block, the top of the first block, and the distance from a block to the next."""
ACTIVATIONS = ("ReLU", "ReLU", "σ")
DRAWING = Text(
    "Three forward blocks below each other on the left, three backward blocks on the right. A goes down on the left, "
    "dA goes up on the right. A cache leads from each forward block to the backward block of the same layer.",
    "左边从上到下是三个正向块，右边是三个反向块。A 在左边向下传，dA 在右边向上传。"
    "每个正向块都有一个 cache 通向同一层的反向块。",
)
BLOCKS = Text("The blocks and their caches", "各个块和它们的 cache")
TIP = (
    '<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" '
    'markerUnits="userSpaceOnUse" orient="auto"><path d="M0 0L8 4L0 8Z"/></marker></defs>'
)
"""The tip of an arrow."""
NEXT, BACK = Text("Next step", "下一步"), Text("Back", "上一步")


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    return {}


def row_text(row: list[float]) -> str:
    """A row of a matrix with up to four decimals."""
    return "  ".join(printed(value, ".4f").rstrip("0").rstrip(".") for value in row)


def exact(rows: list[list[float]]) -> str:
    """The format with the fewest decimals, up to four, that loses nothing of what four decimals show."""
    texts = [f"{value:.4f}".rstrip("0") for row in rows for value in row]
    return f".{max(len(text.partition('.')[2]) for text in texts)}f"


def arrow(points: str, step: int, kind: str = "way") -> str:
    return f'<path class="{kind}" data-step="{step}" marker-end="url(#tip)" d="{points}"/>'


def value(x: float, y: float, name: str, rows: list[list[float]], step: int) -> str:
    """A matrix beside an arrow: its name on the left, its rows on the right."""
    lines = "".join(words(x + 10, y + 18 * i, row_text(row)) for i, row in enumerate(rows))
    return f'<g>{words(x - 8, y + 9, name, "end")}</g><g data-step="{step}">{lines}</g>'


def frame(x: float, y: float, width: int, height: int) -> str:
    """A rectangle with the middle x and the top y."""
    return f'<rect x="{x - width / 2:.0f}" y="{y}" width="{width}" height="{height}" rx="6"/>'


def box(x: float, y: float, title: str, below: str, step: int) -> str:
    """A block, which is marked in its step."""
    return (
        f'<g class="block" data-block="{step}">{frame(x, y, WIDE, HIGH)}'
        f"{words(x, y + 18, title, 'middle')}{words(x, y + 36, below, 'middle')}</g>"
    )


def layer(l: int, numbers: dict[str, Any], language: Language) -> Iterator[str]:
    """Both blocks of a layer, its cache, and the arrows above them."""
    y, back = TOP + (l - 1) * DOWN, 2 * L + 2 - l
    yield arrow(f"M{LEFT} {y - DOWN + HIGH + 4 if l > 1 else 8}V{y - 4}", l - 1)
    yield value(LEFT, y - 46, f"A[{l - 1}]", numbers[f"A{l - 1}"], l - 1)
    yield box(LEFT, y, FORWARD.fill(l=l).say(language), f"W[{l}], b[{l}], {ACTIVATIONS[l - 1]}", l)
    yield arrow(f"M{LEFT + WIDE / 2 + 4} {y + HIGH / 2}H{RIGHT - WIDE / 2 - 4}", l, f'cache" data-used="{back}')
    yield words((LEFT + RIGHT) / 2, y + HIGH / 2 - 8, f"cache {l}", "middle")
    yield words((LEFT + RIGHT) / 2, y + HIGH / 2 + 20, f"A[{l - 1}], Z[{l}], A[{l}]", "middle")
    yield box(RIGHT, y, BACKWARD.fill(l=l).say(language), f"dW[{l}], db[{l}]", back)
    yield arrow(f"M{RIGHT} {y - 4}V{y - DOWN + HIGH + 4 if l > 1 else 8}", back)
    yield value(RIGHT, y - 46, f"dA[{l - 1}]", numbers[f"dA{l - 1}"], back)


def drawing(numbers: dict[str, Any], language: Language) -> str:
    bottom = TOP + (L - 1) * DOWN + HIGH
    turn = bottom + 66
    parts = [
        TIP,
        *(part for l in range(1, L + 1) for part in layer(l, numbers, language)),
        arrow(f"M{LEFT} {bottom + 4}V{turn}H{RIGHT - WIDE / 2 - 4}", L),
        value(LEFT, bottom + 24, f"A[{L}]", numbers[f"A{L}"], L),
        f'<g class="block" data-block="{OUTPUT}">{frame(RIGHT, turn - 15, WIDE, 30)}'
        f"{words(RIGHT, turn + 5, f'dZ[{L}] = A[{L}] − Y', 'middle')}</g>",
        arrow(f"M{RIGHT} {turn - 17}V{bottom + 4}", OUTPUT),
        value(RIGHT, bottom + 18, f"dZ[{L}]", numbers[f"dZ{L}"], OUTPUT),
    ]
    return f'<svg viewBox="0 0 480 {turn + 24}" role="img" aria-label="{DRAWING.say(language)}">{"".join(parts)}</svg>'


def section(number: int, step: Step, numbers: dict[str, Any], language: Language) -> str:
    """A step: its formulas, and its matrices by their part in it."""
    groups = "".join(
        f'<div class="group"><p>{title.say(language)}</p><div class="matrices">'
        f"{''.join(matrix(bracketed(name), numbers[name], exact(numbers[name])) for name in names)}</div></div>"
        for title, names in step.matrices
    )
    title = step.title.say(language)
    return (
        f'<section class="step" aria-label="{title}"><p class="count">{number} / {len(STEPS)}: {title}</p>'
        f'<div class="formula" tabindex="0">{rendered(step.tex, True)}</div>{groups}'
        f'<p class="says">{step.said.say(language)}</p></section>'
    )


def html(numbers: dict[str, Any], language: Language) -> str:
    return (
        scrolling(BLOCKS.say(language), drawing(numbers, language))
        + controls(
            f'<button type="button" class="back">{BACK.say(language)}</button> ',
            f'<button type="button" class="next">{NEXT.say(language)}</button>',
            '<p class="said" aria-live="polite"></p>',
        )
        + "".join(section(number, step, numbers, language) for number, step in enumerate(STEPS, start=1))
    )
