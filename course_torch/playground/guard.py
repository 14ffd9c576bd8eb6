"""Who may connect to the server: the browser that first opened the printed address, and nobody else.

Every page in the browser can send requests to 127.0.0.1, also a page of the internet. So the server answers only to the
exact Host (against DNS rebinding), and opens a socket only for the exact Origin.

Other users of this machine can send requests too, with any Host and Origin. So a socket needs the token of the printed
address, which opens one socket. That socket brings the page a secret, which opens the later sockets and the traces. The
page keeps the secret in localStorage, which belongs to host and port. A cookie belongs to the host alone: the browser
would send it to the server of another user on another port.
"""

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
    """The keys of one server. Other users may see the token later, so it is no longer a key after the first socket."""

    def __init__(self, port: int) -> None:
        self.host = f"{ADDRESS}:{port}"
        self.origin = f"http://{self.host}"
        self.token, self.secret = token_urlsafe(32), token_urlsafe(32)
        self._key = self.token

    @property
    def headers(self) -> dict[str, str]:
        """Headers of every answer: no code but the server's own files, no frame around the page."""
        policy = (
            f"default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self' ws://{self.host}; "
            "img-src data: blob:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
        )
        return {"Content-Security-Policy": policy, **HEADERS}

    def knows_host(self, hosts: list[str]) -> bool:
        """Whether the Host is this server: `localhost` and names that resolve to this machine are not."""
        return hosts == [self.host]

    def knows_origin(self, origins: list[str]) -> bool:
        """Whether the request comes from this server's page. A missing Origin, as of programs, is foreign."""
        return origins == [self.origin]

    def knows_key(self, *keys: str) -> bool:
        """Whether one of the keys is right: the token before the first socket, the secret afterwards."""
        return any(compare_digest(key.encode(errors="replace"), self._key.encode()) for key in keys)

    def admits(self, *keys: str) -> bool:
        """Whether a socket may open with one of the keys. The first socket that may uses up the token."""
        if not self.knows_key(*keys):
            return False
        self._key = self.secret
        return True
