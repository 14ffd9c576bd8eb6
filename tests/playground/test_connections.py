"""What a page asks and what it is answered, in any order."""

import json
import random
import re
from collections.abc import Callable
from typing import Any

import pytest
import torch

from course_torch.data.planar import FEATURES
from course_torch.playground.connections import PageConnection, Sessions
from course_torch.playground.session import RING
from course_torch.playground.settings import CHOICES, MOST_ROWS, OWN_POINTS, described
from course_torch.verification.faults import FAULTS
from tests.playground.conftest import Client

ROWS = "".join(f"{i % 7},{i % 5},{'ab'[i % 2]}\n" for i in range(40))


@pytest.fixture
def page() -> Client:
    """A page that trains as fast as possible."""
    page = Client()
    page.say("speed", speed=None)
    return page


def test_a_page_learns_the_settings_then_the_start() -> None:
    page = Client()
    hello, start = page.answers
    assert (hello["type"], start["type"]) == ("hello", "start")
    assert [each["name"] for each in hello["settings"]] == list(start["settings"])
    assert start["settings"] == json.loads(json.dumps({each["name"]: each["default"] for each in described()}))
    assert (len(start["train"]), len(start["held_out"]), start["parameters"]) == (400, 400, 17)
    assert {label for _, _, label in start["train"]} == {0, 1}
    frame = page.work()
    assert (frame["step"], frame["running"], frame["back"]) == (0, False, 0)
    assert hello["speed"] == page.connection.pace.speed
    assert hello["speed"] in hello["speeds"]
    assert (hello["surfaces"], start["labels"]) == (["slanted_plane", "bumps"], [0, 1])


def test_step_back_and_reset(page: Client) -> None:
    page.say("step", steps=100)
    there = page.work()
    assert there["step"] == 100
    page.say("back", steps=30)
    assert page.work()["step"] == 70
    page.say("step", steps=30)
    assert page.work()["cost"] == there["cost"]
    page.say("reset")
    assert (page.work()["step"], page.frames[-1]["after"]) == (0, -1)


def test_running_trains_until_pause(page: Client) -> None:
    page.say("run")
    first, later = page.work()["step"], page.work()["step"]
    assert later > first > 0
    assert page.frames[-1]["running"]
    page.say("pause")
    assert page.work()["step"] == page.work()["step"]
    assert not page.frames[-1]["running"]


def test_a_setting_restarts_and_goes_on_running(page: Client) -> None:
    page.say("run")
    page.work(3)
    start = page.say("settings", settings={"learning_rate": 0.3, "hidden_layers": [2, 3]})
    assert start is not None
    assert (start["layer_sizes"], start["settings"]["learning_rate"]) == ([2, 2, 3, 1], 0.3)
    frame = page.work()
    assert frame["running"]
    assert (frame["after"], frame["costs"][0][0]) == (-1, 0)


def test_a_frame_waits_for_a_credit_and_shows_the_latest_step(page: Client) -> None:
    page.say("run")
    for _ in range(4):
        page.connection.work()
    assert len(page.frames) == 2
    page.say("drawn")
    page.connection.work()
    assert len(page.frames) == 3
    assert page.frames[-1]["step"] - page.frames[-2]["step"] > page.frames[1]["step"] - page.frames[0]["step"]


def test_nothing_is_sent_while_nothing_changes(page: Client) -> None:
    page.work(3)
    assert len(page.frames) == 1
    assert page.connection.wait is None
    page.say("point", point=[1, 2])
    assert page.connection.wait == 0
    assert page.work()["point"]["x"] == [1, 2]


def test_a_hidden_tab_neither_trains_nor_draws(page: Client) -> None:
    page.say("run")
    page.work()
    step, frames = page.frames[-1]["step"], len(page.frames)
    page.say("hidden", hidden=True)
    page.connection.work()
    assert (len(page.frames), page.connection.controller.session.step, page.connection.wait) == (frames, step, None)
    page.say("hidden", hidden=False)
    assert page.work()["step"] > step


