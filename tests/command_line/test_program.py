"""What a program says on stderr: one line for a mistake of the user or of the machine, none if nobody reads on."""

import errno
import os
import shlex
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn, TextIO

import numpy as np
import pytest

from course_torch.command_line.program import run
from course_torch.commands.main import main
from course_torch.errors import InputError
from tests.support.fixture_types import Capsys, Monkeypatch


def test_a_message_is_one_line_without_control_characters(capsys: Capsys) -> None:
    def action() -> int:
        raise InputError("a\nb \x1b[31m")

    assert run("program", action) == 2
    assert capsys.readouterr().err == "program: error: a b \\x1b[31m\n"


def fail(*arguments: Any) -> NoReturn:
    raise OSError(*arguments)


def interrupted() -> NoReturn:
    raise KeyboardInterrupt


REFUSED: dict[str, tuple[Callable[[], object], int, str, str]] = {
    "many files": (
        lambda: fail(errno.EMFILE, "Too many open files", "a.png"),
        2,
        "program: error: a.png: cannot be read or written (Too many open files)",
        "program：错误：a.png：无法读写（Too many open files）",
    ),
    "no memory": (
        lambda: np.empty(2**57),
        2,
        "program: error: not enough memory: Unable to allocate 1.00 EiB",
        "program：错误：内存不够：Unable to allocate 1.00 EiB",
    ),
    "Ctrl-C": (interrupted, 130, "program: interrupted", "program: 已中断"),
}
"""What the machine refuses -> the exit code, and what is said in both languages."""


@pytest.mark.parametrize(("action", "code", "english", "chinese"), REFUSED.values(), ids=REFUSED.keys())
def test_what_the_machine_refuses_is_one_line_in_both_languages(
    action: Callable[[], object], code: int, english: str, chinese: str, capsys: Capsys
) -> None:
    for language, said in (("en", english), ("zh", chinese)):
        assert run("program", action, language) == code
        error = capsys.readouterr().err
        assert error.startswith(said)
        assert error.count("\n") == 1


def test_a_bug_keeps_its_traceback() -> None:
    with pytest.raises(ZeroDivisionError):
        run("program", lambda: 1 // 0)


@contextmanager
def without_reader() -> Iterator[TextIO]:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


@pytest.mark.parametrize("line", ["--help", "--version", "configs", "configs digits", "exercise", "shapes"])
def test_a_reader_that_ends_early_is_no_error(line: str, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    """As in `course-torch compare | head -1`."""
    with without_reader() as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        assert main(shlex.split(line)) == 141
    assert capsys.readouterr().err == ""


def test_the_error_of_windows_for_a_reader_that_has_ended_is_known(monkeypatch: Monkeypatch) -> None:
    """A file that cannot be read has a name, and its error is told."""
    with open(os.devnull, "w") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        patch.setattr(os, "name", "nt")
        codes = [run("program", lambda name=name: fail(errno.EINVAL, "Invalid argument", name)) for name in (None, "a")]
    assert codes == [141, 2]


FULL = "course-torch: error: an output: cannot be read or written (No space left on device)\n"


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="only Linux has a device that is always full")
@pytest.mark.parametrize(
    "line", ["", "--help", "configs", "shapes", "train --help", pytest.param("check basics.py", marks=pytest.mark.slow)]
)
def test_a_full_device_is_told_once_and_nothing_is_left_for_the_end_of_python(
    line: str, tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["exercise", "basics"]) == 0
    with open("/dev/full", "w") as stream, monkeypatch.context() as patch:
        patch.setattr(sys, "stdout", stream)
        assert main(shlex.split(line)) == 2
        stream.flush()  # as Python does at its end
    assert capsys.readouterr().err.replace("course-torch train:", "course-torch:") == FULL


@pytest.mark.slow
def test_python_says_nothing_more_at_its_end() -> None:
    command = [sys.executable, "-m", "course_torch", "configs"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as ended:
        assert ended.stdout is not None
        assert ended.stderr is not None
        ended.stdout.close()
        assert ended.stderr.read() == b""
    assert ended.returncode == 141
