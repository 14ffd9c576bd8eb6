"""Each check gives advice exactly if the advice applies."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from course_torch.checkup import machine
from course_torch.checkup.machine import (
    check_compiler,
    check_driver,
    check_figure_cache,
    check_folder,
    check_threads,
    machine_findings,
)

NOWHERE = Path("/proc/nowhere")


def test_the_checks_of_the_machine_report_no_problems() -> None:
    findings = machine_findings()
    assert {"system", "memory", "threads"} <= {each.subject for each in findings}
    assert not any(each.problem for each in findings)


def test_more_threads_than_usable_cores_give_advice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    finding = check_threads(64, 2)
    assert finding.found == "64 on 2 usable cores, OMP_NUM_THREADS 64"
    assert str(finding).endswith("64 threads on 2 usable cores slow small networks down: set OMP_NUM_THREADS=2")
    assert check_threads(2, 2).advice == check_threads(1, 2).advice == ""


def test_a_driver_that_torch_does_not_use_gives_advice() -> None:
    assert "install a CUDA build" in check_driver(True, built=False, usable=False).advice
    assert "CUDA_VISIBLE_DEVICES" in check_driver(True, built=True, usable=False).advice
    assert check_driver(True, built=True, usable=True).advice == ""
    assert check_driver(False, built=False, usable=False).advice == ""
    assert check_driver(False, built=True, usable=False).advice == ""


def test_a_missing_compiler_is_named(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    compiler = tmp_path / "my-g++"
    compiler.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CXX", "my-g++")
    assert check_compiler() == ("C++ compiler", str(compiler), "", "")
    monkeypatch.setenv("CXX", "other-g++")
    assert check_compiler().advice.startswith("other-g++ not found, torch.compile cannot build for the CPU")


@pytest.mark.parametrize(("free", "advised"), [(2**30, False), (2**30 - 1, True)])
def test_a_folder_needs_a_gibibyte(free: int, advised: bool, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert ("too little for checkpoints" in check_folder(tmp_path).advice) == advised


def test_the_check_leaves_no_file_in_the_folder(tmp_path: Path) -> None:
    assert check_folder(tmp_path).found.startswith("writable, ")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_writable_gives_advice() -> None:
    finding = check_folder(NOWHERE)
    assert finding.found == "not writable (No such file or directory)"
    assert "--trainer.default_root_dir" in finding.advice


def test_a_temporary_figure_cache_gives_advice(tmp_path: Path) -> None:
    temporary = tmp_path / "matplotlib-a1b2"
    temporary.mkdir()
    assert check_figure_cache(tmp_path).advice == ""
    assert all("set MPLCONFIGDIR" in check_figure_cache(folder).advice for folder in (temporary, NOWHERE))
