"""Environment variables that do not fit the options are rejected by name: often they are left over."""

import os
from pathlib import Path

import pytest

from course_torch.errors import InputError
from course_torch.training import cli, rendezvous
from course_torch.training.environment import check_address, check_devices, check_numbers, check_ranks
from tests.conftest import usage_error
from tests.training.conftest import SMALL
from tests.training.forked import free_port


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


def test_a_rank_that_is_left_over_ends_train_py(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RANK", "1")
    monkeypatch.chdir(tmp_path)
    assert "environment variable RANK: found 1, expected 0" in usage_error(cli.main, SMALL, capsys)
    assert list(tmp_path.iterdir()) == []


def test_a_node_that_waits_in_vain_ends_with_one_line_and_removes_the_folder_of_its_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    port = free_port()
    # Lightning adds variables to os.environ.
    monkeypatch.setattr(os, "environ", os.environ | {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port)})
    monkeypatch.setattr(cli, "LIMIT", 0.5)
    monkeypatch.setattr(rendezvous, "FAREWELL", 0.1)
    monkeypatch.chdir(tmp_path)
    line = usage_error(cli.main, [*SMALL, "--num_nodes", "2"], capsys)
    assert f"MASTER_ADDR 127.0.0.1, MASTER_PORT {port}: found 1 of 2 processes after " in line
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []
