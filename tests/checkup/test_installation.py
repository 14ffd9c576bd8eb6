"""Missing, old and broken packages are problems, and so is a picture file with another checksum."""

from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from course_torch.checkup import installation
from course_torch.checkup.installation import check_package, check_pictures, installation_findings, requirements
from course_torch.data.bundled import FILE


def test_the_requirements_of_the_project_are_installed() -> None:
    findings = {each.subject: each for each in installation_findings()}
    assert {"Python", "course_torch", "pictures", "torch", "torchvision", "lightning", "jsonargparse"} <= set(findings)
    assert [str(each) for each in findings.values() if each.problem] == []


def test_packages_for_development_are_not_required() -> None:
    assert not {"pytest", "ruff", "mypy"} & {each.name for each in requirements("course_torch")}


@pytest.mark.parametrize(
    ("requirement", "line"),
    [
        ("no_such_thing>=3", "no_such_thing: found nothing, expected >=3: pip install 'no_such_thing>=3'"),
        ("rich<9,>=2", "rich: found 14.1, expected <9,>=2: pip install 'rich<9,>=2'"),
        ("rich>=15", "rich: found 14.1, expected >=15: pip install 'rich>=15'"),
    ],
)
def test_a_missing_package_or_wrong_version_is_reported_in_one_line(
    requirement: str, line: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def version(name: str) -> str:
        if name != "rich":
            raise PackageNotFoundError(name)
        return "14.1"

    monkeypatch.setattr(installation, "version", version)
    assert str(check_package(Requirement(requirement))) == line


@pytest.mark.parametrize("version", ["2.6", "2.6.1+cpu", "2.7.0.dev20250101"])
def test_local_and_unreleased_versions_are_accepted(version: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "version", lambda name: version)
    assert check_package(Requirement("torch>=2.6")).problem == ""


def test_a_package_that_cannot_be_imported_is_a_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def import_module(name: str) -> None:
        assert name == "sklearn"
        raise ValueError("numpy.dtype size changed\nand more")

    monkeypatch.setattr(installation, "import_module", import_module)
    line = str(check_package(Requirement("scikit-learn>=1")))
    assert "cannot be imported (numpy.dtype size changed), expected a working package" in line
    assert line.endswith("pip install 'scikit-learn>=1' --force-reinstall")


def test_lightning_is_checked_by_its_version_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installation, "import_module", lambda name: pytest.fail(f"{name} was imported"))
    assert check_package(Requirement("lightning>=2.5")).problem == ""
    assert check_package(Requirement("lightning>=99")).problem.startswith("expected >=99")


def test_without_an_installation_there_is_advice_but_no_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(installation, "requires", requires)
    findings = installation_findings()
    assert not any(each.problem for each in findings)
    (advice,) = (str(each) for each in findings if each.advice)
    assert advice.startswith("course_torch: not installed")


def test_the_picture_file_has_the_published_checksum() -> None:
    assert check_pictures().problem == ""


def test_one_flipped_bit_of_the_pictures_is_found(tmp_path: Path) -> None:
    content = bytearray(FILE.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "pictures.npz").write_bytes(content)
    line = str(check_pictures(tmp_path / "pictures.npz"))
    assert line.startswith("pictures: found sha256 ")
    assert line.endswith("the file was changed or damaged, reinstall course_torch")


def test_a_missing_picture_file_is_a_problem(tmp_path: Path) -> None:
    line = str(check_pictures(tmp_path / "pictures.npz"))
    assert line == (
        "pictures: found pictures.npz unreadable (No such file or directory), "
        "expected a readable file: reinstall course_torch"
    )
