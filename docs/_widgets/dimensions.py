"""The shapes of a network whose sizes the reader chooses, and networks with one wrong shape to find (notes 3.1)."""

from collections.abc import Sequence
from typing import Any

from _widgets.parts import controls, scrolling, select
from _widgets.shapes import EXAMPLES, WIDTHS, WRONG, Shapes, puzzle, shapes_of_layers, shapes_of_network
from course_torch.language import Language, Text

SIZES, M, LAYER = (2, 3, 4, 1), 7, 2
"""The network and the layer that are there before the reader chooses others."""
MOST = 4
"""The largest number of layers to choose."""
KINDS = ("W", "dW", "b", "db", "Z", "dZ", "A", "dA")
PRODUCTS = (
    ("Z[{l}] = A[{p}] W[{l}]ᵀ + b[{l}]", "{A_prev} {W.T} + {b}", "Z"),
    ("dW[{l}] = (1/m) dZ[{l}]ᵀ A[{p}]", "{dZ.T} {A_prev}", "dW"),
    ("db[{l}] = (1/m) Σ<sub>i</sub> dZ[{l}]", "{dZ}", "db"),
    ("dA[{p}] = dZ[{l}] W[{l}]", "{dZ} {W}", "dA_prev"),
)
"""The formulas of a layer, the shapes of their right sides, and their results."""
LAYERS = Text("number of layers L", "层数 L")
EXAMPLES_M = Text("examples m", "样本数 m")
PRODUCTS_OF = Text("products of layer l", "看第几层的乘积")
TABLE = Text("Shapes of all tensors, a row for each layer", "所有张量的形状，每层一行")
PRODUCT_TABLE = Text("In a product the inner sizes are equal", "乘积里面的两个数相等")
FORMULA, SHAPES, RESULT = Text("formula", "公式"), Text("shapes", "形状"), Text("result", "结果")
FIND = Text("Find the wrong shape", "找出错误的形状")
PUZZLE = Text(
    "Layer sizes {sizes}, m = {m}. Exactly one shape is wrong.", "各层大小 {sizes}，m = {m}。恰好有一个形状是错的。"
)
FOUND = Text("{name} is wrong. The package says:", "{name} 错了。本项目会说：")
RIGHT = Text("NAME has the right shape, SHAPE. Look again.", "NAME 的形状 SHAPE 是对的，再找找。")
ANSWER = Text("Answer", "答案")
GUESS, CHECK = Text("The wrong shape is that of", "形状错了的是"), Text("Check", "检查")
NEXT, BACK = Text("Next network", "下一个网络"), Text("Back", "上一个")


def data(numbers: dict[str, Any]) -> dict[str, Any]:
    return {"layers": shapes_of_layers(), "wrong": [wrong for _, _, wrong, _ in WRONG]}


def shape(sizes: Sequence[int]) -> str:
    """A shape as Python writes it."""
    return str(tuple(sizes))


def bracketed(name: str) -> str:
    """The name of a tensor as the package writes it: "dW 2" is dW[2]."""
    kind, _, l = name.partition(" ")
    return f"{kind}[{l}]" if l else kind


def titled(title: str, kinds: str, head: str, body: str) -> str:
    """A table below its title."""
    rows = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<p class="above">{title}</p>' + scrolling(title, f'<table class="{kinds}">{rows}</table>')


def shapes_table(title: str, shapes: Shapes, rows: Sequence[str], last: int) -> str:
    """A row for each layer, and one for Y. Rows after the last layer are hidden."""

    def cell(kind: str, row: str) -> str:
        name = "Y" if row == "Y" and kind == "A" else f"{kind} {row}"
        return f'<td data-shape="{name}">{shape(shapes[name]) if name in shapes else "—"}</td>'

    head = "".join(f'<th scope="col">{kind}</th>' for kind in ("l", *KINDS))
    body = "".join(
        f'<tr{" hidden" if row.isdigit() and int(row) > last else ""}><th scope="row">{row}</th>'
        f"{''.join(cell(kind, row) for kind in KINDS)}</tr>"
        for row in rows
    )
    return titled(title, "values shapes by-layer", head, body)


