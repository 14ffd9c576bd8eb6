"""The processes of a training: they check their places, meet within a limit of time, agree, and connect by DDP."""

import json
import os
import re
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from threading import Event, Thread
from typing import Any

import lightning
import torch
from jsonargparse import Namespace
from lightning import Trainer
from lightning.pytorch.plugins.environments import LightningEnvironment, TorchElasticEnvironment
from lightning.pytorch.strategies import DDPStrategy, StrategyRegistry
from torch.distributed import DistError, PrefixStore, Store, TCPStore

import course_torch
from course_torch.data.data_set import DIGITS, checksums
from course_torch.data.split import GRACE
from course_torch.errors import InputError
from course_torch.language import NOTHING, SEMICOLON, Text, joined
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

RANKS = ("LOCAL_RANK", "NODE_RANK", "GROUP_RANK", "RANK", "WORLD_SIZE")
RANGES = {"MASTER_PORT": (1, 65535)} | dict.fromkeys(RANKS, (0, 2**31 - 1))
"""Environment variables that Lightning reads as numbers, with the range of each."""
PER_CORE = 4  # Processes that a core can share. More processes take turns, and each takes some 300 MB.
AT_LEAST = 8


def check_numbers(environment: Mapping[str, str]) -> None:
    """Reject an environment variable that is no number in its range. Raises InputError."""
    for name, (low, high) in RANGES.items():
        text = environment.get(name)
        if text is not None and not (text.isascii() and text.isdecimal() and low <= int(text) <= high):
            raise InputError(
                f"environment variable {name}: found '{text}', expected a number from {low} to {high}",
                f"环境变量 {name}：得到 '{text}'，应为 {low} 到 {high} 的数",
            )


def check_devices(devices: Any, cores: int) -> None:
    """Reject a number of devices, hence of processes, that this machine cannot run. Raises InputError."""
    most = max(AT_LEAST, PER_CORE * cores)
    if str(devices).isdecimal() and int(devices) > most:
        raise InputError(
            f"devices: found {devices}, expected at most {most} on this machine with {cores} cores",
            f"devices：得到 {devices}，在这台 {cores} 核的机器上至多为 {most}",
        )


def check_processes(trainer: Trainer, environment: Mapping[str, str]) -> None:
    """Reject processes that would train apart or wait in vain, or that claim a wrong rank. Raises InputError."""
    devices, nodes, strategy = trainer.num_devices, trainer.num_nodes, trainer.strategy
    if trainer.world_size > 1 and not isinstance(strategy, AgreeingDDP):
        raise InputError(
            f"strategy: found {type(strategy).__name__}, expected ddp, whose processes compare settings",
            f"strategy：得到 {type(strategy).__name__}，应为 ddp，它的各个进程会比较设置",
        )
    if TorchElasticEnvironment.detect() and devices * nodes != (started := TorchElasticEnvironment().world_size()):
        raise InputError(
            f"devices, num_nodes: found {devices} × {nodes}, expected the {started} that torchrun started",
            f"devices、num_nodes：得到 {devices} × {nodes}，应为 torchrun 启动的 {started} 个",
        )
    cluster = getattr(strategy, "cluster_environment", None)
    if cluster is None or isinstance(cluster, LightningEnvironment | TorchElasticEnvironment):
        check_ranks(environment, devices, nodes)
    if isinstance(cluster, LightningEnvironment) and devices * nodes > 1:
        check_address(environment, nodes)


def check_ranks(environment: Mapping[str, str], devices: int, nodes: int) -> None:
    """Reject a rank that does not fit the numbers of devices and nodes: it is left over. Raises InputError."""
    found = {name: int(environment[name]) for name in RANKS if name in environment}
    rank = found.get("NODE_RANK", found.get("GROUP_RANK", 0)) * devices + found.get("LOCAL_RANK", 0)
    allowed = (range(devices), range(nodes), range(nodes), [rank], [devices * nodes])
    for name, numbers in zip(RANKS, allowed, strict=True):
        if name in found and found[name] not in numbers:
            ends = dict.fromkeys((str(numbers[0]), str(numbers[-1])))
            raise InputError(
                f"environment variable {name}: found {found[name]}, expected {' to '.join(ends)} or none "
                f"for devices {devices}, num_nodes {nodes}",
                f"环境变量 {name}：得到 {found[name]}，devices {devices}、num_nodes {nodes} 时应为 "
                f"{' 到 '.join(ends)}，或不设",
            )


