"""What the learner's process gives up: memory, processor time, access to files (Landlock), system calls (seccomp).

Landlock takes away access to files since Linux 5.13. Python has no maintained module for it, so the three system calls
are made through ctypes.
"""

import ctypes
import os
import signal
import struct
import sys
from _thread import interrupt_main
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from math import inf
from pathlib import Path
from threading import Thread
from time import process_time, sleep

MEMORY = 2 * 1024**3
"""Bytes that the process may allocate."""
FILE_SIZE = 64 * 1024**2
"""Bytes that the process may write into one file."""
LOOK = 0.1
"""Seconds between two looks at the processor time of a call."""


class NotReturning(BaseException):
    """A call has used the processor time that its request allows. Raised at the line that is running."""


class Patience:
    """Interrupts a call that uses too much processor time.

    until   processor time of this process after which the call is interrupted
    """

    def __init__(self) -> None:
        self.until = inf
        signal.signal(signal.SIGINT, self._stop)
        Thread(target=self._watch, daemon=True).start()

    @contextmanager
    def of(self, seconds: float) -> Iterator[None]:
        """Interrupt what runs within after some seconds; 0 is no limit."""
        self.until = process_time() + seconds if seconds else inf
        yield
        self.until = inf

    def _watch(self) -> None:
        while True:
            sleep(LOOK)
            if process_time() > self.until:
                interrupt_main()

    def _stop(self, signal_number: int, frame: object) -> None:
        """Runs in the main thread. The call may have returned in the meantime."""
        if self.until < inf:
            self.until = inf
            raise NotReturning


def set_limits(processor_seconds: int | None) -> list[str]:
    """Limit this process, as far as the operating system can. Returns the names of the limits that hold.

    processor_seconds   of all calls together; None is no limit
    """
    try:
        import resource
    except ImportError:  # Windows
        return []
    held = []
    for name, kind, size in (
        ("memory", "RLIMIT_DATA", MEMORY),
        ("file size", "RLIMIT_FSIZE", FILE_SIZE),
        ("processor time", "RLIMIT_CPU", processor_seconds),
        ("core dump", "RLIMIT_CORE", 0),
    ):
        with suppress(OSError, ValueError, AttributeError):
            if size is not None:
                resource.setrlimit(getattr(resource, kind), (size, size))
                if name != "memory" or os.uname().sysname == "Linux":  # macOS accepts the limit and ignores it
                    held.append(name)
    return held


def end_with_parent() -> None:
    """Let Linux end this process when the thread ends that started it, also where the learner's code never returns."""
    if sys.platform == "linux":
        libc().prctl(PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)


PARENT_DEATH_SIGNAL = 1
CREATE_RULESET, ADD_RULE, RESTRICT_SELF = 444, 445, 446
VERSION_FLAG, PATH_BENEATH = 1, 1
NO_NEW_PRIVILEGES = 38
EXECUTE, WRITE, READ, LIST = 1 << 0, 1 << 1, 1 << 2, 1 << 3
FILE_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 4: (1 << 15) - 1, 5: (1 << 16) - 1}
"""Version of Landlock -> every right on files that this version knows."""
SET_SECCOMP, SECCOMP_FILTER = 22, 2
INSTRUCTION = 8
"""Bytes of an instruction of a filter."""


def landlock_version() -> int:
    """The version of Landlock that the kernel has; 0 for none."""
    with suppress(OSError):
        return call(CREATE_RULESET, None, 0, VERSION_FLAG)
    return 0


def restrict(read: Iterable[str]) -> list[str]:
    """Allow this process to read these files and below these folders, to write to /dev/null, and nothing else.

    Returns what is blocked now. Raises OSError.
    """
    version = landlock_version()
    rules = struct.pack("Q", FILE_RIGHTS[min(version, max(FILE_RIGHTS))] if version else 0)
    ruleset = call(CREATE_RULESET, rules, len(rules), 0)
    try:
        for paths, rights in ((read, EXECUTE | READ | LIST), ([os.devnull], READ | WRITE)):
            for path in paths:
                allow(ruleset, Path(path), rights)
        no_new_privileges()
        call(RESTRICT_SELF, ruleset, 0)
    finally:
        os.close(ruleset)
    return ["files"]


def refuse(program: bytes) -> list[str]:
    """Let the kernel refuse the system calls of a seccomp filter. Returns what is blocked now. Raises OSError."""
    no_new_privileges()
    buffer = ctypes.create_string_buffer(program, len(program))
    header = ctypes.create_string_buffer(struct.pack("@HP", len(program) // INSTRUCTION, ctypes.addressof(buffer)))
    if libc().prctl(SET_SECCOMP, SECCOMP_FILTER, header, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "seccomp")
    return ["sockets", "signals", "new processes"]


def no_new_privileges() -> None:
    """Give up what a program with other rights would bring: the kernel asks for it. Raises OSError."""
    if libc().prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "no_new_privs")


def allow(ruleset: int, path: Path, rights: int) -> None:
    """Allow rights below a folder, or on a file. A path that does not exist is left out."""
    if not path.exists():
        return
    descriptor = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights &= -1 if path.is_dir() else EXECUTE | READ | WRITE
        call(ADD_RULE, ruleset, PATH_BENEATH, struct.pack("=Qi", rights, descriptor), 0)
    finally:
        os.close(descriptor)


def call(number: int, *arguments: object) -> int:
    """Make a system call. Raises OSError."""
    result = libc().syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result


def libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)
