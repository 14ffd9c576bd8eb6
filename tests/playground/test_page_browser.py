"""The page in a real browser: controls by keyboard, training, the way back, points, and answers on their way."""

import re
from itertools import pairwise
from math import exp, sin, tanh
from pathlib import Path

import pytest

from course_torch.reports.page import classic
from tests.playground.conftest import (
    PICTURE,
    OpenPage,
    fragment,
    ready,
    seen,
    settings,
    step,
    train,
    wait_for_setting,
    wait_for_step,
    wait_for_text,
)
from tests.support.browser import DRAWN, Page, shown, violations

pytestmark = pytest.mark.browser
HOUR = 3600
BY_KEYBOARD = {
    "data": (["ArrowDown"], "moons"), "noise": (["ArrowDown"], "0"),
    "layers-more": (["Enter"], "4-4"), "units-2-more": (["Enter", "Enter"], "4-6"), "units-1-fewer": (["Space"], "3-6"),
    "hidden_activation": (["ArrowDown", "ArrowDown"], "leaky_relu"),
    "slope": (["ArrowDown"], "0.1"), "learn_slope": (["Space"], "true"),
    "output": (["ArrowDown"], "identity"), "initialization": (["ArrowDown", "ArrowDown"], "he"),
    "model_seed": (["ArrowUp"], "2"), "learning_rate": (["ArrowLeft"] * 5, "0.01"),
    "batch_size": (["ArrowDown", "ArrowDown"], "4"),
}  # fmt: skip
"""Control -> keys, and the setting in the address afterwards."""
SHOWN = """(place) => [...document.querySelectorAll("#point tbody tr:first-child td")].every((each, i) =>
  Math.abs(Number(each.textContent) - place[i]) < 0.02)"""
"""Whether the point at a place of the plane is shown."""
COUNT_FRAMES = """() => {
  window.frameCount = 0;
  new MutationObserver(() => { frameCount += 1; }).observe(byId("cost-train"), { childList: true });
}"""
"""Counts the frames that the page draws from now on: each writes the cost, also if it has not changed."""


def test_every_setting_changes_by_keyboard_and_a_link_reopens_it(open_page: OpenPage) -> None:
    page = open_page(own_clock=True)
    for control, (keys, expected) in BY_KEYBOARD.items():
        page.locator(f"#{control}").focus()
        for key in keys:
            page.keyboard.press(key)
        assert page.evaluate("() => document.activeElement.id") == control
        ready(page)
        name = "hidden_layers" if control.startswith(("layers", "units")) else control
        page.clock.run_for(300)  # the address is written after a pause
        wait_for_setting(page, name, expected)
    other = open_page(page.evaluate("() => location.hash.slice(1)"))
    assert settings(other) == settings(page)
    assert fragment(other) == fragment(page)
    assert "2-3-6-1, leaky ReLU" in other.locator("#network-facts").inner_text()
    other.evaluate("() => { location.hash = 'data=circles'; }")
    other.get_by_text("2-4-1, tanh").wait_for()
    wait_for_setting(other, "data", "circles")
    assert fragment(other) == {"data": "circles"}
    other.locator("#layers-fewer").click()
    wait_for_setting(other, "hidden_layers", "")
    assert "this is logistic regression" in other.locator("#network-facts").inner_text()
    other.locator("#step").click()
    wait_for_step(other, 1)
    assert other.locator("#layers .layer").count() == 1


