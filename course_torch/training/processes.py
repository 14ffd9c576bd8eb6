"""The processes of a training: they compare their settings, and a signal ends them while they wait for each other."""

import json
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from itertools import chain
from pathlib import Path
from threading import Event, Thread
from typing import Any

import lightning
import torch
from jsonargparse import Namespace
from lightning import Callback, LightningModule, Trainer
from lightning.pytorch.plugins.environments import LightningEnvironment, TorchElasticEnvironment
from torch.distributed import DistError, all_gather_object

import course_torch
from course_torch.data.data_set import DIGITS, checksums
from course_torch.data.split import GRACE
from course_torch.errors import InputError, unexpected
from course_torch.language import Text
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

PER_CORE = 4  # Processes that a core can share. More processes take turns, and each takes some 300 MB.
AT_LEAST = 8


def check_processes(trainer: Trainer) -> None:
    """Reject processes that would train apart, wait for a node in vain, or stop the machine. Raises InputError."""
    devices, nodes, cores = trainer.num_devices, trainer.num_nodes, os.cpu_count() or 1
    most = max(AT_LEAST, PER_CORE * cores)
    if devices > most:
        raise InputError(
            f"devices: found {devices}, expected at most {most} on this machine with {cores} cores",
            f"devices：得到 {devices}，在这台 {cores} 核的机器上至多为 {most}",
        )
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        expected = Text(f"the {started} that torchrun started", f"torchrun 启动的 {started} 个")
        raise unexpected(Text("devices, num_nodes", "devices、num_nodes"), f"{devices} × {nodes}", expected)
    cluster = getattr(trainer.strategy, "cluster_environment", None)
    if nodes > 1 and isinstance(cluster, LightningEnvironment) and "MASTER_ADDR" not in os.environ:
        raise InputError(
            f"num_nodes: found {nodes} without MASTER_ADDR, expected torchrun, which starts the processes of a node",
            f"num_nodes：得到 {nodes}，但没有 MASTER_ADDR；每个节点的进程应由 torchrun 启动",
        )


Description = dict[str, Any]  # name -> value that JSON can express

MAY_DIFFER = {
    "data": ("root", "download", "workers"),
    "trainer": (
        *("accelerator", "devices", "default_root_dir", "logger", "profiler"),
        *("enable_progress_bar", "enable_model_summary"),
    ),
}
"""Options that change where a node finds its data or what it prints, but no parameter update."""


def describe(module: NetworkModule, data: CourseData, trainer: Namespace, last: Path | None) -> Description:
    """Describe a training: versions, options, contents of the data, and the checkpoint `last` that it resumes."""
    options = {"model": dict(module.hparams), "data": dict(data.hparams), "trainer": trainer.as_dict()}
    description: Description = {
        "version of course_torch": course_torch.__version__,
        "version of torch": torch.__version__,
        "version of lightning": lightning.__version__,
        "resume.last.ckpt": sha256(last.read_bytes()).hexdigest()[:DIGITS] if last else None,
    }
    for group, values in options.items():
        compared = {name: value for name, value in values.items() if name not in MAY_DIFFER.get(group, ())}
        description |= {f"{group}.{name}": value for name, value in compared.items()}
    description["lr_scheduler"] = module.schedule and str(module.schedule)
    description |= {f"data.{name}": value for name, value in checksums(data.data_set).items()}
    return json.loads(json.dumps(description, default=str))


DIFFERENT = Text(
    "{name}: found {found} on rank 0 and {other} on rank {rank}; expected the same on every node",
    "{name}：rank 0 上是 {found}，rank {rank} 上是 {other}；所有节点应当相同",
)


def difference(descriptions: Sequence[Description]) -> Text | None:
    """Return a line that names the first difference between rank 0 and another rank, or None."""
    first, *others = descriptions
    for name in dict.fromkeys(chain.from_iterable(descriptions)):
        for rank, other in enumerate(others, 1):
            if other.get(name) != first.get(name):
                found, theirs = as_text(first.get(name)), as_text(other.get(name))
                return DIFFERENT.fill(name=name, found=found, other=theirs, rank=rank)
    return None


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


class CompareSettings(Callback):
    """Compare what the ranks are to train, as soon as they are connected. Raises InputError on every rank."""

    def __init__(self, description: Callable[[], Description]) -> None:
        self.description = description

    def setup(self, trainer: Trainer, pl_module: LightningModule, stage: str) -> None:
        if trainer.world_size > 1:
            descriptions: list[Any] = [None] * trainer.world_size
            all_gather_object(descriptions, self.description())
            if (line := difference(descriptions)) is not None:
                raise InputError(line)


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
