"""What a learner's process may not do: guards that the operating system offers.

Landlock hides files. The filter of system calls, a seccomp filter that libseccomp compiles, refuses what Landlock
leaves or what only a new kernel lets it refuse: a new process, which would outlive a call and multiply the limits, a
signal to another process, a socket, and a change of the length, the mode or the times of a file.
"""

import os
import sys
import sysconfig
from base64 import b64encode
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any

from course_torch.exercises.sandbox.learner.limits import landlock_version

LIBRARIES = [
    str(Path(spec.origin).parents[1]) for name in ("numpy", "torch") if (spec := find_spec(name)) and spec.origin
]
"""Where NumPy and torch are installed."""
SYSTEM = (
    *("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/sys/devices/system/cpu"),
    *("/proc/self/maps", "/proc/self/stat", "/proc/self/statm", "/proc/self/status"),
    *("/proc/cpuinfo", "/dev/zero", "/dev/random", "/dev/urandom"),
)
"""What libraries read of the system: where libraries are, the time zone, memory, the number of cores, random numbers.

The rest of /proc/self tells of the machine: its connections, mounts and control groups.
"""
LEARNER = Path(__file__).resolve().parent / "learner"
"""The only part of course_torch that the learner's process loads."""
REFUSED = {
    "processes": "fork vfork execve execveat setsid setpgid ptrace process_vm_readv process_vm_writev kcmp "
    "unshare setns",
    "signals": "kill tkill tgkill rt_sigqueueinfo rt_tgsigqueueinfo pidfd_open pidfd_getfd pidfd_send_signal",
    "priorities": "setpriority ioprio_set sched_setaffinity sched_setattr sched_setparam sched_setscheduler",
    "sockets": "socket socketpair io_uring_setup",
    "lengths, modes and times": "truncate chmod fchmod fchmodat fchmodat2 chown fchown fchownat lchown utime utimes "
    "utimensat futimesat setxattr lsetxattr fsetxattr removexattr lremovexattr fremovexattr",
    "memory that no limit counts": "shmget shmat memfd_create memfd_secret mq_open msgget semget vmsplice splice tee",
    "what other programs share": "shmctl mq_unlink msgctl msgsnd msgrcv semctl semop semtimedop",
    "parts of the kernel": "bpf perf_event_open userfaultfd keyctl add_key request_key open_by_handle_at "
    "inotify_init inotify_init1 fanotify_init",
}
"""What is protected -> the calls that are always refused."""
CLONE_THREAD, MAP_SHARED, MAP_GROWSDOWN, PR_SET_PDEATHSIG = 0x10000, 1, 0x100, 1
INT = 2**32 - 1
"""The bits of an argument that the kernel reads as an int: it ignores those above, and a filter must too."""
SIGNALS_OF_A_FILE = (8, 10, 15)
"""fcntl's F_SETOWN, F_SETSIG and F_SETOWN_EX: the kernel then sends a signal to any process."""


@dataclass(frozen=True)
class Guard:
    """How a process is guarded.

    landlock   whether the process gives up its access to files, except for Python and its packages
    alone      whether the file is another person's: the process must not import files beside it, nor make the system
               calls of REFUSED
    """

    landlock: bool = False
    alone: bool = True

    @property
    def name(self) -> str:
        """The guard as reports show it. Windows has no limits but those on time."""
        return "landlock" if self.landlock else "limits" if find_spec("resource") else "time limits"

    @property
    def isolates(self) -> bool:
        """Whether the process can read no file of other people and reach no other process."""
        return self.landlock and self.given_up()["filter"] is not None

    def given_up(self) -> dict[str, Any]:
        """The files that the process keeps, or None for all, and the filter of its system calls."""
        return {"files": readable() if self.landlock else None, "filter": refusing_filter() if self.alone else None}


LIMITS_ONLY = Guard(alone=False)
"""For the learner's own check: the limits of `learner/limits.py`, and imports from the file's folder."""


def strongest() -> Guard:
    """The strongest guard of this machine for the files of other people."""
    return Guard(landlock=sys.platform == "linux" and landlock_version() > 0)


@cache
def readable() -> list[str]:
    """The folders and files that Python and its libraries may still read."""
    prefixes = {sys.prefix, sys.base_prefix}
    own = [str(Path(prefix, name)) for prefix in prefixes for name in ("bin", "lib", "lib64", "pyvenv.cfg")]
    packages = [sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")]
    return [*{*own, *packages, *LIBRARIES, "/usr", "/lib", "/lib64"}, *SYSTEM]


@cache
def refusing_filter() -> str | None:
    """The filter in base64, as `learner/limits.py` gives it to the kernel. None without seccomp or libseccomp."""
    if not os.path.exists("/proc/sys/kernel/seccomp"):
        return None
    try:
        import pyseccomp as seccomp
    except (ImportError, RuntimeError):  # RuntimeError: the package is here, the system's library is not
        return None
    Arg, refuse = seccomp.Arg, seccomp.ERRNO(EPERM)
    rules = seccomp.SyscallFilter(seccomp.ALLOW)
    for name in " ".join(REFUSED.values()).split():
        if seccomp.resolve_syscall(seccomp.Arch.NATIVE, name) != -1:  # -1: newer than this libseccomp
            rules.add_rule(refuse, name)
    rules.add_rule(seccomp.ERRNO(ENOSYS), "clone3")  # no filter sees its flags; the C library calls clone then
    rules.add_rule(refuse, "clone", Arg(0, seccomp.MASKED_EQ, CLONE_THREAD, 0))  # a process, not a thread
    rules.add_rule(refuse, "mmap", Arg(3, seccomp.MASKED_EQ, MAP_SHARED, MAP_SHARED))  # no limit counts it
    rules.add_rule(refuse, "mmap", Arg(3, seccomp.MASKED_EQ, MAP_GROWSDOWN, MAP_GROWSDOWN))  # no limit counts a stack
    rules.add_rule(refuse, "prlimit64", Arg(0, seccomp.NE, 0))  # the limits of another process
    rules.add_rule(refuse, "prctl", Arg(0, seccomp.MASKED_EQ, INT, PR_SET_PDEATHSIG))  # it ends with the checker
    for command in SIGNALS_OF_A_FILE:
        rules.add_rule(refuse, "fcntl", Arg(1, seccomp.MASKED_EQ, INT, command))
    with TemporaryFile() as file:
        rules.export_bpf(file)
        file.seek(0)
        return b64encode(file.read()).decode()
