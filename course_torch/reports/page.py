"""The frame of a report as one HTML file: no network, no script, light and dark."""

from collections.abc import Iterable
from html import escape
from importlib.resources import files

from course_torch.language import Language

POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""No script runs, whatever the text of the page holds."""


def html_page(title: str, body: str, language: Language) -> str:
    """A page with its title as heading above the body, which is HTML."""
    web = files("course_torch") / "web"
    style = "\n".join((web / name).read_text(encoding="utf-8") for name in ("style.css", "report.css"))
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
