"""The life of the server: it listens, starts the worker, and ends with no socket open and no thread left."""

import asyncio
import signal
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from aiohttp import web

from course_torch.errors import InputError
from course_torch.playground.guard import ADDRESS, Guard
from course_torch.playground.server import Server
from course_torch.playground.worker import Worker


async def serve(port: int, mine: Path | None, started: Callable[[str], None]) -> None:
    """Serve until a page or a signal ends the program; `started` gets the address when the server listens.

    Raises InputError if the port is taken, or if the learner's file has no backward pass.
    """
    try:
        listening = socket.create_server((ADDRESS, port))
    except OSError as error:
        raise InputError(f"port: found {port}, which cannot be used ({error.strerror})") from error
    loop, end = asyncio.get_running_loop(), asyncio.Event()
    with suppress(NotImplementedError):  # Windows
        loop.add_signal_handler(signal.SIGTERM, end.set)
    guard = Guard(listening.getsockname()[1])

    def finish() -> None:
        with suppress(RuntimeError):  # the loop is closed after a second Ctrl-C
            loop.call_soon_threadsafe(end.set)

    worker = Worker(mine, finish)
    server = Server(guard, worker)
    runner = web.AppRunner(server.application(), access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.SockSite(runner, listening).start()
    worker.start()
    try:
        started(f"{guard.origin}/#token={guard.token}")
        await end.wait()
    finally:
        try:
            await server.close()
        finally:
            worker.stop()  # blocks the loop, so that no second cancellation leaves the thread behind
            await runner.cleanup()
    if worker.error is not None:
        raise worker.error
