"""The site from disk in a real browser: languages, phone, dark, no script, print, axe, every button, and the search."""

import re

import pytest

from tests.docs.conftest import COMMIT, UNREACHABLE, Open
from tests.docs.texts import IN_TURN, PAGES, SECTIONS
from tests.support.browser import DRAWN, Locator, Page, both_looks, shown, violations

pytestmark = [pytest.mark.browser, pytest.mark.slow]
NAMES = [page.removesuffix(".md") for page in PAGES]
JUDGED = [name for name in NAMES if name.startswith(("lessons/", "start/", "guides/"))]
JUDGED += ["reference/formulas", "reference/commands", "reference/train", "index", "search"]
in_turn = pytest.mark.parametrize(("section", "language"), IN_TURN)
AT_THE_TOP = """() => {
  const { top } = document.getElementById("mistakes").getBoundingClientRect();
  return 0 <= top && top < 200;
}"""
"""Whether the page is scrolled to the mistakes: the browser scrolls a moment after it has loaded the page."""
HEIGHTS = """all => all.filter((each) => each.getClientRects().length).map((each) =>
  parseFloat(getComputedStyle(each).fontSize) *
  each.ownerSVGElement.getBoundingClientRect().width / each.ownerSVGElement.viewBox.baseVal.width)"""
"""The height of the words of drawings that are shown, in pixels of the screen."""
CUT = "all => all.filter((each) => each.scrollWidth > each.clientWidth).map((each) => each.textContent.trim())"
"""The words of links, code boxes and equations that are cut off."""
OPEN = """() => {
  for (const details of document.querySelectorAll("details")) details.open = true;
  for (const half of document.querySelectorAll(".layouts > div")) half.style.display = "block";
}"""
"""Shows what is folded, and both halves of rows and columns."""
SCROLLED = """all => all.filter((each) => each.scrollWidth > each.clientWidth + 1 &&
  ["auto", "scroll"].includes(getComputedStyle(each).overflowX)).map((each) => each.outerHTML.slice(0, 200))"""
"""The boxes that paper cuts off."""
SIZES = "all => all.map((each) => parseFloat(getComputedStyle(each).fontSize))"
OUTSIDE = """all => all.filter((each) => {
  const { x, y, width, height } = each.getBBox(), { width: wide, height: high } = each.ownerSVGElement.viewBox.baseVal;
  return x < 0 || y < 0 || x + width > wide || y + height > high;
}).map((each) => each.textContent)"""
"""The words that leave their drawing."""


@pytest.mark.parametrize("name", [*NAMES, "search"])
def test_a_page_fits_a_phone_a_screen_and_paper_and_axe_finds_nothing(
    open_page: Open, language: str, name: str
) -> None:
    """A phone scrolls in one direction, a key reaches each box that scrolls sideways, and no link is cut off.

    axe judges an English page in the light before the predictions are answered, and a Chinese page in the dark after
    that: the colours are the same in both languages. With all that is folded opened, nothing is cut, and headings are
    smaller than the title. The page asks for files of the site alone.
    """
    page = open_page(f"{language}/{name}.html", width=390)
    if name in JUDGED and language == "en":
        assert violations(page) == []
    answered = page.evaluate(COMMIT)
    assert page.evaluate(UNREACHABLE) == []
    for box in ("html", ".bd-article-container"):
        wide, width = page.eval_on_selector(box, "each => [each.scrollWidth, each.clientWidth]")
        assert wide <= width, box
    assert page.eval_on_selector_all(".prev-next-area a", CUT) == []
    assert all(height >= 12 for height in page.eval_on_selector_all(":is(.widget, .picture) svg text", HEIGHTS))
    assert page.eval_on_selector_all(".picture svg text", OUTSIDE) == []
    if name in JUDGED and language == "zh":
        page.emulate_media(color_scheme="dark")
        page.wait_for_function("document.documentElement.dataset.theme === 'dark'")
        assert page.evaluate(UNREACHABLE) == []
        assert violations(page, *([] if answered else ["color-contrast"])) == []
    page.evaluate(OPEN)
    for width in (390, 1280):
        if width != 390:
            page.set_viewport_size({"width": width, "height": 900})
        assert page.eval_on_selector_all("article :is(pre, .formula)", CUT) == [], width
        (title,) = page.eval_on_selector_all("main h1", SIZES)
        assert all(size <= 0.8 * title for size in page.eval_on_selector_all("article :is(h2, h3, h4)", SIZES)), width
    page.set_viewport_size({"width": 718, "height": 900})  # A4 with margins of one centimetre
    page.emulate_media(media="print")
    assert page.eval_on_selector_all("article *", SCROLLED) == []
    assert all(address.startswith(("file://", "blob:")) for address in page.requests)  # a network's worker is a blob


