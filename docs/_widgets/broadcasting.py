"""Two shapes aligned at the right, axis by axis: the numbers of their sum, or the refusal (notes 1.7)."""

from itertools import product, zip_longest
from math import prod
from typing import Any

import torch
from torch import Tensor

from _widgets.parts import controls, scrolling, select
from course_torch.language import Language, Text
from lessons.values import printed

SHAPES = ((), (3,), (4,), (1, 1), (1, 3), (4, 1), (2, 3), (4, 3))
CHOSEN = ((4, 1), (3,))
AXES = Text("The shapes, aligned at the right", "右对齐的两个形状")
LEFT, RIGHT = Text("left axis", "左边的轴"), Text("right axis", "右边的轴")
SUM = "A + B"
ALL = Text("The shape of A + B for all pairs. ✗ means refused.", "所有组合中 A + B 的形状，✗ 表示无法相加")
HINT = Text(
    "– is a missing axis, which counts as 1. Slanted numbers are copies that broadcasting makes.",
    "– 是缺少的轴，相当于 1。斜体的数是广播时复制出来的。",
)
Shape = tuple[int, ...]


def tensors(a: Shape, b: Shape) -> tuple[Tensor, Tensor]:
    """A holds 10, 20, … and B holds 1, 2, …, so that a sum shows where it comes from."""
    return (10 * torch.arange(1.0, prod(a) + 1).reshape(a), torch.arange(1.0, prod(b) + 1).reshape(b))


def as_rows(tensor: Tensor) -> list[list[str]]:
    """A tensor of at most two axes as rows of printed numbers."""
    return [[printed(value, ".0f") for value in row] for row in torch.atleast_2d(tensor).tolist()]


def size(own: int | None, other: int | None, result: int | None) -> str:
    """A size of A or B along an axis, and what broadcasting makes of it. A missing axis is "–"."""
    shown = "–" if own is None else str(own)
    return f"{shown} → {result}" if result is not None and result != own else shown


def axes(a: Shape, b: Shape) -> list[list[str]]:
    """For each axis from the left, of two: the size of A, the size of B, and the size of the sum or ✗."""
    found = []
    for p, q in zip_longest(a[::-1], b[::-1]):
        ones = [each for each in (p, q) if each not in (None, 1)]
        result = None if len(set(ones)) > 1 else max(ones, default=1)
        found.append([size(p, q, result), size(q, p, result), f"{p} ≠ {q} ✗" if result is None else str(result)])
    return [["–"] * 3] * (2 - len(found)) + found[::-1]


def pair(a: Shape, b: Shape) -> dict[str, Any]:
    """What PyTorch does with A + B: the sum and the repeated A and B, or its message."""
    A, B = tensors(a, b)
    found: dict[str, Any] = {"axes": axes(a, b)}
    try:
        total = A + B
    except RuntimeError as error:
        message = str(error)
        return {**found, "text": f"RuntimeError: {message}", "shown": [["A", a, as_rows(A)], ["B", b, as_rows(B)]]}
    shape = tuple(total.shape)
    repeated = [[name, own, as_rows(torch.broadcast_to(each, shape))] for name, own, each in (("A", a, A), ("B", b, B))]
    return {**found, "text": f"{a} + {b} → {shape}", "shown": [*repeated, [SUM, shape, as_rows(total)]]}


def own_size(shape: Shape) -> tuple[int, int]:
    """Rows and columns of a tensor before it is repeated."""
    rows, columns = (1, 1, *shape)[-2:]
    return rows, columns


def data(_numbers: dict[str, Any]) -> dict[str, Any]:
    """Pair of shapes -> its axes, its outcome, and its tensors as [name, shape, own rows and columns, numbers]."""
    found = {}
    for a, b in product(SHAPES, repeat=2):
        each = pair(a, b)
        shown = [[name, str(shape), own_size(shape), rows] for name, shape, rows in each["shown"]]
        found[f"{a} {b}"] = {**each, "shown": shown}
    return found


def grid(name: str, shape: Shape, rows: list[list[str]]) -> str:
    """A tensor with its name and shape. Copies are pale."""
    height, width = own_size(shape)
    body = "".join(
        "<tr>"
        + "".join(
            f"<td{' class=copy' if i >= height or j >= width else ''}>{value}</td>" for j, value in enumerate(row)
        )
        + "</tr>"
        for i, row in enumerate(rows)
    )
    return f'<table class="matrix"><caption>{name} <span>{shape}</span></caption><tbody>{body}</tbody></table>'


def outcome(a: Shape, b: Shape) -> str:
    """The shape of the sum, or ✗."""
    try:
        return str(tuple(torch.broadcast_shapes(a, b)))
    except RuntimeError:
        return "✗"


def html(_numbers: dict[str, Any], language: Language) -> str:
    chosen = pair(*CHOSEN)
    lines = "".join(
        f'<tr><th scope="row">{name}</th>{"".join(f"<td>{axis[k]}</td>" for axis in chosen["axes"])}</tr>'
        for k, name in enumerate(("A", "B", SUM))
    )
    head = "".join(f'<th scope="col">{b}</th>' for b in SHAPES)
    body = "".join(
        f'<tr><th scope="row">{a}</th>'
        + "".join(f'<td data-pair="{a} {b}">{outcome(a, b)}</td>' for b in SHAPES)
        + "</tr>"
        for a in SHAPES
    )
    every = (
        f'<table class="values all"><caption>{ALL.say(language)}</caption>'
        f'<thead><tr><th scope="col">A ↓ B →</th>{head}</tr></thead><tbody>{body}</tbody></table>'
    )
    return (
        controls(f"<p>{select('shape-a', 'A', SHAPES, CHOSEN[0])} {select('shape-b', 'B', SHAPES, CHOSEN[1])}</p>")
        + f'<p class="outcome" aria-live="polite">{chosen["text"]}</p>'
        f'<table class="values axes"><caption>{AXES.say(language)}</caption><thead><tr><td></td>'
        f'<th scope="col">{LEFT.say(language)}</th><th scope="col">{RIGHT.say(language)}</th></tr></thead>'
        f'<tbody>{lines}</tbody></table><div class="matrices">{"".join(grid(*each) for each in chosen["shown"])}</div>'
        f"<p>{HINT.say(language)}</p>" + scrolling(ALL.say(language), every, "wide")
    )
