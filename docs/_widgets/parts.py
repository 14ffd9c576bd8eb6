"""Parts that several widgets are made of."""

from collections.abc import Sequence

Matrix = Sequence[Sequence[float]]


def printed(value: float, digits: int = 4) -> str:
    """The number with a typographic minus. What rounds to zero has no sign."""
    text = f"{value:.{digits}f}"
    return (text.lstrip("-") if float(text) == 0 else text).replace("-", "−")


def matrix(name: str, rows: Matrix, digits: int = 4) -> str:
    """A matrix as a table with its name and shape; cell (i, j) has the attribute data-cell="NAME i j"."""
    body = "".join(
        "<tr>"
        + "".join(f'<td data-cell="{name} {i} {j}">{printed(value, digits)}</td>' for j, value in enumerate(row))
        + "</tr>"
        for i, row in enumerate(rows)
    )
    shape = f"{len(rows)}, {len(rows[0])}"
    return f'<table class="matrix"><caption>{name} <span>({shape})</span></caption><tbody>{body}</tbody></table>'


def path(points: Sequence[tuple[float, float]]) -> str:
    """The value of the attribute `points` of an SVG polyline."""
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
