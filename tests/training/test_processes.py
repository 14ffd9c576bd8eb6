"""The processes of a training find a store, meet there and agree, or end in one line; signals end their wait."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from jsonargparse import Namespace
from torch.distributed import DistNetworkError, HashStore, Store

from course_torch.errors import InputError
from course_torch.language import Text
from course_torch.training import cli, processes
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.processes import (
    check_address,
    check_devices,
    check_numbers,
    check_ranks,
    describe,
    difference,
    lost_connection,
    meet,
    store_at,
)
from course_torch.training.schedule import Schedule
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch
from tests.training.conftest import SMALL
from tests.training.forked import free_port

HERE = "127.0.0.1"


def in_english(line: Text | None) -> str:
    """A line that there is."""
    assert line is not None
    return line.en


@pytest.fixture
def silent_server() -> Iterator[int]:
    """The port of a server that accepts connections and never answers."""
    with socket.socket() as server:
        server.bind((HERE, 0))
        server.listen()
        yield server.getsockname()[1]


def opened(port: int, rank: int, limit: float = 0.5, host: str = HERE) -> Store:
    return store_at(host, port, "the place", rank, limit)


def test_rank_0_opens_the_store_and_another_rank_reads_it() -> None:
    port = free_port()
    first = opened(port, rank=0, limit=20)
    first.set("key", "value")
    assert opened(port, rank=1, limit=20).get("key") == b"value"


def test_a_port_in_use(silent_server: int) -> None:
    with pytest.raises(InputError, match=f"MASTER_PORT: found {silent_server}, which is in use on this machine"):
        opened(silent_server, rank=0)


def test_a_server_of_another_kind_that_never_answers(silent_server: int) -> None:
    with pytest.raises(InputError, match="the place: found a server that is no store of torch"):
        opened(silent_server, rank=1)


def test_no_server() -> None:
    with pytest.raises(InputError, match=r"the place: no answer for 0 s \(Connection refused\), expected the process"):
        opened(free_port(), rank=1, limit=0.2)


def test_a_name_that_does_not_resolve(monkeypatch: Monkeypatch) -> None:
    def unknown(*ignored: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(InputError, match="MASTER_ADDR: found 'nowhere', which does not resolve"):
        opened(29500, rank=1, host="nowhere")


Process = tuple[int, int, dict[str, Any]]
"""Rank, number of processes, description."""


def lines(*processes: Process, limit: float = 10) -> list[str | None]:
    """Let the processes meet. Returns the error of each process, or None if it went on."""
    store = HashStore()

    def line(process: Process) -> str | None:
        try:
            meet(store, "MASTER_ADDR a, MASTER_PORT 1", *process, limit)
        except InputError as error:
            return str(error)
        return None

    with ThreadPoolExecutor(len(processes)) as threads:
        return list(threads.map(line, processes))


def test_processes_that_agree_go_on() -> None:
    assert lines(*((rank, 3, {"seed": 1}) for rank in range(3))) == [None] * 3


def test_every_process_says_what_differs() -> None:
    line = "seed: found 1 on rank 0 and 2 on rank 1; expected the same on every node"
    assert lines((0, 2, {"seed": 1}), (1, 2, {"seed": 2})) == [line] * 2


def test_processes_that_expect_different_numbers_of_processes_do_not_wait_for_the_limit() -> None:
    found = lines((0, 2, {}), (2, 4, {}), (3, 4, {}), limit=100_000)
    assert found[0] is not None
    assert re.match(r"devices × num_nodes: found 2 on rank 0 and 4 on rank [23]; expected the same", found[0])


def test_two_nodes_of_the_same_rank() -> None:
    for line in lines((0, 2, {}), (0, 2, {})):
        assert line.startswith("NODE_RANK: found two processes of rank 0")


def test_a_process_that_does_not_come_ends_the_wait_of_the_others_at_the_limit(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(processes, "FAREWELL", 0.5)
    for line in lines((0, 3, {}), (2, 3, {}), limit=1):
        assert line.startswith("MASTER_ADDR a, MASTER_PORT 1: found 2 of 3 processes after 1 s, expected all of them")


def description(
    learning_rate: float = 0.5,
    global_step: int | None = None,
    last: Path | None = None,
    schedule: Schedule | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Describe a small training. An option is of the data if CourseData knows it, otherwise of the Trainer."""
    data_names = ("name", "batch_size", "seed", "workers", "root", "center")
    data = {"name": "moons"} | {name: options.pop(name) for name in data_names if name in options}
    module = NetworkModule(layer_sizes=[2, 3, 1], learning_rate=learning_rate)
    module.schedule = schedule
    trainer = Namespace({"max_epochs": 3, "precision": None, "devices": "auto"} | options)
    return describe(module, CourseData(**data), trainer, global_step, last)


@pytest.mark.parametrize(
    ("first", "second", "line"),
    [
        (
            {"learning_rate": 0.02},
            {"learning_rate": 0.05},
            "model.learning_rate: found 0.02 on rank 0 and 0.05 on rank 1",
        ),
        ({"batch_size": 8}, {"batch_size": None}, "data.batch_size: found 8 on rank 0 and null on rank 1"),
        ({"center": True}, {"center": False}, "data.center: found true on rank 0 and false on rank 1"),
        ({"max_epochs": 3}, {"max_epochs": 4}, "trainer.max_epochs: found 3 on rank 0 and 4 on rank 1"),
        ({"precision": "64"}, {"precision": "32"}, "trainer.precision: found 64 on rank 0 and 32 on rank 1"),
        ({"gradient_clip_val": 1.0}, {}, "trainer.gradient_clip_val: found 1.0 on rank 0 and null on rank 1"),
        ({"global_step": 40}, {}, "resume.global_step: found 40 on rank 0 and null on rank 1"),
    ],
)
def test_the_line_names_the_option_that_differs(first: dict[str, Any], second: dict[str, Any], line: str) -> None:
    descriptions = {0: description(**first), 1: description(**second)}
    assert in_english(difference(descriptions)) == f"{line}; expected the same on every node"


def test_another_seed_of_drawn_points_also_changes_the_examples() -> None:
    line = in_english(difference({0: description(seed=1), 1: description(seed=2)}))
    assert line.startswith("data.seed: found 1 on rank 0 and 2 on rank 1; data.train.labels: found ")


def test_options_that_change_no_parameter_update_may_differ(tmp_path: Path) -> None:
    places = [str(tmp_path / name) for name in ("here.csv", "there.csv")]
    for place in places:
        Path(place).write_text("1,2,a\n3,4,b\n" * 4)
    here = description(name="csv", root=places[0], workers=1, devices=[0, 1], default_root_dir="a", logger=False)
    assert difference({0: here, 1: description(name="csv", root=places[1], workers=8, devices=[2, 3])}) is None


def test_the_versions_are_compared() -> None:
    old = description() | {"version of torch": "2.6.0"}
    line = in_english(difference({0: old, 1: description()}))
    assert line.startswith("version of torch: found 2.6.0 on rank 0 and ")


def test_two_checkpoints_of_the_same_step_are_compared_by_their_contents(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / name).write_text(name)
    line = in_english(
        difference({rank: description(global_step=40, last=tmp_path / name) for rank, name in enumerate("ab")})
    )
    assert line.startswith("resume.last.ckpt: found ")


def test_the_line_names_the_first_rank_that_differs_and_at_most_three_differences() -> None:
    same = {name: 1 for name in "abcde"}
    line = in_english(difference({0: same, 1: same, 5: {name: 2 for name in "abcde"}}))
    named = "; ".join(f"{name}: found 1 on rank 0 and 2 on rank 5" for name in "abc")
    assert line == f"{named}; 2 more; expected the same on every node"


@pytest.mark.parametrize(
    ("name", "text"), [("MASTER_PORT", "http"), ("MASTER_PORT", "65536"), ("RANK", ""), ("NODE_RANK", "-1")]
)
def test_a_variable_that_is_no_number_in_its_range(name: str, text: str) -> None:
    check_numbers({"MASTER_PORT": "29500", "RANK": "0"})
    with pytest.raises(InputError, match=f"environment variable {name}: found '{text}', expected a number from "):
        check_numbers({name: text})


@pytest.mark.parametrize(
    ("environment", "devices", "nodes"),
    [
        ({}, 1, 1),
        ({"RANK": "0", "LOCAL_RANK": "0", "WORLD_SIZE": "1"}, 1, 1),
        ({"LOCAL_RANK": "1", "NODE_RANK": "0", "WORLD_SIZE": "2"}, 2, 1),  # the second process of Lightning
        ({"RANK": "5", "LOCAL_RANK": "1", "GROUP_RANK": "2", "WORLD_SIZE": "6"}, 2, 3),  # of torchrun
    ],
)
def test_ranks_that_fit_the_devices_and_nodes(environment: dict[str, str], devices: int, nodes: int) -> None:
    check_ranks(environment, devices, nodes)