def check_address(environment: Mapping[str, str], nodes: int) -> None:
    """Reject a process whose place of meeting the others could not know. Raises InputError."""
    missing = [name for name in ("MASTER_ADDR", "MASTER_PORT") if name not in environment]
    if missing and nodes > 1:
        raise InputError(
            f"num_nodes: found {nodes} without {' and '.join(missing)}, expected these environment variables on every "
            f"node, with its own NODE_RANK from 0 to {nodes - 1}, or torchrun",
            f"num_nodes：得到 {nodes}，但没有 {' 和 '.join(missing)}；每个节点都要设这些环境变量和自己的 "
            f"NODE_RANK（0 到 {nodes - 1}），或者用 torchrun",
        )
    if missing and (local := environment.get("LOCAL_RANK")) is not None:
        raise InputError(
            f"environment variable LOCAL_RANK: found {local} without {' and '.join(missing)}, expected none: "
            "without LOCAL_RANK the training starts the processes of all devices",
            f"环境变量 LOCAL_RANK：得到 {local}，没有 {' 和 '.join(missing)}，应当不设：没有 LOCAL_RANK 时，"
            "训练会启动所有设备的进程",
        )


Description = dict[str, Any]  # name -> value that JSON can express

MAY_DIFFER = {
    "data": ("root", "download", "workers"),
    "trainer": (
        *("accelerator", "devices", "default_root_dir", "logger", "profiler"),
        *("enable_progress_bar", "enable_model_summary"),
    ),
}
"""Options that change where a node finds its data or what it prints, but no parameter update. All others are compared.

The number of devices of all nodes and the type of the device are compared under their own names.
"""
NAMED = 3  # Differences that the line names. One mistake often causes several differences; its own name comes first.


def describe(
    module: NetworkModule, data: CourseData, trainer: Namespace, global_step: int | None, last: Path | None
) -> Description:
    """Describe a training: versions, options, contents of the data, and the checkpoint `last` that it resumes."""
    options = {"model": dict(module.hparams), "data": dict(data.hparams), "trainer": trainer.as_dict()}
    description: Description = {
        "version of course_torch": course_torch.__version__,
        "version of torch": torch.__version__,
        "version of lightning": lightning.__version__,
        "resume.global_step": global_step,
        "resume.last.ckpt": sha256(last.read_bytes()).hexdigest()[:DIGITS] if last else None,
    }
    for group, values in options.items():
        compared = {name: value for name, value in values.items() if name not in MAY_DIFFER.get(group, ())}
        description |= {f"{group}.{name}": value for name, value in compared.items()}
    description["lr_scheduler"] = module.schedule and str(module.schedule)
    description |= {f"data.{name}": value for name, value in checksums(data.data_set).items()}
    return json.loads(json.dumps(description, default=str))


DIFFERENT = Text(
    "{name}: found {found} on rank {first} and {other} on rank {rank}",
    "{name}：rank {first} 上是 {found}，rank {rank} 上是 {other}",
)
MORE = Text("; {n} more", "；另有 {n} 处")
ALIKE = Text("{differences}{more}; expected the same on every node", "{differences}{more}；所有节点应当相同")


def difference(descriptions: Mapping[int, Description]) -> Text | None:
    """Return a line that names what differs between the ranks, or None if all descriptions are equal."""
    first, *others = sorted(descriptions)
    differences = []
    for name in dict.fromkeys(name for description in descriptions.values() for name in description):
        values = {rank: description.get(name) for rank, description in descriptions.items()}
        if (rank := next((rank for rank in others if values[rank] != values[first]), None)) is not None:
            found, other = as_text(values[first]), as_text(values[rank])
            values_of = {"name": name, "found": found, "first": first, "other": other, "rank": rank}
            differences.append(DIFFERENT.fill(**values_of))
    if not differences:
        return None
    more = MORE.fill(n=len(differences) - NAMED) if len(differences) > NAMED else NOTHING
    return ALIKE.fill(differences=joined(SEMICOLON, differences[:NAMED]), more=more)


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


