"""How a process ends if another process of its training has ended or does not answer."""

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from torch.distributed import DistError

from course_torch.data.split import GRACE


def lost_connection(error: RuntimeError) -> str | None:
    """Return a line if the error says that another process ended or does not answer, otherwise None."""
    text = str(error)
    if not isinstance(error, DistError) and "gloo" not in text:  # gloo raises plain RuntimeErrors
        return None
    # gloo: [path/pair.cc:537] Read error [address]:port: Connection reset by peer. This is typically caused by …
    reason = re.sub(r"^\[\S*gloo\S*\] ", "", text).split(". ")[0]
    return f"another process of this training ended or does not answer, see its own message ({reason})"


@contextmanager
def ended_by_signal(program: str, grace: float = GRACE) -> Iterator[None]:
    """End the process `grace` seconds after SIGINT or SIGTERM if the block has not ended by then.

    Python runs a signal handler between two of its instructions, so a process that waits for another process in C++
    ignores signals. A thread that reads Python's wakeup pipe does not.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    done = Event()

    def watch() -> None:
        while received := reading.recv(1):
            if received[0] in (signal.SIGINT, signal.SIGTERM) and not done.wait(grace):
                print(f"{program}: ended {grace:g} s after {signal.Signals(received[0]).name}", file=sys.stderr)
                os._exit(128 + received[0])

    thread = Thread(target=watch, daemon=True)
    thread.start()
    previous = signal.set_wakeup_fd(writing.fileno(), warn_on_full_buffer=False)
    try:
        yield
    finally:
        signal.set_wakeup_fd(previous)
        done.set()
        writing.close()
        thread.join()
        reading.close()
