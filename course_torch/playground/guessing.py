"""The mistake of a session: chosen by name, or at random without its name until the learner finds it."""

from time import monotonic
from typing import Any

from course_torch.errors import InputError
from course_torch.language import Text
from course_torch.playground.gradient_check import GradientCheck, as_record
from course_torch.playground.mistakes import Mistaken, drawn, fault_named, fault_record, same_numbers
from course_torch.playground.session import Session
from course_torch.verification.diagnosis import Diagnosis
from course_torch.verification.faults import Fault

NOTHING_HIDDEN = Text(
    "{asked}: found no mistake to guess, expected 'guessing' first", "{asked}：没有要猜的错误，应当先发送 'guessing'"
)
RENEWED = 0.5
"""Seconds between two diagnoses of a running training: a diagnosis takes longer than a frame."""


class ChosenMistake:
    """The mistake that trains, if there is one. `guesses` counts the guesses at an unnamed mistake."""

    def __init__(self) -> None:
        self.mistake: Fault | None = None
        self.guesses: int | None = None
        self._seen: Diagnosis | None = None
        self._seen_at: tuple[float, int] | None = None

    def choose(self, mistake: Fault | None, session: Session) -> None:
        """Switch a mistake on, or all mistakes off."""
        self.mistake, self.guesses, self._seen_at = mistake, None, None
        session.used_pass = Mistaken(mistake) if mistake is not None else session.right_pass

    def look_again(self) -> None:
        """Let the next frame have a new diagnosis."""
        self._seen_at = None

    def keep(self, session: Session) -> None:
        """Make the mistake in a new session too, if it fits."""
        self._seen_at = None
        if self.mistake is not None:
            guesses = self.guesses
            try:
                self.choose(fault_named(self.mistake.name, session.settings), session)
                self.guesses = guesses
            except InputError:
                self.choose(None, session)

    def hide(self, session: Session) -> None:
        """Switch a random mistake on, which the learner has to find. Raises InputError if none shows."""
        check = GradientCheck(session)
        self.choose(drawn(session.settings, session.network, session.batch, check.right, check.errors), session)
        self.guesses = 0

    def guess(self, name: object, session: Session) -> dict[str, Any]:
        """Answer a guess. A mistake that makes the same numbers is right too. Raises InputError."""
        if self.mistake is None or self.guesses is None:
            raise InputError(NOTHING_HIDDEN.fill(asked="guess"))
        other = fault_named(name, session.settings)
        same = other is not self.mistake and same_numbers(
            other, self.mistake, session.network, session.batch, GradientCheck(session).errors
        )
        self.guesses += 1
        right = other is self.mistake or same
        answer = {"right": right, "same": same, "guess": other.name}
        return answer | (self.reveal(session) if right else {})

    def give_up(self, session: Session) -> dict[str, Any]:
        """Name the mistake. Raises InputError if there is none to guess."""
        if self.guesses is None:
            raise InputError(NOTHING_HIDDEN.fill(asked="give_up"))
        return {"right": False, "same": False, "guess": None, **self.reveal(session)}

    def reveal(self, session: Session) -> dict[str, Any]:
        """The name of the mistake, which is no secret any more."""
        assert self.mistake is not None
        self.guesses = None
        return fault_record(self.mistake, len(session.examples.train.X))

    def seen(self, check: GradientCheck, session: Session, *, running: bool) -> dict[str, Any] | None:
        """What a frame shows of the mistake. A learner's wrong pass is a mistake without a name."""
        if self.mistake is None and all(row["verdict"] != "different" for row in check.gradients):
            return None
        now = monotonic()
        last = self._seen_at
        if last is None or (last[1] != session.step and (not running or now - last[0] >= RENEWED)):
            self._seen, self._seen_at = check.diagnosis(), (now, session.step)
        hidden = self.guesses is not None
        name = None if hidden or self.mistake is None else self.mistake.name
        return {"name": name, "guesses": self.guesses, "diagnosis": as_record(self._seen, told=not hidden)}
