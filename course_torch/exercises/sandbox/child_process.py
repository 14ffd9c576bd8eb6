"""The operating system's side of the learner's process: its start, its pipes, its printed text, its end.

Standard input carries the requests, standard output the answers, and standard error what the code prints. Threads read
and write, because Windows cannot wait for a pipe for a limited time.

The import of torch takes longer than a judgement. So `check` starts its process ahead (PrestartedProcess), and the
files of a class run in copies of a process that has imported a library once (ForkServer): 60 files with torch took 58 s
of processor time, and 132 s with a new process for each file.
"""

import atexit
import os
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import suppress
from io import BufferedIOBase
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import psutil

from course_torch.exercises.sandbox.guards import LEARNER, LIBRARIES, LIMITS_ONLY, Guard
from course_torch.exercises.sandbox.learner import wire

GROUPS = hasattr(os, "killpg")
"""Whether a process and what it started are a group, which ends at once. Windows has no such groups."""
OUTPUT = 64 * 1024
"""Bytes of printed text that are kept. The rest is read and dropped."""
INHERITED = ("PATH", "HOME", "LANG", "SYSTEMROOT", "TMPDIR", "TEMP", "USERPROFILE")
"""Environment variables that the process sees."""
SET = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class ChildProcess:
    """A process of `learner/main.py` that has imported a library, or does so, and waits for a learner's code.

    pid                         of the process, or of the one that has started it
    requests, answers, output   this end of its three pipes
    kill                        ends the process at the latest after some seconds, and returns its exit code
    printed                     what the code has printed
    """

    def __init__(
        self,
        pid: int,
        requests: BufferedIOBase,
        answers: BufferedIOBase,
        output: BufferedIOBase,
        kill: Callable[[float], int],
    ) -> None:
        self._pid, self._kill = pid, kill
        self.printed = bytearray()
        self._begin = processor_time_below(pid)
        self._to_send: SimpleQueue[list[bytes] | None] = SimpleQueue()
        self._received: SimpleQueue[Any] = SimpleQueue()
        # A process that reads and writes nothing must not stop the checker: its threads are left behind then.
        Thread(target=self._talk, args=(requests, answers), daemon=True).start()
        self._reader = Thread(target=self._keep_output, args=(output,), daemon=True)
        self._reader.start()

    def send(self, request: dict[str, Any]) -> None:
        """Write a request. Raises ValueError if it is too large."""
        self._to_send.put(wire.packed(request, lambda value: None, wire.LARGEST_REQUEST))

    def receive(self, seconds: float) -> Any:
        """Read the answer to a request. Raises TimeoutError if there is none in time, other exceptions if it is none.

        An answer is read only after its request was written.
        """
        try:
            answer = self._received.get(timeout=max(0.0, seconds))
        except Empty:
            raise TimeoutError from None
        if isinstance(answer, Exception):
            raise answer
        return answer

    def processor_time(self) -> float:
        """Seconds that the process and what it has started have computed so far."""
        return processor_time_below(self._pid) - self._begin

    def end(self, wait: float = 0.0) -> str:
        """End the process and everything that it started. Returns how the process ended.

        wait   seconds that it has to end by itself
        """
        code = self._kill(wait)
        self._to_send.put(None)
        self._reader.join(1)  # `printed` is complete then
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"

    def _talk(self, requests: BufferedIOBase, answers: BufferedIOBase) -> None:
        """Write each request and read its answer. An exception is an answer too."""
        with suppress(OSError), requests, answers:  # OSError: what was not written cannot be written at the end
            while (blocks := self._to_send.get()) is not None:
                try:
                    with suppress(OSError):  # the process has ended, and may have answered before
                        requests.writelines(blocks)
                        requests.flush()
                    self._received.put(wire.read(answers))
                except Exception as error:
                    self._received.put(error)

    def _keep_output(self, stream: BufferedIOBase) -> None:
        with stream:
            while block := os.read(stream.fileno(), OUTPUT):
                self.printed += block[: max(0, OUTPUT - len(self.printed))]


Start = Callable[[str, Guard], ChildProcess]
"""Starts a process for a library in a guard, or hands out one that was started before."""


def new_process(library: str, guard: Guard) -> ChildProcess:
    """Start Python for a learner's code, with a work folder of its own where it may write."""
    # Where the process cannot write, it needs no folder, and nothing is left if the checker is killed.
    folder = None if guard.landlock else tempfile.TemporaryDirectory(prefix="course-torch-", ignore_cleanup_errors=True)
    process = python(
        library,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=folder.name if folder else "/",
        creationflags=0 if GROUPS else getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),  # Ctrl-C is the checker's
    )
    requests, answers, output = process.stdin, process.stdout, process.stderr
    assert isinstance(requests, BufferedIOBase)
    assert isinstance(answers, BufferedIOBase)
    assert isinstance(output, BufferedIOBase)

    def kill(seconds: float) -> int:
        with suppress(subprocess.TimeoutExpired):
            process.wait(seconds)
        end_all(process)
        if folder:
            folder.cleanup()
        return process.returncode

    return ChildProcess(process.pid, requests, answers, output, kill)


