"""A process that has imported a library once, and whose copies run the files of a class: torch imports for a second.

60 files with torch took 58 s of processor time with it, and 132 s with a new process for each file.

A copy is a process of its own, with its own memory, limits and guards. Copies share a server only if they can neither
start nor signal another process (the filter) nor write into its memory (Landlock): what one student's file left behind
would meet the next.
"""

import atexit
import os
import signal
import socket
import struct
import subprocess
from contextlib import suppress

from course_torch.exercises.sandbox.child_process import ChildProcess, command, environment, start_process
from course_torch.exercises.sandbox.guards import Guard

SECONDS = 60.0
"""Longest time to wait for the server's answer."""


class ForkServer:
    """The server of a library and a guard (`learner/fork_server.py`). It ends with this process.

    has_copy   whether a copy runs: a server has one at a time
    """

    def __init__(self, library: str, guard: Guard) -> None:
        self.library, self.guard, self.has_copy = library, guard, False
        self._socket, theirs = socket.socketpair()
        self._socket.settimeout(SECONDS)
        with theirs:
            self._process = subprocess.Popen(
                command("fork_server", library, theirs.fileno()),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                env=environment(),
                pass_fds=(theirs.fileno(),),
                start_new_session=True,
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
        return ChildProcess(self.library, self.guard, self._process.pid, *streams, self._kill)

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
"""Library -> the server that this process has started last, with the one guard that isolates."""


def start_copy(library: str, guard: Guard) -> ChildProcess:
    """Start a learner's process as a copy where the guard lets copies share a server, otherwise a new one."""
    if not guard.isolates:
        return start_process(library, guard)
    server = SERVERS.get(library)
    if server is None or server.has_ended:
        server = SERVERS[library] = ForkServer(library, guard)
    return start_process(library, guard) if server.has_copy else server.start()
