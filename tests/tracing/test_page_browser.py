"""The page of a trace in a real browser: steps by keyboard, numbers, the explanation of a number, languages, themes."""

from collections.abc import Callable

import pytest
import torch

from course_torch import trace
from course_torch.language import Language
from course_torch.tracing.page import page_of
from course_torch.tracing.record import Trace
from tests.conftest import Problem, random_problem
from tests.support.browser import DRAWN, Locator, Page, violations
from tests.tracing.learners import first_wrong, learner

pytestmark = pytest.mark.browser

OpenPage = Callable[..., Page]
HOUR = 3600
LATER = "() => new Promise((done) => setTimeout(done, 150))"
"""Waits until the timers that the page has set are over: none is set for longer, and a later timer ends later."""


@pytest.fixture(scope="module")
def problem() -> Problem:
    return random_problem([2, 4, 1], 5, torch.Generator().manual_seed(7), hidden_activation="tanh")


@pytest.fixture(scope="module")
def record(problem: Problem) -> Trace:
    return trace(*problem, updates=2)


@pytest.fixture
def open_page(open_html: OpenPage) -> OpenPage:
    """A function that opens the page of a trace from disk."""

    def open_page(
        record: Trace, address: str = "", language: Language = "en", lessons: str | None = None, **options: object
    ) -> Page:
        return open_html(page_of(record.as_record(), language, lessons), address, **options)

    return open_page


def numbers(page: Page, part: str, name: str) -> list[list[float]]:
    """The numbers of a tensor that goes in or comes out, with all their digits."""
    rows = page.locator(f"#{part} figure[data-name='{name}'] tr:has([data-row])").all()
    return [[float(cell.get_attribute("title") or "") for cell in row.locator("[data-row]").all()] for row in rows]


def check_sum(page: Page, value: float, *, m: int = 1) -> None:
    """Add up the products of the explanation, as a learner does, and the bias if there is one."""
    terms = [float(text) for text in page.locator("#explanation .product").all_inner_texts()]
    results = [float(text) for text in page.locator("#explanation tfoot td:last-child").all_inner_texts()]
    assert sum(terms) == pytest.approx(results[0], rel=1e-5)
    bias = results[1] if len(results) == 3 else 0
    assert sum(terms) / m + bias == pytest.approx(value, rel=1e-5)
    assert results[-1] == pytest.approx(value, rel=1e-5)


def jump(page: Page, name: str) -> None:
    page.locator("#jump").fill(name)
    page.locator("#jump").press("Enter")


def current(page: Page) -> str | None:
    """The number of the step that the tree marks."""
    return page.locator("#steps [aria-current]").get_attribute("data-step")


def step_of(record: Trace, formula: str, layer: int) -> int:
    return next(s.number for s in record.steps if s.layer == layer and record.sources[s.source].formula == formula)


@pytest.mark.smoke
def test_the_keyboard_walks_through_all_steps(open_page: OpenPage, record: Trace) -> None:
    page = open_page(record)
    for step in record.steps:
        heading = f"Step {step.number}: {step.phase}, layer {step.layer}, update {step.update}"
        assert page.locator("#heading").text_content() == heading
        assert current(page) == str(step.number)
        assert page.locator("#drawing .at-hand").get_attribute("data-layer") == str(step.layer)
        assert page.locator("#comes-out figure").count() == len(step.outputs)
        page.keyboard.press("ArrowRight")
    assert page.locator("#forward").is_disabled()
    page.keyboard.press("Home")
    assert current(page) == "0"
    page.keyboard.press("End")
    page.keyboard.press("ArrowLeft")
    assert current(page) == str(len(record.steps) - 2)
    requests, (address, _, _) = [url.partition("#")[0] for url in page.requests], page.url.partition("#")
    assert requests == [address], "no request leaves the page"


