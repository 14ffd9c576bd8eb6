"""The page in a real browser: languages, themes, widths, tabs, a server that ends, and what other users see."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep

import pytest

from course_torch.mistakes.solution import solution
from tests.browser import DRAWN, PATIENCE, Browser, BrowserContext, Page, violations
from tests.playground.conftest import (
    OpenPage,
    Playground,
    ready,
    settings,
    step,
    wait_for_setting,
    wait_for_step,
    wait_for_text,
)

pytestmark = pytest.mark.browser


PICTURE = "() => byId('plane').toDataURL()"


def test_language_and_theme_change_in_the_page_and_the_state_stays(open_page: OpenPage) -> None:
    page = open_page("data=moons&hidden_layers=3-3", color_scheme="dark")
    page.locator("#step-100").click()
    wait_for_step(page, 100)
    page.locator("#differences").click()
    judged = page.locator("#gradients td:last-child")
    wait_for_text(page, "differences-step", "at step 100")
    before, by_differences = settings(page), judged.all_inner_texts()
    page.get_by_role("button", name="中文").click()
    assert page.locator("#at").inner_text() == "第 100 步"
    assert page.locator("#data option:checked").inner_text() == "双月"
    assert "隐层" in page.locator("#network-facts").inner_text()
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    assert page.evaluate("() => location.search") == "?language=zh"
    assert settings(page) == before
    assert judged.all_inner_texts() == by_differences
    page.get_by_role("button", name="English").click()
    assert page.locator("#at").inner_text() == "step 100"
    dark = page.evaluate(PICTURE)
    page.get_by_role("button", name="Light").click()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(PICTURE) != dark


def trained_step(page: Page) -> str:
    """The step at which the server stands. Its answer comes after the frames on their way, and these are drawn."""
    page.evaluate("() => { byId('differences-step').textContent = ''; }")
    page.locator("#differences").click()
    page.wait_for_function("() => byId('differences-step').textContent !== ''")
    page.evaluate(DRAWN)
    return page.locator("#differences-step").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overflows_at_any_width(open_page: OpenPage, language: str) -> None:
    page = open_page("hidden_layers=12-12-12-12-12-12&hidden_activation=leaky_relu", language=language)
    page.locator("#mistake").select_option("factor in dW")
    page.locator("#told").wait_for()
    for number in range(2, 7):
        page.locator(f"#features-{number}").evaluate("(box) => box.click()")
    ready(page)
    for key in ("ArrowDown", "ArrowRight"):
        page.locator("#network").press(key)
    assert page.locator("#unit-numbers input").count() == 13
    for width in (390, 801, 1280, 1900):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("() => byId('curve').width === byId('curve').parentElement.clientWidth")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_no_violation(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(language=language, color_scheme=scheme)
    page.locator("#step-100").click()
    wait_for_step(page, 100)
    assert violations(page) == []
    page.locator("#mistake").select_option("factor in dW")
    page.locator("#told").wait_for()
    page.locator("#network").press("ArrowDown")
    assert violations(page) == []
    page.locator("#mistake").select_option("")
    page.locator("#reset").click()
    wait_for_step(page, 0)
    page.locator("#export").click()
    page.locator("#exported").wait_for()
    assert violations(page) == []
    page.evaluate("() => byId('speed').closest('label').replaceWith(byId('speed'))")
    page.locator("#close").click()
    assert [each.partition(":")[0] for each in violations(page)] == ["select-name"], "axe finds a violation put in"


def test_no_request_leaves_loopback(open_page: OpenPage, playground: Playground) -> None:
    page = open_page()
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.reload()
    ready(page)
    page.locator("#step-100").click()
    wait_for_step(page, 100)
    assert page.requests
    assert all(each.startswith((f"{playground.origin}/", "data:")) for each in page.requests)
    assert sockets == [f"ws://127.0.0.1:{playground.port}/socket"]


def test_two_tabs_train_by_themselves(open_page: OpenPage) -> None:
    one, other = open_page("data=moons"), open_page("data=blobs")
    one.locator("#step-100").click()
    wait_for_step(one, 100)
    assert step(other) == 0
    other.locator("#step").click()
    wait_for_step(other, 1)
    assert step(one) == 100


def test_a_hidden_tab_does_not_train(open_page: OpenPage) -> None:
    page = open_page()
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.locator("#run").click()
    page.wait_for_function("() => byId('at').textContent !== 'step 0'")
    page.evaluate(hide, True)
    trained, at = trained_step(page), step(page)
    page.wait_for_timeout(500)  # time for steps, if there were any
    assert trained_step(page) == trained
    assert step(page) == at
    page.evaluate(hide, False)
    page.wait_for_function("(at) => byId('at').textContent !== `step ${at}`", arg=at)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """Tabs that share their localStorage. A lost connection is an error in the console, and is none of these tests."""
    context = browser.new_context()
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.mark.slow
@pytest.mark.parametrize("tab", ["another tab", "the same tab"])
def test_a_killed_server_shows_a_message_and_the_page_connects_again(context: BrowserContext, tab: str) -> None:
    first = Playground()
    page = context.new_page()
    page.goto(f"{first.address}&data=moons&learning_rate=0.3")
    ready(page)
    first.process.kill()
    wait_for_text(page, "notice", "its connection is lost")
    first.end()
    second = Playground(port=first.port)
    try:
        wait_for_text(page, "notice", "The playground does not admit this browser")
        other = page if tab == "the same tab" else context.new_page()
        other.goto(second.address)
        page.wait_for_function("() => byId('notice').textContent === ''")
        ready(page)
        assert page.locator("#data option:checked").inner_text() == "moons"
        assert page.locator("#learning_rate-value").inner_text() == "0.3"
        page.locator("#step").click()
        wait_for_step(page, 1)
    finally:
        assert second.end() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("language", "message"), [("en", "The playground does not admit this browser"), ("zh", "训练场不接纳本浏览器")]
)
def test_a_second_browser_is_told_that_it_is_not_admitted(
    context: BrowserContext, open_page: OpenPage, playground: Playground, language: str, message: str, scheme: str
) -> None:
    open_page()
    page = context.new_page()
    page.emulate_media(color_scheme=scheme)
    page.goto(f"{playground.origin}/?language={language}#token={playground.token}")
    wait_for_text(page, "notice", message)
    assert page.locator("#trace").is_hidden()
    assert page.locator("#columns").is_hidden()
    assert violations(page) == []


def test_a_page_that_may_store_nothing_trains_and_opens_its_trace(context: BrowserContext) -> None:
    context.add_init_script("""Object.defineProperty(window, "localStorage", {
      get() { throw new DOMException("", "SecurityError"); } });""")
    running = Playground()
    page = context.new_page()
    try:
        page.goto(running.address)
        ready(page)
        page.locator("#step").click()
        wait_for_step(page, 1)
        with context.expect_page() as opened:
            page.locator("#trace").click()
        opened.value.locator("#title").wait_for()
    finally:
        assert running.end() == 0


def test_the_page_ends_the_server(context: BrowserContext) -> None:
    running = Playground()
    page = context.new_page()
    page.goto(running.address)
    ready(page)
    page.locator("#quit").click()
    wait_for_text(page, "notice", "You can close this page")
    assert running.process.wait(PATIENCE / 1000) == 0
    running.end()


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A learner's file, for the two tests of its playground: to start one takes seconds."""
    return tmp_path_factory.mktemp("mine") / "deep.py"


