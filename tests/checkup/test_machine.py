"""Packages and the machine give problems or advice where they apply."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path
from types import SimpleNamespace

import pytest
from packaging.requirements import Requirement

from course_torch.checkup import machine
from course_torch.data.bundled import FILE
from course_torch.language import same
from tests.support.fixture_types import Monkeypatch

NOWHERE = Path("/proc/nowhere")


def test_the_requirements_of_the_project_without_those_of_its_development_are_installed() -> None:
    findings = {finding.subject.en: finding for finding in machine.installation_findings()}
    assert {"Python", "course_torch", "pictures", "torch", "torchvision", "lightning", "jsonargparse"} <= set(findings)
    assert [finding.line for finding in findings.values() if finding.problem] == []
    assert not {"pytest", "ruff", "mypy"} & {needed.name for needed in machine.requirements("course_torch")}


@pytest.mark.parametrize(
    ("requirement", "installed", "line"),
    [
        ("rich>=3", None, "rich: found nothing, expected >=3: pip install 'rich>=3'"),
        ("rich<9,>=2", "14.1", "rich: found 14.1, expected <9,>=2: pip install 'rich<9,>=2'"),
        ("rich>=15", "14.1", "rich: found 14.1, expected >=15: pip install 'rich>=15'"),
        *(("torch>=2.6", version, None) for version in ("2.6", "2.6.1+cpu", "2.7.0.dev20250101")),
    ],
)
def test_a_missing_package_or_wrong_version_is_reported_in_one_line(
    requirement: str, installed: str | None, line: str | None, monkeypatch: Monkeypatch
) -> None:
    def version(name: str) -> str:
        if installed is None:
            raise PackageNotFoundError(name)
        return installed

    monkeypatch.setattr(machine, "version", version)
    found = machine.check_package(Requirement(requirement))
    assert (found.line.en if found.problem else None) == line


def test_a_package_that_cannot_be_imported_is_a_problem(monkeypatch: Monkeypatch) -> None:
    def import_module(name: str) -> None:
        assert name == "sklearn"
        raise ValueError("numpy.dtype size changed\nand more")

    monkeypatch.setattr(machine, "import_module", import_module)
    line = machine.check_package(Requirement("scikit-learn>=1")).line.en
    assert "cannot be imported (numpy.dtype size changed), expected a working package" in line
    assert line.endswith("pip install 'scikit-learn>=1' --force-reinstall")
    assert machine.check_package(Requirement("lightning>=2.5")).problem is None  # checked by its version alone
    assert "found 2." in machine.check_package(Requirement("lightning>=99")).line.en


def test_without_an_installation_there_is_advice_but_no_problem(monkeypatch: Monkeypatch) -> None:
    def requires(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(machine, "requires", requires)
    findings = machine.installation_findings()
    assert not any(each.problem for each in findings)
    (advice,) = (each.line.en for each in findings if each.advice)
    assert advice.startswith("course_torch: not installed")


def test_a_missing_picture_file_and_one_flipped_bit_are_problems(tmp_path: Path) -> None:
    assert machine.check_pictures().problem is None
    file, content = tmp_path / "pictures.npz", bytearray(FILE.read_bytes())
    unreadable = "pictures.npz unreadable (No such file or directory), expected a readable file: reinstall course_torch"
    assert machine.check_pictures(file).line.en == f"pictures: found {unreadable}"
    content[len(content) // 2] ^= 1
    file.write_bytes(content)
    line = machine.check_pictures(file).line.en
    assert line.startswith("pictures: found sha256 ")
    assert line.endswith("the file was changed or damaged, reinstall course_torch")


@pytest.mark.parametrize(
    ("finding", "advice"),
    [
        (machine.check_threads(64, 2), "64 threads on 2 usable cores slow small networks down: set OMP_NUM_THREADS=2"),
        (machine.check_threads(2, 2), ""),
        (machine.check_threads(1, 2), ""),
        (machine.check_driver(True, built=False, usable=False), "install a CUDA build"),
        (machine.check_driver(True, built=True, usable=False), "CUDA_VISIBLE_DEVICES"),
        (machine.check_driver(True, built=True, usable=True), ""),
        (machine.check_driver(False, built=False, usable=False), ""),
        (machine.check_driver(False, built=True, usable=False), ""),
    ],
)
def test_threads_and_a_driver_give_advice_only_if_it_applies(finding: machine.Finding, advice: str) -> None:
    assert advice in finding.line.en
    assert bool(finding.advice) == bool(advice)


def test_the_threads_are_told_with_the_variable_that_sets_them(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", "64")
    assert machine.check_threads(64, 2).found.en == "64 on 2 usable cores, OMP_NUM_THREADS 64"


def test_a_missing_compiler_is_named(monkeypatch: Monkeypatch, tmp_path: Path) -> None:
    compiler = tmp_path / "my-g++"
    compiler.touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CXX", "my-g++")
    assert machine.check_compiler()[1:] == (same(str(compiler)), None, None)
    monkeypatch.setenv("CXX", "other-g++")
    line = machine.check_compiler().line.en
    assert line.startswith("C++ compiler: other-g++ not found, torch.compile cannot build for the CPU")


@pytest.mark.parametrize(("free", "advised"), [(2**30, False), (2**30 - 1, True)])
def test_a_folder_needs_a_gibibyte(free: int, advised: bool, monkeypatch: Monkeypatch, tmp_path: Path) -> None:
    monkeypatch.setattr(machine.shutil, "disk_usage", lambda folder: SimpleNamespace(free=free))
    assert ("too little for checkpoints" in machine.check_folder(tmp_path).line.en) == advised


def test_a_folder_that_is_not_writable_gives_advice_and_the_check_leaves_no_file(tmp_path: Path) -> None:
    finding = machine.check_folder(NOWHERE)
    assert finding.found.en == "not writable (No such file or directory)"
    assert "--trainer.default_root_dir" in finding.line.en
    assert machine.check_folder(tmp_path).found.en.startswith("writable, ")
    assert list(tmp_path.iterdir()) == []