@pytest.mark.parametrize(("language", "inputs"), [("en", "inputs x2, x1², sin x2"), ("zh", "输入 x2，x1²，sin x2")])
def test_features_are_chosen_by_keyboard_and_the_last_one_stays(
    open_page: OpenPage, language: str, inputs: str
) -> None:
    page = open_page("hidden_layers=", language=language)
    facts = page.locator("#network-facts").inner_text()
    for number in (2, 6, 0):
        page.locator(f"#features-{number}").press("Space")
        assert page.evaluate("() => document.activeElement.id") == f"features-{number}"
    ready(page)
    assert inputs in page.locator("#network").get_attribute("aria-label")
    assert "logistic" in facts.lower()
    assert page.locator("#network-facts").inner_text() != facts, "the line of 0.5 need not be straight"
    page.locator("#plane").press("ArrowRight")
    page.wait_for_function("() => !byId('point').textContent.includes('—')")
    x2, squared, sine = map(float, page.locator("#point tbody tr:first-child td").all_inner_texts())
    x1 = float(re.search(r"x = \(([-.e\d]+)", page.locator("#point-result").inner_text())[1])
    assert squared == pytest.approx(x1**2, rel=0.02)
    assert sine == pytest.approx(sin(x2), rel=0.02)
    for number in (1, 2, 6):
        page.locator(f"#features-{number}").press("Space")
    ready(page)
    assert [page.locator(f"#features-{i}").is_checked() for i in range(7)] == [False] * 6 + [True]
    assert f"{inputs.split()[0]} sin x2" in page.locator("#network").get_attribute("aria-label")
    wait_for_text(page, "command-says", {"en": "No command", "zh": "没有命令"}[language])


@pytest.mark.parametrize(
    ("language", "scheme", "name", "told"),
    [
        ("en", "light", "hills and hollows (heights)", "A from -1.0 to 0.99"),
        ("zh", "dark", "山丘和洼地（高度）", "A 从 -1.0 到 0.99"),
    ],
)
def test_heights_are_told_as_values_and_not_as_probabilities(
    open_page: OpenPage, language: str, scheme: str, name: str, told: str
) -> None:
    page = open_page("initialization=lecun", language=language, color_scheme=scheme)
    page.locator("#data").select_option(label=name)
    ready(page)
    assert page.locator("#output").is_hidden()
    train(page)
    assert re.match(r"R² = 0\.\d+$", page.locator("#accuracy-train").inner_text())
    assert told in page.locator("#legend").inner_text()
    page.locator("#plane").press("ArrowRight")
    page.wait_for_function("() => !byId('point').textContent.includes('—')")
    assert re.search(r"[:：]\s?A = [-.\d]+[.。]$", page.locator("#point-result").inner_text())
    seen = "".join(page.locator(each).inner_text() for each in ("#legend", "#point-result", "#numbers"))
    assert "P(" not in seen
    assert "%" not in seen
    assert violations(page) == []
    with page.expect_download():
        page.locator("#picture").click()
    page.locator("#data").select_option("1")
    ready(page)
    assert page.locator("#output").input_value() == "0"
    assert "P(y = 1)" in page.locator("#legend").inner_text()


def test_tab_reaches_every_control_and_the_focus_is_visible(open_page: OpenPage) -> None:
    page = open_page("hidden_activation=leaky_relu&hidden_layers=4-4")
    controls = "button, select, input, a[href], summary, [tabindex='0']"
    expected = page.locator(controls).evaluate_all("(all) => all.filter((each) => each.checkVisibility()).length")
    reached = set()
    for _ in range(expected):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("() => [...document.querySelectorAll('*')].indexOf(document.activeElement)"))
        assert page.evaluate("() => parseFloat(getComputedStyle(document.activeElement).outlineWidth)") >= 2
    assert len(reached) == expected


def test_a_pressed_button_keeps_the_focus_or_gives_it_to_what_takes_its_place(open_page: OpenPage) -> None:
    page = open_page()
    focused = "() => document.activeElement.id"
    for name, at, words in (
        ("step", "at", "step 1"),
        ("back", "at", "step 0"),
        ("back", "at", "step 0"),
        ("step-100", "at", "step 100"),
        ("run", "run", "▮▮ Pause"),
        ("run", "run", "▶ Run"),
        ("reset", "at", "step 0"),
        ("theme", "theme", "Light"),
        ("language", "language", "English"),
        ("language", "language", "中文"),
    ):
        page.evaluate(COUNT_FRAMES)
        page.locator(f"#{name}").press("Enter")
        page.wait_for_function("([at, shown]) => frameCount > 0 && byId(at).textContent === shown", arg=[at, words])
        page.evaluate(DRAWN)
        assert page.evaluate(focused) == name
    page.locator("#differences").press("Enter")
    wait_for_text(page, "differences-step", "at step 0")
    page.evaluate(DRAWN)
    assert page.evaluate(focused) == "differences"
    assert page.locator("#gradients tbody td:last-child").all_inner_texts()[0].startswith("✓")
    for name, follows in (("guessing", "guess"), ("give-up", "mistake")):
        page.locator(f"#{name}").press("Enter")
        page.locator(f"#{follows}").wait_for()
        assert page.evaluate(focused) == follows