@pytest.fixture(scope="module")
def learner(file: Path) -> Iterator[Playground]:
    """A playground of its own, of which no other page holds a socket."""
    file.write_text(solution("deep", "numpy", "columns"), encoding="utf-8")
    running = Playground("--mine", str(file))
    yield running
    assert running.end() == 0


def test_a_fifth_page_says_that_there_are_too_many(context: BrowserContext, learner: Playground) -> None:
    context.clock.install(time=0)
    pages = [context.new_page() for _ in range(5)]
    learner.open(pages[0])
    for page in pages[:4]:
        page.goto(learner.address)
        ready(page)
    pages[4].goto(learner.address)
    wait_for_text(pages[4], "notice", "accepts no more pages")
    pages[0].close()
    context.clock.run_for(3000)  # the page tries again after three seconds, and again if it comes too early
    ready(pages[4])
    assert pages[4].locator("#notice").inner_text() == ""


def test_the_learner_s_own_pass_trains_and_is_judged(context: BrowserContext, learner: Playground, file: Path) -> None:
    page = context.new_page()
    learner.open(page)
    assert page.locator("#hidden_activation option:checked").inner_text() == "ReLU"
    assert page.locator("#mistake-controls").is_hidden()
    disabled = page.locator("#task option:disabled").evaluate_all("(all) => all.map((each) => each.value)")
    assert disabled == ["not_squared", "hidden_mistake"], "these need the formulas of the course"
    assert page.locator("#diagnosis").inner_text().startswith("✓ deep.py computes every gradient right")
    file.write_text(solution("deep", "numpy", "columns").replace("A_prev.T / m", "A_prev.T"), encoding="utf-8")
    page.locator("#reset").click()
    page.get_by_text("✗ first wrong tensor: dW[2]").wait_for()
    assert "not divided by m" in page.locator("#told").inner_text()


