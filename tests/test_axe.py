"""axe-core judges once what is alike on a page, and still finds each mistake that is put in."""

from collections.abc import Callable

import pytest

from tests.support.browser import Page, violations

pytestmark = pytest.mark.browser
STYLE = "<style>body { color: #111; background: #fff } .dark { background: #222 } .pale { opacity: 0.2 }</style>"
PALE = "color-contrast: <p"
DARK, GREY = "<p>some words</p>", "<p style='color: #ddd'>some words</p>"
CASES = {
    "another colour": (DARK * 3 + GREY, 1),
    "another background": (DARK * 3 + f"<div class=dark>{DARK}</div>", 1),
    "another background below a layer": (DARK * 3 + f"<div class=dark><div>{DARK}</div></div>", 1),
    "a pale layer": (DARK * 3 + f"<div class=pale>{DARK}</div>", 1),
    "smaller letters": ("<p style='color: #888; font-size: 30px'>some words</p>" * 3 +
                        "<p style='color: #888'>some words</p>", 1),
    "a place over another element": (DARK * 3 + "<div class=dark style='height: 5em'></div>"
                                     "<p style='position: absolute; top: 12em'>some words</p>", 1),
    "after others that are hidden": (GREY.replace("<p", "<p hidden") * 3 + GREY, 1),
    "after others that are folded": (f"<details><summary>more</summary>{GREY * 3}</details>{GREY}", 1),
    "after others of one letter": (GREY.replace("some words", "a") * 3 + GREY, 1),
    "three of many": (GREY * 9, 3),
    "none": (DARK * 9 + "<div class=dark><p style='color: #fff'>some words</p></div>", 0),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_text_without_contrast_is_found(open_html: Callable[..., Page], case: str) -> None:
    body, expected = CASES[case]
    page = open_html(f"<html lang=en><title>t</title>{STYLE}<main><h1>h</h1>{body}</main>")
    before = page.content()
    found = violations(page)
    assert [each.startswith(PALE) for each in found] == [True] * expected, found
    assert page.content() == before