def test_a_mistake_trains_and_the_frame_names_it(page: Client) -> None:
    page.say("step", steps=20)
    page.say("mistake", name="no 1/m in db")
    mistake = page.work()["mistake"]
    assert (mistake["name"], mistake["guesses"], mistake["diagnosis"]["tensor"]) == ("no 1/m in db", None, "db[2]")
    assert "not divided by m" in mistake["diagnosis"]["sentences"]["en"][0]
    page.say("step", steps=1)
    assert page.error("export").startswith("export: a mistake has trained")
    page.say("settings", settings={"hidden_activation": "relu"})
    assert page.work()["mistake"]["name"] == "no 1/m in db"
    page.say("mistake", name="mask reversed in dZ of relu")
    page.say("settings", settings={"hidden_activation": "tanh"})
    assert page.work()["mistake"] is None
    export = page.say("export")
    assert export is not None
    assert export["command"] == "OMP_NUM_THREADS=1 course-torch train --config playground.yaml"


def test_an_edited_weight_is_seen_at_once_and_judged_again(page: Client) -> None:
    """With W[2] = 0 no mistake in dA[1] = dZ[2] W[2] shows. The export says in its own words why it is refused."""
    page.say("step", steps=20)
    page.say("mistake", name="sign in dA")
    assert page.work()["mistake"]["diagnosis"]["tensor"] == "dA[1]"
    for j in range(4):
        assert page.say("edit", layer=2, unit=0, input=j, value=0) is None
    frame = page.work()
    assert (frame["step"], frame["back"], frame["W"][1], frame["mistake"]["diagnosis"]) == (20, 24, [[0] * 4], None)
    page.say("edit", layer=1, unit=3, input=None, value=2.5)
    assert page.work()["b"][0][3] == 2.5
    page.say("export")
    assert page.answers[-1]["message"]["en"].startswith("export: weights were edited by hand")
    assert page.answers[-1]["message"]["zh"].startswith("导出：权重被手动改过")
    page.say("back", steps=5)
    assert page.work()["mistake"]["diagnosis"]["tensor"] == "dA[1]"
    export = page.say("export")
    assert export is not None
    assert export["type"] == "export"


def test_an_edit_while_the_curve_waits_is_drawn_by_the_page(page: Client) -> None:
    """The point of the curve at step 10 is of the edited weights."""
    page.say("step", steps=11)
    page.say("back", steps=1)
    page.work()
    page.say("edit", layer=1, unit=0, input=0, value=5)
    cost = page.work()["cost"]
    page.say("step", steps=1)
    frame = page.work()
    assert (frame["after"], frame["costs"]) == (0, [[10, *cost]])


def test_a_mistake_that_breaks_shapes_pauses_and_says_why(page: Client) -> None:
    page.say("run")
    page.work()
    page.say("mistake", name="transposed")
    frame = page.work()
    en = "dW[2]: shape (4, 1), expected (1, 4)"
    why = {"reason": "shapes", "message": {"en": en, "zh": "dW[2]：形状 (4, 1)，应当是 (1, 4)"}}
    assert page.answers[-1] == {"type": "stopped", **why}
    assert not frame["running"]
    assert frame["gradients"][0]["verdict"] == "different"


def test_a_hidden_mistake_is_named_by_a_right_guess_or_on_giving_up(page: Client) -> None:
    assert page.error("give_up").startswith("give_up: found no mistake to guess")
    assert page.error("guess", name="sign in dW").startswith("guess: found no mistake to guess")
    page.say("step", steps=50)
    page.say("guessing")
    hidden = page.connection.controller.chosen.mistake
    assert hidden is not None
    frame = page.work()
    assert (frame["mistake"]["name"], frame["mistake"]["guesses"]) == (None, 0)
    assert frame["mistake"]["diagnosis"]["sentences"] is None
    fitting = [each["name"] for each in page.answers[1]["mistakes"]]
    wrong = next(each.name for each in FAULTS if each.wrong.keys().isdisjoint(hidden.wrong) and each.name in fitting)
    answer = page.say("guess", name=wrong)
    assert answer == {"type": "guessed", "right": False, "same": False, "guess": wrong}
    assert page.work()["mistake"]["guesses"] == 1
    answer = page.say("guess", name=hidden.name)
    assert answer is not None
    assert (answer["right"], answer["name"]) == (True, hidden.name)
    assert page.work()["mistake"]["name"] == hidden.name
    page.say("guessing")
    hidden = page.connection.controller.chosen.mistake
    answer = page.say("give_up")
    assert hidden is not None
    assert answer is not None
    assert (answer["right"], answer["guess"], answer["name"]) == (False, None, hidden.name)


