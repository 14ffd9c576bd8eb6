"""A widget on the page of its lesson: what a reader does with it by keyboard, and what the reader sees."""

import re
from collections.abc import Callable

import pytest

from tests.docs.conftest import COMMIT, Open
from tests.support.browser import Locator, Page


def number(text: str) -> float:
    """The last number of a text, with a typographic minus."""
    return float(re.findall(r"−?\d+(?:\.\d+)?", text)[-1].replace("−", "-"))


def value_of(arithmetic: str) -> float:
    """The value of an expression as a widget writes it."""
    return eval(arithmetic.replace("·", "*").replace("−", "-").replace("²", "**2"))


class Widget:
    """A widget. Selectors are within it, and mean the first element that fits."""

    def __init__(self, page: Page, name: str) -> None:
        self.page, self.root = page, page.locator(f"course-{name}")

    def find(self, selector: str) -> Locator:
        return self.root.locator(selector).first

    def all(self, selector: str) -> list[Locator]:
        return self.root.locator(selector).all()

    def shown(self, selector: str) -> list[bool]:
        """Whether each element that fits is visible. At least one must be there."""
        found = [each.is_visible() for each in self.all(selector)]
        assert found, selector
        return found

    def press(self, selector: str, *keys: str) -> None:
        """Focus an element, and press keys, by default Enter."""
        self.find(selector).focus()
        for key in keys or ("Enter",):
            self.page.keyboard.press(key)

    def pick(self, field: str, value: str) -> None:
        """Choose in a list or in a group of radio buttons by the arrow keys, until the value is there."""
        for key in [*["ArrowDown"] * 40, *["ArrowUp"] * 40]:
            if self.find(field).input_value() == value:
                return
            self.press(field, key)
        raise AssertionError(f"{field} has no {value}")

    def text(self, selector: str) -> str:
        return self.find(selector).inner_text()

    def value(self, name: str) -> float:
        return number(self.text(f"[data-value={name}]"))

    def places(self, selector: str, *attributes: str) -> list[float]:
        """Numbers of an element of a drawing, by default those of a circle."""
        return [float(self.find(selector).get_attribute(name) or "nan") for name in attributes or ("cx", "cy")]

    def cells(self, selector: str) -> list[str]:
        """The names of the entries of matrices that fit."""
        return self.root.locator(selector).evaluate_all("all => all.map((cell) => cell.dataset.cell)")

    def arithmetic(self) -> list[str]:
        """The lines of arithmetic that the reader sees."""
        (line,) = (line for line in self.all("p.arithmetic") if line.is_visible())
        return line.inner_text().splitlines()


OpenWidget = Callable[..., Widget]


@pytest.fixture
def open_widget(open_page: Open) -> OpenWidget:
    """A function that opens the lesson of a widget, and answers its predictions."""

    def open_(section: str, name: str, language: str = "en", **options: object) -> Widget:
        page = open_page(f"{language}/lessons/{section}.html", **options)
        page.evaluate(COMMIT)
        return Widget(page, name)

    return open_