FILL = "part => getComputedStyle(part).fill"
FILLS = "all => all.map(each => getComputedStyle(each).fill)"
BLACK = "rgb(0, 0, 0)"
TWO_DIGITS = re.compile(r"\d\d")
STROKES = "all => all.map(each => getComputedStyle(each).stroke)"


@in_turn
def test_without_script_everything_is_there(open_page: Open, language: str, section: str) -> None:
    """A shape without a rule would be black, and a name in the colour of its node could not be read."""
    page = open_page(f"{language}/lessons/{section}.html", java_script_enabled=False)
    assert page.locator(".controls").count() > 0
    assert not any(shown(page, ".controls, .predict :is(input, button), .right, .said span, iframe"))
    assert all(shown(page, ".answers, .predict summary, .predict label > span"))
    assert all(drawn := shown(page, ".widget table, .widget svg"))
    assert drawn
    assert all(network.inner_text().strip() for network in page.locator("course-networks").all())
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        assert page.is_visible(".picture svg, .opening + .widget, .opening + .stays .net")
        lines = ":is(.widget, .picture) svg :is(.line, .axis:not(.head), .edge, .marks-0)"
        assert "none" not in page.eval_on_selector_all(lines, STROKES)
        shapes = ".picture svg :is(.fill:not(.ink), .pale, .facet, .region, .node), .widget svg .box"
        assert not {"none", BLACK} & set(page.eval_on_selector_all(shapes, FILLS))
        nodes = page.locator("course-network [data-unit]").all()
        assert bool(nodes) == (section in ("1.5", "2.1", "2.5", "3.2"))
        for node in nodes:
            circle, text = (node.locator(part).first.evaluate(FILL) for part in ("circle", "text"))
            assert circle != text
    answer = page.locator("details.folded:has(> p)").first
    answer.locator("summary").click()
    assert answer.locator("> p").first.is_visible()
    if section == "2.5":
        assert (page.is_visible(".layout-rows"), page.is_visible(".layout-columns")) == (True, False)
        page.check(".choose-columns")
        assert (page.is_visible(".layout-rows"), page.is_visible(".layout-columns")) == (False, True)


def test_names_stand_beside_their_meanings_and_on_a_phone_above(open_page: Open) -> None:
    for width, beside in ((1280, True), (390, False)):
        page = open_page("en/reference/commands.html", width=width)
        boxes = [page.locator(f"#command-grade dl.names > {tag}").nth(1).bounding_box() for tag in ("dt", "dd")]
        name, meaning = (box for box in boxes if box is not None)
        assert (meaning["x"] > name["x"] + name["width"] / 2 and meaning["y"] < name["y"] + name["height"]) == beside


@in_turn
def test_the_language_switch_keeps_the_place(open_page: Open, language: str, section: str) -> None:
    page, other = open_page(f"{language}/lessons/{section}.html"), "zh" if language == "en" else "en"
    page.evaluate("document.getElementById('mistakes').scrollIntoView()")
    page.wait_for_function(AT_THE_TOP)
    box = page.locator(".language-switch >> visible=true").bounding_box()  # click() would scroll
    assert box is not None
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(f"**/{other}/lessons/{section}.html#mistakes")
    page.wait_for_function(AT_THE_TOP)


def test_the_start_page_leads_to_the_language_of_the_browser(open_page: Open) -> None:
    for locale, language in (("zh-CN", "zh"), ("de-DE", "en")):
        open_page("index.html", locale=locale).wait_for_url(f"**/{language}/index.html")


