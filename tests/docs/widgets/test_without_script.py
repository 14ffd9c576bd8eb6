"""The drawings of the widgets without a script: the theme then defines no colours, and they must be visible anyway."""

import pytest

from tests.docs.conftest import Open
from tests.docs.lessons import SECTIONS

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STROKES = "all => all.map(each => getComputedStyle(each).stroke)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("section", SECTIONS)
def test_every_line_of_a_drawing_has_a_colour(open_page: Open, section: str, scheme: str) -> None:
    """The head of an arrow is filled."""
    page = open_page(f"en/lessons/{section}.html", java_script_enabled=False, color_scheme=scheme)
    strokes = page.eval_on_selector_all(".widget svg :is(.line, .axis:not(.head), .edge)", STROKES)
    assert "none" not in strokes


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_names_of_nodes_differ_from_the_nodes(open_page: Open, scheme: str) -> None:
    page = open_page("en/lessons/2.1.html", java_script_enabled=False, color_scheme=scheme)
    node, name = (
        page.eval_on_selector(f"course-nodes .node {each}", "each => getComputedStyle(each).fill")
        for each in ("circle", "text")
    )
    assert node != name
