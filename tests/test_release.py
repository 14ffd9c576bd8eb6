"""The wheel carries package, configs and site, and nothing else; a wheel that is not ready is not released."""

import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from course_torch.exercises.tasks import CHAPTERS
from tests.test_package_page import WORKFLOW
from tools import release
from tools.package_page import with_addresses

ROOT = Path(__file__).parents[1]
PAGES = {"course_torch/site/index.html", "course_torch/site/en/index.html"}
STRAY = (
    "notes.txt",
    "lightning_logs/version_0/config.yaml",
    "course_torch/__pycache__/x.pyc",
    "configs/__pycache__/x.pyc",
)


def files(folder: Path) -> Iterator[str]:
    """The files of a folder of the repository, as paths in the repository."""
    paths = (path.relative_to(ROOT) for path in (ROOT / folder).rglob("*") if path.is_file())
    return (path.as_posix() for path in paths if "__pycache__" not in path.parts)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a copy of the repository, with a small site and stray files."""
    copy = tmp_path_factory.mktemp("release") / "repository"
    for folder in ("course_torch", "configs", "tools"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("site", "__pycache__"))
    for file in ("pyproject.toml", "README.md", "LICENSE", ".gitignore"):
        shutil.copy(ROOT / file, copy)
    for file in (*PAGES, *STRAY):
        (copy / file).parent.mkdir(parents=True, exist_ok=True)
        (copy / file).write_text("a page")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(copy.parent / "dist"), str(copy)]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | WORKFLOW)
    assert done.returncode == 0, done.stdout + done.stderr
    (wheel,) = (copy.parent / "dist").glob("*.whl")
    return wheel


@pytest.mark.slow
def test_the_wheel_holds_package_configs_and_site_and_nothing_else(built: Path) -> None:
    with ZipFile(built) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    package = {name for name in files(Path("course_torch")) if not name.startswith(release.SITE)}
    assert names == package | {f"course_torch/{name}" for name in files(Path("configs"))} | PAGES


@pytest.mark.slow
def test_the_page_of_the_package_is_the_readme_with_the_addresses_of_the_repository(built: Path) -> None:
    with ZipFile(built) as archive:
        (name,) = (each for each in archive.namelist() if each.endswith(".dist-info/METADATA"))
        _, _, page = archive.read(name).decode().partition("\n\n")
    assert page.strip() == with_addresses((ROOT / "README.md").read_text(encoding="utf-8"), WORKFLOW).strip()


@pytest.mark.slow
def test_the_installed_package_finds_its_configs_without_the_checkout(built: Path, tmp_path: Path) -> None:
    with ZipFile(built) as archive:
        archive.extractall(tmp_path / "installed")
    command = [sys.executable, "-m", "course_torch", "configs", "digits"]
    environment = os.environ | {"PYTHONPATH": str(tmp_path / "installed")}
    (tmp_path / "installed/course_torch/configs/digits.yaml").write_text("# The digits of the wheel.\n")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "# The digits of the wheel.\n")


@pytest.mark.slow
def test_a_file_that_runs_the_solutions_of_the_installed_package_gets_no_point(built: Path, tmp_path: Path) -> None:
    """The package and NumPy stand in one folder of an environment, as pip installs them."""
    venv.create(tmp_path / "environment")
    (packages,) = (tmp_path / "environment").glob("lib/python*/site-packages")
    with ZipFile(built) as archive:
        archive.extractall(packages)
    for numpy in Path(sysconfig.get_path("purelib")).glob("numpy*"):
        shutil.copytree(numpy, packages / numpy.name)
    (packages / "libraries.pth").write_text(sysconfig.get_path("purelib"))
    names = [task.name for task in CHAPTERS["deep"].tasks]
    text = 'CHAPTER = "deep"\nLIBRARY = "numpy"\nLAYOUT = "rows"\n'
    text += "from course_torch.exercises.self_test.right import deep_rows\n"
    text += "".join(f"{name} = deep_rows.{name}\n" for name in names)
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / "answers.py").write_text(text)
    command = [tmp_path / "environment/bin/python", "-m", "course_torch", "grade", "submissions", "--chapter", "deep"]
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert "mean 0.0 of 15 points" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(("size", "found"), [(None, 0), (1000, 1000)])
def test_a_wheel_without_a_site_or_with_a_large_site_is_not_released(
    size: int | None, found: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(release, "LARGEST_SITE", 1000)
    with ZipFile(tmp_path / "x.whl", "w") as archive:  # stored, not compressed
        archive.writestr("course_torch/__init__.py", "")
        if size is not None:
            archive.writestr("course_torch/site/index.html", "x" * size)
    with pytest.raises(RuntimeError, match=f"^site: found {found} bytes in the wheel, expected 1 to 1000"):
        release.check_sizes(tmp_path / "x.whl")


def test_the_size_of_the_site_is_reported(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ZipFile(tmp_path / "x.whl", "w") as archive:
        archive.writestr("course_torch/site/index.html", "x" * 2**20)
    release.check_sizes(tmp_path / "x.whl")
    assert capsys.readouterr().out == "x.whl: 1.00 MiB\nthe site in the wheel: 1.00 MiB\n"


def test_a_command_with_another_exit_code_stops_the_release(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "import sys; print('why'); sys.exit(3)")
    assert release.run(tmp_path, 3, *command) == "why\n"
    with pytest.raises(RuntimeError, match="exit code 3, expected 0\nwhy"):
        release.run(tmp_path, 0, *command)


def test_a_command_does_not_see_the_checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    output = release.run(tmp_path, 0, sys.executable, "-c", "import os; print(os.getcwd(), 'PYTHONPATH' in os.environ)")
    assert output == f"{tmp_path} False\n"
