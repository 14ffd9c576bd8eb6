"""Points drawn in the playground's plane, in a real browser: by mouse, finger and keyboard."""

from pathlib import Path

import pytest

from tests.playground.conftest import PICTURE, OpenPage, ready, step, wait_for_step, wait_for_text
from tests.support.browser import DRAWN, Page, violations

pytestmark = pytest.mark.browser


def watch(page: Page) -> None:
    """Let the page collect the points that it sends in `sentPoints`."""
    page.evaluate("""() => {
      window.sentPoints = [];
      const send = Worker.prototype.postMessage;
      Worker.prototype.postMessage = function (message) {
        if (message.type === "points") sentPoints.push(message);
        send.call(this, message);
      };
    }""")


def stroke(page: Page, *places: tuple[float, float]) -> None:
    """Drag the mouse through places of the plane, given as fractions of its width and height."""
    box = page.locator("#plane").bounding_box()
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in places]
    page.mouse.move(*at[0])
    page.mouse.down()
    for place in at[1:]:
        page.mouse.move(*place, steps=20)
    page.mouse.up()


def state(page: Page) -> str:
    return page.locator("#draw-state").inner_text()


def test_points_drawn_by_mouse_train_in_the_same_plane_and_the_training_goes_on(open_page: OpenPage) -> None:
    page = open_page("data=moons")
    watch(page)
    axes = page.locator(".axes").inner_text()
    page.locator("#run").click()
    page.locator("#draw").click()
    stroke(page, (0.2, 0.2), (0.7, 0.2))
    assert "Still missing: 0 red, 2 blue." in state(page)
    assert page.evaluate("() => sentPoints") == []
    assert page.locator("#data option:checked").inner_text() == "moons"
    page.locator("#draw-1").check()
    stroke(page, (0.2, 0.8), (0.7, 0.8))
    page.wait_for_function("() => byId('data').selectedOptions[0].textContent === 'own points'")
    ready(page)
    assert page.locator(".axes").inner_text() == axes
    (message,) = page.evaluate("() => sentPoints")
    assert {label for *_, label in message["rows"]} == {0, 1}
    assert all(10 <= sum(row[2] == label for row in message["rows"]) <= 20 for label in (0, 1))
    assert all(round(x, 3) == x for row in message["rows"] for x in row)
    low, high = message["domain"][2:]
    red, blue = ([x2 for _, x2, label in message["rows"] if label == each] for each in (0, 1))
    assert max(blue) < low + 0.25 * (high - low) < low + 0.75 * (high - low) < min(red)
    page.wait_for_function("() => byId('run').textContent === '▮▮ Pause'")
    page.wait_for_function("() => parseFloat(byId('accuracy-train').textContent) === 100")
    assert f"Points: {len(message['rows'])}." in state(page)
    page.locator("#data").select_option(label="circles")
    ready(page)
    assert page.locator("#draw").get_attribute("aria-pressed") == "false"
    assert state(page) == ""


def test_points_are_drawn_erased_and_cleared_by_keyboard(open_page: OpenPage) -> None:
    page = open_page(language="zh")
    watch(page)
    page.locator("#draw").press("Enter")
    assert page.locator("#draw").inner_text() == "画点"
    page.locator("#plane").focus()
    for keys, missing in (("Shift+ArrowUp", "红点 1 个、蓝点 2 个"), ("ArrowUp", "红点 0 个、蓝点 2 个")):
        page.keyboard.press(keys)
        page.keyboard.press("Enter")
        assert missing in state(page)
    page.locator("#draw-0").focus()
    page.keyboard.press("ArrowRight")
    page.locator("#plane").focus()
    for keys in ("Shift+ArrowDown", "Shift+ArrowDown", "Shift+ArrowDown"):
        page.keyboard.press(keys)
        page.keyboard.press("Space")
    assert "共 5 个点" in state(page)
    ready(page)
    page.locator("#draw-1").focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("() => document.activeElement.id") == "draw-erase"
    page.locator("#plane").focus()
    page.keyboard.press("Enter")
    assert "共 4 个点" in state(page)
    page.keyboard.press("Enter")
    assert "共 4 个点" in state(page), "no point is near"
    assert [len(each["rows"]) for each in page.evaluate("() => sentPoints")] == [4, 5, 4]
    ready(page)
    page.locator("#step").click()
    wait_for_step(page, 1)
    page.locator("#draw-clear").press("Enter")
    assert "还差红点 2 个、蓝点 2 个" in state(page)
    assert step(page) == 1
    page.locator("#draw").click()
    assert len(page.evaluate("() => sentPoints")) == 3
    assert page.evaluate("() => document.activeElement.id") == "draw"


def test_points_that_are_too_few_stay_when_the_session_begins_again(open_page: OpenPage) -> None:
    """The picture of the plane after a reset is that before: the network of step 0 with the points."""
    page = open_page()
    before = page.evaluate(PICTURE)
    page.locator("#draw").click()
    stroke(page, (0.2, 0.2), (0.6, 0.2))
    page.evaluate(DRAWN)
    drawn = page.evaluate(PICTURE)
    page.locator("#reset").click()
    ready(page)
    page.evaluate(DRAWN)
    assert page.evaluate(PICTURE) == drawn
    for picture in (False, True):
        page.locator("#draw").click()
        page.locator("#plane").press("Escape")
        page.evaluate(DRAWN)
        assert (page.evaluate(PICTURE) == before) != picture, "the points of the session are back while nobody draws"
    page.locator("#data").select_option(label="moons")
    ready(page)
    page.locator("#draw").click()
    assert "2 red, 2 blue" in state(page), "another set begins with an empty plane"


def test_the_axes_of_a_file_have_scales_of_their_own_and_points_are_drawn_in_another_plane(
    open_page: OpenPage, tmp_path: Path
) -> None:
    """The second feature is a hundred times the first. The pointer at the corner is at the ends of both axes."""
    file = tmp_path / "points.csv"
    file.write_text("".join(f"{i % 7},{100 * (i % 5)},{i % 2}\n" for i in range(40)))
    page = open_page()
    page.locator("#csv").set_input_files(file)
    wait_for_text(page, "axis-2", "420")
    ready(page)
    side = page.locator("#plane").bounding_box()["width"]
    page.locator("#plane").hover(position={"x": side - 2, "y": side - 2})
    page.wait_for_function("""() => {
      const [x1, x2] = document.querySelectorAll("#point tbody tr:first-child td");
      return Math.abs(x1.textContent - 6.3) < 0.1 && Math.abs(Number(x2.textContent) + 20) < 10;
    }""")
    page.locator("#draw").click()
    assert page.locator(".axes").inner_text().split("\n") == ["→ x1 from -6 to 6", "↑ x2 from -6 to 6"]
    page.locator("#draw").click()
    assert "420" in page.locator(".axes").inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_finger_draws_on_a_phone(open_page: OpenPage, scheme: str) -> None:
    page = open_page(width=390, height=844, has_touch=True, color_scheme=scheme)
    page.locator("#draw").tap()
    plane = page.locator("#plane")
    side = plane.bounding_box()["width"]
    for tool, y in (("draw-0", 0.2), ("draw-1", 0.8)):
        page.locator(f"#{tool}").tap()
        for x in (0.2, 0.5, 0.8):
            plane.tap(position={"x": x * side, "y": y * side})
    wait_for_text(page, "draw-state", "Points: 6.")
    ready(page)
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert violations(page) == []