def test_the_flower_is_learned_and_the_state_is_told_in_words(open_page: OpenPage) -> None:
    page = open_page(own_clock=True)
    assert page.locator("#speed option:checked").inner_text() == "30 steps/s"
    page.locator("#speed").select_option(label="full")
    page.locator("body").press("Space")
    page.wait_for_function("() => parseFloat(byId('accuracy-train').textContent) >= 90")
    page.keyboard.press("Space")
    page.get_by_role("button", name="Run").wait_for()
    page.clock.run_for(5000)
    told = f"paused, step {step(page)}, network 2-4-1"
    page.wait_for_function("(told) => byId('status').textContent.startsWith(told)", arg=told)
    assert step(page) > 100


def test_the_state_is_announced_at_most_every_five_seconds(open_page: OpenPage) -> None:
    """The page's time stands still but for the seconds that the test lets pass. In each of them a frame is drawn."""
    page = open_page(own_clock=True)
    page.clock.pause_at(HOUR)
    page.evaluate(
        """() => {
          window.told = [];
          new MutationObserver(() => told.push(performance.now())).observe(byId("status"), { childList: true });
        }"""
    )
    page.locator("#run").click()
    for _ in range(16):
        before = step(page)
        while step(page) == before:
            page.clock.run_for(20)
        page.clock.run_for(1000)
    told = page.evaluate("() => told")
    assert len(told) >= 2
    assert all(later - earlier >= 5000 for earlier, later in pairwise(told))
    live = page.locator("output").evaluate_all("(all) => all.map((each) => each.ariaLive)")
    assert set(live) == {"off"}


def test_back_returns_to_the_same_numbers_and_the_log_axis_draws_another_curve(open_page: OpenPage) -> None:
    page = open_page("batch_size=32")
    train(page)
    before = seen(page)
    page.locator("#step").click()
    wait_for_step(page, 101)
    after = seen(page)
    assert after != before
    page.locator("#back").click()
    wait_for_step(page, 100)
    assert seen(page) == before
    page.locator("body").press("ArrowRight")
    wait_for_step(page, 101)
    assert seen(page) == after
    picture = "() => byId('curve').toDataURL()"
    linear = page.evaluate(picture)
    page.locator("#log").press("Space")
    assert page.evaluate(picture) != linear
    page.locator("#reset").click()
    wait_for_step(page, 0)
    numbers = "[short(190.4, 2), short(-12345.6), short(0.25, 3), short(0.00012, 2), short(7), short(null)]"
    shown = page.evaluate(f"() => {{ {classic('elements.js')} return {numbers}; }}")
    assert shown == ["190", "-12346", "0.250", "1.2e-4", "7", "nan"]


def point_rows(page: Page) -> list[list[float]]:
    """The numbers of the forward pass of the chosen point: x, and Z and A of each layer."""
    return [
        [float(each) for each in row.locator("td").all_inner_texts()] for row in page.locator("#point tbody tr").all()
    ]


def test_a_point_chosen_by_keyboard_has_its_forward_pass_in_numbers(open_page: OpenPage) -> None:
    page = open_page()
    train(page)
    page.locator("#plane").focus()
    for key in ("Shift+ArrowRight", "ArrowRight", "Shift+ArrowUp"):
        page.keyboard.press(key)
    axes = [page.locator(f"#axis-{i}").inner_text().split() for i in (1, 2)]
    (from1, to1), (from2, to2) = ((float(words[3]), float(words[5])) for words in axes)
    place = [(from1 + to1) / 2 + 6 / 50 * (to1 - from1), (from2 + to2) / 2 + 5 / 50 * (to2 - from2)]
    page.wait_for_function(SHOWN, arg=place)  # the point of an earlier key may come first
    x, Z1, A1, (Z2,), (A2,) = point_rows(page)
    assert x == pytest.approx(place, abs=0.02)
    assert pytest.approx([tanh(each) for each in Z1], abs=0.01) == A1
    assert pytest.approx(1 / (1 + exp(-Z2)), abs=0.01) == A2
    assert f"the network says {int(A2 > 0.5)}" in page.locator("#point-result").inner_text()
    page.keyboard.press("Escape")
    wait_for_text(page, "point", "—")


