"""A user mistake is one line on stderr."""

import subprocess
import sys

import pytest

from course_torch.command_line.errors import run
from course_torch.errors import InputError


def line_of(message: str, capsys: pytest.CaptureFixture[str]) -> str:
    def action() -> int:
        raise InputError(message)

    assert run("program", action) == 2
    return capsys.readouterr().err


def test_a_message_is_one_line_without_control_characters(capsys: pytest.CaptureFixture[str]) -> None:
    assert line_of("a\nb \x1b[31m", capsys) == "program: error: a b \\x1b[31m\n"


def test_a_value_of_thousands_of_characters_is_shortened(capsys: pytest.CaptureFixture[str]) -> None:
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
