"""The operating system's side of the learner's process: its pipes, its work folder, its printed text, its end."""

import os
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from selectors import EVENT_READ, EVENT_WRITE, DefaultSelector
from threading import Thread
from time import monotonic
from typing import IO, Any

from course_torch.errors import InputError
from course_torch.exercises.sandbox.guards import LEARNER, LIBRARIES, Guard
from course_torch.exercises.sandbox.learner import wire

OUTPUT = 64 * 1024
"""Bytes of printed text that are kept. The rest is read and dropped."""
INHERITED = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR")
"""Environment variables that the process sees."""
SET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class ChildProcess:
    """A process of `learner/child.py` that has imported a library and waits for a learner's code.

    printed   what the code has printed

    Raises InputError on Windows, which has neither the pipes nor the limits.
    """

    def __init__(self, library: str, guard: Guard) -> None:
        if os.name == "nt":
            raise InputError(
                "exercises: found Windows, expected Linux or macOS (on Windows: WSL)",
                "练习：这是 Windows，需要 Linux 或 macOS（在 Windows 上用 WSL）",
            )
        self.library, self.guard = library, guard
        self.printed = bytearray()
        # Where the process cannot write, it needs no folder, and nothing is left if the checker is killed.
        self._folder = (
            None if guard.hides else tempfile.TemporaryDirectory(prefix="course-torch-", ignore_cleanup_errors=True)
        )
        requests, requests_end = os.pipe()
        answers_end, answers = os.pipe()
        code = (
            f"import sys; sys.path = [{str(LEARNER.parent)!r}, *sys.path, *{LIBRARIES}]; "
            f"from learner.child import main; del sys.path[0]; main({library!r}, {requests}, {answers})"
        )
        self._process = subprocess.Popen(
            [*guard.command(), sys.executable, "-P", "-s", "-X", "utf8", "-c", code],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            cwd=self._folder.name if self._folder else "/",
            env={name: os.environ[name] for name in INHERITED if name in os.environ} | SET,
            pass_fds=(requests, answers),
            start_new_session=True,
        )
        os.close(requests)
        os.close(answers)
        os.set_blocking(requests_end, False)  # a process that reads nothing must not stop the checker
        self._requests, self._answers = os.fdopen(requests_end, "wb", 0), os.fdopen(answers_end, "rb", buffering=0)
        self._reader = Thread(target=self._keep_output, args=(self._process.stdout,), daemon=True)
        self._reader.start()

    def send(self, request: dict[str, Any], seconds: float) -> None:
        """Write a request. Raises OSError if the process has ended or does not read, ValueError if it is too large."""
        wire.write(Timed(self._requests, monotonic() + seconds), request, lambda value: None, wire.LARGEST_REQUEST)

    def receive(self, seconds: float) -> Any:
        """Read an answer. Raises TimeoutError if there is none in time, and other exceptions if it is no answer."""
        return wire.read(Timed(self._answers, monotonic() + seconds))

    def end(self) -> str:
        """End the process and everything that it started, and remove its folder. Returns how the process ended."""
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.kill()
        code = self._process.wait()
        for stream in (self._requests, self._answers):
            with suppress(OSError):
                stream.close()
        self._reader.join(1)  # `printed` is complete then
        if self._folder:
            self._folder.cleanup()
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def wait(self, seconds: float) -> None:
        """Wait for the end of a process that ends by itself."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(seconds)

    def _keep_output(self, stream: IO[bytes]) -> None:
        with stream:
            while block := os.read(stream.fileno(), OUTPUT):
                self.printed += block[: max(0, OUTPUT - len(self.printed))]


class Timed:
    """Reads from a pipe or writes into it until a moment of `monotonic`. Raises TimeoutError after it."""

    def __init__(self, stream: IO[bytes], until: float) -> None:
        self.stream, self.until = stream, until

    def read(self, size: int) -> bytes:
        self._wait(EVENT_READ)
        return os.read(self.stream.fileno(), min(size, 2**20))

    def write(self, data: bytes) -> None:
        rest = memoryview(data)
        while rest:
            self._wait(EVENT_WRITE)
            rest = rest[os.write(self.stream.fileno(), rest[: 2**20]) :]

    def flush(self) -> None:
        """Nothing is kept back."""

    def _wait(self, event: int) -> None:
        with DefaultSelector() as selector:
            selector.register(self.stream, event)
            if not selector.select(max(0.0, self.until - monotonic())):
                raise TimeoutError
