"""Who may talk to the server, asked by real requests on loopback."""

import asyncio
import json
import threading
from collections.abc import Callable, Coroutine
from struct import unpack_from
from typing import Any

import aiohttp
import pytest
from aiohttp import WSServerHandshakeError

from course_torch.playground.server import LARGEST_MESSAGE, MOST_SOCKETS
from course_torch.playground.serving import serve

Visit = Callable[["Visitor"], Coroutine[Any, Any, None]]


class Visitor:
    """A browser that has opened the printed address."""

    def __init__(self, address: str, client: aiohttp.ClientSession) -> None:
        self.address, self.client = address, client
        self.origin = address.partition("/?")[0]
        self.host = self.origin.removeprefix("http://")

    async def get(self, path: str, **headers: str) -> tuple[int, str, Any]:
        """Status, text and headers of an answer."""
        async with self.client.get(self.origin + path, headers=headers, allow_redirects=False) as answer:
            return answer.status, await answer.text(), answer.headers

    async def enter(self) -> None:
        async with self.client.get(self.address) as answer:
            assert answer.status in (200, 404)  # 404 without a page

    def socket(self, **headers: str) -> Any:
        return self.client.ws_connect(f"{self.origin}/socket", headers={"Origin": self.origin, **headers})


def visited(visit: Visit) -> None:
    """Run the server and the visit in one event loop. No thread of the playground is left."""

    async def run() -> None:
        address: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        serving = asyncio.create_task(serve(0, None, address.set_result))
        jar = aiohttp.CookieJar(unsafe=True)  # cookies of an IP address too
        async with aiohttp.ClientSession(cookie_jar=jar) as client:
            try:
                await visit(Visitor(await address, client))
            finally:
                serving.cancel()
                await asyncio.gather(serving, return_exceptions=True)

    asyncio.run(run())
    assert not any(each.name == "playground" for each in threading.enumerate())


async def status_of_socket(visitor: Visitor, **headers: str) -> int:
    """101 if the socket opens, otherwise the status of the refusal."""
    try:
        async with visitor.socket(**headers):
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


def test_the_token_becomes_a_cookie_that_scripts_and_other_sites_cannot_use() -> None:
    async def visit(visitor: Visitor) -> None:
        status, _, headers = await visitor.get(visitor.address.removeprefix(visitor.origin))
        port = visitor.host.partition(":")[2]
        assert (status, headers["Location"]) == (303, "/")
        cookie = headers["Set-Cookie"]
        assert cookie.startswith(f"course_torch_{port}=")
        assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= set(cookie.split("; "))
        assert visitor.address.partition("token=")[2] not in cookie
        _, _, headers = await visitor.get(visitor.address.removeprefix(visitor.origin) + "&language=zh")
        assert headers["Location"] == "/?language=zh"
        _, _, headers = await visitor.get(visitor.address.removeprefix(visitor.origin) + "&language=//evil.example")
        assert headers["Location"] == "/"

    visited(visit)


def test_without_token_or_cookie_nothing_is_sent() -> None:
    async def visit(visitor: Visitor) -> None:
        for path in ("/", "/style.css", "/trace?session=a", "/?token=wrong", "/?token=", "/nothing"):
            assert (await visitor.get(path))[0] == 403
        assert await status_of_socket(visitor) == 403
        visitor.client.cookie_jar.update_cookies({f"course_torch_{visitor.host.partition(':')[2]}": "wrong"})
        assert (await visitor.get("/style.css"))[0] == 403
        assert await status_of_socket(visitor) == 403
        await visitor.enter()
        assert (await visitor.get("/style.css"))[0] == 200

    visited(visit)


def test_a_foreign_host_is_refused_even_with_the_cookie() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        port = visitor.host.partition(":")[2]
        for host in (f"localhost:{port}", "evil.example", "127.0.0.1", "127.0.0.1:1", f"[::1]:{port}"):
            assert (await visitor.get("/style.css", Host=host))[0] == 403
            assert await status_of_socket(visitor, Host=host) == 403
        assert (await visitor.get(visitor.address.removeprefix(visitor.origin), Host="evil.example"))[0] == 403

    visited(visit)


def test_a_foreign_or_missing_origin_gets_no_socket_even_with_the_cookie() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        port = visitor.host.partition(":")[2]
        for origin in ("http://evil.example", "null", "", f"http://localhost:{port}", f"https://127.0.0.1:{port}"):
            assert await status_of_socket(visitor, Origin=origin) == 403
        with pytest.raises(WSServerHandshakeError, match="403"):
            await visitor.client.ws_connect(f"{visitor.origin}/socket")  # as a program does, without Origin
        assert await status_of_socket(visitor) == 101

    visited(visit)


def test_only_the_files_of_the_table_are_sent_and_with_every_header() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        status, text, headers = await visitor.get("/texts/en.json")
        assert (status, headers["Content-Type"]) == (200, "application/json; charset=utf-8")
        assert json.loads(text)
        for path in ("/../errors.py", "/%2e%2e/errors.py", "/texts/../../errors.py", "/trace/page.js", "/page.html"):
            assert (await visitor.get(path))[0] in (403, 404)
        for path in ("/style.css", "/nothing", "/?token=wrong"):
            _, _, headers = await visitor.get(path)
            policy = headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'; ")
            assert "unsafe" not in policy
            assert "frame-ancestors 'none'" in policy
            for name in ("Referrer-Policy", "X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Cache-Control"):
                assert name in headers

    visited(visit)


def test_the_fifth_socket_waits_until_another_closes() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        sockets = [await visitor.socket() for _ in range(MOST_SOCKETS)]
        assert await status_of_socket(visitor) == 503
        await sockets[0].close()
        assert await status_of_socket(visitor) == 101
        for each in sockets:
            await each.close()

    visited(visit)


def test_a_message_that_is_too_large_closes_its_socket_alone() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        async with visitor.socket() as large, visitor.socket() as other:
            await large.send_bytes(b"1" * (LARGEST_MESSAGE + 1))
            async for _ in large:
                pass
            assert large.close_code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
            await other.send_str(json.dumps({"type": "step", "steps": 3}))
            assert (await first_frame(other))["back"] in (0, 3)

    visited(visit)


def test_two_pages_have_two_sessions_and_a_trace_each() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        async with visitor.socket() as one, visitor.socket() as other:
            hello = [json.loads((await each.receive()).data) for each in (one, other)]
            assert hello[0]["session"] != hello[1]["session"]
            await one.send_str(json.dumps({"type": "settings", "settings": {"hidden_layers": [3]}}))
            status, text, headers = await visitor.get(f"/trace?session={hello[0]['session']}&language=zh")
            assert (status, headers["Content-Security-Policy"]) == (200, "frame-ancestors 'none'")
            assert "2-3-1" in text
            assert "2-4-1" in (await visitor.get(f"/trace?session={hello[1]['session']}"))[1]
        assert (await visitor.get("/trace?session=nobody"))[0] == 404
        assert (await visitor.get("/trace?session=nobody&language=fr"))[0] == 404

    visited(visit)


def test_a_page_that_asks_for_the_end_ends_the_server_and_closes_the_others() -> None:
    async def visit(visitor: Visitor) -> None:
        await visitor.enter()
        async with visitor.socket() as one, visitor.socket() as other:
            await one.send_str(json.dumps({"type": "quit"}))
            async for _ in other:
                pass
            assert other.close_code == aiohttp.WSCloseCode.GOING_AWAY

    visited(visit)
