"""What a page asks and what it is answered: messages, and frames as fast as the page draws them."""

import sys
import traceback
from collections.abc import Callable
from typing import Any

from course_torch.errors import InputError, check_name
from course_torch.language import Language
from course_torch.playground.frames import as_json
from course_torch.playground.messages import coordinates, flag, parsed, whole
from course_torch.playground.own import OwnFile
from course_torch.playground.pace import Pace
from course_torch.playground.passes import StoppedError
from course_torch.playground.session import RING
from course_torch.playground.stage import Stage
from course_torch.playground.starting import hello
from course_torch.playground.step_trace import trace_page
from course_torch.verification.break_off import raised_by_formula

MOST_STEPS = 100
"""Steps of one message: more would let the other pages wait."""
CREDITS = 2
"""Frames on their way to the page."""
QUIET = ("drawn", "differences", "export")
"""Messages that change nothing in the next frame."""
RESTARTS = ("settings", "reset")
"""Messages that are answered by a start or, if they cannot be done, by a refusal. So are the points of a file."""
Send = Callable[[str | bytes], object]


class Conversation:
    """One page and its session. Every method runs in the worker's thread.

    `end` ends the program. Raises InputError if the learner's file has no backward pass.
    """

    def __init__(self, name: str, send: Send, end: Callable[[], None], own: OwnFile | None) -> None:
        self._send, self._end = send, end
        self.pace, self.stage = Pace(), Stage(own)
        self.credits, self.changed = CREDITS, True
        self._say({"type": "hello", **hello(name, own)})
        self._say(self.stage.started)

    def receive(self, message: str | bytes) -> None:
        """Do what a message asks. The page gets one line of error for a mistake of its user."""
        restarts = isinstance(message, bytes)
        try:
            if isinstance(message, bytes):
                answer: dict[str, Any] | None = self.stage.take_points(message)
                self.changed = True
            else:
                asked = parsed(message)
                restarts = asked["type"] in RESTARTS
                answer = self._answer(asked)
            if answer is not None:
                self._say(answer)
        except InputError as error:
            self._say({"type": "refused" if restarts else "error", "message": str(error)})
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
            self.changed |= self.pace.train(self.stage.session.advance) > 0
        except Exception as error:
            self._stop(error)
        if self.draws:
            self._draw()

    def _draw(self) -> None:
        """Send a frame for a credit."""
        try:
            frame = self.stage.frame(running=self.pace.running)
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

    def paused(self) -> Stage:
        """Pause, because the learner moves the session."""
        self.pace.pause()
        return self.stage

    def trace(self, language: Language) -> str | None:
        """The trace page of the next step; None if a pass stops, which the page is told."""
        try:
            return trace_page(self.stage.session, self.stage.own, language)
        except InputError as error:
            self._stop(StoppedError("mine", str(error)))
        except Exception as error:
            self._stop(error)
        return None

    def end(self) -> None:
        self._end()

    def _say(self, answer: dict[str, Any]) -> None:
        self._send(as_json(answer).decode())

    def _stop(self, error: Exception) -> None:
        """Pause, and say why. A bug of this program ends neither the other sessions nor the server."""
        self.pace.pause()
        self.changed = True
        if isinstance(error, StoppedError):
            reason, message = error.reason, str(error)
        elif (line := raised_by_formula(error)) is not None:
            reason, message = "formula", line
        else:
            traceback.print_exception(error, file=sys.stderr)
            reason, message = "bug", f"{type(error).__name__}: {error}"
        self._say({"type": "stopped", "reason": reason, "message": message})


def point(talk: Conversation, message: dict[str, Any]) -> None:
    """Remember the point under the cursor."""
    talk.stage.point = coordinates(message.get("point"))


ANSWERS: dict[str, Callable[[Conversation, dict[str, Any]], dict[str, Any] | None]] = {
    "drawn": lambda talk, message: talk.take_credit(),
    "settings": lambda talk, message: talk.stage.change(message.get("settings")),
    "run": lambda talk, message: talk.pace.run(),
    "pause": lambda talk, message: talk.pace.pause(),
    "step": lambda talk, message: talk.paused().step(whole(message, "steps", MOST_STEPS)),
    "back": lambda talk, message: talk.paused().back(whole(message, "steps", RING)),
    "reset": lambda talk, message: talk.paused().reset(),
    "speed": lambda talk, message: talk.pace.choose(message.get("speed")),
    "hidden": lambda talk, message: talk.pace.hide(flag(message, "hidden")),
    "point": point,
    "mistake": lambda talk, message: talk.stage.choose_mistake(message.get("name")),
    "guessing": lambda talk, message: talk.stage.hide_mistake(),
    "guess": lambda talk, message: talk.stage.guess(message.get("name")),
    "give_up": lambda talk, message: talk.stage.give_up(),
    "differences": lambda talk, message: talk.stage.differences(),
    "export": lambda talk, message: talk.stage.export(),
    "quit": lambda talk, message: talk.end(),
}
"""Type of a message -> what it does, and the answer if there is one."""