@pytest.mark.parametrize(
    ("environment", "devices", "nodes", "line"),
    [
        ({"RANK": "1"}, 1, 1, "RANK: found 1, expected 0 or none"),
        ({"LOCAL_RANK": "1"}, 1, 1, "LOCAL_RANK: found 1, expected 0 or none"),
        ({"LOCAL_RANK": "5"}, 2, 1, "LOCAL_RANK: found 5, expected 0 to 1 or none"),
        ({"NODE_RANK": "2"}, 1, 2, "NODE_RANK: found 2, expected 0 to 1 or none"),
        ({"WORLD_SIZE": "4"}, 2, 1, "WORLD_SIZE: found 4, expected 2 or none"),
        ({"RANK": "1", "NODE_RANK": "1"}, 2, 2, "RANK: found 1, expected 2 or none"),
    ],
)
def test_a_rank_that_is_left_over(environment: dict[str, str], devices: int, nodes: int, line: str) -> None:
    with pytest.raises(InputError, match=f"^environment variable {line} for devices {devices}, num_nodes {nodes}$"):
        check_ranks(environment, devices, nodes)


def test_a_process_that_cannot_know_where_the_others_are() -> None:
    check_address({}, nodes=1)
    check_address({"MASTER_ADDR": "a", "MASTER_PORT": "1", "LOCAL_RANK": "0"}, nodes=2)
    with pytest.raises(InputError, match="num_nodes: found 2 without MASTER_PORT, "):
        check_address({"MASTER_ADDR": "a"}, nodes=2)
    with pytest.raises(InputError, match="LOCAL_RANK: found 0 without MASTER_ADDR and MASTER_PORT, expected none"):
        check_address({"LOCAL_RANK": "0"}, nodes=1)


def test_the_number_of_devices_is_bounded_by_the_cores() -> None:
    for devices in ("auto", "8", 8, [0, 1], -1):
        check_devices(devices, cores=1)
    check_devices("64", cores=16)
    with pytest.raises(InputError, match="devices: found 65, expected at most 64 on this machine with 16 cores"):
        check_devices("65", cores=16)


def test_a_rank_that_is_left_over_ends_train_py(here: Path, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    monkeypatch.setenv("RANK", "1")
    assert "environment variable RANK: found 1, expected 0" in usage_error(cli.main, SMALL, capsys)
    assert list(here.iterdir()) == []


def test_a_node_that_waits_in_vain_ends_with_one_line_and_removes_the_folder_of_its_run(
    here: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    port = free_port()
    # Lightning adds variables to os.environ.
    monkeypatch.setattr(os, "environ", os.environ | {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)})
    monkeypatch.setattr(processes, "LIMIT", 0.5)
    monkeypatch.setattr(processes, "FAREWELL", 0.1)
    line = usage_error(cli.main, [*SMALL, "--num_nodes", "2"], capsys)
    assert f"MASTER_ADDR 127.0.0.1, MASTER_PORT {port}: found 1 of 2 processes after " in line
    assert [path for path in here.rglob("*") if path.is_file()] == []


WAITING = """
from datetime import timedelta
from torch.distributed import HashStore
from course_torch.training.processes import ended_by_signal
import signal
signal.signal(signal.SIGTERM, lambda *received: None)
with ended_by_signal("course-torch train", grace=0.2):
    print("waiting", flush=True)
    HashStore().wait(["nothing"], timedelta(seconds=100))
"""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            RuntimeError(
                "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] Read error [127.0.0.1]:53633: "
                "Connection reset by peer. This is typically caused by a remote worker hanging."
            ),
            "Read error [127.0.0.1]:53633: Connection reset by peer",
        ),
        (
            DistNetworkError("Connection was likely closed. Did the remote server crash?"),
            "Connection was likely closed",
        ),
    ],
)
def test_an_error_of_the_connection_becomes_one_line(error: RuntimeError, reason: str) -> None:
    line = "another process of this training ended or does not answer, see its own message"
    assert in_english(lost_connection(error)) == f"{line} ({reason})"


def test_other_errors_are_no_lost_connection() -> None:
    assert lost_connection(RuntimeError("mat1 and mat2 shapes cannot be multiplied")) is None


@pytest.mark.slow
def test_sigterm_ends_a_process_that_waits_in_cpp() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.terminate()
        _, error = process.communicate(timeout=50)
    finally:
        process.kill()
    assert error == "course-torch train: ended 0.2 s after SIGTERM\n"
    assert process.returncode == 128 + signal.SIGTERM
