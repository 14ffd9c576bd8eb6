"""When a session trains: running or paused, its speed, the hidden tab, and the page that must keep up."""

from collections.abc import Callable
from time import monotonic

from course_torch.errors import InputError, one_of

SPEEDS = (1, 10, 100, 1000, None)
"""Steps a second. None is as fast as possible."""
SLICE = 0.012
"""Seconds of training between two frames or messages."""
PATIENCE = 1.0
"""Seconds that training goes on while the page draws no frame."""


class Pace:
    """Says when to train. It starts paused."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self.running, self.hidden = False, False
        self.speed: float | None = None
        self._clock = clock
        self._due = 0.0
        self._waits_since: float | None = None

    def run(self) -> None:
        self.running, self._due = True, self._clock()

    def pause(self) -> None:
        self.running = False

    def hide(self, hidden: bool) -> None:
        self.hidden, self._due = hidden, self._clock()

    def choose(self, speed: object) -> None:
        """Set the steps a second. Raises InputError for a speed that is not in SPEEDS."""
        if isinstance(speed, bool) or speed not in SPEEDS:
            raise InputError(f"speed: found {str(speed)[:60]}, expected {one_of(map(str, SPEEDS[:-1]))}, or null")
        self.speed, self._due = SPEEDS[SPEEDS.index(speed)], self._clock()

    def shown(self, credits: int) -> None:
        """Note whether the page can draw another frame."""
        self._waits_since = None if credits > 0 else self._clock()

    @property
    def wait(self) -> float | None:
        """Seconds until a step is due; None if no step is due until something changes."""
        starved = self._waits_since is not None and self._clock() - self._waits_since > PATIENCE
        if not self.running or self.hidden or starved:
            return None
        return 0.0 if self.speed is None else max(0.0, self._due - self._clock())

    def train(self, advance: Callable[[], None]) -> int:
        """Make the steps that are due, for SLICE seconds at most. Returns their number."""
        steps, end = 0, self._clock() + SLICE
        while self.wait == 0 and self._clock() < end:
            advance()
            steps += 1
            if self.speed is not None:
                self._due = max(self._due + 1 / self.speed, self._clock() - SLICE)
        return steps
