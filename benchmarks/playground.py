"""How fast the playground is: from the command to the page, frames a second, steps beside the plain loop."""

import json
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from struct import unpack_from
from time import perf_counter
from typing import Any

import aiohttp

from benchmarks.timing import Goal, Judged, alternated
from course_torch.network.gradient_descent import gradient_descent
from course_torch.network.threads import computing_with
from course_torch.playground.server import PROTOCOL
from course_torch.playground.session import Session
from course_torch.playground.settings import Settings

SECONDS = 5.0  # duration of a measurement of frames
STEPS = 2000
METHODS = ("plain", "fused")
NETWORKS = {"2-4-1": (4,), "2-8-8-8-1": (8, 8, 8)}
PAGE = Goal("seconds from the command to the page", 1.5, "s")
FRAMES = {name: Goal("frames a second", limit, at_least=True) for name, limit in (("2-4-1", 30), ("2-8-8-8-1", 15))}
SETTING = Goal("ms from a setting to its frame", 100, "ms")


class Page:
    """A page without a picture: it returns the credit of a frame as soon as the frame has come."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket

    async def say(self, kind: str, **content: Any) -> None:
        await self._socket.send_json({"type": kind, **content})

    async def frame(self, wanted: Callable[[dict[str, Any]], bool] = lambda header: True) -> dict[str, Any]:
        async for message in self._socket:
            if message.type == aiohttp.WSMsgType.BINARY:
                (length,) = unpack_from("<I", message.data)
                header = json.loads(message.data[4 : 4 + length])
                await self.say("drawn")
                if wanted(header):
                    return header
        raise ConnectionError("the playground has ended")


async def measured() -> tuple[dict[str, float], dict[str, dict[str, float]]]:
    """Start the command as a page does: seconds to the page and the first frame, and `rates_of` each of NETWORKS."""
    begin = perf_counter()
    command = [sys.executable, "-m", "course_torch", "playground", "--no-open"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        origin, _, token = address.partition("/#token=")
        async with aiohttp.ClientSession(headers={"Origin": origin}) as client:
            async with client.get(origin) as answer:
                await answer.read()
            shown = perf_counter() - begin
            async with client.ws_connect(f"{origin}/socket", protocols=[PROTOCOL, token], max_msg_size=0) as socket:
                page = Page(socket)
                await page.frame()
                opening = {"page": shown, "first_frame": perf_counter() - begin}
                rates = {name: await rates_of(page, widths) for name, widths in NETWORKS.items()}
                await page.say("quit")
    return opening, rates


async def rates_of(page: Page, widths: tuple[int, ...]) -> dict[str, float]:
    """Measure frames and steps a second of a session with this network, and the seconds from a setting to its frame."""
    await page.say("settings", settings={"hidden_layers": widths})
    await page.frame(lambda header: len(header["W"]) == len(widths) + 1 and header["step"] == 0)
    await page.say("speed", speed=None)
    await page.say("run")
    begin = await page.frame()
    start, count = perf_counter(), 0
    while perf_counter() - start < SECONDS:
        last = await page.frame()
        count += 1
    seconds = perf_counter() - start
    await page.say("pause")
    await page.frame(lambda header: not header["running"])
    changed = perf_counter()
    await page.say("settings", settings={"model_seed": 2})
    await page.frame(lambda header: header["step"] == 0)
    steps = (last["step"] - begin["step"]) / seconds
    return {"frames": count / seconds, "steps": steps, "setting": perf_counter() - changed}


def playground_goals(opening: dict[str, float], rates: dict[str, dict[str, float]]) -> list[Judged]:
    """Judge the page, and the frames and the answer to a setting of each network. Drawing takes time in addition."""
    judged = [PAGE.judge("playground", opening["page"])]
    for name, measured in rates.items():
        row = f"playground, {name}"
        judged += [FRAMES[name].judge(row, measured["frames"]), SETTING.judge(row, 1000 * measured["setting"])]
    return judged


def step_times() -> dict[str, dict[str, float]]:
    """Network -> way -> median seconds of a full-batch step in one thread: a session, and `gradient_descent`."""
    with computing_with(1):
        return {name: times_of(widths) for name, widths in NETWORKS.items()}


def times_of(widths: tuple[int, ...]) -> dict[str, float]:
    session = Session(Settings(hidden_layers=widths))
    X, Y, _ = session.examples.train

    def playground() -> None:
        for _ in range(STEPS):
            session.advance()

    def descent(method: str) -> None:
        gradient_descent(session.network, X, Y, learning_rate=0.1, iterations=STEPS, method=method)

    ways: dict[str, Callable[[], None]] = {"playground": playground}
    ways |= {f"gradient_descent, {name}": partial(descent, name) for name in METHODS}
    return {way: seconds / STEPS for way, seconds in alternated(ways).items()}