def test_a_bug_in_a_frame_costs_no_credit_and_is_told_once(
    page: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(page.connection.controller, "frame", lambda *, running: 1 / 0)
        for _ in range(5):
            page.connection.work()
    assert [each["reason"] for each in page.answers if each["type"] == "stopped"] == ["bug"]
    assert "ZeroDivisionError" in capsys.readouterr().err
    page.say("point", point=[1, 2])
    assert page.work()["point"]["x"] == [1, 2]


def test_a_formula_that_raises_pauses_and_is_named_without_a_traceback(
    page: Client, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    page.work()
    monkeypatch.setattr(torch, "tanh", lambda Z: 1 / 0)
    page.say("step", steps=1)
    assert page.connection.trace("en") is None
    assert [(each["type"], each["reason"]) for each in page.answers[2:]] == 2 * [("stopped", "formula")]
    for stopped in page.answers[2:]:
        assert stopped["message"]["en"].startswith("tanh raises ZeroDivisionError: division by zero (activations.py:")
    assert capsys.readouterr().err == ""


def test_own_points_become_the_data(page: Client) -> None:
    page.connection.receive(b"a,b,kind\n" + ROWS.encode())
    start = page.answers[-1]
    assert (start["type"], start["settings"]["data"], start["axes"]) == ("start", "csv", ["a", "b"])
    assert start["class_names"] == ["a", "b"]
    assert len(start["train"]) + len(start["held_out"]) == 40
    page.say("settings", settings={"learning_rate": 0.1})
    assert page.answers[-1]["settings"]["data"] == "csv"


DRAWN = {"rows": [[1, 2.5, 0], [3, 1, 1], [2, 2, 0], [0.125, 4, 1], [5, 5, 1]], "domain": [-6, 6, -5, 7]}


def test_drawn_points_become_the_data_and_the_training_goes_on(page: Client) -> None:
    page.say("run")
    page.work()
    start = page.say("points", **DRAWN)
    assert start is not None
    assert (start["type"], start["settings"]["data"], start["domain"]) == ("start", "csv", [-6, 6, -5, 7])
    assert sorted(start["train"] + start["held_out"]) == sorted(DRAWN["rows"])
    frame = page.work()
    assert (frame["running"], frame["after"], frame["costs"][0][0]) == (True, -1, 0)
    page.say("settings", settings={"data": "moons"})
    start = page.say("settings", settings={"data": "csv"})
    assert start is not None
    assert start["domain"] == [-6, 6, -5, 7]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rows": 3}, "points: found 3, expected at most 2000 rows of x1, x2 and the label 0 or 1"),
        ({"rows": [[1, 2, 0]] * 2001}, "points: found [[1, 2, 0], [1, 2, 0]"),
        ({"rows": [[1, 2, 0], [1, 2]]}, "points: found [1, 2], expected"),
        ({"rows": [[1, 2, 0.5]]}, "points: found [1, 2, 0.5], expected"),
        ({"rows": [[1, 2, True]]}, "points: found [1, 2, True], expected"),
        ({"rows": [[1, 2e9, 0]]}, "points: found [1, 2000000000.0, 0], expected"),
        ({"rows": [[float("nan"), 2, 0]]}, "points: found [nan, 2, 0], expected"),
        ({"rows": []}, "points: found 0 classes in the last column"),
        ({"rows": [[1, 2, 0], [3, 4, 0], [5, 6, 1]]}, "points: found a class with 1 row, expected at least 2"),
        ({"domain": None}, "domain: found null, expected x1 from, to, x2 from, to"),
        ({"domain": [0, 1, 1, 1]}, "domain: found [0, 1, 1, 1]"),
        ({"domain": [0, 1, 0]}, "domain: found [0, 1, 0]"),
    ],
)
def test_drawn_points_that_cannot_train_are_one_line(changes: dict[str, Any], message: str, page: Client) -> None:
    session = page.connection.controller.session
    assert page.error("points", **(DRAWN | changes)).startswith(message)
    assert re.search("[\u4e00-\u9fff]", page.answers[-1]["message"]["zh"])
    assert page.connection.controller.session is session


