"""The connections of pages: their messages, their sessions, and what each page is told first."""

import json
import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import torch

from course_torch.data.planar import NOISE, SURFACES
from course_torch.errors import InputError, check_name, unexpected
from course_torch.language import Language, Text, same
from course_torch.playground.controller import Controller, OwnFile, trace_page
from course_torch.playground.frames import FIRST_SPEED, SPEEDS, Pace, as_json
from course_torch.playground.session import RING, StoppedError
from course_torch.playground.settings import FLAG, RANGE, are_coordinates, described, drawn_points, own_points
from course_torch.verification.pass_failure import raised_by_formula


def parsed(text: str) -> dict[str, Any]:
    """The object of a message. Raises InputError if it is none."""
    try:
        message = json.loads(text)
    except (ValueError, RecursionError):
        message = None
    if not (isinstance(message, dict) and isinstance(message.get("type"), str)):
        raise InputError("message: found no JSON object with a type", "message：没有带 type 的 JSON 对象")
    return message


def whole(message: dict[str, Any], name: str, most: int, least: int = 1) -> int:
    """A number from `least` to `most`. Raises InputError."""
    value = message.get(name)
    if type(value) is not int or not least <= value <= most:
        raise unexpected(name, str(value)[:60], RANGE.fill(least=least, most=most))
    return value


def flag(message: dict[str, Any], name: str) -> bool:
    """true or false. Raises InputError."""
    value = message.get(name)
    if not isinstance(value, bool):
        raise unexpected(name, str(value)[:60], FLAG)
    return value


def coordinates(value: object) -> list[float] | None:
    """Two finite numbers, or None. Raises InputError."""
    if value is None:
        return None
    if are_coordinates(value, 2):
        return [*map(float, value)]
    raise unexpected("point", str(value)[:60], Text("two numbers or null", "两个数或 null"))


def hello(name: str, own: OwnFile | None) -> dict[str, Any]:
    """The name of the session, and every choice that the page offers."""
    mine = None if own is None else own.name
    sets = {"settings": described(), "noise_of": NOISE, "surfaces": [*SURFACES]}
    return {"session": name, "mine": mine, **sets, "speeds": SPEEDS, "speed": FIRST_SPEED}


MOST_STEPS = 100
"""Steps of one message: more would let the other pages wait."""
CREDITS = 2
"""Frames on their way to the page."""
QUIET = ("drawn", "differences", "export")
"""Messages that change nothing in the next frame."""
RESTARTS = ("settings", "points", "reset")
"""Messages that are answered by a start or, if they cannot be done, by a refusal. So are the points of a file."""
Send = Callable[[str | bytes | None], object]
"""Sends a message to the page. None closes its socket."""
Result = TypeVar("Result")


class PageConnection:
    """One page and its session. Every method runs in the worker's thread.

    `end` ends the program. Raises InputError if the learner's file has no backward pass.
    """

    def __init__(self, name: str, send: Send, end: Callable[[], None], own: OwnFile | None) -> None:
        self._send, self.end = send, end
        self.pace, self.controller = Pace(), Controller(own)
        self.credits, self.changed = CREDITS, True
        self._say({"type": "hello", **hello(name, own)})
        self._say(self.controller.started)

    def receive(self, message: str | bytes) -> None:
        """Do what a message asks. The page gets one line of error for a mistake of its user."""
        restarts = isinstance(message, bytes)
        try:
            if isinstance(message, bytes):
                answer: dict[str, Any] | None = self.controller.take(own_points(message))
                self.changed = True
            else:
                asked = parsed(message)
                restarts = asked["type"] in RESTARTS
                answer = self._answer(asked)
            if answer is not None:
                self._say(answer)
        except InputError as error:
            self._say({"type": "refused" if restarts else "error", "message": error.text._asdict()})
        except Exception as error:
            self._stop(error)

    def _answer(self, asked: dict[str, Any]) -> dict[str, Any] | None:
        check_name("type", asked["type"], ANSWERS)
        answer = ANSWERS[asked["type"]](self, asked)
        self.changed |= asked["type"] not in QUIET
        return answer

    @property
    def draws(self) -> bool:
        """Whether a frame is due."""
        return self.changed and self.credits > 0 and not self.pace.hidden

    @property
    def wait(self) -> float | None:
        """Seconds until there is something to do; None if the page must ask first."""
        return 0.0 if self.draws else self.pace.wait

    def work(self) -> None:
        """Train for a moment, and send a frame if something has changed and the page can draw it."""
        try:
            self.changed |= self.pace.train(self.controller.session.advance) > 0
        except Exception as error:
            self._stop(error)
        if self.draws:
            self._draw()

    def _draw(self) -> None:
        """Send a frame for a credit."""
        try:
            frame = self.controller.frame(running=self.pace.running)
        except Exception as error:
            self._stop(error)
        else:
            self._send(frame)
            self.credits -= 1
            self.pace.shown(self.credits)
        self.changed = False  # a bug would stop the next frame too

    def take_credit(self) -> None:
        """The page has drawn a frame."""
        self.credits = min(CREDITS, self.credits + 1)
        self.pace.shown(self.credits)

    def paused(self) -> Controller:
        """Pause, because the learner moves the session."""
        self.pace.pause()
        return self.controller

    def trace(self, language: Language) -> str | None:
        """The trace page of the next step; None if a pass stops, which the page is told."""
        try:
            return trace_page(self.controller.session, self.controller.own, language)
        except InputError as error:
            self._stop(StoppedError("mine", error.text))
        except Exception as error:
            self._stop(error)
        return None

    def leave(self) -> None:
        """Close the socket of the page."""
        self._send(None)

    def _say(self, answer: dict[str, Any]) -> None:
        self._send(as_json(answer).decode())

    def _stop(self, error: Exception) -> None:
        """Pause, and say why. A bug of this program ends neither the other sessions nor the server."""
        self.pace.pause()
        self.changed = True
        if isinstance(error, StoppedError):
            reason, message = error.reason, error.message
        elif (line := raised_by_formula(error)) is not None:
            reason, message = "formula", same(line)
        else:
            traceback.print_exception(error, file=sys.stderr)
            reason, message = "bug", same(f"{type(error).__name__}: {error}")
        self._say({"type": "stopped", "reason": reason, "message": message._asdict()})


