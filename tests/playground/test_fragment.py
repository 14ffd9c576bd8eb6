"""The link of the playground there and back: every setting, the points, a mistake, a line, a task and the state."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from course_torch.playground.settings import offered
from tests.support.javascript import module

script = module("playground/fragment.js")
LINK = """async (changes, given = null, mistake = [], task = null, state = null) => {
  const points = Array.isArray(given) ? Uint8Array.from(given).buffer : given;
  return await linkOf({ ...playground_settings_settings_js.usual(), ...changes }, points, mistake, task, state);
}"""
READ = """async (link) => {
  const found = await points(link);
  return {
    settings: { ...playground_settings_settings_js.usual(), ...settings(link, found !== null) },
    points: found instanceof ArrayBuffer ? [...new Uint8Array(found)] : found,
    task: task(link), mistake: mistake(link), state: await state(link),
  };
}"""
OFFERED = offered()
USUAL = {each["name"]: each["default"] for each in OFFERED["settings"]}
script("(offered) => playground_settings_settings_js.describe(offered)", OFFERED)


def as_json(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def values(setting: dict[str, Any]) -> st.SearchStrategy:
    """What a setting may be."""
    if setting["kind"] == "choice":
        return st.sampled_from([each for each in setting["choices"] if each != "csv"])
    if setting["kind"] == "integer":
        return st.integers(setting["least"], setting["most"])
    if setting["kind"] == "flag":
        return st.booleans()
    if setting["kind"] == "subset":
        return st.lists(st.sampled_from(setting["choices"]), min_size=1, unique=True)
    return st.lists(st.integers(1, setting["widest"]), max_size=setting["most"])


@given(st.fixed_dictionaries({each["name"]: values(each) for each in OFFERED["settings"]}))
def test_every_setting_is_found_again(changes: dict[str, Any]) -> None:
    if changes["data"] in OFFERED["surfaces"]:
        changes["output"] = "identity"  # a link leaves it out, and the engine knows it
    link = script(LINK, changes)
    found = script(READ, link)
    if changes["data"] in OFFERED["surfaces"]:
        found["settings"]["output"] = "identity"
    assert found["settings"] == changes
    assert {name: found[name] for name in ("task", "points", "mistake", "state")} == dict.fromkeys(
        ("task", "points", "mistake", "state")
    )


def test_a_link_names_what_differs_from_the_usual_settings_or_from_the_begin_of_a_task() -> None:
    assert script(LINK, {}) == "/page.html"
    assert script(LINK, {"noise": 0, "hidden_layers": [8, 8]}) == "/page.html#noise=0&hidden_layers=8-8"
    begins = {"data": "circles", "hidden_layers": []}
    assert script(LINK, begins, None, [], "circle_features") == "/page.html#task=circle_features"
    link = script(LINK, begins | {"data": "planar"}, None, [], "circle_features")
    assert link == "/page.html#task=circle_features&data=planar"
    assert script(READ, link)["settings"] == {name: as_json(each) for name, each in USUAL.items()} | {
        "hidden_layers": []
    }


@given(st.binary(max_size=300))
def test_the_bytes_of_a_file_are_found_again(file: bytes) -> None:
    link = script(LINK, {"data": "csv"}, [*file])
    found = script(READ, link)
    assert (found["points"], found["settings"]["data"]) == ([*file], "csv")
    assert script(READ, link.replace("csv=", "other="))["settings"]["data"] == "planar", "points that are missing"


def test_drawn_points_a_mistake_a_line_and_the_state_are_found_again() -> None:
    drawn = {"type": "points", "rows": [[0.5, -1, 1], [2, 1e-3, 0]], "domain": [-1, 3, -2, 2]}
    state = {"step": 33, "untouched": False, "numbers": [0.1, -2.5e-8]}
    found = script(READ, script(LINK, {"data": "csv"}, drawn, [["mistake", "sign in dW"]], None, state))
    assert (found["points"], found["state"]) == (drawn, state | {"type": "state"})
    assert found["mistake"] == {"type": "mistake", "name": "sign in dW"}
    for line in (
        {"text": "dW = dZ.T @ A_prev / m + 0", "columns": False},
        {"text": "dZ = A & Y # 1%", "columns": True},
    ):
        pairs = script("(shown) => pairsOf(shown)", {"line": line})
        assert script(READ, script(LINK, {}, None, pairs))["mistake"] == {"type": "line"} | line
    assert script("(shown) => pairsOf(shown)", {"name": "no g'", "line": None}) == [["mistake", "no g'"]]
    assert script("(shown) => pairsOf(shown)", None) == []


@pytest.mark.parametrize("text", ["x", "A" * 100_001, "7cEBAQAAAIAg"], ids=["cut off", "long", "no compressed text"])
def test_points_that_cannot_be_unpacked_are_an_error(text: str) -> None:
    said = script("async (link) => { try { await points(link); } catch (error) { return true; } }", f"/#drawn={text}")
    assert said is True
