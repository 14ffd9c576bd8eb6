"""Names of other people are shown without effect on the terminal, and every console can show every text."""

import io
import sys

import pytest

from course_torch.text import shown, tolerate_every_character


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("猫 cat.png", "猫 cat.png"),
        ("a[copy].png", "a[copy].png"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("two\nlines\r", r"two\nlines\r"),
        ("caf\udce9", r"caf\xe9"),  # the byte e9 of Latin-1 in a file name
        ("\u202egnp.exe", r"\u202egnp.exe"),  # right-to-left override
        ("a\x00b", r"a\x00b"),
        (3.5, "3.5"),
    ],
)
def test_characters_that_a_terminal_would_act_on_are_escaped(text: object, expected: str) -> None:
    assert shown(text) == expected


@pytest.mark.parametrize(
    ("encoding", "expected"),
    [
        ("utf-8", "α ≤ 猫 ┏ é ?"),
        ("ascii", "alpha <= ? ? ? ?"),
        ("cp1252", "alpha <= ? ? é ?"),
        ("cp437", "α ≤ ? ? é ?"),
        ("gbk", "α ≤ 猫 ┏ é ?"),
    ],
)
def test_a_console_replaces_what_its_encoding_lacks(
    encoding: str, expected: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    written = io.BytesIO()
    console = io.TextIOWrapper(written, encoding=encoding)
    monkeypatch.setattr(sys, "stdout", console)
    tolerate_every_character()
    print("α ≤ 猫 ┏ é \udc80", end="", flush=True)
    assert written.getvalue().decode(encoding) == expected