LIMIT = 60.0  # seconds to wait for the other processes, beside the time that they need to start and to read their data
FAREWELL = 5.0  # seconds that rank 0 waits after a disagreement: the store ends with it, and others still read
POLL = 0.05  # Seconds between two looks at the store. Python handles Ctrl-C and SIGTERM between them.
PROCESSES = "devices × num_nodes"


class AgreeingDDP(DDPStrategy):
    """DDP that compares `description` on all ranks, and waits at most `limit` seconds for them."""

    description: Description
    limit: float

    def setup_environment(self) -> None:
        """Meet the other processes, then connect to them. Raises InputError if they do not come or do not agree."""
        assert self.cluster_environment is not None
        host, port = self.cluster_environment.main_address, self.cluster_environment.main_port
        place = f"MASTER_ADDR {host}, MASTER_PORT {port}"
        self._say(f"waiting for the other nodes at {host}:{port}")
        previous = signal.signal(signal.SIGTERM, lambda number, frame: sys.exit(128 + number))
        try:
            # torchrun's store outlives a restart of its processes.
            attempt = f"meeting {os.environ.get('TORCHELASTIC_RESTART_COUNT')}"
            store = PrefixStore(attempt, store_at(host, port, place, self.global_rank, self.limit))
            meet(store, place, self.global_rank, self.world_size, self.description, self.limit)
        except BaseException:
            if self.launcher is not None:
                self.launcher.kill(signal.SIGTERM)  # the other processes of this node
            raise
        finally:
            signal.signal(signal.SIGTERM, previous)
        super().setup_environment()
        self._say("joined the training; the node of rank 0 shows and keeps its results")

    def _say(self, state: str) -> None:
        """Print the state of this node, unless it is the first node, which prints tables and progress."""
        if self.node_rank > 0 and self.local_rank == 0:
            print(f"node rank {self.node_rank} of {self.num_nodes}: {state}", flush=True)


def register() -> None:
    """Let `--strategy ddp`, which is also Lightning's choice for several devices, mean AgreeingDDP."""
    StrategyRegistry.register("ddp", AgreeingDDP, override=True, start_method="popen")


AT = Text("{place}: {answer}", "{place}：{answer}")
FOREIGN = Text(
    "found a server that is no store of torch, expected the process of rank 0 there",
    "这个服务器不是 torch 的 store，那里应为 rank 0 的进程",
)


def store_at(host: str, port: int, place: str, rank: int, limit: float) -> Store:
    """The store of all processes, which rank 0 opens (the first agent under torchrun). Raises InputError without it."""
    try:
        socket.getaddrinfo(host, port)
    except (OSError, UnicodeError) as error:
        raise InputError(
            f"MASTER_ADDR: found '{host}', which does not resolve ({error})",
            f"MASTER_ADDR：得到 '{host}'，无法解析（{error}）",
        ) from error
    opens = rank == 0 and os.environ.get("TORCHELASTIC_USE_AGENT_STORE") != str(True)
    deadline = time.monotonic() + limit
    while not opens and (problem := problem_of_connecting(host, port)):
        if time.monotonic() > deadline:
            raise InputError(
                f"{place}: no answer for {limit:.0f} s ({problem}), expected the process of rank 0 there",
                f"{place}：{limit:.0f} 秒没有回答（{problem}），那里应为 rank 0 的进程",
            )
        time.sleep(POLL)
    answers: list[Store | Exception] = []

    def connect() -> None:
        try:
            # Lightning later opens the same store in this process.
            wait = timedelta(seconds=limit)
            answers.append(TCPStore(host, port, None, opens, wait, wait_for_workers=False, multi_tenant=True))
        except Exception as error:
            answers.append(error)

    # A foreign server may never answer, and torch then waits forever: hence the thread.
    thread = Thread(target=connect, daemon=True)
    thread.start()
    thread.join(limit)
    answer = answers[0] if answers else FOREIGN
    if isinstance(answer, Store):
        return answer
    if "EADDRINUSE" in str(answer):
        raise InputError(
            f"MASTER_PORT: found {port}, which is in use on this machine, expected a free port",
            f"MASTER_PORT：得到 {port}，本机已在使用，应为空闲的端口",
        )
    raise InputError(AT.fill(place=place, answer=answer))


