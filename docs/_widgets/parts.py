"""Parts that several widgets and pictures are made of. All of them return HTML."""

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from math import atan2, degrees
from typing import NamedTuple

from lessons.values import printed

Matrix = Sequence[Sequence[float]]


def bracketed(text: str) -> str:
    """A number inside a sum or product: a negative number is in brackets."""
    return f"({text})" if text.startswith("−") else text


def readable(value: float, decimals: int = 3) -> str:
    """A number with so many decimals, without zeros at its end. A tie is rounded up, as JavaScript rounds it."""
    return printed(float(Decimal(value).quantize(Decimal(10) ** -decimals, ROUND_HALF_UP)), "g")


def matrix(name: str, rows: Matrix, form: str = ".4f") -> str:
    """A matrix with its name and shape; cell (i, j) has the attribute data-cell="NAME i j"."""
    body = "".join(
        "<tr>"
        + "".join(f'<td data-cell="{name} {i} {j}">{printed(value, form)}</td>' for j, value in enumerate(row))
        + "</tr>"
        for i, row in enumerate(rows)
    )
    shape = f"{len(rows)}, {len(rows[0])}"
    return f'<table class="matrix"><caption>{name} <span>({shape})</span></caption><tbody>{body}</tbody></table>'


def table(caption: str, head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table whose first column names its rows."""
    columns = "".join(f'<th scope="col">{each}</th>' for each in head)
    body = "".join(
        f'<tr><th scope="row">{first}</th>{"".join(f"<td>{each}</td>" for each in others)}</tr>'
        for first, *others in rows
    )
    return (
        f'<table class="values"><caption>{caption}</caption><thead><tr>{columns}</tr></thead>'
        f"<tbody>{body}</tbody></table>"
    )


def scrolling(label: str, content: str, kind: str = "scroll") -> str:
    """Content that scrolls sideways on a phone, also by the arrow keys."""
    return f'<div class="{kind}" tabindex="0" role="region" aria-label="{label}">{content}</div>'


def controls(*parts: str) -> str:
    """What only a script can serve: hidden without a script."""
    return f'<div class="controls" hidden>{"".join(parts)}</div>'


def choice(name: str, legend: str, labels: Sequence[tuple[str, str]]) -> str:
    """Radio buttons, as (value, label). The first is chosen."""
    buttons = "".join(
        f'<label><input type="radio" name="{name}" value="{value}"{" checked" if i == 0 else ""}> {label}</label>'
        for i, (value, label) in enumerate(labels)
    )
    return f"<fieldset><legend>{legend}</legend>{buttons}</fieldset>"


def select(name: str, label: str, options: Iterable[object], chosen: object) -> str:
    """A list to choose from. An option is its own value."""
    listed = "".join(f"<option{' selected' if each == chosen else ''}>{each}</option>" for each in options)
    return f'<label>{label} <select name="{name}">{listed}</select></label>'


def slider(name: str, label: str, first: int, last: int, value: int) -> str:
    """A slider over whole numbers, such as the indices of recorded values."""
    return f'<label>{label} <input type="range" name="{name}" min="{first}" max="{last}" value="{value}"></label>'


def readout(names: Sequence[tuple[str, str]]) -> str:
    """Numbers that the script writes (`write` of base.js), as (name, label)."""
    return (
        '<p class="readout">'
        + " ".join(f'<span>{label} = <b data-value="{name}"></b></span>' for name, label in names)
        + "</p>"
    )


def polyline(kind: str, points: Sequence[tuple[float, float]], attributes: str = "") -> str:
    """A line of an SVG drawing."""
    return f'<polyline class="line {kind}" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in points)}" {attributes}/>'


def words(x: float, y: float, text: str, anchor: str = "start", kind: str = "") -> str:
    """Words in an SVG drawing."""
    known = f' class="{kind}"' if kind else ""
    return f'<text{known} x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}">{text}</text>'


def arrow(kind: str, *points: tuple[float, float]) -> str:
    """A line of an SVG drawing with a tip at its end."""
    (before_x, before_y), (x, y) = points[-2:]
    turn = degrees(atan2(y - before_y, x - before_x))
    tip = f'<path class="fill {kind}" d="M0 0l-10-4.5v9z" transform="translate({x:.1f} {y:.1f}) rotate({turn:.0f})"/>'
    return polyline(kind, points) + tip


def box(kind: str, x: float, y: float, width: float, height: float, attributes: str = "") -> str:
    """A rectangle of an SVG drawing, from its upper left corner."""
    return f'<rect class="{kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" {attributes}/>'


def circle(kind: str, x: float, y: float, radius: float) -> str:
    """A circle of an SVG drawing."""
    return f'<circle class="{kind}" cx="{x:.1f}" cy="{y:.1f}" r="{radius:g}"/>'


def cells(x: float, y: float, wide: float, high: float, rows: Sequence[Sequence[str]], kind: str = "cell") -> str:
    """A table of texts in an SVG drawing."""
    return "".join(
        box(kind, x + j * wide, y + i * high, wide, high)
        + words(x + (j + 0.5) * wide, y + (i + 0.5) * high + 5, text, "middle")
        for i, row in enumerate(rows)
        for j, text in enumerate(row)
    )


class Plane(NamedTuple):
    """A part of an SVG drawing with its own scales: its corner and size, and the values at its four edges."""

    left: float
    top: float
    width: float
    height: float
    x: tuple[float, float]
    y: tuple[float, float]

    def at(self, x: float, y: float) -> tuple[float, float]:
        """The place of a point."""
        (x0, x1), (y0, y1) = self.x, self.y
        return self.left + (x - x0) / (x1 - x0) * self.width, self.top + (y1 - y) / (y1 - y0) * self.height

    def axes(self) -> str:
        """Both axes, through 0."""
        x, y = self.at(0, 0)
        horizontal, vertical = f"M{self.left} {y:.1f}h{self.width}", f"M{x:.1f} {self.top}v{self.height}"
        return f'<path class="axis" d="{horizontal}{vertical}"/>'

    def line(self, kind: str, points: Iterable[tuple[float, float]]) -> str:
        return polyline(kind, [self.at(*point) for point in points])

    def dot(self, kind: str, x: float, y: float, radius: float = 5) -> str:
        return circle(f"fill {kind}", *self.at(x, y), radius)
