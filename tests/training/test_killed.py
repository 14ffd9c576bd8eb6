"""A run that is killed with SIGKILL resumes to the same result."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.training import lives
from tests.training.test_resume import assert_same_run

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
def test_a_run_killed_twenty_times_resumes_to_the_result_of_an_uninterrupted_run(tmp_path: Path) -> None:
    """The run is killed while it writes a checkpoint, before fsync, before and after the rename, at the end of an epoch
    and of a validation, and at random times. TMPDIR is on another file system if there is one: an atomic rename must
    not cross file systems."""
    elsewhere = Path("/dev/shm")
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1"}
    if elsewhere.is_dir() and elsewhere.stat().st_dev != tmp_path.stat().st_dev:
        environment["TMPDIR"] = str(elsewhere)
    killed, whole = tmp_path / "killed", tmp_path / "whole"
    for folder in (killed, whole):
        folder.mkdir()
    command = [sys.executable, "-m", "tests.training.lives", str(killed)]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=600, check=True)
    answer = json.loads(done.stdout)
    *early, last = [code for _, code in answer["ended"]]
    assert early == [-signal.SIGKILL] * 20, answer
    assert last == 0, done.stderr
    command = [sys.executable, str(ROOT / "train.py"), *lives.RUN, "--checkpoint_seconds", "1000"]
    subprocess.run(command, cwd=whole, env=environment, capture_output=True, timeout=240, check=True)
    assert_same_run(Path(answer["run"]), whole / "lightning_logs" / "version_0")
    assert not list(Path(answer["run"]).rglob("*.partial"))
