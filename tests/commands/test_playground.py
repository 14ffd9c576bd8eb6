"""`course-torch playground`: what it prints, what it opens, how it ends. The server has its own tests."""

import asyncio
import os
import re
import stat
from collections.abc import Callable
from pathlib import Path
from queue import Queue
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

from course_torch.commands import playground
from course_torch.commands.main import main
from tests.fixture_types import Capsys, Monkeypatch

ADDRESS = "http://127.0.0.1:1234/#token=abc"


class Browser:
    """What is opened instead of a browser: it reads the file of its address. The server ends afterwards, or at once."""

    def __init__(self) -> None:
        self.waits = True
        self.files: list[Path] = []
        self.links: list[str] = []
        self.modes: list[int] = []
        self.read: Queue[None] = Queue()

    def open(self, address: str) -> None:
        file = Path(url2pathname(urlsplit(address).path))
        self.files.append(file)
        self.links += re.findall('content="0; url=([^"]*)"', file.read_text(encoding="utf-8"))
        self.modes += [stat.S_IMODE(each.stat().st_mode) for each in (file, file.parent)]
        self.read.put(None)

    async def serve(self, port: int, mine: Path | None, started: Callable[[str], None]) -> None:
        started(ADDRESS)
        if self.waits:
            await asyncio.to_thread(self.read.get, timeout=10)


@pytest.fixture
def browser(monkeypatch: Monkeypatch) -> Browser:
    browser = Browser()
    monkeypatch.setattr(playground, "serve", browser.serve)
    monkeypatch.setattr("webbrowser.open", browser.open)
    return browser


@pytest.mark.parametrize(
    ("options", "page"),
    [([], ADDRESS), (["--language", "zh"], "http://127.0.0.1:1234/?language=zh#token=abc")],
    ids=["browser's", "zh"],
)
def test_it_prints_the_address_and_opens_a_private_file_that_leads_there(
    options: list[str], page: str, browser: Browser, capsys: Capsys
) -> None:
    assert main(["playground", *options]) == 0
    assert capsys.readouterr().out.splitlines()[0] == page
    assert browser.links == [page]
    if os.name != "nt":
        assert browser.modes == [0o600, 0o700]
    assert not browser.files[0].parent.exists()


@pytest.mark.parametrize("option", ["--no-open", "--no_open"])
def test_no_browser_is_opened_if_the_user_does_not_want_it(option: str, browser: Browser) -> None:
    browser.waits = False
    assert main(["playground", option]) == 0
    assert browser.files == []


def test_without_a_folder_for_temporary_files_the_address_is_printed_alone(
    browser: Browser, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    browser.waits = False
    monkeypatch.setattr("tempfile.tempdir", "/nowhere")
    assert main(["playground"]) == 0
    assert capsys.readouterr().out.splitlines()[0] == ADDRESS
    assert browser.files == []


def test_ctrl_c_ends_it_with_0(monkeypatch: Monkeypatch) -> None:
    async def serve(port: int, mine: Path | None, started: Callable[[str], None]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(playground, "serve", serve)
    assert main(["playground", "--no-open"]) == 0
