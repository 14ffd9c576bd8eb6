"""The page's own engine answers as the server does: the same starts, frames, refusals and stops."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from course_torch.playground.standalone import joined, kit
from tests.browser import Page
from tests.playground.conftest import Client, decoded

pytestmark = pytest.mark.browser
SCRIPT = """window.begin = async (kit) => {
  const { Engine } = await engine_engine_js;
  window.said = [];
  window.engine = new Engine(kit, (message) => said.push(message));
  said.length = 0;
};
window.tell = (messages) => {
  for (const message of messages) {
    engine.receive(message);
    if (message.type === "run") for (let i = 0; i < 3; i++) engine.work();
  }
  while (engine.draws()) engine.work();
  engine.credits = 2;
  return said.splice(0).map((each) => (each instanceof ArrayBuffer ? [...new Uint8Array(each)] : each));
};"""
STEP = {"type": "step", "steps": 1}


@pytest.fixture(scope="module")
def packed_kit() -> dict[str, Any]:
    return json.loads(json.dumps(kit()))


@pytest.fixture
def tell(new_page: Callable[..., Page], packed_kit: dict[str, Any]) -> Callable[..., list[Any]]:
    """Sends messages to an engine in the page, and returns its answers; the last answer is a frame."""
    page = new_page()
    page.add_script_tag(content=f"{joined('engine/engine.js')}{SCRIPT}")
    page.evaluate("(kit) => begin(kit)", packed_kit)
    return lambda *messages: page.evaluate("(messages) => tell(messages)", [*messages])


def by_server(*messages: dict[str, Any] | bytes) -> tuple[list[dict[str, Any]], tuple[Any, ...]]:
    """The answers of the server to the same messages, and its last frame."""
    client = Client()
    for message in messages:
        client.connection.receive(message if isinstance(message, bytes) else json.dumps(message))
    return client.answers, decoded(client.connection.controller.frame(running=False))


def near(found: Any, expected: Any, path: str = "") -> None:
    """Numbers within 1e-9; a histogram may count a value at an edge in the next bin."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys(), path
        for key, value in expected.items():
            near(found[key], value, f"{path}.{key}")
    elif isinstance(expected, list) and isinstance(found, list):
        assert len(found) == len(expected), path
        if path.endswith(("Z[1]", "A[1]", "dZ[1]", "dW[1]")):
            assert sum(abs(a - b) for a, b in zip(found, expected, strict=True)) <= 0.02 * sum(expected) + 2, path
            return
        for i, pair in enumerate(zip(found, expected, strict=True)):
            near(*pair, f"{path}[{i}]")
    elif isinstance(expected, float):
        assert found == pytest.approx(expected, rel=0.05 if path.endswith(".relative") else 1e-7, abs=1e-9), path
    else:
        assert found == expected, path


JUDGED = ("largest", "relative", "tolerance", "entry", "found", "autograd")
"""What a right gradient and autograd's differ by is rounding, which each engine has of its own."""


def without_rounding(header: dict[str, Any]) -> dict[str, Any]:
    """The header without numbers that are rounding errors. The server's planes are in float32."""
    for row in header["gradients"]:
        row["verdict"] = row["verdict"].replace("not judged", "equal")  # near 0 all digits are rounding
        for name in JUDGED if row["verdict"] != "different" else ("tolerance", "entry", "found", "autograd"):
            row.pop(name)
    diagnosis = (header["mistake"] or {}).get("diagnosis")
    if diagnosis is not None:
        diagnosis.pop("sentences")
        diagnosis["symptom"] = {
            key: re.sub(r"\S+e-1\d|0\.0e\+00", "0", text) for key, text in diagnosis["symptom"].items()
        }
    return {**header, "scales": [[f"{scale:.3g}" for scale in layer] for layer in header["scales"]]}


def frame_of(answers: list[Any]) -> tuple[Any, ...]:
    return decoded(bytes(answers[-1]))


def same_frame(found: tuple[Any, ...], expected: tuple[Any, ...]) -> None:
    near(without_rounding(found[0]), without_rounding(expected[0]))
    assert (found[1] - expected[1]).abs().max() <= 64, "the server computes in float32"
    assert all((a.int() - b.int()).abs().max() <= 1 for a, b in zip(found[2], expected[2], strict=True))


