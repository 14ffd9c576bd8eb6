"""The checker's side of the learner's process: load the code, call functions, start again after an end."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from time import monotonic
from typing import Any, NamedTuple

import numpy as np

from course_torch.exercises.learners_file.source import Source
from course_torch.exercises.sandbox.child_process import ChildProcess, Start, start_process
from course_torch.exercises.sandbox.guards import LIMITS_ONLY, Guard
from course_torch.exercises.sandbox.learner.wire import TensorArray, arrays_in
from course_torch.mistakes.solution import definitions, in_form

SECONDS = 20.0
"""Longest processor time of one call, and longest time that it waits without computing."""
PROCESSOR_SECONDS = 120
"""Processor time of all calls to a file that is judged, with the starts of its processes."""
TOGETHER = 240.0
"""Longest time that all these calls wait without computing."""
SLOWEST = 20
"""On a busy machine a process may take so many seconds for one second of processor time."""
LOOK = 0.5
"""Seconds between two looks at the processor time, which take milliseconds."""


class Failure(NamedTuple):
    """Why a call gave no result: the exception, the label and line of its place, and the library that raised it.

    `outermost` is the place in the function that was called, if the exception comes from a function that it calls.
    "NotReturning": the call was stopped after its `patience`, or computed for SECONDS and could not be stopped.
    "timeout": the process was ended because it waited. "end": it ended by itself. "spent": there was no call, because
    the calls before took PROCESSOR_SECONDS, or waited for TOGETHER. "StubResultError": the result comes from a module
    that is not there. "unmade": the learner's functions do not make an argument.
    """

    type: str
    message: str
    place: tuple[str, int] | None = None
    library: str = ""
    outermost: tuple[str, int] | None = None

    @property
    def where(self) -> str:
        """The place as in "deep.py:12", empty if it is not known."""
        return f"{self.place[0]}:{self.place[1]}" if self.place else ""

    @property
    def is_missing(self) -> bool:
        """Whether the function is not written yet. torch raises the same type for an operation that a dtype lacks."""
        return self.type == "NotImplementedError" and "not implemented for" not in self.message


class Answer(NamedTuple):
    """What a call gave.

    result    its result
    changed   whether it changed arrays of its arguments, where the call asked for them
    again     the result of a second, equal call
    foreign   whether the result holds NumPy arrays although the file's library is torch
    """

    result: Any
    changed: bool
    again: Any
    foreign: bool


class Given(NamedTuple):
    """Right functions in place of the learner's: name in the file -> name in the code, and the code."""

    names: dict[str, str]
    code: str


NOTHING_GIVEN = Given({}, "")


