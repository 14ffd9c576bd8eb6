"""A page in a test: what it sends and what it is answered."""

import json
from typing import Any

from course_torch.playground.connections import PageConnection
from course_torch.playground.controller import OwnFile
from tests.playground.test_frames import decoded


class Page:
    """A connection whose answers are kept. Frames are decoded headers."""

    def __init__(self, own: OwnFile | None = None) -> None:
        self.answers: list[dict[str, Any]] = []
        self.frames: list[dict[str, Any]] = []
        self.ended = False
        self.connection = PageConnection("a", self._take, self._end, own)

    def _end(self) -> None:
        self.ended = True

    def _take(self, answer: str | bytes) -> None:
        if isinstance(answer, bytes):
            self.frames.append(decoded(answer)[0])
        else:
            self.answers.append(json.loads(answer))

    def say(self, kind: str, **content: Any) -> dict[str, Any] | None:
        """Send a message. Returns the answer, if there is one."""
        before = len(self.answers)
        self.connection.receive(json.dumps({"type": kind, **content}))
        return self.answers[-1] if len(self.answers) > before else None

    def error(self, kind: str, **content: Any) -> str:
        """Send a message that is wrong. Returns the line of the error."""
        answer = self.say(kind, **content)
        assert answer is not None
        assert answer["type"] == ("refused" if kind in ("settings", "reset") else "error")
        assert "\n" not in answer["message"]
        return answer["message"]

    def work(self, times: int = 1) -> dict[str, Any]:
        """Let the connection work and draw. Returns the last frame."""
        for _ in range(times):
            self.connection.work()
            self.say("drawn")
        return self.frames[-1]
