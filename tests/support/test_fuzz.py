"""Damaged files end in one line, whatever is damaged in them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.slow
def test_no_damaged_file_raises_anything_but_a_refusal() -> None:
    """In a process of its own, as a crash of a C library would end it."""
    command = [sys.executable, "-W", "ignore", "-m", "tests.support.fuzz", "--seconds", "8", "--seed", "3"]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    counts = json.loads(done.stdout.splitlines()[-1])
    assert set(counts) == {"h5", "checkpoint", "contents", "picture", "rows", "config"}
    assert all(0 < rejected < given for given, rejected in counts.values())
