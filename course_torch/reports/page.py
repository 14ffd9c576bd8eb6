"""What the pages of one HTML file share: scripts and styles of `web` in one text, data, and the frame of a report."""

import json
import re
from base64 import b64encode
from collections.abc import Iterable
from hashlib import sha256
from html import escape
from importlib.resources import files
from pathlib import PurePosixPath

from course_torch.language import Language

WEB = files("course_torch") / "web"
IMPORT = re.compile(r'^import (?:\* as (?P<all>\w+)|\{ (?P<names>[^}]+) \}) from "(?P<path>[^"]+)";\n', re.M)
EXPORT = re.compile(r"^export (?=(?:(?:async )?function|const|class) (\w+))", re.M)
DECLARED = re.compile(r"^(?:export )?(?:async )?(?:function|class|const|let) (\w+)", re.M)
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The policy of a report: no script runs, whatever the text of the page holds."""


def text_of(name: str) -> str:
    """The text of a file of `web`."""
    return (WEB / name).read_text(encoding="utf-8")


def together(names: Iterable[str]) -> str:
    """The files of `web` in one text, made compact: every trace contains them."""
    return compact("\n".join(map(text_of, names)))


def compact(text: str) -> str:
    """A script or style without indentation, empty lines and comment lines."""
    lines = map(str.strip, text.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("//", "/*")))


def classic(name: str) -> str:
    """A module without imports as a classic script: its functions and constants are those of every script beside it."""
    return EXPORT.sub("", text_of(name))


def joined(entry: str) -> str:
    """One classic script of a module of `web` and of all modules that it imports: from disk a browser loads no module.

    Each module becomes a function that returns what it exports. The entry module runs in an async function. Raises
    ValueError for an import or export that is written otherwise, and for a name that a module declares twice.
    """
    made: dict[str, str] = {}

    def add(path: str) -> str:
        """Add a module after its imports. Returns its name in the script."""
        name = re.sub(r"\W", "_", path)
        if name in made:
            return name
        text = text_of(path)
        bound = []
        for found in IMPORT.finditer(text):
            module = add(resolved(path, found["path"]))
            wanted = found["all"] or f"{{ {found['names'].replace(' as ', ': ')} }}"
            bound.append(f"const {wanted} = {module};\n")
        if len(declared := DECLARED.findall(text)) > len({*declared}):
            raise ValueError(f"{path}: it declares a name twice: {', '.join(sorted(declared))}")
        body, exports = EXPORT.sub("", IMPORT.sub("", text)), EXPORT.findall(text)
        if left := re.search(r"^(import|export)\b.*", body, re.M):
            raise ValueError(f"{path}: cannot join {left[0]!r}")
        head = f"const {name} = {'(async ' if path == entry else '('}() => {{\n"
        made[name] = f"{head}{''.join(bound)}{body}return {{ {', '.join(exports)} }};\n}})();\n"
        return name

    add(entry)
    return compact("".join(made.values()))


def resolved(path: str, target: str) -> str:
    """The path in `web` of what a module imports."""
    parts: list[str] = []
    for part in (PurePosixPath(path).parent / target).parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return "/".join(parts)


def source_hash(text: str) -> str:
    """The source expression that allows this text alone in a Content Security Policy."""
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


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
