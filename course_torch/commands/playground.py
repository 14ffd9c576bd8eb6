"""`course-torch playground`: a page in which a network trains, by the project's own code."""

import asyncio
import webbrowser
from contextlib import ExitStack, suppress
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from course_torch.command_line.files import check_ending, check_outputs, write_text
from course_torch.errors import unexpected
from course_torch.language import Language, Text
from course_torch.playground.server import serve

TO_OPEN = Text(
    "Open this address if no browser shows the playground. Ctrl-C ends the playground.",
    "如果浏览器没有显示训练场，请打开这个地址。按 Ctrl-C 结束训练场。",
)
PORTS = (1024, 65535)
REDIRECT = '<!doctype html><meta http-equiv="refresh" content="0; url={0}"><a href="{0}">{0}</a>\n'


def playground(
    port: int = 0,
    no_open: bool = False,
    language: Language | None = None,
    mine: str | None = None,
    link: str = "",
    out: str | None = None,
) -> int:
    """Open a page in which a network trains, step by step, with every gradient judged and mistakes to make.

    The page is served on this machine alone, until Ctrl-C or its button ends the program. Returns 0.

    Args:
        port: port of the server, 1024 to 65535; 0 for a free one
        no_open: whether the address is only printed, and no browser opened
        language: of the page, en or zh; null for that of the browser
        mine: the file of an exercise, whose own backward pass trains
        link: a link that a playground's Share button copied, or its part from # on
        out: file for the page (.html), which then needs no server: it opens from disk in any browser
    """
    if out is not None:
        check_ending("out", out, (".html",))
        check_outputs({"out": out})
        from course_torch.playground.standalone import standalone_page

        write_text(out, standalone_page())
        return 0
    if port != 0 and not PORTS[0] <= port <= PORTS[1]:
        raise unexpected("port", port, Text(f"0 or {PORTS[0]} to {PORTS[1]}", f"0，或 {PORTS[0]} 到 {PORTS[1]}"))

    def started(address: str) -> None:
        page = address if language is None else address.replace("#", f"?language={language}#")
        page += f"&{link.rpartition('#')[2]}" if link else ""
        print(f"{page}\n{TO_OPEN.say(language or 'en')}", flush=True)
        if not no_open:
            with suppress(OSError):  # no folder for temporary files
                # All users can list the browser's command line, so it names a file that only this user can read.
                file = Path(stack.enter_context(TemporaryDirectory(prefix="course-torch-")), "playground.html")
                file.touch(mode=0o600)
                file.write_text(REDIRECT.format(escape(page)), encoding="utf-8")
                # It may wait for the browser, which waits for the page of this server.
                Thread(target=webbrowser.open, args=(file.as_uri(),), daemon=True).start()

    with ExitStack() as stack:
        try:
            asyncio.run(serve(port, None if mine is None else Path(mine), started))
        except KeyboardInterrupt:
            print()
    return 0