NewPage = Callable[..., Page]
PROC = Path("/proc")
BROWSER = """#!/bin/sh
while kill -0 $PPID 2> /dev/null; do sleep 0.1; done
"""
"""A browser whose process stays as long as the playground."""


def processes(name: str) -> list[str]:
    """The command line, or the environment, of every process."""
    found = []
    for file in PROC.glob(f"[0-9]*/{name}"):
        with suppress(OSError):  # the process has ended
            found.append(file.read_text(encoding="utf-8", errors="replace"))
    return found


def command_line_of(program: Path) -> list[str]:
    """Wait until a process runs the program. Returns the arguments of the process."""
    end = monotonic() + PATIENCE / 1000
    while monotonic() < end:
        for line in processes("cmdline"):
            if str(program) in (words := line.split("\0")):
                return words[words.index(str(program)) + 1 :]
        sleep(0.05)
    raise AssertionError(f"no process runs {program}")


class Listener:
    """A server of another user, on another port. `received` are the requests that a browser sends there."""

    def __init__(self) -> None:
        received = self.received = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                received.append(f"{self.requestline}\n{self.headers}")
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/"
        Thread(target=self.server.serve_forever).start()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.server.shutdown()
    listener.server.server_close()


@pytest.mark.skipif(not PROC.exists(), reason="needs Linux")
def test_no_process_shows_the_token_and_the_file_leads_to_the_page(new_page: NewPage, tmp_path: Path) -> None:
    program = tmp_path / "browser"
    program.write_text(BROWSER)
    program.chmod(0o700)
    running = Playground("--language", "zh", browser=program)
    try:
        address = command_line_of(program)[0]
        assert not [each for name in ("cmdline", "environ") for each in processes(name) if running.token in each]
        page = new_page()
        page.goto(address)
        page.wait_for_url(f"{running.origin}/**")
        ready(page)
        assert page.locator("#run").inner_text() == "▶ 运行"
        page.locator("#data").select_option("1")
        wait_for_setting(page, "data", "moons")
        assert running.token not in page.url
        page.goto("about:blank")
    finally:
        assert running.end() == 0
    assert not Path(address.removeprefix("file://")).exists()


def test_the_browser_sends_no_secret_to_another_port(
    new_page: NewPage, listener: Listener, playground: Playground
) -> None:
    page = new_page()
    playground.open(page)
    with page.expect_navigation(url=listener.address):
        page.evaluate("(address) => { location = address; }", listener.address)
    assert page.evaluate("() => localStorage.length") == 0
    sent = "\n".join(listener.received)
    assert sent.startswith("GET / HTTP/1.1")
    assert "Cookie" not in sent
    assert playground.origin not in sent
    assert playground.token not in sent
    assert str(playground.secret) not in sent