def test_points_that_excel_wrote_in_china_are_read(page: Client) -> None:
    page.connection.receive("长,宽,类\n".encode("gbk") + ROWS.replace("a", "猫").encode("gbk"))
    assert page.answers[-1]["axes"] == ["长", "宽"]
    assert sorted(page.answers[-1]["class_names"]) == ["b", "猫"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"\xff\xfe1,2,a", "points: found neither UTF-8 nor GB18030, expected a CSV file"),
        (b"1,2,3,a\n4,5,6,b\n" * 3, "points: found 3 features and 2 classes, expected 2 features and 2 classes"),
        (b"1,2,a\n3,4,b\n5,6,c\n" * 3, "points: found 2 features and 3 classes"),
        (b"1,x,a\n", "points, line 1: found 'x', expected a finite number"),
        (b"1e300,2,a\n1,2,b\n" * 3, "points: found 1e+300, expected numbers up to 1e+09"),
        (b"x\n" * (MOST_ROWS + 2), "points: found 2002 lines, expected at most 2000"),  # before the rows are read
        (b"", "points: found no rows"),
    ],
)
def test_bytes_that_hold_no_points_are_one_line(content: bytes, message: str, page: Client) -> None:
    page.connection.receive(content)
    assert page.answers[-1]["type"] == "refused"
    assert page.answers[-1]["message"]["en"].startswith(message)
    assert re.search("[\u4e00-\u9fff]", page.answers[-1]["message"]["zh"])
    assert page.connection.controller.session.settings.data == "planar"


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("settings", {"settings": {"learning_rate": 7}}, "learning_rate: found 7, expected one of 0.0001"),
        ("settings", {"settings": {"precision": 32, "slope": 9}}, "slope: found 9"),
        ("settings", {"settings": {"data": "csv"}}, "data: found csv, expected a CSV file of points first"),
        ("settings", {"settings": 3}, "settings: found no object"),
        ("settings", {}, "settings: found no object"),
        ("step", {"steps": 101}, "steps: found 101, expected 1 to 100"),
        ("step", {"steps": True}, "steps: found True"),
        ("step", {}, "steps: found None"),
        ("back", {"steps": RING + 1}, "steps: found 401, expected 1 to 400"),
        ("speed", {"speed": 7}, "speed: found 7, expected one of 1, 10, 30, 300, or null"),
        ("speed", {"speed": [1]}, "speed: found [1]"),
        ("hidden", {"hidden": 1}, "hidden: found 1, expected true or false"),
        ("edit", {"layer": 3, "unit": 0, "value": 1}, "layer: found 3, expected 1 to 2"),
        ("edit", {"layer": 1, "unit": 4, "value": 1}, "unit: found 4, expected 0 to 3"),
        ("edit", {"layer": 1, "unit": 0, "input": 2, "value": 1}, "input: found 2, expected 0 to 1"),
        ("edit", {"layer": 1, "unit": 0, "input": 0, "value": "1"}, "value: found 1, expected a number"),
        ("point", {"point": [1]}, "point: found [1], expected two numbers or null"),
        ("point", {"point": [1, "2"]}, "point: found"),
        ("point", {"point": [1e300, 2]}, "point: found"),
        ("mistake", {"name": "mask reversed in dZ of relu"}, "mistake: found 'mask reversed in dZ of relu'"),
        ("mistake", {"name": {"a": 1}}, "mistake: found"),
        ("fly", {}, "type: found 'fly', expected one of drawn, settings"),
    ],
)
def test_a_wrong_message_is_one_line_and_changes_nothing(
    kind: str, content: dict[str, Any], message: str, page: Client
) -> None:
    settings = page.connection.controller.session.settings
    assert page.error(kind, **content).startswith(message)
    assert page.connection.controller.session.settings is settings


@pytest.mark.parametrize("text", ["", "[1]", '{"type": 3}', "{", "[" * 100_000, '{"steps": NaN}'])
def test_a_text_that_is_no_message_is_one_line(text: str, page: Client) -> None:
    page.connection.receive(text)
    assert page.answers[-1]["message"]["en"] == "message: found no JSON object with a type"


