"""The web server on 127.0.0.1: files, the socket of each page, and the trace of a step."""

import asyncio
import json
import logging
import signal
import socket
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial
from importlib.resources import files
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import parse_qsl

from aiohttp import WSCloseCode, WSMsgType, web
from aiohttp.http_exceptions import HttpProcessingError

from course_torch import lessons
from course_torch.errors import InputError
from course_torch.language import LANGUAGES
from course_torch.playground.compute_thread import Worker
from course_torch.playground.guard import ADDRESS, Guard

if TYPE_CHECKING:
    from course_torch.playground.connections import Sessions

SHARED = ("style.css", "elements.js", "progress.js", "texts/en.json", "texts/zh.json")
TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript", "json": "application/json"}
TYPES_OF_LESSONS = TYPES | {"png": "image/png", "woff2": "font/woff2", "ipynb": "application/json"}
PAGE = "page.html"


class File(NamedTuple):
    """The content of a file, and its type."""

    content: bytes
    type: str


def table() -> dict[str, File]:
    """Path of the address -> file: the shared files, and those of `web/playground`. The page itself is at "/"."""
    web = files("course_torch") / "web"
    named = {name: web.joinpath(*name.split("/")) for name in SHARED}
    for folder in ("", "panels/", "settings/", "tasks/"):
        named |= {f"{folder}{each.name}": each for each in (web / "playground" / folder).iterdir() if each.is_file()}
    return {
        "/" if name == PAGE else f"/{name}": File(each.read_bytes(), TYPES[name.rpartition(".")[2]])
        for name, each in named.items()
        if name.rpartition(".")[2] in TYPES
    }


def lesson_files() -> dict[str, Path]:
    """Path of the address -> file of the lessons, if their site is built: they lie beside the page, as on disk."""
    files = (path for path in lessons.SITE.rglob("*") if path.is_file())
    return {f"/{path.relative_to(lessons.SITE).as_posix()}": path for path in files}


