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


COLOURS = """(() => {
  const canvas = document.getElementById('network'), context = canvas.getContext('2d');
  const ratio = devicePixelRatio, [width, height] = [canvas.width, canvas.height].map((each) => each / ratio);
  const at = (x, y) => [...context.getImageData(x * ratio, y * ratio, 1, 1).data].join(' ');
  return [2, 4, 1].map((n, l) => Array.from({ length: n }, (_, i) => {
    const [x, y] = [width * (l + 0.5) / 3, 40 + (height - 40) * (i + 0.5) / n];
    return [at(x - 18, y), at(x + 18, y), at(x, y - 18), at(x, y + 18)];
  }));
})()"""
"""The colours on the left, on the right, at the top and at the bottom of each unit's picture in a network 2-4-1."""


def test_each_unit_has_a_picture_of_its_own(engine: Engine, recorded_page: Path) -> None:
    """An input grows along its own axis alone."""
    engine.open(f"{recorded_page.as_uri()}?language=en#hidden_layers=4&initialization=lecun")
    wait_for(engine, READY)
    inputs, hidden, _ = engine.evaluate(COLOURS)
    (left, right, top, bottom), (*sides, highest, lowest) = inputs
    assert left != right
    assert top == bottom
    assert sides[0] == sides[1]
    assert highest != lowest
    assert len({*map(tuple, hidden)}) == 4