def test_a_bug_pauses_this_session_and_is_told(page: Client, capsys: pytest.CaptureFixture[str]) -> None:
    page.say("run")
    page.connection.controller.session.used_pass = lambda network, batch: 1 / 0
    page.connection.work()
    assert {each["type"]: each.get("reason") for each in page.answers}["stopped"] == "bug"
    assert "ZeroDivisionError" in capsys.readouterr().err
    assert not page.connection.pace.running


POINTS = b"a,b,kind\n" + b"1,2,x\n3,1,y\n2,2,x\n0,4,y\n" * 5


def setting(draw: random.Random) -> dict[str, Any]:
    """A random allowed setting."""
    name = draw.choice([*CHOICES, "features", "hidden_layers", "learn_slope", "model_seed", "data_seed"])
    if name in CHOICES:
        return {name: draw.choice([each for each in CHOICES[name] if each != OWN_POINTS])}
    if name == "features":
        return {name: draw.sample([*FEATURES], draw.randint(1, 7))}
    if name == "hidden_layers":
        return {name: [draw.randint(1, 12) for _ in range(draw.randint(0, 6))]}
    return {name: draw.random() < 0.5} if name == "learn_slope" else {name: draw.randint(0, 9)}


def some_mistake(page: Client, draw: random.Random) -> str | None:
    mistakes = next(each for each in reversed(page.answers) if each["type"] == "start")["mistakes"]
    return draw.choice([None, *(each["name"] for each in mistakes)])


ACTS: list[Callable[[Client, random.Random], Any]] = [
    lambda page, draw: page.say("settings", settings=setting(draw) | setting(draw)),
    lambda page, draw: page.say("step", steps=draw.choice([1, 3, 10])),
    lambda page, draw: page.say("back", steps=draw.choice([1, 5, 400])),
    lambda page, draw: page.say("run"),
    lambda page, draw: page.say("pause"),
    lambda page, draw: page.say("reset"),
    lambda page, draw: page.say("speed", speed=draw.choice([1, 300, None])),
    lambda page, draw: page.say("hidden", hidden=draw.random() < 0.3),
    lambda page, draw: page.say("point", point=draw.choice([None, [1, -2.5], [1e9, 0]])),
    lambda page, draw: page.say("mistake", name=some_mistake(page, draw)),
    lambda page, draw: page.say("mistake", name=some_mistake(page, draw)),
    lambda page, draw: page.say("guessing"),
    lambda page, draw: page.say("guess", name=some_mistake(page, draw)),
    lambda page, draw: page.say("give_up"),
    lambda page, draw: page.say("export"),
    lambda page, draw: page.connection.receive(POINTS),
    lambda page, draw: page.say("points", **DRAWN),
    lambda page, draw: page.say("differences"),
    lambda page, draw: page.say("edit", layer=1, unit=0, input=draw.choice([None, 0, 1]), value=draw.uniform(-3, 3)),
]


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_no_order_of_messages_finds_a_bug(seed: int) -> None:
    draw, page = random.Random(seed), Client()
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


def test_a_fault_of_one_page_closes_its_socket_and_no_other(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    sent: dict[str, list[Any]] = {"one": [], "other": []}
    sessions = Sessions(None, lambda: None)
    for name, answers in sent.items():
        sessions.open(name, answers.append)
    first = next(iter(sessions._connections.values()))
    work = PageConnection.work

    def fail(connection: PageConnection) -> None:
        if connection is first:
            raise ZeroDivisionError
        work(connection)

    monkeypatch.setattr(PageConnection, "work", fail)
    sessions.work()
    assert sent["one"][-1] is None
    assert isinstance(sent["other"][-1], bytes)
    assert "ZeroDivisionError" in capfd.readouterr().err
    sessions.receive("one", "{}")
    assert sent["one"][-1] is None


@pytest.mark.parametrize("point", [[10**400, 1], [float("nan"), 1], [1, float("inf")], [True, 1], [1], "a", [2e9, 0]])
def test_a_point_that_is_none_is_one_line(point: object, page: Client) -> None:
    assert page.error("point", point=point).startswith("point: found ")
