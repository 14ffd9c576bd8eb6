"""The tests of runs/ pass in a process with a second device, which the device of `device.py` plays."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.second_device.machine import VARIABLE

RUNS = Path(__file__).with_name("runs")


def run_tests_on(device: str, *options: str) -> None:
    """Run the tests in a process that has the device. Fails with their output if one of them fails."""
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", RUNS, *options]
    environment = os.environ | {VARIABLE: device}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, cwd=RUNS.parents[2])
    assert done.returncode == 0, done.stdout[-20_000:] + done.stderr[-2000:]


@pytest.mark.smoke
def test_the_numbers_of_the_cpu_on_a_device_without_float64() -> None:
    run_tests_on("pretend", "-m", "not slow")


@pytest.mark.slow
def test_the_numbers_of_the_cpu_on_a_device_with_float64() -> None:
    run_tests_on("pretend64")
