"""Messages in any order, with any allowed values: no bug, no frame that contradicts the session."""

import random
from collections.abc import Callable
from typing import Any

import pytest

from course_torch.playground.settings import CHOICES, OWN_POINTS
from tests.playground.conversing import Page

POINTS = b"a,b,kind\n" + b"1,2,x\n3,1,y\n2,2,x\n0,4,y\n" * 5


def setting(draw: random.Random) -> dict[str, Any]:
    """A random allowed setting."""
    name = draw.choice([*CHOICES, "hidden_layers", "learn_slope", "model_seed", "data_seed"])
    if name in CHOICES:
        return {name: draw.choice([each for each in CHOICES[name] if each != OWN_POINTS])}
    if name == "hidden_layers":
        return {name: [draw.randint(1, 12) for _ in range(draw.randint(0, 6))]}
    return {name: draw.random() < 0.5} if name == "learn_slope" else {name: draw.randint(0, 9)}


def some_mistake(page: Page, draw: random.Random) -> str | None:
    mistakes = next(each for each in reversed(page.answers) if each["type"] == "start")["mistakes"]
    return draw.choice([None, *(each["name"] for each in mistakes)])


ACTS: list[Callable[[Page, random.Random], Any]] = [
    lambda page, draw: page.say("settings", settings=setting(draw) | setting(draw)),
    lambda page, draw: page.say("step", steps=draw.choice([1, 3, 10])),
    lambda page, draw: page.say("back", steps=draw.choice([1, 5, 400])),
    lambda page, draw: page.say("run"),
    lambda page, draw: page.say("pause"),
    lambda page, draw: page.say("reset"),
    lambda page, draw: page.say("speed", speed=draw.choice([1, 1000, None])),
    lambda page, draw: page.say("hidden", hidden=draw.random() < 0.3),
    lambda page, draw: page.say("point", point=draw.choice([None, [1, -2.5], [1e9, 0]])),
    lambda page, draw: page.say("mistake", name=some_mistake(page, draw)),
    lambda page, draw: page.say("mistake", name=some_mistake(page, draw)),
    lambda page, draw: page.say("guessing"),
    lambda page, draw: page.say("guess", name=some_mistake(page, draw)),
    lambda page, draw: page.say("give_up"),
    lambda page, draw: page.say("export"),
    lambda page, draw: page.connection.receive(POINTS),
    lambda page, draw: page.say("differences"),
]


@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_messages_finds_a_bug(seed: int) -> None:
    draw, page = random.Random(seed), Page()
    page.say("settings", settings={"points": 50})
    for _ in range(60):
        draw.choice(ACTS)(page, draw)
        page.connection.work()
        page.say("drawn")
        session = page.connection.controller.session
        if page.frames and not page.connection.changed:
            frame = page.frames[-1]
            assert (frame["step"], frame["back"]) == (session.step, session.steps_back)
            assert len(frame["W"]) == len(session.network.layers)
    assert {each["reason"] for each in page.answers if each["type"] == "stopped"} <= {"shapes", "diverged"}