def test_the_formula_has_a_general_form_and_the_names_of_the_step(open_page: OpenPage, record: Trace) -> None:
    page = open_page(record, f"#step-{step_of(record, 'dZ = A - Y', 2)}")
    assert page.locator(".formula").all_text_contents() == ["dZ = A - Y", "dZ[2] = A[2] - Y"]
    page.keyboard.press("Home")
    assert page.locator(".formula.named div").all_text_contents() == ["Z[1] = X W[1]ᵀ + b[1]", "A[1] = tanh(Z[1])"]
    at, sources = record.steps[0].called_from, record.sources
    text = sources[at.source].text.splitlines()[at.line - sources[at.source].first_line]
    assert page.locator("pre .now").text_content() == f"{at.line}{text}"


def test_a_section_of_the_notes_leads_to_the_lesson_in_the_language_of_the_page(
    open_page: OpenPage, record: Trace
) -> None:
    step = f"#step-{step_of(record, 'J = (1/m) Σ_i L_i', 2)}"
    page = open_page(record, step, lessons="file:///site/")
    link = page.locator("#step > p a").first
    assert (link.text_content(), link.get_attribute("href")) == ("notes 1.2", "file:///site/en/lessons/1.2.html")
    guide = page.locator("#guide a")
    assert guide.get_attribute("href") == "file:///site/en/start/trace.html"
    page.locator("#language").click()
    assert (link.text_content(), link.get_attribute("href")) == ("笔记 1.2", "file:///site/zh/lessons/1.2.html")
    assert guide.get_attribute("href") == "file:///site/zh/start/trace.html"
    assert violations(page) == []
    assert open_page(record, step).locator("#step > p a, #guide a").count() == 0


def test_the_numbers_are_those_of_the_network(open_page: OpenPage, record: Trace, problem: Problem) -> None:
    network, X, Y = problem
    first, second = network.autograd_gradients(X, Y)
    expected = {"A[2]": network.caches(X)[-1].A, "J": network.cost(X, Y)}
    expected |= {"dW[2]": second.dW, "db[2]": second.db, "dW[1]": first.dW, "db[1]": first.db}
    page = open_page(record)
    norm = page.locator("[data-norm='dW[1]']")
    assert norm.text_content() == "—", "a gradient that is not computed yet"
    for name, tensor in expected.items():
        jump(page, name)
        shown = torch.tensor(numbers(page, "comes-out", name), dtype=torch.float64)
        torch.testing.assert_close(shown, tensor.detach().reshape(shown.shape), rtol=1e-9, atol=1e-12)
        short = float(page.locator(f"#comes-out figure[data-name='{name}'] [data-row]").first.inner_text())
        assert short == pytest.approx(shown.flatten()[0].item(), rel=1e-3)
    assert "✓ equal by autograd" in page.locator("#comes-out").inner_text()
    assert float(norm.text_content() or "") > 0
    page.locator("#slider").fill(str(next(step.number for step in record.steps if step.update == 2)))
    assert norm.text_content() == "—"


@pytest.mark.parametrize(("formula", "name"), [("Z = A_prev Wᵀ + b", "Z[2]"), ("dA_prev = dZ W", "dA[1]")])
def test_the_products_of_an_entry_add_up_to_it(open_page: OpenPage, record: Trace, formula: str, name: str) -> None:
    page = open_page(record, f"#step-{step_of(record, formula, 2)}")
    grid = page.get_by_role("grid", name=name)
    grid.locator("[data-row='3']").last.click()
    check_sum(page, float(grid.locator("[aria-selected='true']").get_attribute("title") or ""))
    lit = [factor.locator(".lit").count() for factor in page.locator("#goes-in table").all()[:2]]
    assert lit == [page.locator("#explanation .term").count()] * 2


