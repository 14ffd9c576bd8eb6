"""The playground's page: one HTML file, in which the engine trains by the graphs of the formulas."""

import json
from base64 import b64encode
from string import Template
from typing import Any
from zlib import compress

from course_torch.language import LANGUAGES, Language
from course_torch.playground.kit import kit
from course_torch.playground.points import MOST_ROWS, sets
from course_torch.playground.settings import offered
from course_torch.playground.stored_page import GIVEN, SOURCES
from course_torch.reports.page import joined, source_hash, text_of, together

STRICT = '"use strict";\n'  # as modules are


def standalone_page(sources_hash: str, *, prove: bool = True) -> str:
    """The page, with the hash of the sources that it is made of (`stored_page.hash_of_sources`).

    Its scripts and its style are allowed by their hashes alone, and the engine as a worker of the page. Raises
    RecordingError for a formula that no graph can hold; `prove` is that of `kit`.
    """
    style = together(("style.css", "playground/page.css"))
    script = STRICT + joined("playground/page.js")
    begin = f"{STRICT}{{\n{joined('standalone/begin.js')}}}\n"  # its names are not those of the script
    texts = {name: playground_texts(name) for name in LANGUAGES}
    blocks = {
        "script": deflated(script.encode()),
        "texts": deflated(as_json(texts)),
        "engine": deflated((STRICT + joined("engine/worker.js")).encode()),
        "kit": deflated(as_json(kit(prove=prove))),
        "sets": deflated(as_json({"hello": offered() | {"most_rows": MOST_ROWS}, "sets": sets()})),
        "failed": " ".join(every["playground.failed"] for every in texts.values()),  # a browser may unpack nothing
    }
    return Template(text_of("playground/page.html")).substitute(
        policy=f"default-src 'none'; script-src {source_hash(begin)} {source_hash(script)}; style-src "
        f"{source_hash(style)}; worker-src blob:; img-src data:; base-uri 'none'; form-action 'none'",
        sources=SOURCES.format(hash=sources_hash),
        style=style,
        blocks="\n".join(f'<script type="text/plain" id="{name}">{text}</script>' for name, text in blocks.items()),
        given=GIVEN.format(data="{}"),
        begin=begin,
    )


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def deflated(content: bytes) -> str:
    """The content compressed, in base64."""
    return b64encode(compress(content, 9)).decode()


def playground_texts(language: Language) -> dict[str, str]:
    """The texts of the playground in one language."""
    texts = json.loads(text_of(f"texts/{language}.json"))
    return {key: text for key, text in texts.items() if key.startswith("playground.")}
