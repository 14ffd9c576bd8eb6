"""The pictures of the lessons: they have words for readers who cannot see, and true numbers."""

import re
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from bs4 import BeautifulSoup, Tag

from tests.docs.texts import CHINESE, SECTIONS, directives, module_of_extension, text_of, wrong_chinese

module_of_extension("lessons")  # `_pictures` imports a module of it
PICTURES = module_of_extension("_pictures").PICTURES


def sigmoid(Z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-Z))


OPENED = ["index", *(f"lessons/{section}" for section in SECTIONS)]


@pytest.mark.parametrize("page", OPENED)
def test_a_page_opens_with_a_question_and_a_picture_or_what_moves(page: str, language: str) -> None:
    title, opening = text_of(language, f"{page}.md").split("\n", 2)[::2]
    assert title.startswith("# ")
    opened = re.match(r"```\{(picture|widget)\} [\w-]+[ \w]*\n(?::stays: \d+\n)?\n?(.+)\n```", opening)
    assert opened
    assert opened[2][-1] in "?？"


def test_each_picture_opens_one_page() -> None:
    named = [directives(text_of("en", f"{page}.md"))[0].split()[:2] for page in OPENED]
    modules = [f"_pictures.{chapter}" for chapter in ("logistic_regression", "shallow_network", "deep_network")]
    in_order = sorted(PICTURES, key=lambda name: modules.index(PICTURES[name].draw.__module__))
    assert [name for kind, name in named if kind == "picture"] == in_order, "that of the notes"


@pytest.mark.parametrize("name", PICTURES)
def test_the_words_for_readers_who_cannot_see_are_in_both_languages(name: str) -> None:
    for text in (PICTURES[name].title, PICTURES[name].description):
        assert re.findall(f"[{CHINESE}]", text.en) == []
        assert re.search(f"[{CHINESE}]", text.zh)
        assert wrong_chinese(text.zh) == []
    assert PICTURES[name].description.en.endswith(".")


@pytest.fixture
def picture(site: Path, language: str) -> "Opened":
    return Opened(site / language / "lessons")


class Opened:
    """Reads the picture of a lesson on its page."""

    def __init__(self, lessons: Path) -> None:
        self.lessons = lessons

    def svg(self, section: str) -> Tag:
        page = BeautifulSoup((self.lessons / f"{section}.html").read_text(encoding="utf-8"), "html.parser")
        (svg,) = page.select(".picture svg")
        return svg

    def words(self, section: str) -> list[str]:
        return [each.get_text() for each in self.svg(section).select("text")]

    def numbers(self, section: str) -> list[float]:
        """The numbers with decimals, in the order of the drawing."""
        found = re.findall(r"[−+]?\d+\.\d+", " ".join(self.words(section)))
        return [float(each.replace("−", "-")) for each in found]


def test_it_stands_below_the_title_and_is_named_by_its_title_and_description(site: Path, picture: Opened) -> None:
    for section in SECTIONS:
        if "{picture}" not in text_of("en", f"lessons/{section}.md"):
            continue
        svg = picture.svg(section)
        box = svg.parent
        assert box.find_previous_sibling().name == "h1"
        assert box.find("p").get_text().strip()
        assert (svg["role"], svg["aria-labelledby"]) == ("img", "picture-title picture-description")
        assert svg.select_one("#picture-title").get_text()
        assert svg.select_one("#picture-description").get_text()


def test_1_1_the_row_is_the_picture_pixel_by_pixel(picture: Opened) -> None:
    rects = [each["fill"] for each in picture.svg("1.1").select("rect.pixel")]
    colours = [[int(value) for value in re.findall(r"\d+", fill)] for fill in rects]
    pixels, planes, row = np.array(colours[:20]), np.array(colours[20:80]).reshape(3, 20, 3), colours[80:]
    assert np.array_equal(planes.sum(axis=0), pixels)
    assert [sum(entry) for entry in row] == pixels.flatten().tolist()
    assert all(value == 0 for k, entry in enumerate(row) for c, value in enumerate(entry) if c != k % 3)
    assert picture.words("1.1")[1:4] == [f"{name}: {value}" for name, value in zip("RGB", pixels[11], strict=True)]


def test_1_6_the_bars_are_as_long_as_the_times(picture: Opened) -> None:
    bars = [float(each["width"]) for each in picture.svg("1.6").select("rect")]
    times = [float(re.search(r"[\d.]+", words)[0]) for words in picture.words("1.6")[:3]]
    assert times[0] > times[1] > times[2] > 0
    for length, time in zip(bars, times, strict=True):
        assert length == pytest.approx(max(1.5, bars[0] * time / times[0]), rel=0.1)  # the words have two digits


def test_1_7_the_row_divides_each_row_of_the_table(picture: Opened) -> None:
    cells = [each.find_next("text").get_text() for each in picture.svg("1.7").select("rect.cell")]
    table, sums, percent = (
        np.array([float(text.removesuffix(" %")) for text in part]).reshape(3, 4)
        for part in (cells[:12], cells[12:24], cells[24:])
    )
    assert np.allclose(sums, table.sum(axis=0))
    assert np.allclose(percent, 100 * table / sums, atol=0.5)


def test_2_2_each_row_is_the_output_for_its_example(picture: Opened) -> None:
    inputs = np.array([[1.0, 2.0], [3.0, -1.0], [-1.0, 1.0]])
    A1 = np.tanh(inputs @ np.array([[0.5, 0.5], [1, -0.5], [-0.5, 0.25], [0.25, -1]]).T + [-0.5, 0.5, 0.25, 0.75])
    A2 = sigmoid(A1 @ np.array([[1, -1, 2, 0.5]]).T + 0.25)
    assert picture.numbers("2.2") == pytest.approx([*A1.flatten(), *A2.flatten()], abs=0.005)


def test_2_3_the_flower_is_there_twice_and_only_tanh_bends_the_border(picture: Opened) -> None:
    svg = picture.svg("2.3")
    for label in (0, 1):
        marks = [each["d"].count("M") for each in svg.select(f"path.marks-{label}")]
        assert marks == [200, 200]
    border = [len(set(re.findall(r"\d+ \d+", each["d"]))) for each in svg.select("path.region")]
    assert len(border) == 2
    right = [int(re.search(r"\d+", words)[0]) for words in picture.words("2.3")[-2:]]
    assert right[0] < 60 < 80 < right[1]


def test_3_1_the_shapes_follow_the_rules(picture: Opened) -> None:
    sizes, m = [2, 3, 5, 4, 2, 1], 7
    weights = [f"({n}, {before})" for before, n in pairwise(sizes)]
    biases = [f"(1, {n})" for n in sizes[1:]]
    both = [shape for pair in zip(weights, biases, strict=True) for shape in pair]
    shapes = [words for words in picture.words("3.1") if words.startswith("(")]
    assert shapes == [*both, *(f"({m}, {n})" for n in sizes)]
    assert len(picture.svg("3.1").select("circle")) == sum(sizes)


def test_3_3_the_paths_are_those_of_the_formula(picture: Opened) -> None:
    ends = [float(words.rpartition("→ ")[2]) for words in picture.words("3.3") if "→" in words]
    assert ends == pytest.approx([0.8**4, 0, (-1.4) ** 2], abs=0.005)
