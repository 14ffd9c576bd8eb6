"""KaTeX comes from npm once, and only whole. A script stands for npm here, so the tests need no network."""

import io
import json
import sys
import tarfile
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha512
from pathlib import Path

import pytest

from tools import katex

pytestmark = pytest.mark.slow

Npm = Callable[[str], None]


@pytest.fixture
def npm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Npm:
    """A function that makes a Python script the only program of the search path, with the name npm."""
    programs = tmp_path / "programs"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(programs))

    def make(script: str) -> None:
        (programs / "npm").write_text(f"#!{sys.executable}\nimport shutil, sys\n{script}\n")
        (programs / "npm").chmod(0o755)

    return make


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An archive with every file that the site needs, whose checksum is the expected checksum."""
    path = tmp_path / "package.tgz"
    with tarfile.open(path, "w:gz") as archive:
        for name in katex.FILES:
            content = (json.dumps({"version": katex.VERSION}) if name == "package.json" else name).encode()
            header = tarfile.TarInfo(f"package/{name}")
            header.size = len(content)
            archive.addfile(header, io.BytesIO(content))
    checksum = b64encode(sha512(path.read_bytes()).digest()).decode()
    monkeypatch.setattr(katex, "CHECKSUM", f"sha512-{checksum}")
    return path


def copies(package: Path) -> str:
    """A script that copies an archive to where npm would write it: its last argument is the folder."""
    return f"shutil.copy({str(package)!r}, sys.argv[-1] + '/katex-{katex.VERSION}.tgz')"


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    """A folder of docs with an older KaTeX."""
    docs = tmp_path / "docs"
    (docs / "_katex").mkdir(parents=True)
    (docs / "_katex" / "package.json").write_text('{"version": "0.1.0"}')
    return docs


def test_npm_fills_the_folder_once_and_replaces_another_version(docs: Path, npm: Npm, package: Path) -> None:
    npm(copies(package))
    katex.fill(docs)
    places = {path.relative_to(docs / "_katex").as_posix() for path in docs.rglob("*") if path.is_file()}
    assert places == set(katex.FILES.values())
    assert (docs / "_katex/site/katex/LICENSE").read_text() == "LICENSE"
    npm("sys.exit('asked again')")
    katex.fill(docs)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        (None, r"npm: not found; the site needs katex@0\.19\.1, so install Node\.js with npm"),
        ("sys.exit('npm error code E404\\nnpm error more')", r"npm pack katex@\S+: exit code 1: npm error code E404"),
        ("", r"npm pack katex@\S+: exit code 0: found no katex-\S+\.tgz"),
        ("COPIES", r"katex-0\.19\.1\.tgz: found the checksum sha512-\S+, expected sha512-other"),
    ],
)
def test_a_failure_is_one_line_and_leaves_the_folder_as_it_was(
    script: str | None, message: str, docs: Path, npm: Npm, package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(katex, "CHECKSUM", "sha512-other")
    if script is not None:
        npm(script.replace("COPIES", copies(package)))
    with pytest.raises(RuntimeError, match=f"^{message}$"):
        katex.fill(docs)
    assert [path.relative_to(docs).as_posix() for path in docs.rglob("*")] == ["_katex", "_katex/package.json"]
