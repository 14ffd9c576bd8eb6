"""`make install` checks the version of Python before pip spends minutes on packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize("version", ["3.10", "2.7"])
def test_an_old_python_is_rejected_in_one_line(version: str, tmp_path: Path) -> None:
    """The script stands for an old Python: it runs the check with another version number."""
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    old = tmp_path / "python"
    numbers = tuple(map(int, version.split(".")))
    old.write_text(f"#!{sys.executable}\nimport sys\nsys.version_info = (*{numbers}, 0)\nexec(sys.argv[2])\n")
    old.chmod(0o755)
    done = subprocess.run(
        ["make", "install", f"PYTHON={old}"], cwd=tmp_path, env=os.environ, capture_output=True, text=True
    )
    assert done.stderr.splitlines()[0] == f"PYTHON: found {version}, expected at least 3.11"
    assert done.returncode == 2
    assert not (tmp_path / ".venv").exists()
