"""The whole command in its own process: it starts fast, loads no Lightning, and ends cleanly."""

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_torch.commands.main import main
from tests.conftest import usage_error

LOADED = """
import json, sys, threading
from course_torch.commands.main import main
code = main(["playground", "--no-open"])
print(json.dumps([code, [each for each in ("torch", "lightning", "matplotlib") if each in sys.modules]]))
assert threading.enumerate() == [threading.main_thread()]
"""


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-c", LOADED]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore Ctrl-C
    ) as started:
        yield started
        started.kill()


def address_of(process: subprocess.Popen) -> str:
    """The printed address: the server listens."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#token=[\w-]{43}", line), line
    return line


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_with_0_and_leaves_no_thread(
    ending: signal.Signals, process: subprocess.Popen
) -> None:
    address_of(process)
    process.send_signal(ending)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1] == '[0, ["torch"]]'


@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux")
def test_it_listens_on_loopback_alone(process: subprocess.Popen) -> None:
    port = int(address_of(process).split(":")[2].partition("/")[0])
    for family in ("tcp", "tcp6"):
        lines = [line.split() for line in Path(f"/proc/{process.pid}/net/{family}").read_text().splitlines()[1:]]
        places = {line[1].partition(":")[0] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"}
        assert places == ({"0100007F"} if family == "tcp" else set())


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error = usage_error(main, ["playground", "--no-open", "--port", str(port)], capsys)
    assert f"port: found {port}, which cannot be used" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "80"], "port: found 80, expected 0 or 1024 to 65535"),
        (["--language", "fr"], "language: found 'fr', expected"),
        (["--mine", "missing.py"], "missing.py"),
    ],
)
def test_a_wrong_option_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in usage_error(main, ["playground", "--no-open", *arguments], capsys)
