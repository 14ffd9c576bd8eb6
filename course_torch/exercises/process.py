"""The checker's side of the learner's process: load the code, call functions, start again after an end."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from types import TracebackType
from typing import Any, NamedTuple

from course_torch.exercises.child_process import ChildProcess
from course_torch.exercises.guards import LIMITS_ONLY, Guard
from course_torch.exercises.source import Source

SECONDS = 20.0
"""Longest time of one call."""
PROCESSOR_SECONDS = 120
"""Processor time of all calls to a file that is judged."""


class Failure(NamedTuple):
    """Why a call gave no result: the type and the message of an exception, and the label and line of its place.

    The types "timeout" and "end" mean that the process was ended after SECONDS, or that it ended by itself. The type
    "AbsentError" means that the result comes from a module that is not there, "unmade" that an own argument is missing.
    """

    type: str
    message: str
    place: tuple[str, int] | None = None

    @property
    def is_missing(self) -> bool:
        """Whether the function is not written yet. torch raises the same type for an operation that a dtype lacks."""
        return self.type == "NotImplementedError" and "not implemented for" not in self.message


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

    printed             what the code printed, complete after `close`
    helpers             name -> key of the helper (`learner/helpers.py`) that the file may call without defining it
    seconds             longest time of one call
    processor_seconds   processor time of all calls together; None is no limit, for a training
    guard               what else is blocked, beside the limits on memory and time
    start               starts a process, or hands out one that was started before (`watching.py`)

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
        start: Callable[[str, Guard], ChildProcess] = ChildProcess,
    ) -> None:
        self.source, self.helpers, self.guard = source, helpers, guard
        self.seconds, self.processor_seconds = seconds, processor_seconds
        self.printed = b""
        self.limits: list[str] = []
        self.failure: Failure | None = None
        self._start = start
        self._process: ChildProcess | None = None
        self._loading = False
        self._begin()

    def __enter__(self) -> "Learner":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End the process. `printed` is complete then."""
        self._end()

    def ready(self) -> Failure | None:
        """Wait until the file is loaded. Returns why it cannot be loaded, or None."""
        if self._process is None and self.failure is None:
            self._begin()
        if self._loading:
            self._loading = False
            answer = self._receive()
            if isinstance(answer, Failure):
                self.failure = answer
            else:
                self.limits = [*self.guard.blocks, *(str(each) for each in answer.get("limits", []))]
                self.failure = failure_of(answer)
        return self.failure

    def call(
        self, function: str, arguments: list[Any], own: list[list[Any]] | None = None, *, twice: bool = False
    ) -> Answer | Failure:
        """Call a function of the file. Arguments are arrays, numbers, texts, and lists, tuples and dicts of them.

        own     the arguments that the learner's own functions make (`own_arguments`)
        twice   whether the function is called a second time with the same arguments

        Raises ValueError if the arguments are larger than LARGEST_REQUEST.
        """
        if failure := self.ready():
            return failure
        request = {"function": function, "arguments": arguments, "own": own or []}
        first = self._call(request | {"seed": 1})
        if isinstance(first, Failure) or not twice:
            return first
        second = self._call(request | {"seed": 2})
        return second if isinstance(second, Failure) else second._replace(result=first.result, again=second.result)

    def _call(self, request: dict[str, Any]) -> Answer | Failure:
        """Send a request to the process, and wait for its answer."""
        assert self._process is not None
        try:
            self._process.send(request)
        except OSError:
            return self._ended()
        answer = self._receive()
        if isinstance(answer, Failure):
            return answer
        try:
            return failure_of(answer) or answer_of(answer)
        except (KeyError, TypeError):
            return self._ended()

    def _begin(self) -> None:
        """Hand the code to a process."""
        self._process = self._start(self.source.library, self.guard)
        code = {
            "pieces": [list(piece) for piece in self.source.pieces],
            "helpers": dict(self.helpers),
            "folder": None if self.guard.alone else str(self.source.path.absolute().parent),
            "work": self._process.folder,
            "landlock": self.guard.landlock,
            "processor_seconds": self.processor_seconds,
        }
        self._loading = True
        with suppress(OSError):  # `ready` reports a process that has ended
            self._process.send(code)

    def _receive(self) -> Any:
        """Read one message. A process that is silent for too long, or that sends no message, is ended."""
        assert self._process is not None
        try:
            return self._process.receive(self.seconds)
        except TimeoutError:
            self._end()
            return Failure("timeout", f"{self.seconds:g}")
        except (EOFError, ValueError, OSError, TypeError, KeyError, RecursionError):
            return self._ended()

    def _ended(self) -> Failure:
        assert self._process is not None
        self._process.wait(1)
        return Failure("end", self._end())

    def _end(self) -> str:
        """End the process. Returns how it ended."""
        process, self._process = self._process, None
        if process is None:
            return ""
        how = process.end()
        self.printed += process.printed
        return how


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