def test_the_colour_of_the_plane_is_the_probability_of_its_point(open_page: OpenPage) -> None:
    page = open_page()
    train(page, 4)
    width = page.locator("#plane").bounding_box()["width"] - 2
    sides = [(8, 8), (width / 3, 8), (width - 8, 8), (width - 8, width / 3), (width - 8, width - 8), (8, width * 2 / 3)]
    pixel = "([x, y]) => [...byId('plane').getContext('2d').getImageData(x, y, 1, 1).data]"
    labels = set()
    for x, y in sides:
        red, _, blue, _ = page.evaluate(pixel, [x, y])
        label = int(blue > red)
        page.locator("#plane").hover(position={"x": x + 1, "y": y + 1})
        page.wait_for_function(
            "(text) => byId('point-result').textContent.endsWith(text)", arg=f"the network says {label}."
        )
        labels.add(label)
        page.locator("#plane").press("Escape")
        page.get_by_text("No point chosen.").wait_for()
    assert labels == {0, 1}


def test_the_first_screen_has_what_is_played_with(open_page: OpenPage) -> None:
    page = open_page(height=800)
    for name in ("run", "network", "plane", "curve", "mistake"):
        box = page.locator(f"#{name}").bounding_box()
        assert box["y"] + box["height"] <= 800, name


def test_a_set_is_chosen_by_its_picture(open_page: OpenPage) -> None:
    page = open_page(language="zh")
    page.locator("[data-set=moons]").press("Enter")
    wait_for_setting(page, "data", "moons")
    pressed = page.locator(".thumbs [aria-pressed=true]")
    assert pressed.get_attribute("aria-label") == page.locator("#data option:checked").inner_text()
    drawn = page.locator(".thumbs button").all()
    assert len(drawn) == page.locator("#data option").count() - 1, "all sets but the reader's own"
    for picture in drawn:
        assert picture.locator(".class-0").count() > 20
        assert picture.locator(".class-1").count() > 20


def test_a_unit_chosen_by_keyboard_or_pointer_has_its_weights_in_numbers(open_page: OpenPage) -> None:
    page = open_page("hidden_layers=3&initialization=lecun")
    unit = page.locator("#unit")
    page.locator("#network").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight"):
        page.keyboard.press(key)
    page.get_by_text("Layer 2, unit 1: w = (").wait_for()
    page.keyboard.press("ArrowLeft")
    weights, bias = unit.inner_text().removeprefix("Layer 1, unit 1: w = (").split("), b = ")
    assert len(weights.split(",")) == 2
    page.locator("#plane").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("() => !byId('point').textContent.includes('—')")
    x, (Z, *_), *_ = point_rows(page)
    found = sum(float(w) * each for w, each in zip(weights.split(","), x, strict=True)) + float(bias)
    assert pytest.approx(Z, abs=0.02) == found
    page.locator("#network").press("Escape")
    assert unit.inner_text().startswith("Point at a unit")
    title = page.locator("#plane-title")
    assert title.inner_text() == "Output over the plane"
    output = page.evaluate(PICTURE)
    page.locator("#network").hover(position={"x": 0.5 * page.locator("#network").bounding_box()["width"], "y": 60})
    page.get_by_text("Layer 1, unit 1: w = (").wait_for()
    assert title.inner_text() == "A of unit 1 in layer 1 over the plane"
    assert shown(page, "#legend li") == [True, True, True, False, False], "the line and the scale of the output"
    assert page.evaluate(PICTURE) != output


def test_the_line_of_a_weight_is_pulled(open_page: OpenPage) -> None:
    """From the first input to the first unit the line is straight, and 50 pixels are 1."""
    page = open_page("hidden_layers=2&initialization=lecun")
    unit, network = page.locator("#unit"), page.locator("#network")
    network.focus()
    page.keyboard.press("ArrowDown")
    weight = float(unit.inner_text().removeprefix("Layer 1, unit 1: w = (").split(",")[0])
    page.keyboard.press("Escape")
    network.scroll_into_view_if_needed()
    box = network.bounding_box()
    x, y = box["x"] + box["width"] / 3, box["y"] + 40 + (box["height"] - 40) / 4
    page.mouse.move(x, y)
    assert network.evaluate("each => each.style.cursor") == "ns-resize"
    page.mouse.down()
    page.mouse.move(x, y - 30)
    page.mouse.move(x, y - 50)
    page.mouse.up()
    pulled = round((weight + 1) * 20) / 20
    page.get_by_text(f"Layer 1, unit 1: w = ({pulled:.2f},").wait_for()
    assert page.locator("#edit-w-1").input_value() == f"{pulled:.3f}", "the unit stays chosen"


