"""What a page is made of, and whether it needs the proof of its graphs."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.playground import stored_page
from course_torch.playground.stored_page import PACKAGE, as_installed, as_recorded, hash_of_sources, sources

IMPORTED = re.compile(r"^\s*from course_torch(\S*) import (\([^)]*\)|.*)", re.M)
UNPROVED = """
import sys
from pathlib import Path
from course_torch.playground.standalone import standalone_page
Path(sys.argv[1]).write_text(standalone_page(sys.argv[2], prove=False), encoding="utf-8")
"""


def imported(text: str) -> set[str]:
    """The files of the package whose modules a text imports."""
    found = set()
    for package, names in IMPORTED.findall(text):
        folder = f"course_torch{package}".replace(".", "/")
        found |= {f"{folder}.py", *(f"{folder}/{name}.py" for name in re.findall(r"\w+", names))}
    return {name for name in found if (PACKAGE.parent / name).is_file()}


def test_the_sources_import_nothing_else_of_the_package() -> None:
    texts = {name: content.decode() for name, content in sources().items()}
    assert imported(texts["course_torch/playground/standalone.py"]) > {"course_torch/playground/kit.py"}
    for name, text in texts.items():
        if name.endswith(".py"):
            assert imported(text) <= texts.keys(), name


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small package, whose files a wheel has installed."""
    package, info = tmp_path / "course_torch", tmp_path / "course_torch-9.0.dist-info"
    monkeypatch.setattr(stored_page, "PACKAGE", package)
    for name in ("text.py", "formulas/update.py", "reports/page.py", "commands/main.py", "site/page.js"):
        (package / name).parent.mkdir(parents=True, exist_ok=True)
        (package / name).write_text("")
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: course_torch\nVersion: 9.0\n")
    rows = [f"{name},sha256={as_recorded(content)},{len(content)}\n" for name, content in sources().items()]
    (info / "RECORD").write_text("".join(rows))
    monkeypatch.syspath_prepend(tmp_path)
    return package


@pytest.mark.parametrize(
    ("name", "other"),
    [("formulas/update.py", True), ("text.py", True), ("commands/main.py", False), ("site/page.js", False)],
)
def test_a_page_is_recorded_again_and_proved_only_for_another_source(name: str, other: bool, package: Path) -> None:
    before = hash_of_sources()
    assert as_installed()
    (package / name).write_text("changed")
    assert (hash_of_sources() != before) == other
    assert as_installed() != other


def test_a_new_file_is_proved_and_so_is_a_package_without_a_record(package: Path) -> None:
    (record,) = package.parent.glob("*/RECORD")
    record.rename(record.with_name("kept"))
    assert not as_installed()
    record.with_name("kept").rename(record)
    (package / "formulas" / "new.py").touch()
    assert not as_installed()


def test_a_checkout_is_proved() -> None:
    assert not as_installed()


@pytest.mark.slow
def test_the_page_without_the_proof_is_the_proved_page(recorded_page: Path, tmp_path: Path) -> None:
    """So a wheel needs no proof: this test has made it for the same sources."""
    page = tmp_path / "page.html"
    subprocess.run([sys.executable, "-c", UNPROVED, page, hash_of_sources()], check=True)
    assert page.read_bytes() == recorded_page.read_bytes()
