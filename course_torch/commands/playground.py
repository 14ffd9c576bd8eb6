"""`course-torch playground`: a page in which a network trains, by the project's own code."""

import asyncio
import webbrowser
from contextlib import ExitStack, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread

from course_torch.errors import InputError
from course_torch.language import Language
from course_torch.playground.server import serve

PORTS = (1024, 65535)
REDIRECT = '<!doctype html><meta http-equiv="refresh" content="0; url={0}"><a href="{0}">{0}</a>\n'


def playground(port: int = 0, no_open: bool = False, language: Language | None = None, mine: str | None = None) -> int:
    """Open a page in which a network trains, step by step, with every gradient judged and mistakes to make.

    The page is served on this machine alone, until Ctrl-C or its button ends the program. Returns 0.

    Args:
        port: port of the server, 1024 to 65535; 0 for a free one
        no_open: whether the address is only printed, and no browser opened
        language: of the page, en or zh; null for that of the browser
        mine: the file of an exercise, whose own backward pass trains
    """
    if port != 0 and not PORTS[0] <= port <= PORTS[1]:
        raise InputError(f"port: found {port}, expected 0 or {PORTS[0]} to {PORTS[1]}")

    def started(address: str) -> None:
        page = address if language is None else address.replace("#", f"?language={language}#")
        print(f"{page}\nOpen this address if no browser shows the playground. Ctrl-C ends the playground.", flush=True)
        if not no_open:
            with suppress(OSError):  # no folder for temporary files
                # All users can list the browser's command line, so it names a file that only this user can read.
                file = Path(stack.enter_context(TemporaryDirectory(prefix="course-torch-")), "playground.html")
                file.touch(mode=0o600)
                file.write_text(REDIRECT.format(page), encoding="utf-8")
                # It may wait for the browser, which waits for the page of this server.
                Thread(target=webbrowser.open, args=(file.as_uri(),), daemon=True).start()

    with ExitStack() as stack:
        try:
            asyncio.run(serve(port, None if mine is None else Path(mine), started))
        except KeyboardInterrupt:
            print()
    return 0
