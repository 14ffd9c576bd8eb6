"""A user mistake is one line on stderr, also what jsonargparse says in a page."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from course_torch.command_line.errors import did_you_mean, one_line, plain_types, run, unknown_option
from course_torch.commands.main import main
from course_torch.errors import InputError
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch


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


def test_a_reader_that_ends_early_is_no_error() -> None:
    """As in `course-torch compare | head -1`."""
    code = (
        "import sys; from course_torch.command_line.errors import run; sys.exit(run('p', lambda: print('x' * 10**6)))"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as program:
        assert program.stdout is not None
        assert program.stderr is not None
        program.stdout.close()
        assert (program.stderr.read(), program.wait()) == (b"", 141)


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


@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize(
    ("name", "handled", "code"), [("SIGTERM", "", 143), ("SIGHUP", "", 129), ("SIGHUP", "ignored", 0)]
)
def test_a_signal_ends_a_command_as_an_exception(name: str, handled: str, code: int) -> None:
    ended = subprocess.run([sys.executable, "-c", ENDED, name, handled], capture_output=True, text=True)
    assert (ended.returncode, ended.stdout, ended.stderr) == (code, "removed\n", "")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
def test_a_full_output_is_named() -> None:
    code = (
        "import sys; from course_torch.command_line.errors import run; sys.exit(run('p', lambda: print(1, flush=True)))"
    )
    with open("/dev/full", "w") as full:
        ended = subprocess.run([sys.executable, "-c", code], stdout=full, stderr=subprocess.PIPE, text=True)
    assert ended.stderr.startswith("p: error: an output: cannot be written (No space left on device)\n")


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


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux")
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


def test_an_unknown_option_is_named_with_the_options_of_its_group() -> None:
    options = ["help", "config", "model", "model.seed", "model.output", "data.seed"]
    assert unknown_option("model.seeds", options) == "model: found the option 'seeds', expected one of seed, output"
    assert unknown_option("models.seed", options) == "found the option 'models.seed', expected one of model, data"
    assert unknown_option("model.seed.x", options) == "model: found the option 'seed.x', expected one of seed, output"


def test_a_group_of_many_options_shows_the_similar_ones() -> None:
    options = ["trainer.max_epochs", *(f"trainer.{name * 5}" for name in "abcdefghijklm")]
    assert unknown_option("trainer.epochs", options) == "trainer: found the option 'epochs', expected one of max_epochs"
    assert unknown_option("trainer.zz", options) == "trainer: found the option 'zz', --help lists the options"


def test_types_are_words() -> None:
    types = "list[typing.Union[a.b.One, a.b.Two]], typing.Literal['x', 1], collections.abc.Sequence, <class 'NoneType'>"
    assert plain_types(types) == "a list of One or Two, x, 1, a list, null"


def test_an_option_without_its_group_is_suggested_with_it() -> None:
    options = ["help", "model.learning_rate", "data.seed", "seed", "trainer.accelerator"]
    assert did_you_mean("learning_rate", options) == "; did you mean --model.learning_rate?"
    assert did_you_mean("acelerator", options) == "; did you mean --trainer.accelerator?"
    assert did_you_mean("model.seeds", options) == "; did you mean --data.seed?"
    assert did_you_mean("weather", options) == ""


def test_a_closed_stdin_is_opened() -> None:
    """A pipe with the number 0 would be replaced by the stdin of the process that gets the pipe."""
    code = "import os, sys; from course_torch.command_line.errors import run; run('p', lambda: print(os.pipe()) or 0)"
    ended = subprocess.run(f'{sys.executable} -c "{code}" <&-', shell=True, capture_output=True, text=True)
    assert ended.stderr == ""
    assert "(0" not in ended.stdout
