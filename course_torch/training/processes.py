"""The processes of a training: how many there may be, and a signal that ends them while they wait for each other."""

import os
import re
import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Thread

from lightning import Trainer
from lightning.pytorch.plugins.environments import TorchElasticEnvironment
from torch.distributed import DistError

from course_torch.data.split import GRACE
from course_torch.errors import InputError
from course_torch.language import Text

PER_CORE = 4  # Processes that a core can share. More processes take turns, and each takes some 300 MB.
AT_LEAST = 8


def check_processes(trainer: Trainer, cores: int) -> None:
    """Reject processes that would train apart, or stop the machine. Raises InputError."""
    devices, nodes, most = trainer.num_devices, trainer.num_nodes, max(AT_LEAST, PER_CORE * cores)
    if devices > most:
        raise InputError(
            f"devices: found {devices}, expected at most {most} on this machine with {cores} cores",
            f"devices：得到 {devices}，在这台 {cores} 核的机器上至多为 {most}",
        )
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        raise InputError(
            f"devices, num_nodes: found {devices} × {nodes}, expected the {started} that torchrun started",
            f"devices、num_nodes：得到 {devices} × {nodes}，应为 torchrun 启动的 {started} 个",
        )


def lost_connection(error: RuntimeError) -> Text | None:
    """Return a line if the error says that another process ended or does not answer, otherwise None."""
    text = str(error)
    if not isinstance(error, DistError) and "gloo" not in text:  # gloo raises plain RuntimeErrors
        return None
    # gloo: [path/pair.cc:537] Read error [address]:port: Connection reset by peer. This is typically caused by …
    reason = re.sub(r"^\[\S*gloo\S*\] ", "", text.partition("\n")[0]).split(". This is typically")[0]
    return Text(
        f"no connection to another process of this training; if it ended, see its own message ({reason})",
        f"与这次训练的另一个进程没有连接；如果它已结束，请看它自己的消息（{reason}）",
    )


ENDING = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
"""Ctrl-C, the end of a job, and a terminal that is closed."""


def stays_ignored(number: int) -> bool:
    """Whether the program was started with `nohup`, which ignores SIGHUP."""
    return signal.Signals(number).name == "SIGHUP" and signal.getsignal(number) is signal.SIG_IGN


@contextmanager
def ended_by_signal(program: str, grace: float = GRACE) -> Iterator[None]:
    """End the process `grace` seconds after SIGINT, SIGTERM or SIGHUP if the block has not ended by then.

    Python runs a signal handler between two of its instructions, so a process that waits for another process in C++
    ignores signals. A thread that reads Python's wakeup pipe does not.
    """
    reading, writing = socket.socketpair()
    writing.setblocking(False)
    done = Event()

    def watch() -> None:
        while received := reading.recv(1):
            if received[0] in ENDING and not done.wait(grace):
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
