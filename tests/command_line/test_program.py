"""What a program says on stderr: one line for a mistake of the user or of the machine, none if nobody reads on."""

import errno
import os
import resource
import shlex
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import NoReturn, TextIO

import numpy as np
import pytest
from torch.utils.data import DataLoader, Dataset

from course_torch.command_line.program import run
from course_torch.commands.main import main
from course_torch.errors import InputError
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
FULL = Path("/dev/full")


def line_of(message: str, capsys: Capsys) -> str:
    def action() -> int:
        raise InputError(message)

    assert run("program", action) == 2
    return capsys.readouterr().err


def test_a_message_is_one_line_without_control_characters_and_without_long_values(capsys: Capsys) -> None:
    assert line_of("a\nb \x1b[31m", capsys) == "program: error: a b \\x1b[31m\n"
    line = line_of(f"output: found '{'x' * 5000}', expected one of sigmoid, softmax", capsys)
    assert len(line) < 200
    assert line.startswith("program: error: output: found 'xxx")
    assert line.endswith("expected one of sigmoid, softmax\n")
    assert "x" * 300 in line_of("x" * 300, capsys)


def too_many_files() -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, hard))
    try:
        open("a.png")  # noqa: SIM115 (it fails)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def interrupted() -> NoReturn:
    raise KeyboardInterrupt


Action = Callable[[], object]
REFUSED: dict[str, tuple[Action, int, str, str]] = {
    "many files": (
        too_many_files,
        2,
        "program: error: a.png: cannot be read or written (Too many open files)",
        "program：错误：a.png：无法读写（Too many open files）",
    ),
    "a full disk": (
        lambda: FULL.write_text("x"),
        2,
        "program: error: an output: cannot be read or written (No space left on device)",
        "program：错误：输出：无法读写（No space left on device）",
    ),
    "a name that is too long": (
        lambda: Path("a" * 256).touch(),
        2,
        f"program: error: {'a' * 256}: cannot be read or written ({os.strerror(errno.ENAMETOOLONG)})",
        f"program：错误：{'a' * 256}：无法读写（{os.strerror(errno.ENAMETOOLONG)}）",
    ),
    "no memory": (
        lambda: np.empty(2**57),
        2,
        "program: error: not enough memory or open files: Unable to allocate 1.00 EiB",
        "program：错误：内存或可以打开的文件不够：Unable to allocate 1.00 EiB",
    ),
    "Ctrl-C": (interrupted, 130, "program: interrupted", "program: 已中断"),
}
"""What the machine refuses -> the exit code, and what is said in both languages."""


