"""What a page asks, and what its session answers."""

import sys
import traceback
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from course_torch.data.csv_file import Table
from course_torch.errors import InputError, check_name
from course_torch.playground.export import export
from course_torch.playground.frames import Film, as_json
from course_torch.playground.guessing import ChosenMistake
from course_torch.playground.judging import Look
from course_torch.playground.messages import coordinates, flag, own_points, parsed, whole
from course_torch.playground.mistakes import mistake_named
from course_torch.playground.own import OwnFile, own_pass_of
from course_torch.playground.pace import Pace
from course_torch.playground.passes import StoppedError
from course_torch.playground.session import RING, Session
from course_torch.playground.settings import OWN_POINTS, Settings
from course_torch.playground.starting import hello, start

MOST_STEPS = 100
"""Steps of one message: more would let the other pages wait."""
CREDITS = 2
"""Frames on their way to the page."""
QUIET = ("drawn", "differences", "export")
"""Messages that change nothing in the next frame."""
Send = Callable[[str | bytes], object]


class Conversation:
    """One page and its session. Every method runs in the worker's thread."""

    def __init__(self, name: str, send: Send, end: Callable[[], None], own: OwnFile | None) -> None:
        self.name, self.own, self._send = name, own, send
        self.pace = Pace()
        self.credits, self.changed = CREDITS, True
        self.point: list[float] | None = None
        self.table: Table | None = None
        self.chosen = ChosenMistake()
        self._answers: dict[str, Callable[[dict[str, Any]], object]] = {
            "drawn": self._drawn,
            "settings": lambda message: self._change(message.get("settings")),
            "run": lambda message: self.pace.run(),
            "pause": lambda message: self.pace.pause(),
            "step": self._step,
            "back": self._back,
            "reset": self._reset,
            "speed": lambda message: self.pace.choose(message.get("speed")),
            "hidden": lambda message: self.pace.hide(flag(message, "hidden")),
            "point": self._point,
            "mistake": self._mistake,
            "guessing": lambda message: self._guessing(),
            "guess": lambda message: self._answer("guessed", self.chosen.guess(message.get("name"), self.session)),
            "give_up": lambda message: self._answer("guessed", self.chosen.give_up(self.session)),
            "differences": self._differences,
            "export": self._export,
            "quit": lambda message: end(),
        }
        self._answer("hello", hello(name, own))
        settings = Settings() if own is None else own.settings()
        self._start(Session(settings, None, own_pass_of(own)))

    def receive(self, message: str | bytes) -> None:
        """Do what a message asks. The page gets one line of error for a mistake of its user."""
        try:
            if isinstance(message, bytes):
                self._own_points(message)
            else:
                asked = parsed(message)
                check_name("type", asked["type"], self._answers)
                self._answers[asked["type"]](asked)
                self.changed |= asked["type"] not in QUIET
        except InputError as error:
            self._answer("error", {"message": str(error)})
        except StoppedError as stop:
            self._stop(stop.reason, str(stop))
        except Exception as bug:
            self._report(bug)

    @property
    def wait(self) -> float | None:
        """Seconds until there is something to do; None if the page must ask first."""
        if self.changed and self.credits > 0 and not self.pace.hidden:
            return 0.0
        return self.pace.wait

    def work(self) -> None:
        """Train for a moment, and send a frame if something has changed and the page can draw it."""
        try:
            if self.pace.train(self.session.advance):
                self.changed = True
        except StoppedError as stop:
            self._stop(stop.reason, str(stop))
        except Exception as bug:
            self._report(bug)
        if self.changed and self.credits > 0 and not self.pace.hidden:
            try:
                self._frame()
            except Exception as bug:
                self._report(bug)
                self.changed = False

    def _frame(self) -> None:
        look = Look(self.session)
        mistake = self.chosen.seen(look, self.session, running=self.pace.running)
        self._send(self.film.frame(look, running=self.pace.running, point=self.point, mistake=mistake))
        self.credits, self.changed = self.credits - 1, False
        self.pace.shown(self.credits)

    def _answer(self, kind: str, content: dict[str, Any]) -> None:
        self._send(as_json({"type": kind, **content}).decode())

    def _stop(self, reason: str, message: str) -> None:
        """Pause, and say why."""
        self.pace.pause()
        self.changed = True
        self._answer("stopped", {"reason": reason, "message": message})

    def _report(self, bug: Exception) -> None:
        """A bug of this program ends neither the other sessions nor the server."""
        traceback.print_exception(bug, file=sys.stderr)
        self._stop("bug", f"{type(bug).__name__}: {bug}")

    def _start(self, session: Session) -> None:
        """Begin again with this session, at step 0."""
        self.session, self.film, self.changed = session, Film(session), True
        self.chosen.keep(session)
        self._answer("start", start(session, own=self.own))

    def _restart(self, settings: Settings, table: Table | None) -> None:
        """Raises InputError if the settings do not fit the points or the learner's file; nothing has changed then."""
        session = Session(settings, table, own_pass_of(self.own))
        if self.own is not None:
            self.own.check(session.network)
        self.table = table
        self._start(session)

    def _change(self, changes: object) -> None:
        if not isinstance(changes, dict):
            raise InputError("settings: found no object of settings")
        self._restart(self.session.settings.changed(changes), self.table)

    def _own_points(self, content: bytes) -> None:
        table = own_points(content)
        self._restart(self.session.settings.changed({"data": OWN_POINTS}), table)

    def _drawn(self, message: dict[str, Any]) -> None:
        self.credits = min(CREDITS, self.credits + 1)
        self.pace.shown(self.credits)

    def _step(self, message: dict[str, Any]) -> None:
        steps = whole(message, "steps", MOST_STEPS)
        self.pace.pause()
        for _ in range(steps):
            self.session.advance()

    def _back(self, message: dict[str, Any]) -> None:
        steps = whole(message, "steps", RING)
        self.pace.pause()
        self.session.back(steps)
        self.film.rewind()

    def _reset(self, message: dict[str, Any]) -> None:
        self.pace.pause()
        self.chosen.choose(None, self.session)
        if self.own is not None:
            self.own.reload()
        self._restart(self.session.settings, self.table)

    def _point(self, message: dict[str, Any]) -> None:
        self.point = coordinates(message.get("point"))

    def _mistake(self, message: dict[str, Any]) -> None:
        name = message.get("name")
        self._check_formulas()
        self.chosen.choose(None if name is None else mistake_named(name, self.session.settings), self.session)

    def _guessing(self) -> None:
        self._check_formulas()
        self.chosen.hide(self.session)

    def _check_formulas(self) -> None:
        if self.own is not None:
            raise InputError(f"mistake: {self.own.name} trains, expected the formulas of the course")

    def _differences(self, message: dict[str, Any]) -> None:
        self._answer("differences", {"step": self.session.step, "rows": Look(self.session).differences()})

    def _export(self, message: dict[str, Any]) -> None:
        self._answer("export", asdict(export(self.session, None if self.own is None else self.own.name)))
