"""The program of the learner's process.

main        imports a library (`Library`), with a channel once for many copies (`serve`)
guarded     sets the limits, and gives up what the first request names
load        runs the statements of the learner's file
answer_to   calls a function, for each further request
"""

import builtins
import os
import select
import signal
import socket
import struct
import sys
import traceback
from base64 import b64decode
from codeop import Compile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from copy import deepcopy
from functools import partial
from io import BufferedIOBase
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

import numpy as np

from . import wire  # relative imports: this process cannot read the rest of course_torch
from .limits import NotReturning, Patience, end_with_parent, refuse, restrict, set_limits
from .stub_modules import REMOVED, Stub, StubResultError, importing, provide_missing_modules


class Library(NamedTuple):
    """The arrays of a library.

    into   makes an array of the library that shares the memory of a NumPy array
    out    returns the NumPy array of a tensor, or None for any other object
    seed   seeds the library's random numbers
    """

    into: Callable[[np.ndarray], Any]
    out: Callable[[object], np.ndarray | None]
    seed: Callable[[int], object]


def torch_library() -> Library:
    import torch

    torch.set_num_threads(1)  # threads of small products mostly wait for each other

    def out(value: object) -> np.ndarray | None:
        if not isinstance(value, torch.Tensor):
            return None
        value = value.detach().cpu()
        return (value if value.dtype != torch.bfloat16 else value.float()).numpy()

    # Without an accelerator torch.manual_seed formats the stack for each kind of device that is not there.
    seed = torch.manual_seed if torch.accelerator.is_available() else torch.default_generator.manual_seed
    return Library(torch.from_numpy, out, seed)


LIBRARIES: dict[str, Callable[[], Library]] = {
    "numpy": lambda: Library(lambda array: array, lambda value: None, np.random.seed),
    "torch": torch_library,
}


def main(library_name: str, channel: int | None = None) -> None:
    """Import a library, and answer requests, with a channel in copies of this process."""
    if channel is None:
        streams = private_streams()
        library = LIBRARIES[library_name]()
    else:
        end_with_parent()
        library = LIBRARIES[library_name]()
        serve(channel)
        streams = private_streams()
    answer_requests(library, *streams)


def serve(channel: int) -> None:
    """Start a copy with three descriptors as its standard streams, end it when asked, until the checker has ended.

    Returns in each copy. No code of a learner runs in the server itself.
    """
    with socket.socket(fileno=channel) as checker:
        while streams := socket.recv_fds(checker, len(b"start"), 3)[1]:
            if (copy := os.fork()) == 0:
                os.setsid()
                for standard, stream in enumerate(streams):
                    os.dup2(stream, standard)
                    os.close(stream)
                return
            for stream in streams:
                os.close(stream)
            if seconds := checker.recv(8):
                checker.sendall(struct.pack("<i", ended(copy, *struct.unpack("<d", seconds))))
    os._exit(0)


def ended(copy: int, seconds: float) -> int:
    """End a copy at the latest after some seconds. Returns its exit code, negative for a signal."""
    handle = os.pidfd_open(copy)
    select.select([handle], [], [], seconds)
    os.close(handle)
    os.kill(copy, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(copy, 0)[1])


def private_streams() -> tuple[BufferedIOBase, BufferedIOBase]:
    """Take the checker's pipes, standard input and output, away from what is printed or read from now on."""
    requests, answers = os.dup(0), os.dup(1)
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    return os.fdopen(requests, "rb"), os.fdopen(answers, "wb")


def answer_requests(library: Library, requests: BufferedIOBase, answers: BufferedIOBase) -> NoReturn:
    """Answer requests until the checker closes their pipe.

    The first request names the guards and holds the code, and each other request is a call. At the end of the requests
    the process ends without the learner's threads and exit handlers.
    """
    with requests, answers, suppress(EOFError):
        sys.modules["learner"] = module = ModuleType("learner")  # in place of this package, which is loaded
        namespace = module.__dict__
        patience = Patience()

        def reply(handle: Callable[[dict[str, Any]], dict[str, Any]]) -> None:
            request = wire.read(requests)
            with patience.of(request.get("patience", 0)):
                answer = handle(request)
            for stream in (sys.stdout, sys.stderr):
                with suppress(Exception):  # the learner's code may have closed or replaced the stream
                    stream.flush()
            send(answers, answer, library)

        reply(lambda request: {"limits": guarded(request), "failed": load(namespace, request)})
        while True:
            reply(partial(answer_to, namespace, library))
    os._exit(0)


def guarded(request: dict[str, Any]) -> list[str]:
    """Set the limits, and give up the files and the system calls that the request names. Returns what holds."""
    end_with_parent()
    held = set_limits(request["processor_seconds"])
    if request["files"] is not None:
        with suppress(OSError):
            held += restrict(request["files"])
    if request["filter"] is not None:
        with suppress(OSError):
            held += refuse(b64decode(request["filter"]))
    return held


def load(namespace: dict[str, Any], start: dict[str, Any]) -> list[Any]:
    """Run the statements of the learner's file in one namespace. Returns the errors of those that failed.

    The names that such a statement binds have no value. Names that the course's notebooks import from files of the
    course are defined before, so a definition of the learner's own replaces them.
    """
    given: dict[str, Any] = {}
    exec(start["helpers_code"], given)
    helpers = {name: given[key] for name, key in start["helpers"].items()}
    learners_builtins = vars(builtins) | {"__import__": importing(helpers), "get_ipython": Stub("IPython.get_ipython")}
    namespace.update(helpers, __file__=start["file"], __builtins__=learners_builtins)
    for name, kind in REMOVED.items():
        vars(np).setdefault(name, kind)
    if start["folder"]:
        sys.path.append(start["folder"])
    provide_missing_modules(helpers, start["folder"])
    compiled, failed = Compile(), []  # remembers what `from __future__` imported
    for label, line, code, names in start["statements"]:
        with caught() as error:
            exec(compiled("\n" * (line - 1) + code + "\n", label, "exec"), namespace)
        if error:
            failed.append([names, error | {"place": [label, line]}])
            for name in names:
                namespace.pop(name, None)
    return [[[name for name in names if name not in namespace], error] for names, error in failed]