LESSONS_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "worker-src blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
)
"""The lessons have scripts and styles in their pages. A lesson shows playgrounds in frames."""
MOST_SOCKETS = 4
LARGEST_MESSAGE = 64 * 1024
PROTOCOL = "playground"
"""Protocol of the socket. A page names its keys as further protocols: JavaScript can set no other header."""
HEARTBEAT = 20.0
"""Seconds between two signs of life: a page that has gone without a word frees its socket."""
MOST_WAITING = 8
"""Messages of a page that wait for the worker: a page that sends more must wait, and not the other pages."""
MOST_CONNECTIONS = 100
"""Connections without a socket. The oldest one makes room for a new one."""
LONGEST = 60.0
"""Seconds after which a connection without a socket is closed, whatever it does."""
KEEP_ALIVE = 5.0
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """The pages and their sockets."""

    def __init__(self, guard: Guard, worker: Worker) -> None:
        self.guard, self.worker = guard, worker
        self.files, self.lessons = table(), lesson_files()
        if self.lessons:
            page = self.files["/"]
            self.files["/"] = page._replace(content=page.content.replace(b"<html", b'<html data-lessons=""', 1))
        self.sockets: dict[str, web.WebSocketResponse] = {}
        self.connections: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    def application(self) -> web.Application:
        """The routes. The files are public: they contain no secret."""
        application = web.Application(middlewares=[self.guarded])
        application.router.add_get("/socket", self.socket)
        application.router.add_post("/trace", self.trace)
        application.router.add_get("/{name:.*}", self.file)
        return application

    def connect(self, protocols: Callable[[], web.RequestHandler]) -> web.RequestHandler:
        """The protocol of a new connection. Files and threads of the program must not run short by connections."""
        while len(self.connections) >= MOST_CONNECTIONS:
            self.disconnect(next(iter(self.connections)))
        new = protocols()
        self.connections[new] = asyncio.get_running_loop().call_later(LONGEST, self.disconnect, new)
        return new

    def disconnect(self, connection: web.RequestHandler) -> None:
        """Close a connection."""
        self.forget(connection)
        if connection.transport is not None:
            connection.transport.abort()

    def forget(self, connection: web.RequestHandler) -> None:
        """Let a connection last: it carries the socket of a page, or has ended."""
        if (timer := self.connections.pop(connection, None)) is not None:
            timer.cancel()

    @web.middleware
    async def guarded(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Answer only to the exact Host, and never with another page's headers."""
        try:
            known = self.guard.knows_host(request.headers.getall("Host", []))
            response = await handler(request) if known else refused("Host")
        except web.HTTPException as error:  # 404, 405 and 413 of aiohttp
            response = web.Response(status=error.status, text=error.reason)
        if not response.prepared:
            for name, value in self.guard.headers.items():
                response.headers.setdefault(name, value)
        return response

    async def file(self, request: web.Request) -> web.Response:
        found: File | None = self.files.get(request.path)
        if found is not None:
            return web.Response(body=found.content, content_type=found.type, charset="utf-8")
        if (path := self.lessons.get(request.path)) is None:
            return web.Response(status=404, text="Not Found")
        kind = TYPES_OF_LESSONS.get(path.suffix[1:], "text/plain")
        charset = None if kind.startswith(("image", "font")) else "utf-8"
        policy = {"Content-Security-Policy": LESSONS_POLICY}
        return web.Response(body=path.read_bytes(), content_type=kind, charset=charset, headers=policy)

    async def trace(self, request: web.Request) -> web.Response:
        """The trace page. It brings its own policy, by the hashes of its script and its style.

        The page sends a form, because the address of a request stands in the browser's history.
        """
        form = dict(parse_qsl((await request.read()).decode(errors="replace")))
        if not self.guard.knows_key(form.get("secret", "")):
            return refused("secret")
        language = form.get("language", "en")
        if language not in LANGUAGES:
            return web.Response(status=404, text="Not Found")
        loop = asyncio.get_running_loop()
        made: asyncio.Future[str | None] = loop.create_future()
        name = form.get("session", "")

        def answer(page: str | None) -> None:
            if not made.done():
                made.set_result(page)

        self.worker.order(lambda sessions: loop.call_soon_threadsafe(answer, sessions.trace(name, language)))
        page = await made
        if page is None:
            return web.Response(status=404, text="Not Found")
        policy = {"Content-Security-Policy": "frame-ancestors 'none'"}
        return web.Response(text=page, content_type="text/html", headers=policy)

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Serve a page until it goes."""
        if not self.guard.knows_origin(request.headers.getall("Origin", [])):
            return refused("Origin")
        if not self.guard.admits(*map(str.strip, request.headers.get("Sec-WebSocket-Protocol", "").split(","))):
            return refused("token")
        if len(self.sockets) >= MOST_SOCKETS:
            return web.Response(status=503, text=f"{MOST_SOCKETS} pages are open already")
        name = token_urlsafe(12)
        # Compression would take longer than a frame takes over loopback.
        own = web.WebSocketResponse(
            protocols=[PROTOCOL], max_msg_size=LARGEST_MESSAGE, heartbeat=HEARTBEAT, compress=False
        )
        self.sockets[name] = own
        self.forget(request.protocol)
        try:
            await own.prepare(request)
            await self._talk(name, own)
        finally:
            del self.sockets[name]
        return own

    async def _talk(self, name: str, own: web.WebSocketResponse) -> None:
        """Carry messages between the page and the worker's thread."""
        loop, outbox = asyncio.get_running_loop(), asyncio.Queue[str | bytes | None]()
        free = asyncio.Semaphore(MOST_WAITING)

        def post(answer: str | bytes | None) -> None:
            loop.call_soon_threadsafe(outbox.put_nowait, answer)

        def receive(message: str | bytes, sessions: "Sessions") -> None:
            sessions.receive(name, message)
            loop.call_soon_threadsafe(free.release)

        post(json.dumps({"type": "admitted", "secret": self.guard.secret}))
        self.worker.order(lambda sessions: sessions.open(name, post))
        writer = asyncio.create_task(write(own, outbox))
        try:
            async for message in own:
                if message.type in (WSMsgType.TEXT, WSMsgType.BINARY):
                    await free.acquire()
                    self.worker.order(partial(receive, message.data))
        finally:
            writer.cancel()
            self.worker.order(lambda sessions: sessions.close(name))

    async def close(self) -> None:
        """Tell every page that the server goes."""
        await asyncio.gather(*(own.close(code=WSCloseCode.GOING_AWAY) for own in list(self.sockets.values())))


def refused(what: str) -> web.Response:
    return web.Response(status=403, text=f"refused: {what}")


async def write(own: web.WebSocketResponse, outbox: asyncio.Queue[str | bytes | None]) -> None:
    """Send what the worker posts, in order, until the page has gone. None closes the socket."""
    with suppress(ConnectionError):
        while (answer := await outbox.get()) is not None:
            await (own.send_str(answer) if isinstance(answer, str) else own.send_bytes(answer))
        await own.close(code=WSCloseCode.INTERNAL_ERROR)


def is_fault(record: logging.LogRecord) -> bool:
    """Whether an entry of the server's log is a fault of this program, and not of who sends the request."""
    return record.exc_info is None or not isinstance(record.exc_info[1], HttpProcessingError | ConnectionError)


async def serve(port: int, mine: Path | None, started: Callable[[str], None]) -> None:
    """Serve until a page or a signal ends the program; `started` gets the address when the server listens.

    Raises InputError if the port is taken, or if the learner's file has no backward pass.
    """
    try:
        listening = socket.create_server((ADDRESS, port))
    except OSError as error:
        raise InputError(
            f"port: found {port}, which cannot be used ({error.strerror})",
            f"port：得到 {port}，它不能使用（{error.strerror}）",
        ) from error
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    with suppress(NotImplementedError):  # Windows
        loop.add_signal_handler(signal.SIGTERM, end.set)
    guard = Guard(listening.getsockname()[1])

    def finish() -> None:
        with suppress(RuntimeError):  # the loop is closed after a second Ctrl-C
            loop.call_soon_threadsafe(end.set)

    worker = Worker(mine, finish)
    server = Server(guard, worker)
    logger = logging.getLogger(__name__)
    logger.addFilter(is_fault)
    runner = web.AppRunner(
        server.application(), access_log=None, logger=logger, shutdown_timeout=1, keepalive_timeout=KEEP_ALIVE
    )
    await runner.setup()
    assert runner.server is not None
    listener = await loop.create_server(partial(server.connect, runner.server), sock=listening)
    worker.start()
    try:
        started(f"{guard.origin}/#token={guard.token}")
        await end.wait()
    finally:
        listener.close()
        try:
            await server.close()
        finally:
            worker.stop()  # blocks the loop, so that no second cancellation leaves the thread behind
            await runner.cleanup()
    if worker.error is not None:
        raise worker.error
