"""The widget of lesson 2.5 by keyboard: each entry is that of autograd, and its arithmetic leads to it."""

import re

import pytest
import torch

from course_torch import DeepNetwork
from tests.docs.conftest import Open
from tests.docs.widgets.reading import number

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def gradients() -> dict[str, torch.Tensor]:
    """The derivatives of lesson 2.5 by autograd, from the inputs on its page."""
    net = DeepNetwork([2, 2, 1], "tanh", dtype=torch.float64)
    given = ([[0.5, -0.2], [0.3, 0.4]], [[0.2, -0.3]], [[2.0, -1.0]], [[0.5]])
    with torch.no_grad():
        for own, rows in zip(net.parameters(), given, strict=True):
            own.copy_(torch.tensor(rows))
    X = torch.tensor([[1.0, 2.0], [2.0, -1.0]], dtype=torch.float64)
    Y = torch.tensor([[1.0], [0.0]], dtype=torch.float64)
    first, second = net.autograd_gradients(X, Y)
    return {"dW2": second.dW, "db2": second.db, "dW1": first.dW, "db1": first.db}


@pytest.mark.parametrize("language", ["en", "zh"])
def test_six_equations_by_keyboard(open_page: Open, language: str) -> None:
    """The first entry of each result, then its last entry by the arrow keys. The arithmetic leads to its result."""
    page = open_page(f"{language}/lessons/2.5.html")
    expected, seen = gradients(), []
    page.focus("course-six-equations .next")
    for step in range(6):
        result = page.get_attribute("course-six-equations .step:not([hidden])", "aria-label")
        assert result is not None
        seen.append(result)
        for place in (0, -1):
            arithmetic = page.inner_text("course-six-equations .arithmetic")
            assert arithmetic.startswith(f"{result}(")
            if result in expected:
                assert number(arithmetic) == pytest.approx(expected[result].flatten()[place].item(), abs=5e-5)
            sum_ = re.sub("²", "**2", arithmetic.split(" = ")[1]).replace("·", "*").replace("−", "-")
            assert eval(sum_) == pytest.approx(number(arithmetic), abs=3e-4)
            page.focus("course-six-equations td.chosen")
            for key in ("ArrowRight", "ArrowDown"):
                page.keyboard.press(key)
        if step < 5:
            page.focus("course-six-equations .next")
            page.keyboard.press("Enter")
    assert seen == ["dZ2", "dW2", "db2", "dZ1", "dW1", "db1"]
    assert page.is_disabled("course-six-equations .next")


def test_the_factors_of_an_entry_are_marked(open_page: Open) -> None:
    page = open_page("en/lessons/2.5.html")
    page.click("course-six-equations .next")
    page.click('.step:not([hidden]) [data-cell="dW2 0 1"]')
    used = page.eval_on_selector_all(
        ".step:not([hidden]) td.used", "all => all.map(each => each.getAttribute('data-cell'))"
    )
    assert used == ["dZ2 0 0", "dZ2 1 0", "A1 0 1", "A1 1 1"]