def answer_to(namespace: dict[str, Any], library: Library, request: dict[str, Any]) -> dict[str, Any]:
    """Call a function. The answer holds the error, or the result and the arrays of the arguments after the call.

    The function gets the arrays of the request themselves: no other copy is in this process. `code`, if any, defines
    the function anew, for this call only. The error has the type "unmade" if the learner's own functions do not make
    the arguments that they should make, and "StubResultError" if the result holds a stub.
    """
    for seed in (np.random.seed, library.seed):
        seed(request["seed"])
    with replaced(namespace, *request["given"]):
        handed = [converted(argument, library) for argument in request["arguments"]]
        with caught() as error:
            make_caches(request["learners"], handed, namespace, library)
        if error:
            return {"error": error | {"type": "unmade"}}
        arrays = list(wire.arrays_in(handed, library.out)) if request["arguments_back"] else []
        with caught() as error:
            if request["code"]:
                namespace = dict(namespace)
                exec(compile(request["code"], "changed", "exec"), namespace)
            result = namespace[request["function"]](*handed)
            for stub in stubs_in(result):
                raise StubResultError(str(stub))
    return {"error": error} if error else {"arguments": arrays, "result": result}


@contextmanager
def replaced(namespace: dict[str, Any], names: dict[str, str], code: str) -> Iterator[None]:
    """Put the functions of some code in place of the learner's: name in the file -> name in the code."""
    given: dict[str, Any] = {}
    exec(code, given)
    own = {name: namespace[name] for name in names if name in namespace}
    namespace.update({name: given[right] for name, right in names.items()})
    try:
        yield
    finally:
        for name in names:
            namespace.pop(name, None)
        namespace.update(own)


def make_caches(learners: list[list[Any]], handed: list[Any], namespace: dict[str, Any], library: Library) -> None:
    """Put the caches, the second values that the learner's own functions return, in place of arguments.

    Nothing is sent to the checker and back, so a cache may be any object. If the function makes a second argument,
    that call replaces what the first call left behind, such as a global variable.
    """
    for position, function, arguments, others in learners:
        _, *cache = namespace[function](*converted(arguments, library))
        handed[position] = cache[0] if len(cache) == 1 else tuple(cache)  # A, linear_cache, activation_cache
        if others:
            handed[position] = deepcopy(handed[position])
            namespace[function](*converted(others, library))


def stubs_in(value: object) -> Iterator[Stub]:
    """The stubs in a result."""
    if isinstance(value, Stub):
        yield value
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from stubs_in(part)


def converted(value: Any, library: Library) -> Any:
    """Convert the arrays of an argument into arrays of the library, which share their memory."""
    if isinstance(value, np.ndarray):
        return library.into(value)
    if isinstance(value, list | tuple):
        return type(value)(converted(part, library) for part in value)
    if isinstance(value, dict):
        if set(value) == {"polynomial"}:
            return lambda a: sum(c * a**k for k, c in enumerate(value["polynomial"]))
        return {key: converted(part, library) for key, part in value.items()}
    return value


@contextmanager
def caught() -> Iterator[dict[str, Any]]:
    """Run the learner's code. Yields a dict that gets the type, the message and the place of its exception."""
    raised: dict[str, Any] = {}
    try:
        yield raised
    except BaseException as error:  # SystemExit and KeyboardInterrupt of the learner's code too
        places = places_of(error)
        place = places[0 if isinstance(error, NotReturning) else -1]  # what an endless loop calls does return
        seen = {"message": message_of(error), "place": place, "outermost": places[0], "library": library_of(error)}
        raised |= {"type": type(error).__name__, **seen}


def message_of(error: BaseException) -> str:
    with suppress(Exception):
        return " ".join(str(error).split())[:500]
    return ""


def places_of(error: BaseException) -> list[list[Any] | None]:
    """The label of the piece and the line, of each frame that belongs to the learner's file; None if there is none."""
    if isinstance(error, SyntaxError):
        return [[error.filename, error.lineno]]
    return [
        [frame.f_code.co_filename, line]
        for frame, line in traceback.walk_tb(error.__traceback__)
        if frame.f_globals.get("__name__") == "learner"
    ] or [None]


def library_of(error: BaseException) -> str:
    """The package whose code in Python raised the exception, empty if it is the learner's file or this program."""
    packages = [
        frame.f_globals.get("__name__", "").partition(".")[0] for frame, _ in traceback.walk_tb(error.__traceback__)
    ]
    return packages[-1] if packages and packages[-1] not in ("learner", __name__.partition(".")[0]) else ""


def send(target: BufferedIOBase, answer: dict[str, Any], library: Library) -> None:
    """Write an answer. A result that cannot be written becomes an error."""
    try:
        wire.write(target, answer, library.out)
    except (ValueError, RecursionError, RuntimeError, TypeError, MemoryError) as error:
        failure = {"type": "ValueError", "message": message_of(error), "place": None, "outermost": None, "library": ""}
        wire.write(target, {"error": failure}, library.out)
