"""The packages import in one direction, the light ones stay light, and Ctrl-C during an import ends in one line."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import course_torch

ORDER = [
    *("formulas", "network", "data", "checkpoint", "mistakes", "verification"),
    *("published", "reports"),
    *("command_line", "exercises", "tracing", "checkup", "playground", "training", "commands"),
]
BELOW_ALL = ["console", "errors", "float64", "language", "lessons", "places", "text", "writing"]
PACKAGE = Path(course_torch.__file__).parent
STRUCTURE = (PACKAGE.parent / "docs/structure.md").read_text(encoding="utf-8")
EXERCISES = PACKAGE / "exercises"
ROOMS = re.findall(r"^    (\w+)(?:/|\.py)", STRUCTURE.split("  exercises/")[1], flags=re.MULTILINE)
HEAVY = {"lightning", "matplotlib", "torchvision", "sklearn", "h5py"}


LIGHT = [package for package in ORDER if package not in ("reports", "training", "commands")]
FORBIDDEN = dict.fromkeys(LIGHT, HEAVY) | {"reports": {"lightning"}}
"""Package -> the libraries that it does not load. A package with fewer of them stands below the others."""


def modules_after(*statements: str) -> list[set[str]]:
    """All modules that a fresh process has loaded after each of the statements."""
    code = "import sys, json\n" + "".join(f"{each}; print(json.dumps(list(sys.modules)))\n" for each in statements)
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return [set(json.loads(line)) for line in done.stdout.splitlines()]


def test_the_docs_draw_this_order() -> None:
    (diagram,) = (block for block in re.findall(r"^```text\n(.*?)^```", STRUCTURE, re.M | re.S) if "→" in block)
    assert re.findall(r"(?:^|→ )(\w+)", diagram) == ORDER


def paths_of(package: str) -> list[Path]:
    """The files of a package, or the file of a module."""
    return [*PACKAGE.glob(f"{package}.py"), *(PACKAGE / package).rglob("*.py")]


def rank_of(package: str) -> int:
    return ORDER.index(package) if package in ORDER else -1


@pytest.mark.parametrize("package", [*BELOW_ALL, *ORDER])
def test_a_package_imports_only_from_the_ones_before_it(package: str) -> None:
    """And the modules below all packages only one another."""
    paths = paths_of(package)
    assert paths
    for path in paths:
        imported = re.findall(r"^\s*(?:from|import) course_torch\.(\w+)", path.read_text(), flags=re.MULTILINE)
        assert {*imported} <= {*BELOW_ALL, *ORDER}, path
        assert all(rank_of(module) <= rank_of(package) for module in imported), path


def test_what_judges_any_function_knows_no_network() -> None:
    """Nor do the modules that both layers of the verification use. A report imports its diagnosis from neither."""
    verification = PACKAGE / "verification"
    paths = [*verification.glob("*.py"), *(verification / "functions").rglob("*.py")]
    assert paths
    for path in paths:
        imported = re.findall(r"^\s*from course_torch\.(network\.\w+|verification\.networks)", path.read_text(), re.M)
        assert {*imported} <= {"network.propagation"}, path


def test_every_folder_of_the_exercises_is_listed() -> None:
    folders = {path.name for path in EXERCISES.iterdir() if (path / "__init__.py").exists()}
    assert folders == {room for room in ROOMS if (EXERCISES / room).is_dir()}


@pytest.mark.parametrize("room", ROOMS)
def test_a_folder_of_the_exercises_imports_only_from_the_folders_listed_above_it(room: str) -> None:
    paths = [*(EXERCISES / room).rglob("*.py"), *EXERCISES.glob(f"{room}.py")]
    assert paths
    for path in paths:
        imported = re.findall(r"^\s*from course_torch\.exercises\.(\w+)", path.read_text(), flags=re.MULTILINE)
        assert {*imported} <= {*ROOMS[: ROOMS.index(room) + 1]}, path


def modules_of(package: str) -> list[str]:
    files = [path for path in paths_of(package) if path.stem != "__init__"]
    return [".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in files]


@pytest.fixture(scope="module")
def loaded() -> dict[str, set[str]]:
    """Package -> all modules that are loaded after the package and those above it in FORBIDDEN, in one process."""
    statements = [f"import {', '.join(modules_of(package))}" for package in FORBIDDEN]
    return dict(zip(FORBIDDEN, modules_after(*statements), strict=True))


@pytest.mark.slow
@pytest.mark.parametrize("package", FORBIDDEN)
def test_what_a_package_does_not_load(package: str, loaded: dict[str, set[str]]) -> None:
    assert modules_of(package)
    assert set(modules_of(package)) <= loaded[package]
    assert not loaded[package] & FORBIDDEN[package]


@pytest.mark.slow
def test_the_package_itself_is_light_and_has_its_names_and_the_test_would_see_it_if_not() -> None:
    light, named, heavy = modules_after("import course_torch", "course_torch.DeepNetwork.__name__", "import h5py")
    assert not light & {"torch", *HEAVY}
    assert "torch" in named
    assert "h5py" in heavy


@pytest.mark.slow
def test_an_import_leaves_a_notebook_the_backend_of_its_figures() -> None:
    asks = "import os, course_torch; course_torch.NetworkModule; course_torch.trace; print(os.environ['MPLBACKEND'])"
    environment = os.environ | {"MPLBACKEND": "svg"}
    done = subprocess.run([sys.executable, "-c", asks], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "svg\n"


INTERRUPT = """
import sys, runpy

class Finder:
    def find_spec(name, path=None, target=None):
        if name == "torch":
            raise KeyboardInterrupt

sys.meta_path.insert(0, Finder)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("start", "program"),
    [
        (f"runpy.run_path({str(PACKAGE.parent / 'train.py')!r}, run_name='__main__')", "train.py"),
        ("sys.argv[1:] = ['shapes']; runpy.run_module('course_torch', run_name='__main__')", "course-torch"),
        ("sys.argv[1:] = ['train']; runpy.run_module('course_torch', run_name='__main__')", "course-torch"),
        ("sys.argv[1:] = ['shapes']; from course_torch.__main__ import main; sys.exit(main())", "course-torch"),
    ],
)
def test_ctrl_c_while_torch_loads_ends_in_one_line(start: str, program: str) -> None:
    """The import of torch raises KeyboardInterrupt, as Ctrl-C does."""
    done = subprocess.run([sys.executable, "-c", INTERRUPT + start], cwd=PACKAGE.parent, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (130, f"{program}: interrupted\n")