SETTINGS = {
    "the flower": {},
    "logistic regression": {"hidden_layers": [], "data": "gaussian_quantiles"},
    "deep": {"hidden_layers": [4, 3, 5, 2, 4, 3], "hidden_activation": "relu", "initialization": "he", "model_seed": 3},
    "learned slopes": {
        "hidden_layers": [5, 4],
        "hidden_activation": "leaky_relu",
        "learn_slope": True,
        "slope": 0.3,
        "initialization": "lecun",
        "data": "moons",
    },
    "mini-batches": {"batch_size": 64, "learning_rate": 0.3, "data": "circles", "noise": 0.0},
    "dead and saturated units": {
        "hidden_activation": "sigmoid",
        "hidden_layers": [6, 6],
        "initialization": "he",
        "learning_rate": 30.0,
        "data": "blobs",
    },
    "identity": {"hidden_activation": "identity", "hidden_layers": [3]},
    "zeros": {"initialization": "zeros"},
    "regression": {"data": "bumps", "hidden_layers": [6, 4], "learning_rate": 0.03, "initialization": "lecun"},
    "classes with the identity": {"output": "identity", "hidden_layers": [], "learning_rate": 0.03, "noise": 0.0},
    "features": {
        "features": ["sin_x2", "x1_squared", "x2_squared", "x1_x2", "x1"],
        "data": "circles",
        "hidden_layers": [3],
        "learning_rate": 0.1,
    },
}


@pytest.mark.parametrize("name", SETTINGS)
def test_a_training_is_the_same_in_the_page_and_on_the_server(tell: Callable[..., list[Any]], name: str) -> None:
    messages = [
        {"type": "settings", "settings": SETTINGS[name]},
        {"type": "point", "point": [0.5, -1.25]},
        {"type": "step", "steps": 33},
        {"type": "back", "steps": 2},
    ]
    answers, expected = by_server(*messages)
    found = tell(*messages)
    if name == "the flower":
        assert {row["verdict"] for row in frame_of(found)[0]["gradients"]} == {"equal"}
    assert [each["type"] for each in found[:-1]] == [each["type"] for each in answers[2:]]
    start, other = found[0], answers[2]
    made = start.pop("mistakes")
    assert made == [each for each in other.pop("mistakes") if each in made]
    near(start, other)
    same_frame(frame_of(found), expected)


def test_the_cost_after_500_steps_is_the_same(tell: Callable[..., list[Any]]) -> None:
    messages = [{"type": "step", "steps": 100}] * 5
    assert frame_of(tell(*messages))[0]["cost"] == pytest.approx(by_server(*messages)[1][0]["cost"], rel=1e-9)


QUICK = "logistic regression", "as wide as the features"
FORMS = {
    "logistic regression": {"hidden_layers": []},
    "logistic regression, relu": {"hidden_layers": [], "hidden_activation": "relu"},
    "square": {"hidden_layers": [4, 4]},
    "widths 3 and 2": {"hidden_layers": [3, 2], "features": ["x1", "x2", "x1_x2", "sin_x1"]},
    "as wide as the features": {"hidden_layers": [2, 2]},
    "one unit": {"hidden_layers": [1, 1]},
    "one feature": {"hidden_layers": [3, 3], "features": ["x2"]},
    "as many examples as units": {"hidden_layers": [4, 4], "batch_size": 4},
}


@pytest.mark.parametrize(
    "name", [each if each in QUICK else pytest.param(each, marks=pytest.mark.slow) for each in FORMS]
)
def test_every_mistake_trains_and_is_found_as_on_the_server(tell: Callable[..., list[Any]], name: str) -> None:
    """A mistake may be made wherever a shape fits: sizes that are equal by chance let the server make others."""
    usual = {"learning_rate": 0.1, "model_seed": 2, "initialization": "lecun"}  # no gradient is near its tolerance
    start = {"type": "settings", "settings": usual | FORMS[name]}
    for mistake in tell(start)[0]["mistakes"]:
        if mistake["name"].startswith("epsilon"):  # as large as the rounding errors of gradients near 0
            continue
        messages = [start, {"type": "mistake", "name": mistake["name"]}, {"type": "step", "steps": 3}]
        found, (answers, expected) = tell(*messages), by_server(*messages)
        assert [each["type"] for each in found[:-1]] == [each["type"] for each in answers[2:]], mistake["name"]
        same_frame(frame_of(found), expected)


