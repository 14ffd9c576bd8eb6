"""The page in a real browser: languages, themes, widths, and a tab that is hidden."""

import pytest

from tests.browser import DRAWN, Page, violations
from tests.playground.conftest import OpenPage, ready, settings, step, wait_for_step, wait_for_text

pytestmark = pytest.mark.browser


PICTURE = "() => byId('plane').toDataURL()"


def test_language_and_theme_change_in_the_page_and_the_state_stays(open_page: OpenPage) -> None:
    page = open_page("data=moons&hidden_layers=3-3", color_scheme="dark")
    page.locator("#step-100").click()
    wait_for_step(page, 100)
    page.locator("#differences").click()
    judged = page.locator("#gradients td:last-child")
    wait_for_text(page, "differences-step", "at step 100")
    before, by_differences = settings(page), judged.all_inner_texts()
    page.get_by_role("button", name="中文").click()
    assert page.locator("#at").inner_text() == "第 100 步"
    assert page.locator("#data option:checked").inner_text() == "双月"
    assert "隐层" in page.locator("#network-facts").inner_text()
    assert page.evaluate("() => document.documentElement.lang") == "zh-CN"
    assert page.evaluate("() => location.search") == "?language=zh"
    assert settings(page) == before
    assert judged.all_inner_texts() == by_differences
    page.get_by_role("button", name="English").click()
    assert page.locator("#at").inner_text() == "step 100"
    dark = page.evaluate(PICTURE)
    page.get_by_role("button", name="Light").click()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert page.evaluate(PICTURE) != dark


def trained_step(page: Page) -> str:
    """The step at which the engine stands. Its answer comes after the frames on their way, and these are drawn."""
    page.evaluate("() => { byId('differences-step').textContent = ''; }")
    page.locator("#differences").click()
    page.wait_for_function("() => byId('differences-step').textContent !== ''")
    page.evaluate(DRAWN)
    return page.locator("#differences-step").inner_text()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_nothing_overflows_at_any_width(open_page: OpenPage, language: str) -> None:
    page = open_page("hidden_layers=12-12-12-12-12-12&hidden_activation=leaky_relu", language=language)
    page.locator("#commands > summary").press("Enter")
    page.locator("#mistake").select_option("1/m twice in dW")
    page.locator(".first-wrong").wait_for()
    for number in range(2, 7):
        page.locator(f"#features-{number}").evaluate("(box) => box.click()")
    ready(page)
    for key in ("ArrowDown", "ArrowRight"):
        page.locator("#network").press(key)
    assert page.locator("#unit-numbers input").count() == 13
    for width in (390, 801, 1280, 1900):
        page.set_viewport_size({"width": width, "height": 844})
        page.wait_for_function("() => byId('curve').width === byId('curve').parentElement.clientWidth")
        assert page.evaluate("() => document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_axe_finds_no_violation(open_page: OpenPage, language: str, scheme: str) -> None:
    page = open_page(language=language, color_scheme=scheme)
    page.locator("#step-100").click()
    wait_for_step(page, 100)
    assert violations(page) == []
    page.locator("#mistake").select_option("1/m twice in dW")
    page.locator(".first-wrong").wait_for()
    page.locator("#network").press("ArrowDown")
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 844})
        assert violations(page) == []
    page.locator("#mistake").select_option("")
    page.locator("#reset").click()
    wait_for_step(page, 0)
    page.locator("#commands > summary").press("Enter")
    assert violations(page) == []
    page.evaluate("() => byId('speed').closest('label').replaceWith(byId('speed'))")
    assert [each.partition(":")[0] for each in violations(page)] == ["select-name"], "axe finds a violation put in"


def test_a_hidden_tab_does_not_train(open_page: OpenPage) -> None:
    page = open_page()
    hide = """(hidden) => {
      Object.defineProperty(document, "hidden", { value: hidden, configurable: true });
      document.dispatchEvent(new Event("visibilitychange"));
    }"""
    page.locator("#run").click()
    page.wait_for_function("() => byId('at').textContent !== 'step 0'")
    page.evaluate(hide, True)
    trained, at = trained_step(page), step(page)
    page.wait_for_timeout(500)  # time for steps, if there were any
    assert trained_step(page) == trained
    assert step(page) == at
    page.evaluate(hide, False)
    page.wait_for_function("(at) => byId('at').textContent !== `step ${at}`", arg=at)
