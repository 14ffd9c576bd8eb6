"""The server's side of `../fork_server.py`: import the library once, then copy this process for each learner's file.

No code of a learner runs in the server itself.
"""

import os
import select
import signal
import socket
import struct

from . import child
from .limits import end_with_parent


def main(library_name: str, channel: int) -> None:
    """Start a copy with three descriptors as its standard streams, end it when asked, until the checker has ended."""
    end_with_parent()
    library = child.LIBRARIES[library_name]()
    with socket.socket(fileno=channel) as checker:
        while True:
            _, streams, *_ = socket.recv_fds(checker, len(b"start"), 3)
            if not streams:
                break
            if (copy := os.fork()) == 0:
                checker.close()
                os.setsid()
                for standard, stream in enumerate(streams):
                    os.dup2(stream, standard)
                    os.close(stream)
                child.answer_requests(library, *child.private_streams())
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
