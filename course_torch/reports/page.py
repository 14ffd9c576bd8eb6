"""What the pages of one HTML file share: data for a script, and the frame and the tables of a report."""

import json
from collections.abc import Iterable
from html import escape

from course_torch.language import Language
from course_torch.reports.bundle import text_of

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The policy of a report: no script runs, whatever the text of the page holds."""


def as_data(value: object) -> str:
    """JSON for a script element. Escaping "<" keeps a name such as "</script>" inside the data."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).replace("<", "\\u003c")


def html_page(title: str, body: str, language: Language) -> str:
    """A report, light and dark, with its title as heading above the body, which is HTML."""
    style = "\n".join(map(text_of, ("style.css", "report.css")))
    return f"""<!doctype html>
<html lang="{"zh-CN" if language == "zh" else "en"}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="{POLICY}">
<title>{escape(title)}</title><style>
{style}</style></head>
<body><main>
<h1>{escape(title)}</h1>
{body}</main></body>
</html>
"""


def scrolling_table(label: str, headings: Iterable[str], rows: Iterable[str]) -> str:
    """A table that scrolls in its own box. The cells and rows are HTML."""
    head = "".join(f'<th scope="col">{heading}</th>' for heading in headings)
    return f"""<div class="scroll" role="group" tabindex="0" aria-label="{escape(label)}"><table>
<thead><tr>{head}</tr></thead>
<tbody>
{"".join(rows)}</tbody>
</table></div>
"""