def products_table(shapes: Shapes, language: Language) -> str:
    """The formulas of a layer with the shapes of their factors. The script fills the spans for another layer."""
    own = {"A_prev": f"A {LAYER - 1}", "dA_prev": f"dA {LAYER - 1}"}
    values = {name: shape(shapes[own.get(name, f"{name} {LAYER}")]) for name in ("A_prev", "dA_prev", *KINDS[:6])}
    values |= {f"{name}.T": shape(shapes[f"{name} {LAYER}"][::-1]) for name in ("W", "dZ")}

    def filled(text: str) -> str:
        for name, value in values.items():
            text = text.replace(f"{{{name}}}", f'<span data-product="{name}">{value}</span>')
        text = text.replace("{l}", f'<span data-layer="0">{LAYER}</span>')
        return text.replace("{p}", f'<span data-layer="-1">{LAYER - 1}</span>')

    head = "".join(f'<th scope="col">{each.say(language)}</th>' for each in (FORMULA, SHAPES, RESULT))
    body = "".join(
        f'<tr><th scope="row">{filled(formula)}</th><td>{filled(factors)}</td><td>{filled(f"{{{result}}}")}</td></tr>'
        for formula, factors, result in PRODUCTS
    )
    return titled(PRODUCT_TABLE.say(language), "values shapes", head, body)


def chosen(language: Language) -> str:
    """The network of the reader."""
    shapes = shapes_of_network(SIZES, M)
    widths = (*SIZES, *(SIZES[-1] for _ in range(MOST + 1 - len(SIZES))))
    fields = [
        select("L", LAYERS.say(language), range(1, MOST + 1), len(SIZES) - 1),
        *(select(f"n{l}", f"n[{l}]", WIDTHS, width) for l, width in enumerate(widths)),
        select("m", EXAMPLES_M.say(language), EXAMPLES, M),
    ]
    rows = [str(l) for l in range(MOST + 1)]
    return (
        controls(f'<div class="fields">{"".join(fields)}</div>')
        + shapes_table(TABLE.say(language), shapes, rows, len(SIZES) - 1)
        + controls(select("layer", PRODUCTS_OF.say(language), range(1, MOST + 1), LAYER))
        + products_table(shapes, language)
    )


def riddle(number: int, language: Language) -> str:
    """A network with one wrong shape. The answer is folded, until the script takes its place."""
    sizes, m, wrong, found = WRONG[number - 1]
    shapes, refusal = puzzle(sizes, m, wrong, found)
    title, count = PUZZLE.fill(sizes=sizes, m=m).say(language), f"{number} / {len(WRONG)}"
    table = shapes_table(title, shapes, [*map(str, range(len(sizes))), "Y"], len(sizes) - 1)
    answer = f"{FOUND.fill(name=bracketed(wrong)).say(language)} <code>{refusal}</code>"
    return (
        f'<section class="step" aria-label="{count}"><p class="count">{count}</p>{table}'
        f'<details class="folded"><summary>{ANSWER.say(language)}</summary><p>{answer}</p></details></section>'
    )


def html(numbers: dict[str, Any], language: Language) -> str:
    return (
        chosen(language)
        + f'<p class="title">{FIND.say(language)}</p>'
        + "".join(riddle(number, language) for number in range(1, len(WRONG) + 1))
        + controls(
            f'<label>{GUESS.say(language)} <select name="guess"></select></label> ',
            f'<button type="button" class="check">{CHECK.say(language)}</button>',
            f'<p class="said" aria-live="polite" data-right="{RIGHT.say(language)}"></p>',
            f'<button type="button" class="back">{BACK.say(language)}</button> ',
            f'<button type="button" class="next">{NEXT.say(language)}</button>',
        )
    )
