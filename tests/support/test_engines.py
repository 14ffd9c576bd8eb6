"""What the engines tell of broken formulas."""

import time
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from tests.support.engines import Engine, Firefox

FORMULA = "<p>1</p><math><msup><mi>x</mi>", "<mn>2</mn></msup></math>"


class Halves(BaseHTTPRequestHandler):
    """Sends a page whose second half comes a second later."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.end_headers()
        for half, pause in zip(FORMULA, (1, 0), strict=True):
            self.wfile.write(half.encode())
            time.sleep(pause)

    def log_message(self, *_: object) -> None: ...


@pytest.mark.slow
def test_a_broken_formula_is_an_error_and_a_formula_of_which_a_half_has_come_is_none(engine: Engine) -> None:
    """WebKit tells no errors."""
    with HTTPServer(("127.0.0.1", 0), Halves) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        engine.open(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    assert engine.errors == []
    engine.evaluate("document.querySelector('mn').remove()")
    engine.evaluate("document.body.offsetHeight")
    engine.evaluate("0")  # the errors before its answer are all of the formula
    assert len(engine.errors) == isinstance(engine, Firefox)
    engine.errors.clear()
