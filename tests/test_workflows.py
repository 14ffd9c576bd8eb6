"""The workflows: what they call exists, and the steps for Windows and macOS run here too, without POSIX."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from itertools import takewhile
from pathlib import Path
from shutil import copytree, ignore_patterns, which

import pytest
import yaml

from tests.support.command_lines import ROOT, check_call
from tests.support.without_posix import python_without_posix

TEXTS = {path.name: path.read_text(encoding="utf-8") for path in sorted((ROOT / ".github/workflows").glob("*.yml"))}
JOBS = {f"{file}: {name}": job for file, text in TEXTS.items() for name, job in yaml.safe_load(text)["jobs"].items()}
OTHER_SYSTEMS = JOBS["checks.yml: other-systems"]
STEPS = {step["name"]: step for step in OTHER_SYSTEMS["steps"] if "run" in step}
del STEPS["Install"]  # pip needs the network
NO_PART = (".*", "__pycache__", "site", "_katex*", "lightning_logs", "dist", "build")
"""What stands in a folder with the repository beside its files."""


def lines(job: dict) -> Iterator[str]:
    for step in job["steps"]:
        yield from step.get("run", "").splitlines()


def words(line: str) -> list[str]:
    """The words of the first command of a line."""
    split = shlex.shlex(line, posix=True, punctuation_chars=True)
    split.whitespace_split = True
    return [*takewhile(lambda word: not set(word) & set(split.punctuation_chars), split)]


LINES = [pytest.param(line, id=f"{job}: {line}") for job, steps in JOBS.items() for line in lines(steps)]


@pytest.mark.parametrize("line", LINES)
def test_what_a_line_calls_exists(line: str) -> None:
    targets = re.findall(r"^(\w[\w-]*):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE)
    match words(line):
        case ["make", *called]:
            assert {*called} <= {*targets}
        case ["course-torch", "--help"]:
            pass
        case ["course-torch", *call]:
            check_call(*call)
        case ["python", "-m", module, *_]:
            assert find_spec(module)
    for path in re.findall(r"(?<![\w/])(?:tests|tools|configs)/[\w/.]*|train\.py", line):
        assert (ROOT / path).exists(), path


@pytest.mark.slow
@pytest.mark.skipif(which("bash") is None, reason="bash is not installed")
@pytest.mark.parametrize("name", STEPS)
def test_a_step_for_other_systems_ends_well_without_posix(name: str, tmp_path: Path) -> None:
    """On a failure the last line of stderr that begins with + is the command that failed."""
    checkout = copytree(ROOT, tmp_path / "checkout", ignore=ignore_patterns(*NO_PART))
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    ascii_files = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}  # open() without an encoding
    as_there = {"PYTHONPATH": str(python_without_posix(tmp_path).parent), "PYTHONIOENCODING": "cp1252", **ascii_files}
    shell = ["bash", "--noprofile", "--norc", "-exo", "pipefail", "-c"]
    environment = os.environ | {"PATH": path} | as_there
    done = subprocess.run(
        [*shell, STEPS[name]["run"]], cwd=checkout, env=environment, capture_output=True, text=True, errors="replace"
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("name", JOBS)
def test_every_job_has_a_limit(name: str) -> None:
    assert 0 < JOBS[name]["timeout-minutes"] <= 90