MOST = 30
"""More presses than a widget with an end has steps."""
PRESSED = f"""async (each, most) => {{
  const isDisabled = () => each.disabled || each.ariaDisabled === "true";
  let hasFocus = true;
  each.focus();
  for (let i = 0; i < most && hasFocus && !isDisabled(); i++) {{
    each.click();
    await ({DRAWN})();
    hasFocus = document.activeElement === each;
  }}
  return [hasFocus, isDisabled()];
}}"""
"""Presses a button, as the key Enter does, until it loses the focus or can do nothing more.

Returns whether it has kept the focus whenever the page was drawn, and whether it can do nothing more.
"""


def ends(button: Locator, most: int = MOST) -> bool:
    """Press a button until it can do nothing more. Asserts that it has the focus after each press."""
    has_focus, is_disabled = button.evaluate(PRESSED, most)
    assert has_focus, button.inner_text()
    return is_disabled


@pytest.mark.parametrize("section", SECTIONS)
def test_a_pressed_button_keeps_the_focus(open_page: Open, section: str) -> None:
    """The second round finds buttons that could do nothing at first, such as "Back".

    The buttons of networks that train have no end: "Run" becomes "Pause", and then "Run" again.
    """
    page = open_page(f"en/lessons/{section}.html")
    page.evaluate(COMMIT)
    buttons = page.locator(".widget button:not(course-networks *)").all()
    for button in [*buttons, *(each for each in buttons if each.is_disabled())]:
        ends(button)
    for button in page.locator("course-networks button").all():
        assert not ends(button, most=2)


def test_a_button_at_the_end_does_nothing_and_back_leads_away(open_page: Open) -> None:
    """The graph of lesson 1.4 from its end."""
    page = open_page("en/lessons/1.4.html")
    page.evaluate(COMMIT)
    widget = page.locator("course-computation-graph")
    assert ends(widget.locator(".all"))
    last = widget.locator(".arithmetic").inner_text()
    for name in ("all", "next"):
        widget.locator(f".{name}").focus()
        page.keyboard.press("Enter")
        assert widget.locator(".arithmetic").inner_text() == last
    assert ends(widget.locator(".back"))
    widget.locator(".next").focus()
    page.keyboard.press("Enter")
    assert widget.locator(".arithmetic").inner_text() not in ("", last)


def shown_step(widget: Locator, number: int) -> int:
    """The step of a network in a lesson."""
    words = widget.frame_locator("iframe").nth(number).locator("#at").inner_text()
    return int("".join(filter(str.isdigit, words)))


@both_looks
def test_the_networks_of_a_lesson_train_together_from_disk(open_page: Open, language: str, scheme: str) -> None:
    page = open_page(f"{language}/lessons/2.3.html", color_scheme=scheme)
    widget = page.locator("course-networks")
    widget.scroll_into_view_if_needed()
    run, step, reset = (widget.locator(f".{name}") for name in ("run", "step", "reset"))
    for number in range(3):  # the frames below the window load when they are seen
        widget.frame_locator("iframe").nth(number).locator("#columns[aria-busy=false]").wait_for()
    inside = widget.frame_locator("iframe").nth(0)
    assert inside.locator("html").get_attribute("data-theme") == scheme
    assert inside.locator("#plane").is_visible()
    assert inside.locator("#settings, #run, header, #network").filter(visible=True).count() == 0
    run.press("Enter")
    assert run.inner_text() == {"en": "Pause", "zh": "暂停"}[language]
    for number in range(3):
        widget.frame_locator("iframe").nth(number).locator("#at").filter(has_text=TWO_DIGITS).wait_for()
    step.press("Enter")
    assert run.inner_text() == {"en": "Run", "zh": "运行"}[language]
    assert all(shown_step(widget, number) > 10 for number in range(3))
    reset.press("Enter")
    inside.locator("#at").get_by_text({"en": "step 0", "zh": "第 0 步"}[language], exact=True).wait_for()
    link = widget.locator("a").nth(1).get_attribute("href")
    assert link.endswith(f"playground.html?language={language}#hidden_activation=tanh")