def problem_of_connecting(host: str, port: int) -> str | None:
    """Return why no connection is possible, or None. torch itself would print a warning for every attempt."""
    try:
        socket.create_connection((host, port), timeout=1).close()
    except OSError as error:
        return error.strerror or str(error)
    return None


def meet(store: Store, place: str, rank: int, world_size: int, description: Description, limit: float) -> None:
    """Return when all processes have come with equal descriptions. Raises InputError, which may name the `place`."""
    deadline = time.monotonic() + limit
    arrivals = [(rank, {PROCESSES: world_size} | description)]
    try:
        number = store.add("came", 1)
        store.set(f"arrival {number}", json.dumps(arrivals[0]))
        for key in (f"arrival {i}" for i in range(1, world_size + 1) if i != number):
            # A process that expects another number of processes ends the wait: the others would never come.
            if arrivals[-1][1][PROCESSES] != world_size or not wait_until(partial(store.check, [key]), deadline):
                break
            other, described = json.loads(store.get(key))
            arrivals.append((other, described))
        message = disagreement(arrivals)
        if message is None and len(arrivals) < world_size:
            message = Text(
                f"{place}: found {len(arrivals)} of {world_size} processes after {limit:.0f} s, expected all of them: "
                "start the same command on every node, with this address and port and its own NODE_RANK",
                f"{place}：{limit:.0f} 秒后只有 {len(arrivals)} 个进程，应为 {world_size} 个："
                "请在每个节点上启动同样的命令，用这个地址和端口，以及各自的 NODE_RANK",
            )
        if message is not None:
            store.add("left", 1)
            if rank == 0:
                wait_until(lambda: store.add("left", 0) >= len(arrivals), time.monotonic() + FAREWELL)
            raise InputError(message)
    except DistError as error:
        raise InputError(
            f"{place}: the process of rank 0 ended before all {world_size} processes had come",
            f"{place}：{world_size} 个进程到齐之前，rank 0 的进程已经结束",
        ) from error


def disagreement(arrivals: list[tuple[int, Description]]) -> Text | None:
    """Return a line that names in what the processes disagree, or None. An arrival is a rank and its description."""
    ranks = [rank for rank, _ in arrivals]
    twice = next((rank for rank in ranks if ranks.count(rank) > 1), None)
    if twice is None:
        return difference(dict(arrivals))
    return Text(
        f"NODE_RANK: found two processes of rank {twice}, expected another NODE_RANK on every node, "
        "and a MASTER_PORT that no other training uses",
        f"NODE_RANK：有两个 rank {twice} 的进程，每个节点应有自己的 NODE_RANK，MASTER_PORT 不能与别的训练相同",
    )


def wait_until(condition: Callable[[], bool], deadline: float) -> bool:
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(POLL)
    return True


def lost_connection(error: RuntimeError) -> Text | None:
    """Return a line if the error says that another process ended or does not answer, otherwise None."""
    text = str(error)
    if not isinstance(error, DistError) and "gloo" not in text:  # gloo raises plain RuntimeErrors
        return None
    # gloo: [path/pair.cc:537] Read error [address]:port: Connection reset by peer. This is typically caused by …
    reason = re.sub(r"^\[\S*gloo\S*\] ", "", text).split(". ")[0]
    return Text(
        f"another process of this training ended or does not answer, see its own message ({reason})",
        f"这次训练的另一个进程已结束或没有回答，请看它自己的消息（{reason}）",
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