def processor_time_below(pid: int) -> float:
    """Seconds that a process and everything below it have computed."""
    seconds = 0.0
    with suppress(psutil.Error):
        process = psutil.Process(pid)
        for one in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                seconds += sum(one.cpu_times()[:4])  # user, system, and both of the children that have ended
    return seconds


def end_all(process: subprocess.Popen[bytes]) -> None:
    """End a process and everything that it started. Without groups, what has left its parent goes on."""
    if GROUPS:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    else:
        with suppress(psutil.Error):
            for child in psutil.Process(process.pid).children(recursive=True):
                child.kill()
    process.kill()
    process.wait()


def python(*arguments: object, **options: Any) -> subprocess.Popen[bytes]:
    """Start Python, which calls `main` of `learner/main.py`, with the environment variables of INHERITED and SET."""
    code = (
        f"import sys; sys.path = [{str(LEARNER.parent)!r}, *sys.path, *{LIBRARIES}]; "
        f"from learner.main import main; del sys.path[0]; main(*{arguments!r})"
    )
    environment = {name: os.environ[name] for name in INHERITED if name in os.environ} | SET
    command = [sys.executable, "-P", "-s", "-X", "utf8", "-c", code]
    return subprocess.Popen(command, env=environment, start_new_session=GROUPS, **options)


class PrestartedProcess:
    """Starts a process with LIMITS_ONLY before it is needed.

    Call it to take the process out, or to start one if the file has another library now.
    """

    def __init__(self) -> None:
        self._waiting: dict[str, ChildProcess] = {}

    def prepare(self, library: str) -> None:
        """Start a process for the next call."""
        self.close()
        self._waiting[library] = start_process(library, LIMITS_ONLY)

    def __call__(self, library: str, guard: Guard) -> ChildProcess:
        return self._waiting.pop(library, None) or start_process(library, guard)

    def close(self) -> None:
        """End the process if it was not needed."""
        while self._waiting:
            self._waiting.popitem()[1].end()


SERVER_SECONDS = 60.0
"""Longest time to wait for the server's answer."""


class ForkServer:
    """A process that has imported a library (`serve` of `learner/main.py`). It ends with this process.

    A copy is a process of its own, with its own memory, limits and guards. Copies share a server only if they can
    neither start nor signal another process (the filter) nor write into its memory (Landlock). Otherwise one student's
    file could leave something behind for the next student's.

    has_copy   whether a copy runs: a server has one at a time
    """

    def __init__(self, library: str) -> None:
        self.has_copy = False
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(SERVER_SECONDS)
        with theirs:
            self._process = python(
                library,
                theirs.fileno(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                pass_fds=(theirs.fileno(),),
            )
        atexit.register(self.close)

    @property
    def has_ended(self) -> bool:
        return self._process.poll() is not None

    def start(self) -> ChildProcess:
        """Let the server start a copy of itself. If the server has ended, the copy is a process that has ended."""
        (stdin, requests), (answers, stdout), (output, stderr) = os.pipe(), os.pipe(), os.pipe()
        with suppress(OSError):
            socket.send_fds(self._socket, [b"start"], [stdin, stdout, stderr])
        for descriptor in (stdin, stdout, stderr):
            os.close(descriptor)
        self.has_copy = True
        streams = os.fdopen(requests, "wb"), os.fdopen(answers, "rb"), os.fdopen(output, "rb")
        return ChildProcess(self._process.pid, *streams, self._kill)

    def _kill(self, seconds: float) -> int:
        """End the copy. Returns its exit code. A server that does not answer ends, and the copy with it."""
        self.has_copy = False
        try:
            self._socket.sendall(struct.pack("<d", seconds))
            return struct.unpack("<i", self._socket.recv(4))[0]
        except (OSError, struct.error):
            self.close()
            return -signal.SIGKILL

    def close(self) -> None:
        self._socket.close()
        self._process.kill()
        self._process.wait()
        atexit.unregister(self.close)


SERVERS: dict[str, ForkServer] = {}
"""Library -> the server that this process has started last."""


def start_process(library: str, guard: Guard) -> ChildProcess:
    """Start a learner's process: a copy of a server where the guard lets copies share it, otherwise a new process."""
    if not guard.isolates:
        return new_process(library, guard)
    server = SERVERS.get(library)
    if server is None or server.has_ended:
        server = SERVERS[library] = ForkServer(library)
    return new_process(library, guard) if server.has_copy else server.start()
