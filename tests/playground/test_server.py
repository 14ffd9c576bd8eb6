"""The whole command: who may connect, asked by real requests on loopback; it starts fast and ends cleanly."""

import asyncio
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from struct import unpack_from
from typing import Any

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from course_torch import lessons
from course_torch.commands.main import main
from course_torch.playground import server
from course_torch.playground.server import LARGEST_MESSAGE, MOST_CONNECTIONS, MOST_SOCKETS, PROTOCOL, serve, table
from tests.browser import PATIENCE
from tests.conftest import usage_error


class Visitor:
    """Who knows the printed address, or only a part of it."""

    def __init__(self, address: str, client: aiohttp.ClientSession) -> None:
        self.origin, _, self.token = address.partition("/#token=")
        self.host = self.origin.removeprefix("http://")
        self.port = self.host.partition(":")[2]
        self.client, self.secret = client, ""

    async def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        """Status, text and headers of an answer."""
        async with self.client.get(self.origin + path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers

    async def trace(self, headers: dict[str, str] | None = None, **form: str) -> tuple[int, str, Any]:
        """The answer to the form of a trace."""
        async with self.client.post(f"{self.origin}/trace", data=form, headers=headers) as answer:
            return answer.status, await answer.text(), answer.headers

    async def enter(self) -> None:
        """Trade the token for the secret, and close the socket."""
        async with self.socket(key=self.token) as socket:
            admitted = await socket.receive_json()
            self.secret = admitted["secret"]
            assert admitted == {"type": "admitted", "secret": self.secret}

    def socket(self, *, key: str | None = None, **headers: str) -> Any:
        """A socket with the secret or another key."""
        protocols = [PROTOCOL, self.secret if key is None else key]
        return self.client.ws_connect(
            f"{self.origin}/socket", protocols=protocols, headers={"Origin": self.origin, **headers}
        )


def visited(visit: Callable[["Visitor"], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Make a test of a visit: run the server and the visit in one event loop. No thread of the playground is left."""

    async def run() -> None:
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve(0, None, address.set_result))
        async with aiohttp.ClientSession() as client:
            try:
                async with asyncio.timeout(PATIENCE / 1000):
                    await visit(Visitor(await address, client))
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)

    def test() -> None:
        asyncio.run(run())
        assert not any(thread.name == "playground" for thread in threading.enumerate())

    return test


async def status_of_socket(visitor: Visitor, key: str | None = None, **headers: str) -> int:
    """101 if the socket opens, otherwise the status of the refusal."""
    try:
        async with visitor.socket(key=key, **headers):
            return 101
    except WSServerHandshakeError as refusal:
        return refusal.status


async def first_frame(socket: Any) -> dict[str, Any]:
    """Wait for a frame, and decode its header."""
    async for message in socket:
        if message.type == aiohttp.WSMsgType.BINARY:
            (length,) = unpack_from("<I", message.data)
            return json.loads(message.data[4 : 4 + length])
    raise AssertionError("the socket closed before the first frame")


@visited
async def test_the_token_opens_one_socket_and_the_secret_every_later_one(visitor: Visitor) -> None:
    assert await status_of_socket(visitor, "wrong") == 403
    await visitor.enter()
    assert len({visitor.token, visitor.secret}) == 2
    assert await status_of_socket(visitor, visitor.token) == 403
    assert await status_of_socket(visitor, f"{visitor.token}, wrong") == 403
    assert await status_of_socket(visitor, f"{visitor.token}, {visitor.secret}") == 101
    assert await status_of_socket(visitor) == 101


@visited
async def test_one_of_two_sockets_that_come_at_once_with_the_token_opens(visitor: Visitor) -> None:
    answers = await asyncio.gather(*(status_of_socket(visitor, visitor.token) for _ in range(8)))
    assert sorted(answers) == [101, *[403] * 7]


@visited
async def test_without_the_secret_there_is_no_socket_and_no_trace(visitor: Visitor) -> None:
    async with visitor.socket(key=visitor.token) as socket:
        secret = (await socket.receive_json())["secret"]
        session = (await socket.receive_json())["session"]
        for wrong in ("", "wrong", secret[:-1], f"{secret}a", "\u00e9"):
            assert await status_of_socket(visitor, wrong) == 403
            assert (await visitor.trace(session=session, secret=wrong))[0] == 403
        assert (await visitor.trace(session=session))[0] == 403
        assert (await visitor.get(f"/trace?session={session}&secret={secret}"))[0] == 404
        assert (await visitor.trace(session=session, secret=secret))[0] == 200


@visited
async def test_bytes_that_are_no_text_are_refused_as_wrong_keys(visitor: Visitor) -> None:
    to_server = f" HTTP/1.1\r\nHost: {visitor.host}\r\n"
    upgrade = f"{to_server}Origin: {visitor.origin}\r\nConnection: upgrade\r\nUpgrade: websocket\r\n"
    for request in (
        f"GET /socket{upgrade}Sec-WebSocket-Protocol: playground, \xff\r\n\r\n",
        f"POST /trace{to_server}Content-Length: 8\r\n\r\nsecret=\xff",
    ):
        reader, writer = await asyncio.open_connection("127.0.0.1", int(visitor.port))
        writer.write(request.encode("latin-1"))
        assert (await reader.readline()).startswith(b"HTTP/1.1 403 ")
        writer.close()


@visited
async def test_the_files_are_public_and_contain_no_secret(visitor: Visitor) -> None:
    await visitor.enter()
    for path in table():
        status, text, headers = await visitor.get(path)
        assert status == 200
        assert "Set-Cookie" not in headers
        assert visitor.token not in text
        assert visitor.secret not in text


@visited
async def test_a_foreign_host_is_refused_even_with_the_secret(visitor: Visitor) -> None:
    await visitor.enter()
    port = visitor.port
    for host in (f"localhost:{port}", "evil.example", "127.0.0.1", "127.0.0.1:1", f"[::1]:{port}"):
        assert (await visitor.get("/style.css", Host=host))[0] == 403
        assert (await visitor.trace({"Host": host}, secret=visitor.secret))[0] == 403
        assert await status_of_socket(visitor, Host=host) == 403


@visited
async def test_a_foreign_or_missing_origin_gets_no_socket_even_with_the_token(visitor: Visitor) -> None:
    port = visitor.port
    for origin in ("http://evil.example", "null", "", f"http://localhost:{port}", f"https://127.0.0.1:{port}"):
        assert await status_of_socket(visitor, visitor.token, Origin=origin) == 403
    with pytest.raises(WSServerHandshakeError, match="403"):  # as a program does, without Origin
        await visitor.client.ws_connect(f"{visitor.origin}/socket", protocols=[PROTOCOL, visitor.token])
    assert await status_of_socket(visitor, visitor.token) == 101


@visited
async def test_only_the_files_of_the_table_are_sent_and_with_every_header(visitor: Visitor) -> None:
    status, text, headers = await visitor.get("/texts/en.json")
    assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
    assert json.loads(text)
    for path in ("/../errors.py", "/%2e%2e/errors.py", "/texts/../../errors.py", "/trace/page.js", "/page.html"):
        assert (await visitor.get(path))[0] == 404
    for _, _, headers in (
        await visitor.get("/style.css"),
        await visitor.get("/nothing"),
        await visitor.get("/socket"),
        await visitor.trace(secret="wrong"),
    ):
        policy = headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        for name in ("Referrer-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Cache-Control"):
            assert name in headers


@visited
async def test_the_fifth_socket_waits_until_another_closes(visitor: Visitor) -> None:
    await visitor.enter()
    sockets = [await visitor.socket() for _ in range(MOST_SOCKETS)]
    assert await status_of_socket(visitor) == 503
    await sockets[0].close()
    assert await status_of_socket(visitor) == 101
    for each in sockets:
        await each.close()


@visited
async def test_a_message_that_is_too_large_closes_its_socket_alone(visitor: Visitor) -> None:
    await visitor.enter()
    async with visitor.socket() as large, visitor.socket() as other:
        await large.send_bytes(b"1" * (LARGEST_MESSAGE + 1))
        async for _ in large:
            pass
        assert large.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
        await other.send_str(json.dumps({"type": "step", "steps": 3}))
        assert (await first_frame(other))["back"] in (0, 3)


@visited
async def test_a_page_is_served_while_many_connections_say_nothing(visitor: Visitor) -> None:
    silent = [await asyncio.open_connection("127.0.0.1", int(visitor.port)) for _ in range(MOST_CONNECTIONS + 50)]
    await visitor.enter()
    async with visitor.socket() as socket:
        await first_frame(socket)
    assert await silent[0][0].read() == b""  # the oldest made room
    for _, writer in silent:
        writer.close()


def test_a_connection_without_a_socket_ends_after_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "LONGEST", 0.2)

    @visited
    async def visit(visitor: Visitor) -> None:
        async with visitor.socket(key=visitor.token) as socket:
            reader, writer = await asyncio.open_connection("127.0.0.1", int(visitor.port))
            writer.write(f"POST /trace HTTP/1.1\r\nHost: {visitor.host}\r\nContent-Length: 9\r\n\r\n".encode())
            assert await reader.read() == b""
            writer.close()
            await asyncio.sleep(0.3)
            await socket.send_str(json.dumps({"type": "step", "steps": 3}))
            assert (await first_frame(socket))["back"] in (0, 3)

    visit()


@visited
async def test_a_page_that_asks_too_much_does_not_let_another_wait(visitor: Visitor) -> None:
    """The worker takes seconds for 300 questions."""
    await visitor.enter()
    answers: list[str] = []

    async def read(socket: Any) -> None:
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT and json.loads(message.data)["type"] == "differences":
                answers.append(message.data)

    async with visitor.socket() as busy:
        await first_frame(busy)
        reading = asyncio.create_task(read(busy))
        for _ in range(300):
            await busy.send_str(json.dumps({"type": "differences"}))
        async with visitor.socket() as other:
            await first_frame(other)
        assert len(answers) < 100
        reading.cancel()


@visited
async def test_a_message_with_half_a_character_is_refused_in_words(visitor: Visitor) -> None:
    await visitor.enter()
    async with visitor.socket() as socket:
        await socket.send_str('{"type": "\\ud800"}')
        async for message in socket:
            if message.type == aiohttp.WSMsgType.TEXT and "\\ud800" in message.data:
                assert json.loads(message.data)["type"] == "error"
                break
        await socket.send_str(json.dumps({"type": "step", "steps": 3}))
        assert (await first_frame(socket))["back"] in (0, 3)


@visited
async def test_two_pages_have_two_sessions_and_a_trace_each(visitor: Visitor) -> None:
    await visitor.enter()
    async with visitor.socket() as one, visitor.socket() as other:
        hello = []
        for each in (one, other):
            assert (await each.receive_json())["type"] == "admitted"
            hello.append(await each.receive_json())
        assert hello[0]["session"] != hello[1]["session"]
        await one.send_str(json.dumps({"type": "settings", "settings": {"hidden_layers": [3]}}))
        secret = visitor.secret
        status, text, headers = await visitor.trace(secret=secret, session=hello[0]["session"], language="zh")
        assert (status, headers["Content-Security-Policy"]) == (200, "frame-ancestors 'none'")
        assert "2-3-1" in text
        assert "2-4-1" in (await visitor.trace(secret=secret, session=hello[1]["session"]))[1]
    assert (await visitor.trace(secret=secret, session="nobody"))[0] == 404
    assert (await visitor.trace(secret=secret, session="nobody", language="fr"))[0] == 404


@visited
async def test_a_page_that_asks_for_the_end_ends_the_server_and_closes_the_others(visitor: Visitor) -> None:
    await visitor.enter()
    async with visitor.socket() as one, visitor.socket() as other:
        await one.send_str(json.dumps({"type": "quit"}))
        async for _ in other:
            pass
        assert other.close_code == aiohttp.WSCloseCode.GOING_AWAY


LOADED = """
import json, sys, threading
from course_torch.commands.main import main
code = main(["playground", "--no-open"])
print(json.dumps([code, [each for each in ("torch", "lightning", "matplotlib") if each in sys.modules]]))
assert threading.enumerate() == [threading.main_thread()]
"""


@pytest.fixture
def process(tmp_path: Path) -> Iterator[subprocess.Popen]:
    command = [sys.executable, "-c", LOADED]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # a shell's background jobs ignore Ctrl-C
    ) as started:
        yield started
        started.kill()


def address_of(process: subprocess.Popen) -> str:
    """The printed address: the server listens."""
    assert process.stdout is not None
    line = process.stdout.readline().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/#token=[\w-]{43}", line), line
    return line


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="needs signals")
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_program_with_0_and_leaves_no_thread(
    ending: signal.Signals, process: subprocess.Popen
) -> None:
    address_of(process)
    process.send_signal(ending)
    out, err = process.communicate(timeout=120)
    assert (process.returncode, err) == (0, "")
    assert out.splitlines()[-1] == '[0, ["torch"]]'


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/net/tcp").exists(), reason="needs Linux")
def test_it_listens_on_loopback_alone(process: subprocess.Popen) -> None:
    port = int(address_of(process).split(":")[2].partition("/")[0])
    for family in ("tcp", "tcp6"):
        lines = [line.split() for line in Path(f"/proc/{process.pid}/net/{family}").read_text().splitlines()[1:]]
        places = {line[1].partition(":")[0] for line in lines if line[1].endswith(f":{port:04X}") and line[3] == "0A"}
        assert places == ({"0100007F"} if family == "tcp" else set())


def test_a_port_that_is_taken_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        error = usage_error(main, ["playground", "--no-open", "--port", str(port)], capsys)
    assert f"port: found {port}, which cannot be used" in error


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--port", "80"], "port: found 80, expected 0 or 1024 to 65535"),
        (["--language", "fr"], "language: found 'fr', expected"),
        (["--mine", "missing.py"], "missing.py"),
    ],
)
def test_a_wrong_option_is_one_line(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert message in usage_error(main, ["playground", "--no-open", *arguments], capsys)


@visited
async def with_lessons(visitor: Visitor) -> None:
    """The page knows that the lessons lie beside it, which may run their own scripts, and nothing else of the disk."""
    assert '<html data-lessons="" ' in (await visitor.get("/"))[1]
    status, text, headers = await visitor.get("/zh/lessons/2.4.html")
    assert (status, text, headers["Content-Type"]) == (200, "课", "text/html; charset=utf-8")
    assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
    assert "script-src 'self'; " in (await visitor.get("/"))[2]["Content-Security-Policy"]
    for absent in ("/zh/lessons/9.9.html", "/zh/../secret", "/zh/%2e%2e/%2e%2e/secret", "/zh", "/secret%00"):
        assert (await visitor.get(absent))[0] == 404
    assert (await visitor.get("/zh/lessons/2.4.html", Host="localhost"))[0] == 403


def test_the_server_has_the_lessons_beside_its_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "secret").touch()
    page = tmp_path / "site" / "zh" / "lessons" / "2.4.html"
    page.parent.mkdir(parents=True)
    page.write_text("课", encoding="utf-8")
    monkeypatch.setattr(lessons, "SITE", tmp_path / "site")
    with_lessons()


@visited
async def without_lessons(visitor: Visitor) -> None:
    assert "data-lessons" not in (await visitor.get("/"))[1]


def test_without_the_site_the_page_has_no_lessons(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lessons, "SITE", tmp_path / "absent")
    without_lessons()
