"""Small tables in HTML, as notebooks show them."""

from collections.abc import Iterable, Sequence
from html import escape

from course_torch.text import shown


def html_table(text: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A sentence and a table. Without colours of its own, the table is readable on a light and on a dark page."""
    head = "".join(f"<th>{cell_text(column)}</th>" for column in columns)
    body = "\n".join(f"<tr>{''.join(f'<td>{cell_text(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>"
    return f'<p>{cell_text(text)}</p>\n<table style="white-space: nowrap">{table}</table>'


def cell_text(value: object) -> str:
    """Escape a text: the names of classes come from other people."""
    return escape(shown(value))