@needs_full
@pytest.mark.parametrize(("action", "code", "english", "chinese"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_machine_refuses_is_one_line_in_both_languages(
    action: Action, code: int, english: str, chinese: str, capsys: Capsys
) -> None:
    for language, said in (("en", english), ("zh", chinese)):
        assert run("program", action, language) == code
        error = capsys.readouterr().err
        assert error.startswith(said)
        assert error.count("\n") == 1


class Killed(Dataset):
    """Rows whose worker is killed, as by a machine without memory."""

    def __len__(self) -> int:
        return 1

    def __getitem__(self, row: int) -> int:
        os.kill(os.getpid(), signal.SIGKILL)
        return row


@pytest.mark.slow
def test_a_worker_that_is_killed_leaves_a_line_that_says_what_needs_least(capsys: Capsys) -> None:
    assert run("program", lambda: len([*DataLoader(Killed(), num_workers=1)])) == 2
    error = capsys.readouterr().err
    assert error.startswith("program: error: not enough memory or open files: DataLoader worker")
    assert error.endswith("; data.workers 0 needs the fewest\n")


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run("program", lambda: 1 // 0)


COMMANDS = ["--help", "--version", "compare --help", "train --help", "configs", "configs digits", "exercise", "shapes"]
FULL_DISK = "course-torch: error: an output: cannot be read or written (No space left on device)\n"


@contextmanager
def without_reader() -> Iterator[TextIO]:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


def outcome(line: str, stdout: AbstractContextManager[TextIO], monkeypatch: Monkeypatch) -> int:
    """The exit code of a command with this stdout, which Python flushes and closes without an error after it."""
    with stdout as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        return main(shlex.split(line))


@needs_full
@pytest.mark.parametrize("line", COMMANDS)
def test_a_reader_that_ends_early_is_no_error_and_a_full_disk_behind_stdout_is_one_line(
    line: str, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """As in `course-torch compare | head -1`."""
    assert outcome(line, without_reader(), monkeypatch) == 141
    assert capsys.readouterr().err == ""
    assert outcome(line, FULL.open("w"), monkeypatch) == 2
    assert capsys.readouterr().err.replace(" train:", ":") == FULL_DISK


@needs_full
def test_a_full_disk_behind_stderr_too_is_the_same_exit_code(monkeypatch: Monkeypatch) -> None:
    """As in `course-torch configs > log 2>&1`."""

    def warned() -> int:
        print("a warning, which Python keeps in its buffer", file=sys.stderr)
        print("a result")
        return 0

    with FULL.open("w") as stdout, FULL.open("w") as stderr:
        monkeypatch.setattr(sys, "stdout", stdout)
        monkeypatch.setattr(sys, "stderr", stderr)
        assert run("program", warned) == 2


def test_a_closed_stdout_is_no_error(monkeypatch: Monkeypatch) -> None:
    """As in `course-torch configs >&-`."""
    monkeypatch.setattr(sys, "stdout", None)
    assert main(["configs"]) == 0


@pytest.mark.slow
@needs_full
@pytest.mark.parametrize(("into", "code", "error"), [("> /dev/full", 2, FULL_DISK), ("| true", 141, "")])
def test_python_says_nothing_more_at_its_end(into: str, code: int, error: str) -> None:
    line = f"set -o pipefail; {sys.executable} -m course_torch configs {into}"
    ended = subprocess.run(["bash", "-c", line], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (code, error)


def test_a_working_folder_that_was_deleted_is_one_line(
    capsys: Capsys, tmp_path: Path, monkeypatch: Monkeypatch
) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert "the working folder: it does not exist any more" in usage_error(main, ["compare"], capsys)


ENDED = """
import os, signal, sys
from course_torch.command_line.program import ended_by_signals
signal.signal(signal.SIGHUP, signal.SIG_IGN if sys.argv[2] == "ignored" else signal.SIG_DFL)
with ended_by_signals():
    try:
        os.kill(os.getpid(), signal.Signals[sys.argv[1]])
    finally:
        print("removed")
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "handled", "code"), [("SIGTERM", "", 143), ("SIGHUP", "", 129), ("SIGHUP", "ignored", 0)]
)
def test_a_signal_ends_a_command_as_an_exception(name: str, handled: str, code: int) -> None:
    ended = subprocess.run([sys.executable, "-c", ENDED, name, handled], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "removed\n", "")


THREAD = """
import sys, threading
from pathlib import Path
from course_torch.command_line.program import run

def action():
    thread = threading.Thread(target=lambda: {code})
    thread.start()
    thread.join()
    return 0

run("p", action)
"""


@pytest.mark.slow
@needs_full
@pytest.mark.parametrize(
    ("code", "last"), [("Path('/dev/full').write_text('x')", []), ("1 / 0", ["ZeroDivisionError: division by zero"])]
)
def test_only_a_bug_in_a_thread_has_a_traceback(code: str, last: list[str]) -> None:
    """The thread of TensorBoard raises what it meets in the main thread too, and there the error becomes one line."""
    ended = subprocess.run([sys.executable, "-c", THREAD.format(code=code)], stderr=subprocess.PIPE, text=True)
    assert ended.stderr.splitlines()[-1:] == last


@pytest.mark.slow
def test_a_closed_stdin_is_opened() -> None:
    """A pipe with the number 0 would be replaced by the stdin of the process that gets the pipe."""
    code = "import os, sys; from course_torch.command_line.program import run; run('p', lambda: print(os.pipe()) or 0)"
    ended = subprocess.run(f'{sys.executable} -c "{code}" <&-', shell=True, capture_output=True, text=True)
    assert ended.stderr == ""
    assert "(0" not in ended.stdout