def test_an_entry_is_chosen_by_keyboard(open_page: OpenPage, record: Trace) -> None:
    formula = "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ"
    page = open_page(record, f"#step-{step_of(record, formula, 1)}")
    grid, db = (page.get_by_role("grid", name=name) for name in ("dW[1]", "db[1]"))
    grid.locator("[tabindex='0']").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    chosen = grid.locator("[aria-selected='true']")
    assert (chosen.get_attribute("data-row"), chosen.get_attribute("data-column")) == ("2", "1")
    check_sum(page, float(chosen.get_attribute("title") or ""), m=5)
    assert "Explain this number: dW[1](2, 1)" in page.locator("#status").inner_text()
    db.locator("[data-row]").nth(2).click()
    check_sum(page, float(db.locator("[aria-selected='true']").get_attribute("title") or ""), m=5)


def test_the_address_keeps_the_step_and_space_plays(open_page: OpenPage, record: Trace) -> None:
    page = open_page(record, "#step-3", own_clock=True)
    assert current(page) == "3"
    page.clock.pause_at(HOUR)
    page.keyboard.press("Space")
    page.clock.run_for(2500)
    assert current(page) == "5"
    page.keyboard.press("Space")
    page.clock.run_for(5000)
    assert current(page) == "5"
    assert page.evaluate("() => location.hash") == "#step-5"


def test_the_language_changes_the_step_stays_and_print_shows_it_alone_and_light(
    open_page: OpenPage, record: Trace
) -> None:
    page = open_page(record, "#step-3", color_scheme="dark")
    page.get_by_role("button", name="中文").click()
    assert page.locator("#heading").inner_text() == "第 3 步：正向，第 2 层，第 1 次更新"
    assert "加到每一行" in page.locator("#step").inner_text()
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    page.get_by_role("button", name="浅色").click()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    page.get_by_role("button", name="English").click()
    assert current(page) == "3"
    page.get_by_role("button", name="Dark").click()
    page.emulate_media(media="print")
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    hidden = ("#controls", "#steps", "#language", "#keys")
    assert [page.locator(each).is_visible() for each in ("#step", "#drawing", *hidden)] == [True] * 2 + [False] * 4