def test_every_network_of_a_lesson_begins_as_its_link_says(open_page: Open) -> None:
    """A setting that the playground does not know would be refused in a line that a lesson does not show."""
    for section in ("1.5", "2.3", "2.4", "2.5", "3.2", "3.3"):
        page = open_page(f"en/lessons/{section}.html")
        for address in page.eval_on_selector_all("course-networks a", "all => all.map(each => each.href)"):
            page.goto("about:blank")
            page.goto(address)
            page.wait_for_selector("#columns[aria-busy=false]")
            assert page.locator("#notice").inner_text() == "", address


ENGLISH = {
    "gradient descent": "lessons/1.3",
    "learning rate": "lessons/1.3",
    "logistic regression": "lessons/1.2",
    "sigmoid": "lessons/1.2",
    "cross-entropy": "lessons/1.2",
    "cost function": "lessons/1.2",
    "bias": "lessons/1.2",
    "derivative": "lessons/1.4",
    "chain rule": "lessons/1.4",
    "vectorization": "lessons/1.6",
    "vectorise": "lessons/1.6",
    "broadcasting": "lessons/1.7",
    "hidden layer": "lessons/2.1",
    "ReLU": "lessons/2.3",
    "initialise": "lessons/2.5",
    "overfitting": "lessons/3.3",
    "hyperparameters": "lessons/3.3",
    "backpropagation": "lessons/1.4",
    "glossary": "guides/glossary",
    "compare_gradients": "reference/package",
    "cat dataset": "guides/data",
    "why divide by m": "guides/average",
    "qwertz": "",
}
CHINESE = {
    "学习率": "lessons/1.3",
    "梯度下降": "lessons/1.3",
    "逻辑回归": "lessons/1.2",
    "损失函数": "lessons/1.2",
    "代价函数": "lessons/1.2",
    "交叉熵": "lessons/1.2",
    "偏置": "lessons/1.2",
    "前向传播": "lessons/1.4",
    "反向传播": "lessons/1.4",
    "链式法则": "lessons/1.4",
    "计算图": "lessons/1.4",
    "流程图": "lessons/1.4",  # another name of the same thing
    "向量化": "lessons/1.6",
    "广播": "lessons/1.7",
    "隐藏层": "lessons/2.1",
    "神经元": "lessons/2.1",
    "激活函数": "lessons/2.3",
    "矩阵维度": "lessons/3.1",
    "超参数": "lessons/3.3",
    "过拟合": "lessons/3.3",
    "术语表": "guides/glossary",
    "猫": "guides/data",
    "为什么除以m": "guides/average",
    "恐龙": "",
}
DONE = "document.querySelector('#search-results .search-summary')?.innerText"
PAGES = "all => all.map((each) => each.pathname.match(/([^/]*[/][^/]*)[.]html$/)[1])"


def found(page: Page, words: str) -> list[str]:
    """The pages that the search page finds, in order."""
    page.fill("main input[name=q]", words)
    with page.expect_navigation():
        page.press("main input[name=q]", "Enter")
    page.wait_for_function(DONE)  # the page adds the results, and then a summary
    return page.eval_on_selector_all("#search-results ul.search a", PAGES)


@pytest.mark.parametrize(("language", "queries"), [("en", ENGLISH), ("zh", CHINESE)])
def test_the_first_page_is_the_page_that_the_learner_needs_if_there_is_one(
    open_page: Open, language: str, queries: dict[str, str]
) -> None:
    page = open_page(f"{language}/search.html")
    assert {words: "".join(found(page, words)[:1]) for words in queries} == queries


def test_lessons_stand_before_guides_and_guides_before_the_reference(open_page: Open, language: str) -> None:
    folders = [page.split("/")[0] for page in found(open_page(f"{language}/search.html"), "tanh")]
    assert folders == sorted(folders, key=["lessons", "start", "guides", "reference"].index)
    assert set(folders) == {"lessons", "start", "guides", "reference"}
