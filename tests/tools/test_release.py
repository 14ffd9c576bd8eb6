"""What a release carries and promises: the wheel, its page, the citation, the workflows, and `make install`."""

import os
import re
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import venv
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from zipfile import ZipFile

import pytest
import yaml

from course_torch import __version__
from course_torch.exercises.tasks import CHAPTERS
from tools import release
from tools.package_hooks import with_addresses

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = {"course_torch/site/index.html", "course_torch/site/en/index.html"}
CACHES = ("course_torch/__pycache__/x.pyc", "configs/__pycache__/x.pyc")
STRAY = ("notes.txt", "lightning_logs/version_0/config.yaml", *CACHES)


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
def test_the_wheel_holds_package_configs_and_site_and_its_page_is_the_readme_with_whole_addresses(built: Path) -> None:
    with ZipFile(built) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
        (metadata,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        _, _, page = archive.read(metadata).decode().partition("\n\n")
    package = {name for name in files(Path("course_torch")) if not name.startswith(release.SITE)}
    assert names == package | {f"course_torch/{name}" for name in files(Path("configs"))} | PAGES
    assert page.strip() == with_addresses(README, WORKFLOW, __version__).strip()


@pytest.mark.slow
def test_the_installed_package_has_its_configs_and_a_file_that_runs_its_solutions_gets_no_point(
    built: Path, tmp_path: Path
) -> None:
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
    text += "from course_torch.mistakes.solutions import deep\n"
    text += "".join(f"{name} = deep.{name}\n" for name in names)
    (tmp_path / "submissions").mkdir()
    (tmp_path / "submissions" / "answers.py").write_text(text)
    (packages / "course_torch/configs/digits.yaml").write_text("# The digits of the wheel.\n")
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for words, printed in (
        ("grade submissions --chapter deep", "mean 0.0 of 15 points"),
        ("configs digits", "# The digits of the wheel.\n"),
    ):
        command = [tmp_path / "environment/bin/python", "-m", "course_torch", *words.split()]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True)
        assert printed in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("files", "refused"),
    [
        ({"course_torch/__init__.py": 0}, "course_torch/site/: found no file in the wheel, expected the site"),
        ({"course_torch/site/index.html": 6_000_000}, r"x\.whl: found 6000\d\d\d bytes, expected less than 6000000"),
        ({"course_torch/site/index.html": 2**20}, None),
    ],
    ids=["no site", "too large", "right"],
)
def test_a_wheel_without_a_site_or_of_six_million_bytes_is_not_released(
    files: dict[str, int], refused: str | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with ZipFile(tmp_path / "x.whl", "w") as archive:  # stored, not compressed
        for name, size in files.items():
            archive.writestr(name, "x" * size)
    with pytest.raises(RuntimeError, match=f"^{refused}") if refused else nullcontext():
        release.check_sizes(tmp_path / "x.whl")
    if not refused:
        assert capsys.readouterr().out == "x.whl: 1.00 MiB\nthe site in the wheel: 1.00 MiB\n"


@pytest.mark.slow
def test_a_command_with_another_exit_code_stops_the_release_and_none_sees_the_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    command = (sys.executable, "-c", "import sys; print('why'); sys.exit(3)")
    assert release.run(tmp_path, 3, *command) == "why\n"
    with pytest.raises(RuntimeError, match="exit code 3, expected 0\nwhy"):
        release.run(tmp_path, 0, *command)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    output = release.run(tmp_path, 0, sys.executable, "-c", "import os; print(os.getcwd(), 'PYTHONPATH' in os.environ)")
    assert output == f"{tmp_path} False\n"


WORKFLOW = {"GITHUB_SERVER_URL": "https://host.example", "GITHUB_REPOSITORY": "owner/name", "GITHUB_SHA": "abc123"}


def test_every_link_of_the_readme_is_whole_and_nothing_else_changes() -> None:
    page = with_addresses(README, WORKFLOW, "9.0")
    targets = re.findall(r"\]\(([^)]+)\)", page)
    assert len(targets) > 15
    assert all(target.startswith("https://") for target in targets)
    pages = ".github/workflows/pages.yml"
    for published, path in (("course_torch-9.0-py3-none-any.whl", f"{pages}#wheel"), ("", pages)):
        assert f"(https://owner.github.io/name/{published})" in page
        page = page.replace(f"(https://owner.github.io/name/{published})", f"({path})")
    for kind in ("blob", "raw"):
        page = page.replace(f"https://host.example/owner/name/{kind}/abc123/", "")
    assert page == README
    assert with_addresses(README, {}, "9.0") == README, "a build outside a workflow leaves the links"


CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_the_citation_says_the_same_as_the_package_and_the_changelog() -> None:
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["title"] == PROJECT["name"]
    assert CITATION["version"] == __version__
    assert CITATION["abstract"] == PROJECT["description"]
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["license"] == (ROOT / PROJECT["license"]["file"]).read_text().split()[0]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    entries = [line.split()[1] for line in changelog.splitlines() if line.startswith("## ")]
    assert next(entry for entry in entries if entry != "Unreleased") == __version__


def test_the_package_names_the_versions_of_python_that_the_workflow_tests() -> None:
    checks = yaml.safe_load((ROOT / ".github/workflows/checks.yml").read_text(encoding="utf-8"))
    tested = checks["jobs"]["checks"]["strategy"]["matrix"]["python"]
    named = [each.rpartition(" ")[2] for each in PROJECT["classifiers"] if "Python :: 3" in each]
    assert named == tested
    assert PROJECT["requires-python"] == f">={tested[0]}"


COMMANDS = {
    path.stem: path.read_text(encoding="utf-8") for path in sorted((ROOT / ".github" / "workflows").glob("*.yml"))
}


def test_workflows_call_targets_that_exist_and_before_a_release_both_suites_run() -> None:
    targets = set(re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    called = {name: set(re.findall(r"\bmake ([\w-]+)", text)) for name, text in COMMANDS.items()}
    assert all(called.values())
    assert set().union(*called.values()) <= targets
    for name in ("checks", "publish"):
        assert {"lint", "test", "test-slow"} <= called[name]


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_an_old_python_is_rejected_in_one_line(tmp_path: Path) -> None:
    """The script stands for an old Python: it runs the check with another version number."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    old = tmp_path / "python"
    old.write_text(f"#!{sys.executable}\nimport sys\nsys.version_info = (3, 10, 0)\nexec(sys.argv[2])\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "install", f"PYTHON={old}"], cwd=tmp_path, env=os.environ, capture_output=True, text=True
    )
    assert done.stderr.splitlines()[0] == "PYTHON: found 3.10, expected at least 3.11"
    assert done.returncode == 2
    assert not (tmp_path / ".venv").exists()
