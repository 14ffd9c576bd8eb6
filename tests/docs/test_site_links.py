"""Every link within the site leads to a page or a file that exists, and to an anchor on that page."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup

LINKS = {"href": "[href]", "src": "[src]", "srcset": "[srcset]"}
HOSTS: set[str] = set()
"""The hosts of links to other sites. They are not asked."""


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, BeautifulSoup]:
    """Every page of the site."""
    return read(site)


def read(site: Path) -> dict[Path, BeautifulSoup]:
    return {path: BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser") for path in site.rglob("*.html")}


def links(page: BeautifulSoup) -> Iterator[str]:
    for attribute, selector in LINKS.items():
        yield from (str(element[attribute]) for element in page.select(selector))


def broken(pages: dict[Path, BeautifulSoup]) -> list[str]:
    """The links that lead nowhere, as "page: link"."""
    ids = {path.resolve(): {each["id"] for each in page.select("[id]")} for path, page in pages.items()}
    found = []
    for path, page in pages.items():
        for link in set(links(page)):
            parts = urlsplit(link)
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path.resolve()
            if parts.scheme or parts.netloc:
                continue
            if not target.is_file() or (
                target in ids and parts.fragment and unquote(parts.fragment) not in ids[target]
            ):
                found.append(f"{path}: {link}")
    return found


def test_every_link_within_the_site_leads_somewhere(pages: dict[Path, BeautifulSoup]) -> None:
    assert sum(len(list(links(page))) for page in pages.values()) > 1000
    assert broken(pages) == []


def test_no_page_has_an_anchor_twice(pages: dict[Path, BeautifulSoup]) -> None:
    for path, page in pages.items():
        ids = [each["id"] for each in page.select("[id]")]
        assert len(ids) == len(set(ids)), path


def test_links_to_other_sites_are_those_that_are_known(pages: dict[Path, BeautifulSoup]) -> None:
    outside = [urlsplit(link) for page in pages.values() for link in links(page) if urlsplit(link).netloc]
    assert {each.scheme for each in outside} <= {"https"}
    assert {each.netloc for each in outside} == HOSTS


@pytest.mark.parametrize(
    ("link", "is_broken"),
    [
        ("b.html", False),
        ("b.html#there", False),
        ("#here", False),
        ("https://example.org/none", False),
        ("c.html", True),
        ("b.html#nowhere", True),
        ("#nowhere", True),
    ],
)
def test_a_broken_link_is_found(tmp_path: Path, link: str, is_broken: bool) -> None:
    (tmp_path / "a.html").write_text(f'<p id="here"><a href="{link}">a</a></p>', encoding="utf-8")
    (tmp_path / "b.html").write_text('<p id="there">b</p>', encoding="utf-8")
    assert bool(broken(read(tmp_path))) == is_broken
