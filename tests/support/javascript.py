"""JavaScript in this process, by QuickJS: the modules without a page, and what widgets compute."""

import json
import zlib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode

import quickjs

from course_torch.reports.page import joined

PAGE = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
MOST = 300_000
"""Bytes that are inflated: more than a page accepts."""


def as_text(packed: str, encoding: str) -> str:
    return json.dumps(b64decode(packed).decode("utf-8-sig" if encoding == "utf-8" else encoding))


def deflated(packed: str) -> str:
    made = zlib.compressobj(9, wbits=-15)
    return b64encode(made.compress(b64decode(packed)) + made.flush()).decode()


def inflated(packed: str) -> str:
    return b64encode(zlib.decompressobj(wbits=-15).decompress(b64decode(packed), MOST)).decode()


def survived(function: Callable[..., str]) -> Callable[..., str | None]:
    """Return None for bytes that cannot be read: QuickJS does not survive an exception of Python."""

    def call(*arguments: str) -> str | None:
        with suppress(UnicodeDecodeError, zlib.error):
            return function(*arguments)
        return None

    return call


OF_PYTHON: dict[str, Callable[..., str]] = {
    "inQuery": lambda text: json.dumps(parse_qsl(text, keep_blank_values=True)),
    "asQuery": lambda pairs: urlencode([*map(tuple, json.loads(pairs))]),
    "asText": as_text,
    "deflated": deflated,
    "inflated": inflated,
}


class Script:
    """Scripts that share their names, in a page without elements of its own."""

    def __init__(self, *sources: str, **functions: Callable[..., str]) -> None:
        self.context = quickjs.Context()
        for name, function in (OF_PYTHON | functions).items():
            self.context.add_callable(name, survived(function))
        for source in (PAGE, *sources):
            self.context.eval(source)

    def __call__(self, function: str, *arguments: Any) -> Any:
        """What a function makes of its arguments, or its promise becomes: JSON goes in and comes out.

        Raises quickjs.JSException for an error of the script.
        """
        given = json.dumps(arguments)
        self.context.eval(f"""globalThis.made = null; globalThis.failed = null;
          (async () => ({function})(...{given}))().then((each) => {{ made = JSON.stringify(each ?? null); }},
            (error) => {{ failed = `${{error}}\\n${{error.stack}}`; }})""")
        while self.context.execute_pending_job():
            pass
        if (failed := self.context.eval("failed")) is not None:
            raise quickjs.JSException(failed)
        return json.loads(self.context.eval("made"))


def module(entry: str, changes: Mapping[str, str] = {}, **functions: Callable[..., str]) -> Script:
    """A module of `web`, with all that it imports. The names that it exports are those of the script.

    `changes` are parts of its text that are written otherwise here.
    """
    text = joined(entry)
    for old, new in changes.items():
        assert old in text
        text = text.replace(old, new)
    script = Script(text, **functions)
    script(f"async () => {{ Object.assign(globalThis, await {entry.replace('/', '_').replace('.', '_')}); }}")
    return script
