"""The playground from disk in other engines than Chromium."""

import json
from pathlib import Path

import pytest

from tests.playground.conftest import packed
from tests.support.engines import Engine, wait_for

pytestmark = pytest.mark.slow
EQUAL = "every gradient that trains equals autograd's"
READY = "document.getElementById('columns').ariaBusy === 'false'"
DRAWN_POINTS = {"rows": [[x, y, int(x > 0)] for x in (-3, -2, 2, 3) for y in range(4)], "domain": [-6, 6, -6, 6]}
LINKS = {
    "settings and a mistake": (
        "data=moons&hidden_layers=3-3&mistake=sign+in+dW",
        "document.getElementById('diagnosis').textContent.includes('dW[3]')",
    ),
    "drawn points": (
        f"data=csv&drawn={packed(json.dumps(DRAWN_POINTS).encode())}",
        "document.getElementById('data').selectedOptions[0].textContent === 'own points'",
    ),
}
"""What a link has -> its fragment, and what is true once the page has followed it."""


def test_a_network_trains_by_itself(engine: Engine, recorded_page: Path) -> None:
    engine.open(f"{recorded_page.as_uri()}?language=en")
    wait_for(engine, READY)
    wait_for(engine, "Number(document.getElementById('at').textContent.match(/[0-9]+/)) > 20")
    for words in ("Run", "Pause"):
        engine.evaluate("document.getElementById('run').click()")
        wait_for(engine, f"document.getElementById('run').textContent.includes('{words}')")
    wait_for(engine, f"document.getElementById('gradients-verdict').textContent.includes(\"{EQUAL}\")")
    assert engine.evaluate("document.getElementById('notice').textContent") == ""


@pytest.mark.parametrize("name", LINKS)
def test_a_link_opens(engine: Engine, recorded_page: Path, name: str) -> None:
    fragment, followed = LINKS[name]
    engine.open(f"{recorded_page.as_uri()}?language=en#{fragment}")
    wait_for(engine, READY)
    wait_for(engine, followed)
    assert engine.evaluate("document.getElementById('notice').textContent") == ""
