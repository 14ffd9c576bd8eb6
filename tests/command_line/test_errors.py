"""A user mistake is one line on stderr, also what jsonargparse says in a page."""

import os
import shlex
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TextIO

import pytest

from course_torch.command_line.errors import did_you_mean, one_line, plain_types, run
from course_torch.commands.main import main
from course_torch.errors import InputError
from course_torch.language import NOTHING
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch

needs_full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")


def line_of(message: str, capsys: Capsys) -> str:
    def action() -> int:
        raise InputError(message)

    assert run("program", action) == 2
    return capsys.readouterr().err


def test_a_message_is_one_line_without_control_characters(capsys: Capsys) -> None:
    assert line_of("a\nb \x1b[31m", capsys) == "program: error: a b \\x1b[31m\n"


def test_a_value_of_thousands_of_characters_is_shortened(capsys: Capsys) -> None:
    line = line_of(f"output: found '{'x' * 5000}', expected one of sigmoid, softmax", capsys)
    assert len(line) < 200
    assert line.startswith("program: error: output: found 'xxx")
    assert line.endswith("expected one of sigmoid, softmax\n")
    assert "x" * 300 in line_of("x" * 300, capsys)


COMMANDS = ["--help", "--version", "compare --help", "train --help", "configs", "configs digits", "exercise", "shapes"]
FULL_DISK = "course-torch: error: an output: cannot be read or written (No space left on device)\n"


@contextmanager
def without_reader() -> Iterator[TextIO]:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as stream:
        yield stream


@contextmanager
def on_full_disk() -> Iterator[TextIO]:
    with open("/dev/full", "w") as stream:
        yield stream


def outcome(line: str, stdout: AbstractContextManager[TextIO], monkeypatch: Monkeypatch) -> int:
    """The exit code of a command with this stdout, which Python flushes and closes without an error after it."""
    with stdout as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        return main(shlex.split(line))


