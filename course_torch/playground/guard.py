"""Who may talk to the server: the page that this program opened, on this machine, and nobody else.

Every page in the browser can send requests to 127.0.0.1, also a page of the internet. So the server answers only with
the exact Host (against DNS rebinding), a cookie that the printed address sets, and for the socket the exact Origin.
"""

from collections.abc import Mapping
from secrets import compare_digest, token_urlsafe

ADDRESS = "127.0.0.1"
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Guard:
    """The secrets of one server. Cookies do not know ports, so the cookie's name has the port."""

    def __init__(self, port: int) -> None:
        self.host = f"{ADDRESS}:{port}"
        self.origin = f"http://{self.host}"
        self.cookie = f"course_torch_{port}"
        self.token, self.ticket = token_urlsafe(32), token_urlsafe(32)

    @property
    def headers(self) -> dict[str, str]:
        """Headers of every answer: no code but the server's own files, no frame around the page."""
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://{self.host}; "
            "img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        )
        return {"Content-Security-Policy": policy, **HEADERS}

    def knows_host(self, hosts: list[str]) -> bool:
        """Whether the Host is this server: `localhost` and names that resolve to this machine are not."""
        return hosts == [self.host]

    def knows_origin(self, origins: list[str]) -> bool:
        """Whether the request comes from this server's page. A missing Origin, as of programs, is foreign."""
        return origins == [self.origin]

    def knows_token(self, token: str) -> bool:
        return compare_digest(token.encode(), self.token.encode())

    def knows_cookie(self, cookies: Mapping[str, str]) -> bool:
        return compare_digest(cookies.get(self.cookie, "").encode(), self.ticket.encode())
