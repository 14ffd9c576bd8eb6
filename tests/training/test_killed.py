"""What SIGKILL and a full disk leave."""

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
def test_a_run_killed_at_twenty_moments_ends_as_if_it_had_not_been(tmp_path: Path) -> None:
    """Killed within a checkpoint's file, before it is on the disk, before and after its move, at ends of epochs and of
    validations, and at random times; the temporary folder is on another file system, where there is one."""
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
