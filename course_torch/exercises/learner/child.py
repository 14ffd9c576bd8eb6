"""The loop of the learner's process: load the code, then call the functions that the checker asks for."""

import os
import sys
import traceback
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from course_torch.exercises.learner import wire
from course_torch.exercises.learner.helpers import HELPERS
from course_torch.exercises.learner.imports import Absent, AbsentError, provide_missing_modules
from course_torch.exercises.learner.landlock import needed_by_python, restrict
from course_torch.exercises.learner.libraries import LIBRARIES, Library
from course_torch.exercises.learner.limits import set_limits


def main(library_name: str, requests: int, answers: int) -> None:
    """Answer requests from one pipe into the other pipe until the checker closes it.

    The library is imported before the first request, which holds the code. Each other request is a call. Afterwards the
    process ends without the learner's threads and exit handlers.
    """
    with os.fdopen(requests, "rb") as source, os.fdopen(answers, "wb") as target:
        library = LIBRARIES[library_name]()
        try:
            start = wire.read(source, wire.LARGEST_REQUEST)
        except EOFError:  # the checker needs this process no more
            os._exit(0)
        limits = [*(locked(Path(start["work"])) if start["landlock"] else []), *set_limits(start["processor_seconds"])]
        namespace, error = load(start)
        wire.write(target, {"error": error, "limits": limits}, library.out)
        while error is None:
            try:
                request = wire.read(source, wire.LARGEST_REQUEST)
            except EOFError:
                break
            answer = answer_to(request, namespace, library)
            flush()
            send(target, answer, library)
    os._exit(0)


def locked(work: Path) -> list[str]:
    """Give up all files except the work folder and what Python needs. Returns what is blocked."""
    try:
        return restrict(read=needed_by_python(), write=[work])
    except OSError:
        return []


def load(start: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """Run the pieces of the learner's file in one namespace. Returns the namespace and the error of a piece, or None.

    Names that the course's notebooks import from files of the course are defined before, so a definition of the
    learner's own replaces them.
    """
    module = ModuleType("learner")
    sys.modules["learner"] = module
    namespace = module.__dict__
    helpers = {name: HELPERS[key] for name, key in start["helpers"].items()}
    namespace.update(helpers)
    if start["folder"]:
        sys.path.append(start["folder"])
    provide_missing_modules(helpers, start["folder"])
    for label, code in start["pieces"]:
        if error := attempt(partial(executed, label, code, namespace)):
            return namespace, error
    return namespace, None


def executed(label: str, code: str, namespace: dict[str, Any]) -> None:
    exec(compile(code, label, "exec"), namespace)


def answer_to(request: dict[str, Any], namespace: dict[str, Any], library: Library) -> dict[str, Any]:
    """Call a function. The answer holds the result or the error, and what the call did.

    The error has the type "unmade" if the learner's own functions do not make the arguments that they should make.

    changed   whether arrays of the arguments have other content after the call
    foreign   whether the result holds NumPy arrays although the file's library is torch
    """
    np.random.seed(request["seed"])
    handed = [converted(each, library) for each in request["arguments"]]
    if error := attempt(partial(make, request["own"], handed, namespace, library)):
        return {"error": error | {"type": "unmade"}}
    kept = list(arrays(handed, library.out))
    copies = [array.copy() for array in kept]
    answer: dict[str, Any] = {}
    if error := attempt(partial(called, namespace[request["function"]], handed, answer)):
        return {"error": error}
    foreign = library.has_own_arrays and any(map(is_table, parts_of(answer["result"])))
    return answer | {"changed": not all(map(same, kept, copies)), "foreign": foreign}


def make(own: list[list[Any]], handed: list[Any], namespace: dict[str, Any], library: Library) -> None:
    """Put what the learner's own functions return in place of arguments.

    Nothing is sent to the checker and back, so a cache may be any object. If the function makes a second argument,
    that call replaces what the first call left behind, such as a global variable.
    """
    for position, function, part, arguments, others in own:
        handed[position] = namespace[function](*converted(arguments, library))[part]
        if others:
            handed[position] = deepcopy(handed[position])
            namespace[function](*converted(others, library))


def called(function: Callable[..., Any], handed: list[Any], answer: dict[str, Any]) -> None:
    """Store the result of a call in the answer.

    Raises AbsentError if the result is something that a module offers which is not here.
    """
    answer["result"] = function(*handed)
    for each in parts_of(answer["result"]):
        if isinstance(each, Absent):
            raise AbsentError(str(each))


def parts_of(result: Any) -> list[Any]:
    """The values that are returned side by side."""
    return list(result) if isinstance(result, list | tuple) else [result]


def is_table(value: object) -> bool:
    """Whether a value is a NumPy array with axes for examples and units. A list of costs may be an array of rank 1."""
    return isinstance(value, np.ndarray) and value.ndim > 1


def same(now: np.ndarray, before: np.ndarray) -> bool:
    """Whether two arrays are equal, where nan equals nan. Only arrays with a nan need the second, slow comparison."""
    return np.array_equal(now, before) or (now.dtype.kind in "fc" and np.array_equal(now, before, equal_nan=True))


def converted(value: Any, library: Library) -> Any:
    """Convert the arrays of an argument into fresh arrays of the library."""
    if isinstance(value, np.ndarray):
        return library.into(value)
    if isinstance(value, list | tuple):
        return type(value)(converted(each, library) for each in value)
    if isinstance(value, dict):
        if set(value) == {"polynomial"}:
            return lambda a: sum(c * a**k for k, c in enumerate(value["polynomial"]))
        return {key: converted(each, library) for key, each in value.items()}
    return value


def arrays(value: Any, out: Callable[[object], np.ndarray | None]) -> Any:
    """Yield the arrays inside an argument. The array of a tensor shares its memory."""
    if isinstance(value, list | tuple):
        for each in value:
            yield from arrays(each, out)
    elif isinstance(value, dict):
        for each in value.values():
            yield from arrays(each, out)
    elif (array := value if isinstance(value, np.ndarray) else out(value)) is not None:
        yield array


def attempt(action: Callable[[], None]) -> dict[str, Any] | None:
    """Run the learner's code. Returns None, or the type, the message and the place of its exception."""
    try:
        action()
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the learner's code too
        return {"type": type(error).__name__, "message": message_of(error), "place": place_of(error)}
    return None


def message_of(error: BaseException) -> str:
    try:
        return " ".join(str(error).split())[:500]
    except Exception:
        return ""


def place_of(error: BaseException) -> list[Any] | None:
    """The label of the piece and the line, of the innermost frame that belongs to the learner's file."""
    if isinstance(error, SyntaxError):
        return [error.filename, error.lineno]
    places = [
        [frame.f_code.co_filename, line]
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__") == "learner"
    ]
    return places[-1] if places else None


def flush() -> None:
    """Write out what the learner's code printed."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except Exception:  # the learner's code may have closed or replaced the stream
            continue


def send(target: wire.Writable, answer: dict[str, Any], library: Library) -> None:
    """Write an answer. A result that cannot be written becomes an error."""
    try:
        wire.write(target, answer, library.out)
    except (ValueError, RecursionError, RuntimeError, TypeError, MemoryError) as error:
        wire.write(target, {"error": {"type": "ValueError", "message": message_of(error), "place": None}}, library.out)