class Learner(AbstractContextManager["Learner"]):
    """The process that runs a learner's code. A process that ends is started again for the next call.

    printed             what the code printed, complete after `close`
    absent              name -> why the statement failed that gives it its value
    helpers             name -> the helper that an assignment may call without defining it: a function of
                        `helpers.py`, or CHAPTER.FUNCTION of a solution. A file that `course-torch exercise` wrote has
                        no helpers, because it asks for these functions or defines them
    processor_seconds   processor time of all calls together; None is no limit on them together, for a training
    guard               what else is blocked, beside the limits on memory and time
    start               starts a process, or hands out one that was started before (PrestartedProcess)
    """

    def __init__(
        self,
        source: Source,
        helpers: Mapping[str, str],
        *,
        processor_seconds: int | None = PROCESSOR_SECONDS,
        guard: Guard = LIMITS_ONLY,
        start: Start = start_process,
    ) -> None:
        self.source, self.helpers, self.guard = source, {} if source.is_exercise else helpers, guard
        self.processor_seconds, self.printed = processor_seconds, b""
        self._computed = self._of_ended = self._waited = self._looked = 0.0
        self.limits: list[str] = []
        self.failure: Failure | None = None
        self.absent: dict[str, Failure] = {}
        self._start = start
        self._process: ChildProcess | None = None
        self._loading = False
        self._begin()

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self, wait: float = 0.0) -> str:
        """End the process, at the latest after some seconds. Returns how it ended. `printed` is complete then."""
        process, self._process = self._process, None
        if process is None:
            return ""
        self._look(process)
        self._of_ended = self._computed
        how = process.end(wait)
        self.printed += process.printed
        return how

    def ready(self) -> Failure | None:
        """Wait until the file is loaded. Returns why it cannot be loaded, or None."""
        most = self.processor_seconds
        if most and is_over(self._computed, self._waited, most, TOGETHER):
            return Failure("spent", "")
        if self._process is None and self.failure is None:
            self._begin()
        if self._loading:
            self._loading = False
            answer = self._receive()
            if isinstance(answer, Failure):
                self.failure = answer
            else:
                self.limits = answer["limits"]
                self.absent = {name: failure_of(error) for names, error in answer["failed"] for name in names}
        return self.failure

    def call(
        self,
        function: str,
        arguments: list[Any],
        learners: list[list[Any]] | None = None,
        *,
        twice: bool = False,
        arguments_back: bool = False,
        code: str = "",
        given: Given = NOTHING_GIVEN,
        patience: float = 0,
    ) -> Answer | Failure:
        """Call a function of the file. Arguments are arrays, numbers, texts, and lists, tuples and dicts of them.

        learners         the arguments that the learner's own functions make before the call, as the caches
        twice            whether the function is called a second time with the same arguments
        arguments_back   whether the arguments come back, which shows whether the function changed them
        code             a text that defines the function anew, for this call only
        given            functions that replace those of the file, for this call only
        patience         seconds of processor time after which the call fails with "NotReturning"; 0 is no limit

        Raises ValueError if the arguments are larger than LARGEST_REQUEST.
        """
        if failure := self.ready():
            return failure
        request = {
            "function": function,
            "arguments": arguments,
            "learners": learners or [],
            "arguments_back": arguments_back,
            "code": code,
            "given": list(given),
            "patience": patience,
        }
        first = self._call(request | {"seed": 1})
        if isinstance(first, Failure) or not twice:
            return first
        second = self._call(request | {"seed": 2})
        if isinstance(second, Failure):
            return second
        return first._replace(changed=first.changed or second.changed, again=second.result)

    def _call(self, request: dict[str, Any]) -> Answer | Failure:
        answer = self._exchange(request)
        if isinstance(answer, Failure):
            return answer
        sent = list(arrays_in(request["arguments"])) if request["arguments_back"] else []
        changed = not all([same(*pair) for pair in zip(answer["arguments"], sent, strict=True)])
        foreign = self.source.library == "torch" and holds_numpy_tables(answer["result"])
        return Answer(answer["result"], changed, None, foreign)

    def _begin(self) -> None:
        """Start a process, and hand it its guards and the code. `ready` waits for it."""
        self._process = self._start(self.source.library, self.guard)
        self._loading = True
        most = self.processor_seconds
        limit = None if most is None else most + 2 * int(SECONDS)  # of the kernel: the checker's own ends it before
        self._process.send({**self.guard.given_up(), "processor_seconds": limit, **self._code()})

    def _code(self) -> dict[str, Any]:
        """The statements of the learner's file that run, and the helpers that the file may call."""
        return {
            "file": self.source.path.name,
            "statements": [[label, line, code, sorted(binds)] for label, line, code, binds, _ in self.source.needed],
            "helpers": {name: key.rpartition(".")[2] for name, key in self.helpers.items()},
            "helpers_code": self._helpers_code(),
            "folder": None if self.guard.alone else str(self.source.path.absolute().parent),
        }

    def _helpers_code(self) -> str:
        """The code of the helpers, and of the solutions that the file may call: no other solution is there."""
        keys = [key.partition(".") for key in self.helpers.values() if "." in key]
        chapters = sorted({chapter for chapter, _, _ in keys})
        code = "".join(definitions(chapter, [name for of, _, name in keys if of == chapter]) for chapter in chapters)
        helpers = Path(__file__).with_name("helpers.py").read_text(encoding="utf-8")
        return in_form(helpers + code, self.source.library, self.source.layout)

    def _exchange(self, request: dict[str, Any]) -> dict[str, Any] | Failure:
        """Send a request to the process, and wait for its answer."""
        assert self._process is not None
        self._process.send(request)  # `_receive` reports a process that has ended
        return self._receive()

    def _receive(self) -> dict[str, Any] | Failure:
        """Read the answer to the last request. A process that takes too long is ended."""
        assert self._process is not None
        start = monotonic()
        if start - self._looked >= LOOK:
            self._look(self._process)
        before = self._computed
        try:
            while True:
                try:
                    answer = self._process.receive(LOOK)
                    return failure_of(answer["error"]) if "error" in answer else answer
                except TimeoutError:
                    self._look(self._process)
                computed = self._computed - before
                if is_over(computed, monotonic() - start, SECONDS, SECONDS):
                    self.close()
                    return Failure("NotReturning" if computed >= SECONDS else "timeout", f"{SECONDS:g}")
        except (EOFError, OSError):  # the process has ended
            return Failure("end", self.close(wait=1))
        finally:
            self._waited += monotonic() - start

    def _look(self, process: ChildProcess) -> None:
        """Read the processor time. An ended process reports none, so the largest reading is kept."""
        self._computed, self._looked = max(self._computed, self._of_ended + process.processor_time()), monotonic()


def is_over(computed: float, waited: float, most: float, longest: float) -> bool:
    """Whether calls have computed for too long, or waited for too long.

    On a busy machine a process gets a core now and then: its processor time gives it more time, SLOWEST times as much.

    computed   processor time of the calls
    waited     time since they began
    most       longest processor time
    longest    longest time of calls that compute nothing
    """
    return computed >= most or waited >= longest + SLOWEST * computed


def failure_of(error: dict[str, Any]) -> Failure:
    """The failure in an answer of the process."""
    place, outermost = (error[key] and tuple(error[key]) for key in ("place", "outermost"))
    return Failure(error["type"], error["message"], place, error["library"], outermost)


def same(now: np.ndarray, before: np.ndarray) -> bool:
    """Whether two arrays are equal, where nan equals nan. Only other bytes need the second, slow comparison."""
    has_same_bytes = now.shape == before.shape and now.tobytes() == before.tobytes()
    return has_same_bytes or np.array_equal(now, before, equal_nan=before.dtype.kind in "fc")


def holds_numpy_tables(result: object) -> bool:
    """Whether a function returns arrays of NumPy with axes for examples and units. A list of costs may have rank 1."""
    values = result if isinstance(result, list | tuple) else [result]
    return any(isinstance(one, np.ndarray) and not isinstance(one, TensorArray) and one.ndim > 1 for one in values)
