"""The checker's side of the learner's process: start it, call functions, end it."""

import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from threading import Thread
from time import monotonic
from types import TracebackType
from typing import IO, Any, NamedTuple

from course_torch.errors import InputError
from course_torch.exercises.guards import LIMITS_ONLY, Guard
from course_torch.exercises.learner import wire
from course_torch.exercises.source import Source

SECONDS = 20.0
"""Longest time of one call."""
PROCESSOR_SECONDS = 120
"""Processor time of all calls to a file that is judged."""
OUTPUT = 64 * 1024
"""Bytes of printed text that are kept. The rest is read and dropped."""
ROOT = Path(__file__).parents[2]


class Failure(NamedTuple):
    """Why a call gave no result: the type and the message of an exception, and the label and line of its place.

    The types "timeout" and "end" mean that the process was ended after SECONDS, or that it ended by itself. The type
    "AbsentError" means that the result comes from a module that is not there.
    """

    type: str
    message: str
    place: tuple[str, int] | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the function is not written yet."""
        return self.type == "NotImplementedError"


class Answer(NamedTuple):
    """What a call gave.

    result    its result
    changed   whether it changed arrays of its arguments
    again     the result of a second, equal call
    foreign   whether the result holds NumPy arrays although the file's library is torch
    """

    result: Any
    changed: bool
    again: Any
    foreign: bool


class Learner:
    """The process that runs a learner's code. A process that ends is started again for the next call.

    helpers             name -> key of the helper (`learner/helpers.py`) that the file may call without defining it
    seconds             longest time of one call
    processor_seconds   processor time of all calls together; None is no limit, for a training
    guard               what else is blocked, beside the limits on memory and time

    Raises InputError on Windows, which has neither the pipes nor the limits.
    """

    def __init__(
        self,
        source: Source,
        helpers: Mapping[str, str],
        *,
        seconds: float = SECONDS,
        processor_seconds: int | None = PROCESSOR_SECONDS,
        guard: Guard = LIMITS_ONLY,
    ) -> None:
        if os.name == "nt":
            raise InputError("exercises: found Windows, expected Linux or macOS (on Windows: WSL)")
        self.source, self.helpers, self.guard = source, helpers, guard
        self.seconds, self.processor_seconds = seconds, processor_seconds
        self.printed = bytearray()
        self.limits: list[str] = []
        self._process: subprocess.Popen | None = None
        self._folder = tempfile.TemporaryDirectory(prefix="course-torch-", ignore_cleanup_errors=True)
        self.failure: Failure | None = None
        self._loading = False
        self._begin()

    def __enter__(self) -> "Learner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process, and remove its work folder."""
        self._end()
        self._folder.cleanup()

    def ready(self) -> Failure | None:
        """Wait until the file is loaded. Returns why it cannot be loaded, or None."""
        if self._process is None and self.failure is None:
            self._begin()
        if self._loading:
            self._loading = False
            answer = self._receive(self.seconds)
            if isinstance(answer, Failure):
                self.failure = answer
            else:
                self.limits = [*self.guard.blocks, *(str(each) for each in answer.get("limits", []))]
                self.failure = failure_of(answer)
        return self.failure

    def call(self, function: str, arguments: list[Any], *, seed: int = 1, twice: bool = False) -> Answer | Failure:
        """Call a function of the file. Arguments are arrays, numbers, texts, and lists, tuples and dicts of them.

        twice   whether the function is called a second time with the same arguments

        Raises ValueError if the arguments are larger than LARGEST_REQUEST.
        """
        if failure := self.ready():
            return failure
        first = self._call({"function": function, "arguments": arguments, "seed": seed})
        if isinstance(first, Failure) or not twice:
            return first
        second = self._call({"function": function, "arguments": arguments, "seed": seed + 1})
        return second if isinstance(second, Failure) else second._replace(result=first.result, again=second.result)

    def _call(self, request: dict[str, Any]) -> Answer | Failure:
        """Send a request to the process, and wait for its answer."""
        try:
            wire.write(self._requests, request, lambda value: None, wire.LARGEST_REQUEST)
        except OSError:
            return self._ended()
        answer = self._receive(self.seconds)
        if isinstance(answer, Failure):
            return answer
        try:
            return failure_of(answer) or answer_of(answer)
        except (KeyError, TypeError):
            return self._ended()

    def _begin(self) -> None:
        requests, requests_end = os.pipe()
        answers_end, answers = os.pipe()
        code = (
            f"import sys; sys.path.insert(0, {str(ROOT)!r}); from course_torch.exercises.learner.child import main; "
            f"main({requests}, {answers})"
        )
        kept = {
            name: os.environ[name] for name in ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR") if name in os.environ
        }
        self._process = subprocess.Popen(
            [*self.guard.command(self._folder.name), sys.executable, "-P", "-s", "-X", "utf8", "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder.name,
            env=kept | {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"},
            pass_fds=(requests, answers),
            start_new_session=True,
        )
        os.close(requests)
        os.close(answers)
        self._requests, self._answers = os.fdopen(requests_end, "wb"), os.fdopen(answers_end, "rb", buffering=0)
        Thread(target=self._keep_output, args=(self._process.stdout,), daemon=True).start()
        start = {
            "pieces": [list(piece) for piece in self.source.pieces],
            "library": self.source.library,
            "helpers": dict(self.helpers),
            "folder": None if self.guard.alone else str(self.source.path.absolute().parent),
            "work": self._folder.name,
            "landlock": self.guard.landlock,
            "processor_seconds": self.processor_seconds,
        }
        self._loading = True
        with suppress(OSError):  # `ready` reports a process that has ended
            wire.write(self._requests, start, lambda value: None)

    def _keep_output(self, stream: IO[bytes]) -> None:
        with stream:
            while block := os.read(stream.fileno(), OUTPUT):
                self.printed += block[: max(0, OUTPUT - len(self.printed))]

    def _receive(self, seconds: float) -> Any:
        """Read one message. A process that is silent for too long, or that sends no message, is ended."""
        timed = Timed(self._answers, monotonic() + seconds)
        try:
            return wire.read(timed)
        except TimeoutError:
            self._end()
            return Failure("timeout", f"{seconds:g}")
        except (EOFError, ValueError, OSError, TypeError, KeyError, RecursionError):
            return self._ended()

    def _ended(self) -> Failure:
        process = self._process
        assert process is not None
        with suppress(subprocess.TimeoutExpired):
            process.wait(1)
        self._end()
        code = process.returncode
        return Failure("end", signal.Signals(-code).name if code is not None and code < 0 else f"exit code {code}")

    def _end(self) -> None:
        """End the process and everything that it started."""
        if self._process is None:
            return
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        self._process.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):
                stream.close()
        self._process = None


class Timed:
    """Reads from a pipe until a moment of `monotonic`. Raises TimeoutError after it."""

    def __init__(self, stream: IO[bytes], until: float) -> None:
        self.stream, self.until = stream, until

    def read(self, size: int) -> bytes:
        with DefaultSelector() as selector:
            selector.register(self.stream, EVENT_READ)
            if not selector.select(max(0.0, self.until - monotonic())):
                raise TimeoutError
        return os.read(self.stream.fileno(), min(size, 2**20))


def failure_of(answer: dict[str, Any]) -> Failure | None:
    """The failure in an answer of the process, or None."""
    error = answer.get("error")
    if error is None:
        return None
    place = error.get("place")
    return Failure(str(error["type"]), str(error["message"]), None if place is None else (str(place[0]), place[1]))


def answer_of(answer: dict[str, Any]) -> Answer:
    """What a call without a failure gave. Raises KeyError for an incomplete answer."""
    return Answer(answer["result"], answer["changed"], None, answer["foreign"])
