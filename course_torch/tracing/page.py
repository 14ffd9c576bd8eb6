"""The trace as one HTML file: no network, no other file, its script and its style allowed by their hashes alone."""

import json
from html import escape
from string import Template
from typing import Any

from course_torch.language import LANGUAGES, Language
from course_torch.reports.page import as_data, joined, source_hash, text_of, together

STYLES = ("style.css", "trace/page.css")
PREFIX = "trace."


def page_of(record: dict[str, Any], language: Language = "en", lessons: str | None = None) -> str:
    """The page of a record (`course_torch.tracing.record`), first shown in this language.

    lessons   the address of the folder of the lessons, to which the page links
    """
    style, script = together(STYLES), joined("trace/page.js")
    sizes = "-".join(map(str, record["network"]["layer_sizes"]))
    return Template(text_of("trace/page.html")).substitute(
        language=language,
        lessons="" if lessons is None else f' data-lessons="{escape(lessons)}"',
        title=escape(f"{sizes} · course-torch trace"),
        policy=f"default-src 'none'; script-src {source_hash(script)}; style-src {source_hash(style)}; "
        "base-uri 'none'; form-action 'none'",
        style=style,
        script=script,
        record=as_data(without_none(record)),
        texts=as_data({name: texts_of(name) for name in LANGUAGES}),
    )


def texts_of(language: Language) -> dict[str, str]:
    """The texts of the page in one language, by key without the prefix."""
    texts = json.loads(text_of(f"texts/{language}.json"))
    return {key.removeprefix(PREFIX): text for key, text in texts.items() if key.startswith(PREFIX)}


def without_none(value: Any) -> Any:
    """Leave out the entries of dicts that are None: the page treats them as absent."""
    if isinstance(value, dict):
        return {key: without_none(entry) for key, entry in value.items() if entry is not None}
    return [without_none(entry) for entry in value] if isinstance(value, list) else value
