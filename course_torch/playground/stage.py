"""The session that a page sees, what the learner has chosen around it, and its restarts."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from course_torch.data.csv_file import Table
from course_torch.errors import InputError
from course_torch.playground.export import export
from course_torch.playground.frames import Film
from course_torch.playground.guessing import ChosenMistake
from course_torch.playground.judging import Look
from course_torch.playground.messages import own_points
from course_torch.playground.mistakes import fault_named
from course_torch.playground.own import OwnFile, own_pass_of
from course_torch.playground.session import Session
from course_torch.playground.settings import OWN_POINTS, Settings
from course_torch.playground.starting import start

Answer = dict[str, Any]


class Stage:
    """A session with its frames, the point under the cursor, the mistake, and the learner's points and file.

    The methods that restart, and those that answer a question, return the message for the page. They raise InputError
    for what is not allowed; nothing has changed then.
    """

    def __init__(self, own: OwnFile | None) -> None:
        self.own = own
        self.table: Table | None = None
        self.point: list[float] | None = None
        self.chosen = ChosenMistake()
        self.started = self.restart(Settings() if own is None else own.settings())

    def restart(self, settings: Settings, table: Table | None = None) -> Answer:
        """Begin at step 0. A mistake that fits stays."""
        session = Session(settings, table, own_pass_of(self.own))
        if self.own is not None:
            self.own.check(session.network)
        self.table = table
        self.session, self.film = session, Film(session)
        self.chosen.keep(session)
        return {"type": "start", **start(session, own=self.own)}

    def change(self, changes: object) -> Answer:
        """Begin with other settings."""
        if not isinstance(changes, Mapping):
            raise InputError("settings: found no object of settings")
        return self.restart(self.session.settings.changed(changes), self.table)

    def take_points(self, content: bytes) -> Answer:
        """Begin with the points of a CSV file."""
        table = own_points(content)
        return self.restart(self.session.settings.changed({"data": OWN_POINTS}), table)

    def reset(self) -> Answer:
        """Begin again without a mistake, and with the learner's file as it is now."""
        if self.own is not None:
            self.own.reload()
        self.chosen.choose(None, self.session)
        return self.restart(self.session.settings, self.table)

    def step(self, steps: int) -> None:
        for _ in range(steps):
            self.session.advance()

    def back(self, steps: int) -> None:
        self.session.back(steps)
        self.film.rewind()

    def choose_mistake(self, name: object) -> None:
        """Switch a mistake on, or off for None."""
        self._check_formulas()
        self.chosen.choose(None if name is None else fault_named(name, self.session.settings), self.session)

    def hide_mistake(self) -> None:
        """Switch on a mistake that the learner has to find."""
        self._check_formulas()
        self.chosen.hide(self.session)

    def _check_formulas(self) -> None:
        if self.own is not None:
            raise InputError(f"mistake: {self.own.name} trains, expected the formulas of the course")

    def guess(self, name: object) -> Answer:
        return {"type": "guessed", **self.chosen.guess(name, self.session)}

    def give_up(self) -> Answer:
        return {"type": "guessed", **self.chosen.give_up(self.session)}

    def differences(self) -> Answer:
        return {"type": "differences", "step": self.session.step, "rows": Look(self.session).differences()}

    def export(self) -> Answer:
        return {"type": "export", **asdict(export(self.session, None if self.own is None else self.own.name))}

    def frame(self, *, running: bool) -> bytes:
        """What is seen now."""
        look = Look(self.session)
        mistake = self.chosen.seen(look, self.session, running=running)
        return self.film.frame(look, running=running, point=self.point, mistake=mistake)
