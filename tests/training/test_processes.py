"""The processes of a training: a lost connection ends them in one line, and signals end their wait."""

import signal
import subprocess
import sys

import pytest
from torch.distributed import DistNetworkError

from course_torch.language import Text
from course_torch.training.processes import lost_connection


def in_english(line: Text | None) -> str:
    """A line that there is."""
    assert line is not None
    return line.en


WAITING = """
from datetime import timedelta
from torch.distributed import HashStore
from course_torch.training.processes import ended_by_signal
import signal
signal.signal(signal.SIGTERM, lambda *received: None)
with ended_by_signal("course-torch train", grace=0.2):
    print("waiting", flush=True)
    HashStore().wait(["nothing"], timedelta(seconds=100))
"""


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (
            RuntimeError(
                "[/pytorch/third_party/gloo/gloo/transport/tcp/pair.cc:537] Read error [127.0.0.1]:53633: "
                "Connection reset by peer. This is typically caused by a remote worker hanging."
            ),
            "Read error [127.0.0.1]:53633: Connection reset by peer",
        ),
        (
            DistNetworkError("Connection was likely closed. Did the remote server crash?"),
            "Connection was likely closed. Did the remote server crash?",
        ),
    ],
)
def test_an_error_of_the_connection_becomes_one_line(error: RuntimeError, reason: str) -> None:
    line = "no connection to another process of this training; if it ended, see its own message"
    assert in_english(lost_connection(error)) == f"{line} ({reason})"


def test_other_errors_are_no_lost_connection() -> None:
    assert lost_connection(RuntimeError("mat1 and mat2 shapes cannot be multiplied")) is None


@pytest.mark.slow
def test_sigterm_ends_a_process_that_waits_in_cpp() -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", WAITING], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.terminate()
        _, error = process.communicate(timeout=50)
    finally:
        process.kill()
    assert error == "course-torch train: ended 0.2 s after SIGTERM\n"
    assert process.returncode == 128 + signal.SIGTERM
