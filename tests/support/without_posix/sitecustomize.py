"""Makes a Python without what only POSIX has: signals with a time, groups of processes, limits, guards, descriptors.

Python imports this module at its start if its folder is on PYTHONPATH. What the standard library and other packages
take from POSIX is imported before: on Windows they have their own ways.
"""

import os
import signal
import socket
import sys
import sysconfig
from pathlib import Path

import filelock  # noqa: F401
import psutil  # noqa: F401

sysconfig.get_config_vars()
if "pytest" in sys.orig_argv:
    import trio  # noqa: F401 (a plugin of hypothesis imports it, for half a second)
GONE = {
    os: "fork forkpty killpg setsid getpgid setpgid getpgrp pidfd_open",
    signal: "setitimer getitimer alarm pause pthread_sigmask SIGALRM SIGVTALRM SIGHUP",
    socket: "send_fds recv_fds AF_UNIX",
}
for module, names in GONE.items():
    for name in names.split():
        vars(module).pop(name, None)
for name in ("resource", "fcntl", "termios", "pwd", "grp", "pyseccomp"):
    sys.modules[name] = None  # type: ignore[assignment]
sys.platform = "none"
sys.executable = str(Path(__file__).with_name("python"))  # the processes that this process starts have no POSIX either