def point(connection: PageConnection, message: dict[str, Any]) -> None:
    """Remember the point under the cursor."""
    connection.controller.point = coordinates(message.get("point"))


def edit(connection: PageConnection, message: dict[str, Any]) -> None:
    """Set a weight or a bias by hand."""
    sizes = connection.controller.session.settings.layer_sizes
    l = whole(message, "layer", len(sizes) - 1)
    i = whole(message, "unit", sizes[l] - 1, least=0)
    j = None if message.get("input") is None else whole(message, "input", sizes[l - 1] - 1, least=0)
    connection.controller.edit(l, i, j, message.get("value"))


ANSWERS: dict[str, Callable[[PageConnection, dict[str, Any]], dict[str, Any] | None]] = {
    "drawn": lambda connection, message: connection.take_credit(),
    "settings": lambda connection, message: connection.controller.change(message.get("settings")),
    "points": lambda connection, message: connection.controller.take(
        drawn_points(message.get("rows"), message.get("domain"))
    ),
    "run": lambda connection, message: connection.pace.run(),
    "pause": lambda connection, message: connection.pace.pause(),
    "step": lambda connection, message: connection.paused().step(whole(message, "steps", MOST_STEPS)),
    "back": lambda connection, message: connection.paused().back(whole(message, "steps", RING)),
    "reset": lambda connection, message: connection.paused().reset(),
    "speed": lambda connection, message: connection.pace.choose(message.get("speed")),
    "hidden": lambda connection, message: connection.pace.hide(flag(message, "hidden")),
    "point": point,
    "edit": edit,
    "mistake": lambda connection, message: connection.controller.choose_mistake(message.get("name")),
    "guessing": lambda connection, message: connection.controller.hide_mistake(),
    "guess": lambda connection, message: connection.controller.guess(message.get("name")),
    "give_up": lambda connection, message: connection.controller.give_up(),
    "differences": lambda connection, message: connection.controller.differences(),
    "export": lambda connection, message: connection.controller.export(),
    "quit": lambda connection, message: connection.end(),
}
"""Type of a message -> what it does, and the answer if there is one."""


class Sessions:
    """Serves the pages in turn, a moment each. `mine` is the learner's file; `end` ends the program.

    Raises InputError if the file has no backward pass.
    """

    def __init__(self, mine: Path | None, end: Callable[[], None]) -> None:
        # Small tensors: two threads wait for each other longer than they compute, most of all on a busy machine.
        torch.set_num_threads(1)
        self._mine, self._end = mine, end
        self._connections: dict[str, PageConnection] = {}
        if mine is not None:
            OwnFile(mine)

    def open(self, name: str, send: Send) -> None:
        """Begin a connection with a page."""
        try:
            own = None if self._mine is None else OwnFile(self._mine)
            self._connections[name] = PageConnection(name, send, self._end, own)
        except InputError as error:  # the learner has changed the file
            send(json.dumps({"type": "error", "message": error.text._asdict()}))

    def close(self, name: str) -> None:
        """The page has gone."""
        self._connections.pop(name, None)

    def receive(self, name: str, message: str | bytes) -> None:
        """Hand a message to the connection of its page."""
        self._alone(name, lambda connection: connection.receive(message))

    def trace(self, name: str, language: Language) -> str | None:
        """The trace page of a connection; None if there is none of this name, or if a pass stops."""
        return self._alone(name, lambda connection: connection.trace(language))

    @property
    def wait(self) -> float | None:
        """Seconds until there is something to do; None if a page must ask first."""
        waits = [connection.wait for connection in self._connections.values()]
        return min((seconds for seconds in waits if seconds is not None), default=None)

    def work(self) -> None:
        """Give every connection its moment."""
        for name in [*self._connections]:
            self._alone(name, PageConnection.work)

    def _alone(self, name: str, action: Callable[[PageConnection], Result]) -> Result | None:
        """What the action of a connection returns; None if there is none of this name.

        A fault that the connection does not catch closes its socket alone: the other pages and the program go on.
        """
        if (connection := self._connections.get(name)) is None:
            return None
        try:
            return action(connection)
        except Exception as error:
            traceback.print_exception(error, file=sys.stderr)
            self.close(name)
            connection.leave()
            return None