def test_weights_of_a_chosen_unit_are_edited_by_keyboard(open_page: OpenPage) -> None:
    page = open_page("hidden_layers=12&initialization=lecun")
    assert page.locator("#unit-edit").is_hidden()
    page.locator("#network").focus()
    for _ in range(12):
        page.keyboard.press("ArrowDown")
    assert page.locator("#unit-numbers label").all_inner_texts() == ["W[1]12,1", "W[1]12,2", "b[1]12"]
    before = page.evaluate(PICTURE)
    cost = page.locator("#cost-train").inner_text()
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.id") == "edit-w-1"
    page.keyboard.press("Control+a")
    page.keyboard.type("-2.5")
    page.keyboard.press("Enter")
    page.get_by_text("Layer 1, unit 12: w = (-2.50,").wait_for()
    assert page.evaluate(PICTURE) != before
    assert page.locator("#cost-train").inner_text() != cost
    page.keyboard.press("ArrowUp")
    page.get_by_text("Layer 1, unit 12: w = (-2.40,").wait_for()
    page.keyboard.press("Control+a")
    page.keyboard.type("1e7")
    page.keyboard.press("Enter")
    wait_for_text(page, "notice", "value: found 1e+07, expected a number from -1000000 to 1000000")
    assert page.locator("#edit-w-1").input_value() == "-2.400"
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Tab")
    assert page.locator("#edit-w-1").input_value() == "-2.400"
    for _ in range(2):
        page.locator("#back").click()
    page.wait_for_function("(cost) => byId('cost-train').textContent === cost", arg=cost)
    page.locator("#network").press("Escape")
    assert page.locator("#unit-edit").is_hidden()


WEIGHTS = "() => [...document.querySelectorAll('#unit-numbers input')].map((each) => each.value)"


def test_a_number_that_is_selected_and_typed_key_by_key_stays_while_the_training_runs(open_page: OpenPage) -> None:
    """Many frames come in the half second between the selection and the first key. After Enter frames write again."""
    page = open_page("hidden_layers=3&initialization=lecun&learning_rate=0.1", language="zh")
    network, field = page.locator("#network"), page.locator("#edit-w-2")
    network.click(position={"x": 0.5 * network.bounding_box()["width"], "y": 60})
    page.locator("#run").click()
    field.click(click_count=3)
    select_and_type(page, "7.25")
    page.keyboard.press("Control+a")
    select_and_type(page, "3.5")
    field.press("Control+a")
    at, before = step(page), page.evaluate(WEIGHTS)
    page.wait_for_function("(at) => byId('at').textContent.match(/\\d+/)[0] > at + 5", arg=at)
    after = page.evaluate(WEIGHTS)
    assert [one == other for one, other in zip(before, after, strict=True)] == [False, True, False]
    page.keyboard.press("Tab")
    page.wait_for_function("(before) => byId('edit-w-2').value !== before", arg=before[1])
    wait_for_text(page, "command-says", "改过数")


def test_a_chosen_unit_goes_when_its_layer_becomes_narrower(open_page: OpenPage) -> None:
    page = open_page("hidden_layers=3")
    network = page.locator("#network")
    box = network.bounding_box()
    network.click(position={"x": 0.5 * box["width"], "y": 40 + 5 / 6 * (box["height"] - 40)})
    assert page.locator("#edit-w-2").is_visible()
    page.evaluate("() => byId('units-1-fewer').click()")
    page.wait_for_selector("#unit-edit", state="hidden")
    page.locator("#step").press("Enter")
    wait_for_step(page, 1)


