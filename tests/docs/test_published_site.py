"""The published site: the wheel lies beside the pages, and they install it by its address and its hash."""

import re
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import sha256
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from course_torch import __version__
from tests.docs.texts import ROOT
from tests.support.browser import Page, open_file
from tests.training.conftest import free_port
from tools.pages import WHEEL, publish

NAME = f"course_torch-{__version__}-py3-none-any.whl"
BARE = re.compile(r"\b(?:install|uvx|uv add|pipx run)\b[\s\"'`]+(?:-\S+\s+)*[\"']?course[_-]torch\b(?!-\S*\.whl)")
"""A command that installs whatever has the name on a package index."""
ENDINGS = {".md", ".py", ".json", ".html", ".js", ".yml", ".yaml", ".toml", ".cff"}
CONTENT = b"a wheel"


def texts() -> Iterator[Path]:
    """Every text of the repository that somebody may read, without what is built or downloaded."""
    for folder in ("docs", "course_torch", "configs", "tools", "benchmarks", ".github"):
        yield from (path for path in (ROOT / folder).rglob("*.*") if not {"site", "_katex"} & {*path.parts})
    yield from ROOT.glob("*.*")


def test_no_text_installs_the_bare_name() -> None:
    """Whoever registers the name first would run code on the machines of the readers."""
    for bare in (
        "pip install course_torch",
        "pip install -U 'course-torch",
        "uvx course-torch",
        "install\ncourse_torch",
    ):
        assert BARE.search(bare)
    assert not BARE.search(f"pip install {NAME}")
    read = {path: path.read_text(encoding="utf-8") for path in texts() if path.suffix in ENDINGS}
    assert len(read) > 500
    assert [path for path, text in read.items() if BARE.search(text)] == []


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    (tmp_path / NAME).write_bytes(CONTENT)
    return tmp_path / NAME


def test_every_page_that_installs_the_wheel_gets_its_hash_and_the_site_stays_as_it_is(
    wheel: Path, tmp_path: Path
) -> None:
    plain = WHEEL.format(name=NAME)
    (tmp_path / "site" / "en").mkdir(parents=True)
    for name, html in (("index.html", "nothing"), ("en/page.html", f"{plain} and {plain}")):
        (tmp_path / "site" / name).write_text(html)
    publish(tmp_path / "site", wheel, tmp_path / "out")
    hashed = f'<span class="wheel" data-sha256="{sha256(CONTENT).hexdigest()}">{NAME}</span>'
    assert (tmp_path / "out" / "en" / "page.html").read_text() == f"{hashed} and {hashed}"
    assert (tmp_path / "out" / "index.html").read_text() == "nothing"
    assert (tmp_path / "out" / NAME).read_bytes() == CONTENT
    assert (tmp_path / "site" / "en" / "page.html").read_text() == f"{plain} and {plain}"


def test_a_site_that_installs_another_wheel_is_not_published(wheel: Path, tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "index.html").write_text(WHEEL.format(name="course_torch-0.0.0-py3-none-any.whl"))
    with pytest.raises(RuntimeError, match=f"no page installs {NAME}"):
        publish(tmp_path / "site", wheel, tmp_path / "out")


@pytest.fixture
def published(site: Path, wheel: Path, tmp_path: Path) -> Path:
    publish(site, wheel, tmp_path / "my pages")
    return tmp_path / "my pages"


@pytest.fixture
def server(published: Path) -> Iterator[str]:
    """The address at which a server has the published site, in a folder of its own as GitHub Pages has it."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", free_port()), partial(Quiet, directory=str(published.parent))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/my%20pages/"
        server.shutdown()


PAGES = ("en/start/write.html", "zh/start/write.html", "en/guides/teaching.html", "zh/guides/teaching.html")
NewPage = Callable[..., Page]


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_a_page_names_the_address_of_the_wheel_beside_it(
    name: str, published: Path, server: str, new_page: NewPage
) -> None:
    for address in (server, f"{published.as_uri()}/"):
        page = new_page()
        open_file(page, address + name)
        block = page.locator("pre", has=page.locator(".wheel")).inner_text()
        line = block.splitlines()[0]
        assert line == f'pip install "{address}{NAME}#sha256={sha256(CONTENT).hexdigest()}"'


@pytest.mark.browser
def test_without_a_script_and_where_no_wheel_lies_beside_it_a_page_names_the_file(
    site: Path, published: Path, new_page: NewPage
) -> None:
    for folder, scripts in ((published, False), (site, True)):
        page = new_page(java_script_enabled=scripts)
        page.goto((folder / PAGES[0]).as_uri())
        assert page.locator("pre", has=page.locator(".wheel")).inner_text().strip() == f"pip install {NAME}"