@pytest.mark.parametrize("line", COMMANDS)
def test_a_reader_that_ends_early_is_no_error(line: str, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    """As in `course-torch compare | head -1`."""
    assert outcome(line, without_reader(), monkeypatch) == 141
    assert capsys.readouterr().err == ""


@needs_full
@pytest.mark.parametrize("line", COMMANDS)
def test_a_full_disk_behind_stdout_is_one_line(line: str, monkeypatch: Monkeypatch, capsys: Capsys) -> None:
    assert outcome(line, on_full_disk(), monkeypatch) == 2
    assert capsys.readouterr().err.replace(" train:", ":") == FULL_DISK


@needs_full
def test_a_full_disk_behind_stderr_too_is_the_same_exit_code(monkeypatch: Monkeypatch) -> None:
    """As in `course-torch configs > log 2>&1`."""

    def warned() -> int:
        print("a warning, which Python keeps in its buffer", file=sys.stderr)
        print("a result")
        return 0

    with on_full_disk() as stdout, on_full_disk() as stderr:
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
from course_torch.command_line.errors import ended_by_signals
if sys.argv[2] == "ignored":
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
with ended_by_signals():
    try:
        os.kill(os.getpid(), signal.Signals[sys.argv[1]])
    finally:
        print("removed")
assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL
"""


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize(
    ("name", "handled", "code"), [("SIGTERM", "", 143), ("SIGHUP", "", 129), ("SIGHUP", "ignored", 0)]
)
def test_a_signal_ends_a_command_as_an_exception(name: str, handled: str, code: int) -> None:
    ended = subprocess.run([sys.executable, "-c", ENDED, name, handled], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "removed\n", "")


FULL = "Path('/dev/full').write_text('x')"
THREAD = """
import sys, threading
from pathlib import Path
from course_torch.command_line.errors import run

def action():
    thread = threading.Thread(target=lambda: {code})
    thread.start()
    thread.join()
    return 0

run("p", action)
"""


@pytest.mark.slow
@needs_full
@pytest.mark.parametrize(("code", "last"), [(FULL, []), ("1 / 0", ["ZeroDivisionError: division by zero"])])
def test_only_a_bug_in_a_thread_has_a_traceback(code: str, last: list[str]) -> None:
    """The thread of TensorBoard raises what it meets in the main thread too, and there the error becomes one line."""
    ended = subprocess.run([sys.executable, "-c", THREAD.format(code=code)], stderr=subprocess.PIPE, text=True)
    assert ended.stderr.splitlines()[-1:] == last


def test_a_validation_error_becomes_one_line_with_key_value_and_allowed_types() -> None:
    page = """Parser key "data.batch_size":
      Does not validate against any of the Union subtypes
      Subtypes: [<class 'int'>, <class 'NoneType'>]
      Errors:
        - Expected a <class 'int'>
      Given value type: <class 'str'>
      Given value: all"""
    assert one_line(page) == "data.batch_size: found 'all', expected int, null"
    assert one_line(page, "zh") == "data.batch_size：得到 'all'，应为 int, null"


def test_what_is_wrong_with_an_argument_of_a_class_is_said_under_its_name() -> None:
    page = """Parser key "trainer.callbacks":
      - Expected a path but [EarlyStopping] either not accessible or invalid
      - Does not validate against any of the Union subtypes
      Subtypes: [list[lightning.Callback], <class 'NoneType'>]
      Errors:
        - Problem with given class_path 'lightning.pytorch.callbacks.EarlyStopping':
            Parser key "patience":
              Expected a <class 'int'>. Got value: x
        - Expected a <class 'NoneType'>
      Given value type: <class 'list'>
      Given value: ['EarlyStopping']"""
    assert one_line(page) == "trainer.callbacks: EarlyStopping: patience: found 'x', expected int"


TYPES = {
    "list[a.b.Logger], <class 'bool'>, <class 'NoneType'>": ("list[Logger], bool, null", "list[Logger], bool, null"),
    "typing.Literal['x', 1], typing.Literal[1, 'y']": ("x, 1, y", "x, 1, y"),
    "collections.abc.Sequence, <class 'float'>": ("list, a finite number", "list, 有限的数"),
}


@pytest.mark.parametrize(("types", "words"), TYPES.items())
def test_types_are_words(types: str, words: tuple[str, str]) -> None:
    assert plain_types(types) == words


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("check --hint", "--hint：后面应有一个值"),
        ("grade submissions", "缺少：chapter"),
        ("check a.py relu --hnt 1", "没有这个选项或参数：--hnt 1；你要的是 --hint 吗？"),
        ("check a.py b c.py", "没有这个选项或参数：c.py"),
        ("compare --model.layer_sizes wide", "model.layer_sizes：得到 'wide'，应为 list"),
        ("compare --model.learning_rate nan", "model.learning_rate：得到 'nan'，应为有限的数"),
        ("trace --config '{'", "config：第 2 行：缺少值"),
        ("shapes --config '[1]'", "config：得到 [1]，应为文件，或选项，例如 'model: {seed: 1}'"),
        ("lesson --language fr", "language: found 'fr', expected en or zh"),
    ],
)
def test_what_the_parser_refuses_is_said_in_chinese(line: str, message: str, capsys: Capsys) -> None:
    arguments = shlex.split(line)
    error = usage_error(main, [*arguments, *([] if "--language" in arguments else ["--language", "zh"])], capsys)
    assert message in error


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device", "a.png"), "a.png：无法读写（No space left on device）"),
        (MemoryError("6 GiB"), "内存或可以打开的文件不够：6 GiB；data.workers 0 需要的最少"),
        (KeyboardInterrupt(), "program: 已中断"),
    ],
)
def test_what_the_machine_refuses_is_said_in_chinese(error: BaseException, message: str, capsys: Capsys) -> None:
    def action() -> int:
        raise error

    run("program", action, "zh")
    assert message in capsys.readouterr().err


SUGGESTED = {
    "unrecognized arguments: --learning_rate 1": "--model.learning_rate",
    "unrecognized arguments: --acelerator=cpu": "--trainer.accelerator",
    "unrecognized arguments: --model.seeds 1": "--data.seed",
    "Group 'data' does not accept option 'sed'": "--data.seed",
    "Option 'models.seed' is not accepted": "--data.seed",
}


@pytest.mark.parametrize(("message", "option"), SUGGESTED.items())
def test_the_option_of_any_group_that_is_spelled_alike_is_suggested(message: str, option: str) -> None:
    options = ["help", "model.learning_rate", "data.seed", "seed", "trainer.accelerator"]
    assert did_you_mean(message, options).en == f"; did you mean {option}?"


@pytest.mark.parametrize("message", ["unrecognized arguments: --weather", "unrecognized arguments: a.py", "seed"])
def test_what_is_spelled_like_no_option_gets_no_suggestion(message: str) -> None:
    assert did_you_mean(message, ["seed"]) == NOTHING


@pytest.mark.slow
def test_a_closed_stdin_is_opened() -> None:
    """A pipe with the number 0 would be replaced by the stdin of the process that gets the pipe."""
    code = "import os, sys; from course_torch.command_line.errors import run; run('p', lambda: print(os.pipe()) or 0)"
    ended = subprocess.run(f'{sys.executable} -c "{code}" <&-', shell=True, capture_output=True, text=True)
    assert ended.stderr == ""
    assert "(0" not in ended.stdout
