"""Reads the pages of the reference."""

from functools import cache
from pathlib import Path

from bs4 import BeautifulSoup, Tag


@cache
def page(site: Path, language: str, name: str) -> BeautifulSoup:
    text = (site / language / "reference" / f"{name}.html").read_text(encoding="utf-8")
    return BeautifulSoup(text, "html.parser")


def entry(site: Path, language: str, name: str, dotted: str) -> tuple[str, str]:
    """The signature of a function or class, and what stands below it, both with single spaces."""
    signature = page(site, language, name).find("dt", id=dotted)
    assert isinstance(signature, Tag), f"{dotted} is not on the page {name}"
    below = signature.find_next_sibling("dd")
    assert isinstance(below, Tag)
    return spaced(signature).removesuffix("#"), spaced(below)


def spaced(element: Tag) -> str:
    return " ".join(element.get_text().split())