@pytest.mark.parametrize("language", ["en", "zh"])
def test_no_step_overflows_at_any_width(open_page: OpenPage, language: Language) -> None:
    large = trace(*random_problem([30, 20, 9, 7, 3], 9, torch.Generator().manual_seed(7)))
    page = open_page(large, language=language)
    for width in (390, 800, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        widest = """() => Math.max(...[...document.querySelectorAll("#steps [data-step]")].map((each) => {
          each.click();
          return document.documentElement.scrollWidth;
        }))"""
        assert page.evaluate(widest) <= width


def test_in_a_lecture_everything_is_half_as_large_again_and_fits_the_screen(open_page: OpenPage, record: Trace) -> None:
    heights = []
    for address in ("", "?lecture"):
        page = open_page(record, address, width=1920, height=1080)
        heights.append(page.locator("td[data-row]").first.evaluate("each => each.getBoundingClientRect().height"))
        assert page.evaluate("() => document.documentElement.scrollWidth") <= 1920
        assert page.locator("#steps").evaluate("each => each.getBoundingClientRect().height") <= 1080
    assert heights[1] == pytest.approx(1.5 * heights[0], rel=0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_no_violation(open_page: OpenPage, problem: Problem, scheme: str) -> None:
    wrong = learner(lambda l, each: each._replace(dW=5 * each.dW) if l == 1 else each)
    page = open_page(trace(*problem, own=wrong, own_name="deep.py"), color_scheme=scheme)
    assert violations(page) == []
    page.get_by_role("button", name="中文").click()
    page.keyboard.press("Home")
    page.get_by_role("grid").locator("[data-row]").first.click()
    assert violations(page) == []
    remove = "['aria-label', 'title'].forEach((name) => document.getElementById('slider').removeAttribute(name))"
    page.evaluate(f"() => {remove}")
    assert [each.partition(":")[0] for each in violations(page)] == ["label"], "axe finds a violation that is put in"


def test_names_of_other_people_are_text(open_page: OpenPage, problem: Problem) -> None:
    record = trace(*problem, own=learner(factor=2.0), own_name="<img src=x onerror=alert(1)>.py")
    record.data = {"name": "</script><b>x</b>", "class_names": ["<i>red</i>", "&lt;"]}
    page = open_page(record)
    assert "data set </script><b>x</b> (classes <i>red</i>, &lt;)" in page.locator("#facts").inner_text()
    assert "<img src=x onerror=alert(1)>.py: the first wrong tensor is J" in page.locator("#own").inner_text()
    assert page.locator("img, b:has-text('x'), header i").count() == 0


LINE = {
    "place": {"en": "line 3", "zh": "第 3 行"},
    "line": 3,
    "code": "cost = losses.mean()",
    "first_line": 1,
    "text": "def compute_cost(A, Y):\n    losses = ...\n    cost = losses.mean()\n    return cost",
}


def test_the_first_wrong_step_is_open_with_both_values(open_page: OpenPage, problem: Problem) -> None:
    def shifted(l: int, each: object) -> object:
        return each._replace(db=each.db + torch.tensor([[0.0, 1.0, 0.0, 0.0]])) if l == 1 else each

    record = trace(*problem, own=learner(shifted), own_name="deep.py", own_line=lambda name: LINE)
    wrong, page = first_wrong(record), open_page(record)
    assert current(page) == str(wrong.step)
    assert "✗ first wrong" in page.locator("#steps [aria-current]").inner_text()
    (cell,) = page.locator("#comes-out .differs").all()
    right, own = (float(each) for each in cell.inner_text().split())
    assert own == pytest.approx(right + 1, abs=1e-3)
    assert wrong.symptom["en"] in page.locator("#own").inner_text()
    own = page.locator("#step pre").first
    assert own.locator(".now").text_content() == f"3    {LINE['code']}"
    assert own.get_attribute("aria-label") == "deep.py"
    assert violations(page) == []
    page.locator("#forward").click()
    assert page.locator("#step pre").count() == 2, "other steps show the package's code alone"
    assert "你的代码：deep.py，第 3 行" in open_page(record, language="zh").locator("#own").inner_text()


def test_a_tensor_by_its_name(open_page: OpenPage, record: Trace) -> None:
    """The page opens the formula of dW, and not the mean inside it. An unknown name is answered with all names."""
    page = open_page(record)
    for spelling in ("dW[2]", "dw2", "dW 2"):
        page.keyboard.press("Home")
        jump(page, spelling)
        assert current(page) == str(step_of(record, "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ", 2))
    jump(page, "dV")
    answer = page.locator("#no-tensor")
    assert answer.inner_text().startswith("There is no tensor dV. The tensors are X, A[0], W[1], b[1]")
    assert violations(page) == []
    jump(page, "J")
    assert answer.is_hidden()


def test_the_frame_of_a_notebook_shows_the_page(new_page: Callable[..., Page], record: Trace) -> None:
    page = new_page()
    page.set_content(record._repr_html_())
    frame = page.frame_locator("iframe")
    frame.locator("#forward").click()
    frame.locator("#steps [data-step='3']").click()
    assert frame.locator("#heading").inner_text().startswith("Step 3")
    page.frames[1].evaluate(LATER)  # the address would be written by now, and an error would fail the test


def press(page: Page, button: Locator) -> str:
    """Press a button by keyboard. Returns the id of the element that has the focus then."""
    button.focus()
    page.keyboard.press("Enter")
    page.evaluate(DRAWN)
    return page.evaluate("() => document.activeElement.id")


def test_a_pressed_button_keeps_the_focus_or_gives_it_to_the_step(open_page: OpenPage, record: Trace) -> None:
    page = open_page(record, "#step-1")
    for name in ("play", "play", "last", "forward", "first", "back", "theme", "language", "language"):
        assert press(page, page.locator(f"#{name}")) == name
    assert current(page) == "0"
    product = str(step_of(record, "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ", 1))
    for button in ("#goes-in button >> nth=0", "#explanation button"):
        page.locator("#slider").fill(product)
        page.get_by_role("grid").first.locator("[tabindex='0']").press("Enter")
        assert press(page, page.locator(button)) == "heading"
