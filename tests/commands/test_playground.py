"""`course-torch playground`: what it prints, what it opens, how it ends. The server has its own tests."""

from collections.abc import Callable
from pathlib import Path
from queue import Queue

import pytest

from course_torch.commands import playground
from course_torch.commands.main import main

ADDRESS = "http://127.0.0.1:1234/?token=abc"


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Queue[str]:
    """The addresses that the browser opens. The server ends as soon as it has started."""
    opened: Queue[str] = Queue()

    async def serve(port: int, mine: Path | None, started: Callable[[str], None]) -> None:
        started(ADDRESS)

    monkeypatch.setattr(playground, "serve", serve)
    monkeypatch.setattr("webbrowser.open", opened.put)
    return opened


@pytest.mark.parametrize(
    ("options", "page"), [([], ADDRESS), (["--language", "zh"], f"{ADDRESS}&language=zh")], ids=["browser's", "zh"]
)
def test_it_prints_the_address_and_opens_it(
    options: list[str], page: str, opened: Queue[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["playground", *options]) == 0
    assert capsys.readouterr().out.splitlines()[0] == page
    assert opened.get(timeout=10) == page


@pytest.mark.parametrize("option", ["--no-open", "--no_open"])
def test_no_browser_is_opened_if_the_user_does_not_want_it(option: str, opened: Queue[str]) -> None:
    assert main(["playground", option]) == 0
    assert opened.empty()


def test_ctrl_c_ends_it_with_0(monkeypatch: pytest.MonkeyPatch) -> None:
    async def serve(port: int, mine: Path | None, started: Callable[[str], None]) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(playground, "serve", serve)
    assert main(["playground", "--no-open"]) == 0