def answers_to(tell: Callable[..., list[Any]], *messages: dict[str, Any] | bytes) -> tuple[list[Any], list[Any]]:
    """The answers of the page and those of the server, without frames."""
    found = [each for each in tell(*messages) if isinstance(each, dict)]
    return found, by_server(*messages)[0][2:]


def test_an_edit_can_be_undone_and_a_value_that_is_no_weight_is_refused(tell: Callable[..., list[Any]]) -> None:
    edit = {"type": "edit", "layer": 1, "unit": 2, "input": 1, "value": 0.7}
    messages = [STEP, edit, edit | {"input": None, "value": -3}, STEP, {"type": "back", "steps": 2}]
    same_frame(frame_of(tell(*messages)), by_server(*messages)[1])
    found, expected = answers_to(tell, edit | {"value": 1e9})
    assert found == expected


def test_the_training_stops_where_the_server_stops(tell: Callable[..., list[Any]]) -> None:
    settings = {
        "hidden_activation": "identity",
        "hidden_layers": [8, 8, 8],
        "initialization": "he",
        "learning_rate": 100.0,
    }
    messages = [{"type": "settings", "settings": settings}, *[STEP] * 30]
    found, expected = answers_to(tell, *messages)
    assert [each for each in found if each["type"] == "stopped"] == [
        each for each in expected if each["type"] == "stopped"
    ]
    assert found[-1]["reason"] == "diverged"


def test_central_differences_judge_every_gradient(tell: Callable[..., list[Any]]) -> None:
    start = {
        "type": "settings",
        "settings": {"hidden_activation": "relu", "initialization": "he", "hidden_layers": [5, 3]},
    }
    found, expected = answers_to(tell, start, {"type": "step", "steps": 20}, {"type": "differences"})
    rows, others = found[-1]["rows"], expected[-1]["rows"]
    assert [(row["name"], row["sampled"], row["verdict"]) for row in rows] == [
        (row["name"], row["sampled"], row["verdict"]) for row in others
    ]
    wrong = answers_to(tell, {"type": "mistake", "name": "sign in dW"}, {"type": "differences"})[0][-1]["rows"]
    assert {row["name"]: row["verdict"] for row in wrong if row["name"].startswith("dW")} == dict.fromkeys(
        ("dW[1]", "dW[2]", "dW[3]"), "different"
    )


def test_a_hidden_mistake_is_found_by_guessing_or_given_up(tell: Callable[..., list[Any]]) -> None:
    def answer(message: dict[str, Any]) -> Any:
        return tell(message)[0]

    names = [each["name"] for each in tell({"type": "step", "steps": 3}, {"type": "reset"})[0]["mistakes"]]
    frame = frame_of(tell(STEP, {"type": "guessing"}))[0]["mistake"]
    assert (frame["name"], frame["guesses"]) == (None, 0)
    assert frame["diagnosis"]["tensor"]
    answers = [answer({"type": "guess", "name": name}) for name in names[:1]]
    while not answers[-1]["right"]:
        answers.append(answer({"type": "guess", "name": names[len(answers)]}))
    assert answers[-1]["title"]["zh"]
    assert answers[-1]["name"] == answers[-1]["guess"] or answers[-1]["same"]
    assert "no mistake to guess" in answer({"type": "guess", "name": names[0]})["message"]["en"]
    tell({"type": "guessing"})
    assert answer({"type": "give_up"})["name"] in names


FILES = {
    "two classes": b"height,weight,class\n"
    + b"".join(b"%d,%d,%s\n" % (i, i * i % 7, b"ab"[i % 2 :][:1]) for i in range(23)),
    "quotes": b'"1","2,5",x\n"3","4",y\n',
    "gb18030": "1,2,红\n3,4,蓝\n5,6,红\n7,8,蓝\n9,1,红\n2,2,蓝\n".encode("gb18030"),
    "empty": b"",
    "three columns": b"1,2,3,a\n4,5,6,b\n1,2,3,a\n4,5,6,b\n",
    "another width": b"1,2,a\n4,5\n",
    "a word": b"1,2,a\n4,five,b\n",
    "no class": b"1,2,a\n4,5,\n",
    "one class": b"1,2,a\n4,5,a\n",
    "rare": b"1,2,a\n4,5,a\n1,1,b\n",
    "large": b"1,2,a\n4,5e12,a\n1,1,b\n1,1,b\n",
    "no text": b"1,2,a\n\xff\xfe\xff\n",
    "too long": b"1,2,a\n3,4,b\n" * 1100,
}


