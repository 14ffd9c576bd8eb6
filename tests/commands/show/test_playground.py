"""`course-torch playground`: the page that is found, recorded, or copied with a link, points and a language."""

import json
import re
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import parse_qs
from zlib import decompress

import pytest
from torch import Tensor

from course_torch.commands.main import main
from course_torch.playground import standalone, stored_page
from course_torch.playground.stored_page import GIVEN, SETS, SOURCES, hash_of_sources, name_of
from tests.support.fixture_types import Capsys, Monkeypatch, Said

pytestmark = pytest.mark.usefixtures("here")


def page_of(made_of: str) -> str:
    """A page in short: what the command reads and writes of one."""
    head = f'<html lang="en" data-lessons="">\n{SOURCES.format(hash=made_of)}\n'
    return head + "\n".join((SETS.format(data="the sets"), GIVEN.format(data="{}")))


@pytest.fixture
def page_opened(monkeypatch: Monkeypatch, tmp_path: Path) -> list[str]:
    """The addresses that are opened. The cache and the site are empty folders."""
    addresses: list[str] = []
    monkeypatch.setattr("webbrowser.open", addresses.append)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setattr(stored_page, "SITE", tmp_path / "site")
    return addresses


@pytest.fixture
def site(tmp_path: Path, page_opened: list[str]) -> Path:
    """The page of the site, of the formulas as they are."""
    (tmp_path / "site").mkdir()
    page = tmp_path / "site" / "playground.html"
    page.write_text(page_of(hash_of_sources()), encoding="utf-8")
    return page


@pytest.fixture
def recorded() -> Iterator[list[str]]:
    """The hashes of the pages that are recorded, which takes no time here."""
    hashes: list[str] = []

    def page(made_of: str) -> str:
        hashes.append(made_of)
        return page_of(made_of)

    with patch.object(standalone, "standalone_page", page):
        yield hashes


def given(path: str) -> dict[str, Any]:
    """What the command has written into a page."""
    found = re.search(GIVEN.format(data="(.*)"), Path(path).read_text(encoding="utf-8"))
    assert found is not None
    return json.loads(found[1])


def test_the_page_of_the_site_opens_as_it_is_unless_the_user_wants_no_browser(
    site: Path, page_opened: list[str], recorded: list[str], said: Said
) -> None:
    assert main(["playground", "--no_open"]) == 0
    assert page_opened == []
    assert said(["playground"]).splitlines()[0] == str(site)
    assert (page_opened, recorded) == ([site.as_uri()], [])


@pytest.mark.parametrize("old", [False, True], ids=["no page", "a page of other formulas"])
def test_a_page_is_recorded_once_where_none_has_these_formulas(
    old: bool, page_opened: list[str], recorded: list[str], tmp_path: Path, capsys: Capsys
) -> None:
    if old:
        (tmp_path / "site").mkdir()
        (tmp_path / "site" / "playground.html").write_text(page_of("0" * 64), encoding="utf-8")
    for _ in range(2):
        assert main(["playground"]) == 0
    kept = tmp_path / "cache" / "course_torch" / name_of(hash_of_sources())
    assert (recorded, page_opened) == ([hash_of_sources()], [kept.as_uri()] * 2)
    assert capsys.readouterr().err.count("The formulas are recorded") == 1


def test_without_a_cache_the_page_is_a_temporary_file(
    page_opened: list[str], recorded: list[str], monkeypatch: Monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert main(["playground"]) == 0
    assert page_opened[0].endswith("/playground.html")


@pytest.mark.usefixtures("page_opened")
def test_the_cache_keeps_the_newest_pages(monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(stored_page, "KEPT", 2)
    paths = [stored_page.store("", letter * 64) for letter in "abc"]
    assert [path.exists() for path in paths] == [False, True, True]


def test_a_link_and_a_language_go_into_a_copy(site: Path, tmp_path: Path, page_opened: list[str]) -> None:
    out = str(tmp_path / "page.html")
    link = "file:///elsewhere/playground.html?language=en#data=moons&hidden_layers=3"
    assert main(["playground", "--link", link, "--language", "zh", "--out", out]) == 0
    assert given(out) == {"link": "data=moons&hidden_layers=3", "language": "zh"}
    assert "data-lessons" not in Path(out).read_text(encoding="utf-8"), "the lessons do not lie beside it"
    assert page_opened == []


def test_with_options_a_copy_is_opened_and_the_page_of_the_site_stays(site: Path, page_opened: list[str]) -> None:
    before = site.read_bytes()
    assert main(["playground", "--language", "zh"]) == 0
    assert given(page_opened[0].removeprefix("file://"))["language"] == "zh"
    assert site.read_bytes() == before


def test_a_csv_file_goes_into_the_link(site: Path, tmp_path: Path) -> None:
    points, out = tmp_path / "points.csv", str(tmp_path / "page.html")
    points.write_text("1,2,a\n3,4,b\n5,6,a\n7,8,b\n", encoding="utf-8")
    assert main(["playground", "--data", str(points), "--link", "#hidden_layers=3", "--out", out]) == 0
    link = parse_qs(given(out)["link"])
    assert (link["data"], link["hidden_layers"]) == (["csv"], ["3"])
    assert link["csv"][0]


def test_other_points_seed_and_noise_replace_the_sets(site: Path, tmp_path: Path) -> None:
    out = tmp_path / "page.html"
    options = ["--points", "20", "--noise", "0.3", "--seed", "5"]
    assert main(["playground", *options, "--out", str(out)]) == 0
    (data,) = re.findall(SETS.format(data="(.*)"), out.read_text(encoding="utf-8"))
    sets = json.loads(decompress(b64decode(data)))
    assert sets["hello"]["begins"] == {"points": 20, "data_seed": 5, "noise": 0.3}
    assert [noise for noise, _ in sets["sets"]["moons"]] == [None, 0.0, 0.3]
    assert len(sets["sets"]["planar"][0][1]["train"]) == 20


def by_rows(total: Tensor, m: float) -> Tensor:
    return total.reshape(-1).view(total.shape) / m


@pytest.mark.usefixtures("page_opened")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_formula_that_no_page_can_hold_is_named_in_one_line(capsys: Capsys, language: str) -> None:
    with patch("course_torch.formulas.layers.average", by_rows):
        assert main(["playground", "--language", language]) == 1
    _, line = capsys.readouterr().err.splitlines()
    assert "linear_backward (layers.py:" in line
    assert "view: found size=" in line