def select_and_type(page: Page, number: str) -> None:
    """Type into the selected field of a weight, and wait until frames write it again."""
    page.wait_for_timeout(500)
    page.keyboard.type(number, delay=100)
    assert page.locator("#edit-w-2").input_value() == number
    page.keyboard.press("Enter")
    page.wait_for_function(
        "(number) => byId('edit-w-2').value !== number && Math.abs(byId('edit-w-2').value - number) < 1", arg=number
    )


def test_enter_in_an_untouched_number_and_a_number_that_is_erased_show_what_the_weight_is(open_page: OpenPage) -> None:
    page = open_page("hidden_layers=3&initialization=lecun&learning_rate=0.1")
    page.locator("#network").press("ArrowRight")
    field = page.locator("#edit-w-2")
    field.focus()
    before = field.input_value()
    page.evaluate("() => byId('step-100').click()")  # by mouse it would take the focus
    wait_for_step(page, 100)
    assert field.input_value() == before
    page.keyboard.press("Enter")
    page.wait_for_function("(before) => byId('edit-w-2').value !== before", arg=before)
    now = field.input_value()
    page.keyboard.press("Control+a")
    page.keyboard.press("Delete")
    page.keyboard.press("Enter")
    page.wait_for_function("(now) => byId('edit-w-2').value === now", arg=now)


def test_own_points_are_dropped_or_chosen(open_page: OpenPage, tmp_path: Path) -> None:
    rows = "".join(f"{i % 7},{i % 5},{'cat' if i % 2 else 'dog'}\n" for i in range(40))
    file = tmp_path / "points.csv"
    file.write_text(f"size,weight,kind\n{rows}")
    page = open_page()
    page.locator("#csv").set_input_files(file)
    page.wait_for_function("() => byId('data').selectedOptions[0].textContent === 'own points'")
    ready(page)
    assert "cat" in page.locator("#legend").inner_text()
    assert "size" in page.locator("#axis-1").inner_text()
    assert page.locator("#noise").is_hidden()
    page.evaluate("""() => {
      const dropped = new DataTransfer();
      dropped.items.add(new File(["1,2\\n"], "bad.csv"));
      dispatchEvent(new DragEvent("drop", { dataTransfer: dropped, cancelable: true }));
    }""")
    wait_for_text(page, "notice", "in the last column")
    file.write_text("1,2,0\n" * 20_000)
    page.locator("#csv").set_input_files(file)
    wait_for_text(page, "notice", "65536 are allowed")


def test_a_refusal_after_a_change_leaves_the_change_in_the_address(open_page: OpenPage) -> None:
    page = open_page("data=moons")
    page.evaluate("""() => {
      byId("units-1-more").click();
      const seed = byId("model_seed");
      seed.value = -1;
      seed.dispatchEvent(new Event("change"));
    }""")
    wait_for_text(page, "notice", "model_seed: found -1")
    ready(page)
    wait_for_setting(page, "hidden_layers", "5")
    page.wait_for_function("() => location.hash === '#data=moons&hidden_layers=5'")


def test_a_forbidden_value_in_the_address_is_one_line_and_widths_may_have_commas(open_page: OpenPage) -> None:
    page = open_page("learning_rate=7")
    assert page.locator("#notice").inner_text().startswith("learning_rate: found 7, expected one of")
    page.get_by_role("button", name="中文").click()
    assert re.match("learning_rate：得到 7，本页面中应为 .* 之一", page.locator("#notice").inner_text())
    assert page.locator("#learning_rate-value").inner_text() == "1.2"
    page = open_page("hidden_layers=3,5")
    page.get_by_text("2-3-5-1").first.wait_for()
    page.evaluate("() => { location.hash = 'hidden_layers=3-x'; }")
    wait_for_text(page, "notice", 'hidden_layers: found [3,"x"], expected at most 6 widths from 1 to 12')


def test_a_number_that_is_being_typed_stays_when_an_earlier_setting_is_answered(open_page: OpenPage) -> None:
    page = open_page()
    page.locator("#model_seed").focus()
    page.keyboard.press("Control+a")
    page.keyboard.type("4")
    page.evaluate("() => byId('units-1-more').click()")
    page.get_by_text("2-5-1, tanh").wait_for()
    page.keyboard.type("2")
    page.keyboard.press("Enter")
    wait_for_setting(page, "model_seed", "42")