@pytest.mark.parametrize("name", FILES)
def test_the_points_of_a_file_are_read_and_refused_as_on_the_server(new_page: Any, packed_kit: Any, name: str) -> None:
    page = new_page()
    page.add_script_tag(content=f"{joined('engine/engine.js')}{SCRIPT}")
    page.evaluate("(kit) => begin(kit)", packed_kit)
    found = page.evaluate("(bytes) => tell([Uint8Array.from(bytes).buffer])", [*FILES[name]])[0]
    expected = by_server(FILES[name])[0][2]
    if expected["type"] == "start":
        for each in (found, expected):
            each.pop("mistakes")
    near(found, expected)


def test_settings_that_the_page_cannot_compute_are_refused(tell: Callable[..., list[Any]]) -> None:
    for changes in (
        {"precision": 32},
        {"optimizer": "adam"},
        {"points": 50},
        {"data_seed": 2},
        {"hidden_layers": [13]},
        {"x": 1},
    ):
        refused = tell({"type": "settings", "settings": changes})[0]
        assert refused["type"] == "refused"
        assert next(iter(changes)) in refused["message"]["en"]


def test_drawn_points_are_read_as_on_the_server(tell: Callable[..., list[Any]]) -> None:
    rows = [[i % 7 / 3, i % 5 / 4, int(i % 3 == 0)] for i in range(31)]
    messages = [{"type": "points", "rows": rows, "domain": [-1, 3, -2, 2]}, {"type": "step", "steps": 9}]
    found, expected = tell(*messages), by_server(*messages)
    start, other = found[0], expected[0][2]
    for each in (start, other):
        each.pop("mistakes")
    near(start, other)
    same_frame(frame_of(found), expected[1])
    for wrong in ({"rows": rows[:3], "domain": [0, 1, 0, 1]}, {"rows": rows * 100, "domain": [0, 1, 0, 1]}):
        assert answers_to(tell, {"type": "points", **wrong})[0][0]["type"] == "refused"


BAD_POINTS = [
    {"rows": None, "domain": [0, 1, 0, 1]},
    {"rows": [[1, 2, 2]] * 4, "domain": [0, 1, 0, 1]},
    {"rows": [[1, "2", 1]] * 4, "domain": [0, 1, 0, 1]},
    {"rows": [[1e300, 2, 1]] * 4, "domain": [0, 1, 0, 1]},
    {"rows": [[1, 2], [[3]], None], "domain": [0, 1, 0, 1]},
    {"rows": [[1, 2, 1], [1, 2, 0]] * 2, "domain": [1, 0, 0, 1]},
    {"rows": [[1, 2, 1], [1, 2, 0]] * 2, "domain": None},
    {"rows": [[1, 2, 1], [1, 2, 0]] * 2, "domain": ["a", 1, 0, 1]},
]


@pytest.mark.parametrize("points", BAD_POINTS, ids=str)
def test_points_of_a_hostile_link_are_refused(tell: Callable[..., list[Any]], points: dict[str, Any]) -> None:
    found, expected = answers_to(tell, {"type": "points", **points})
    assert [each["type"] for each in found] == [each["type"] for each in expected] == ["refused"]
    assert found[0]["message"]["en"].partition(": ")[0] == expected[0]["message"]["en"].partition(": ")[0]


def test_without_a_mistake_to_make_guessing_says_so(tell: Callable[..., list[Any]]) -> None:
    found = tell({"type": "settings", "settings": {"output": "identity"}}, {"type": "guessing"})
    assert found[0]["mistakes"] == []
    assert "this page makes no mistake in this network" in found[1]["message"]["en"]


def test_numbers_whose_squares_overflow_are_judged(tell: Callable[..., list[Any]]) -> None:
    """A step before the training diverges."""
    settings = {
        "hidden_activation": "identity",
        "hidden_layers": [8, 8, 8],
        "initialization": "he",
        "learning_rate": 100.0,
    }
    messages = [{"type": "settings", "settings": settings}, *[STEP] * 30, {"type": "back", "steps": 1}]
    found, expected = tell(*messages), by_server(*messages)
    largest = max(row["norm"] or 1e308 for row in frame_of(found)[0]["gradients"])
    assert largest > 1e100
    verdicts = [row["verdict"] for row in expected[1][0]["gradients"]]
    assert [row["verdict"] for row in frame_of(found)[0]["gradients"]] == verdicts
