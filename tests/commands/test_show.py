"""`course-torch lesson`, `figures`, `configs` and `playground`: what is only shown."""

import json
import re
import shutil
import sys
import webbrowser
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from unittest.mock import patch

import pytest
from matplotlib.figure import Figure
from torch import Tensor

from course_torch import lessons
from course_torch.commands.main import main
from course_torch.commands.show.lesson import BUILD, TOOLS
from course_torch.exercises.tasks import CHAPTERS
from course_torch.language import NOTHING
from course_torch.lessons import to_open
from course_torch.playground import standalone, stored_page
from course_torch.playground.stored_page import GIVEN, SOURCES, hash_of_sources, name_of
from course_torch.reports.gallery import GALLERY, Entry
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said
from tests.training.conftest import CONFIGS

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def lesson_opened(tmp_path: Path, monkeypatch: Monkeypatch) -> list[str]:
    """The addresses that the command opens. The package carries lesson 1.2 and lesson 2.5 in both languages."""
    for language in ("en", "zh"):
        (tmp_path / language / "lessons").mkdir(parents=True)
        for page in ("index", "lessons/1.2", "lessons/2.5"):
            (tmp_path / language / f"{page}.html").touch()
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")  # without the state of exercises
    addresses: list[str] = []
    monkeypatch.setattr(lessons, "SITE", tmp_path)
    monkeypatch.setattr(webbrowser, "open", addresses.append)
    return addresses


def test_the_list_of_lessons_and_a_lesson_in_chinese_are_opened(
    lesson_opened: list[str], tmp_path: Path, said: Said
) -> None:
    pages = tmp_path / "en" / "index.html", tmp_path / "zh" / "lessons" / "2.5.html"
    assert said(["lesson"]) == f"{pages[0]}\n"
    assert main(["lesson", "2.5", "--language", "zh"]) == 0
    assert lesson_opened == [page.as_uri() for page in pages]


@pytest.mark.slow
def test_the_page_learns_which_functions_of_the_folder_are_right(
    lesson_opened: list[str], tmp_path: Path, monkeypatch: Monkeypatch
) -> None:
    """Once the checker has judged a file. The address alone carries it, and no server."""
    folder = tmp_path / "exercises"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "shallow.py").write_text(
        'CHAPTER = "shallow"\nLIBRARY = "torch"\nLAYOUT = "rows"\n\n\ndef relu(Z):\n    return Z * (Z > 0)\n'
    )
    assert main(["check", "shallow.py"]) == 1
    assert main(["lesson", "2.5"]) == 0
    page, _, told = lesson_opened[0].partition("#exercises=")
    assert page == (tmp_path / "en" / "lessons" / "2.5.html").as_uri()
    counts = dict(each.split(":") for each in told.split(","))
    written = [task.section for task in CHAPTERS["shallow"].tasks]
    assert counts == {section: f"{int(section == '2.3')}/{written.count(section)}" for section in written}


def test_the_numbers_are_those_of_the_pages() -> None:
    pages = Path(__file__).parents[2] / "docs" / "en" / "lessons"
    assert sorted(each.stem for each in pages.glob("*.md") if each.stem[0].isdigit()) == lessons.SECTIONS


def test_a_package_without_the_site_recommends_no_lesson(
    lesson_opened: list[str], tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys, said: Said
) -> None:
    assert "course-torch lesson" in said([])
    monkeypatch.setattr(lessons, "SITE", tmp_path / "course_torch" / "site")
    for arguments, page in (([], ""), (["2.5"], "2.5.md")):
        error = usage_error(main, ["lesson", *arguments], capsys)
        assert error.endswith(f"read docs/en/lessons/{page} in its source repository\n")
    assert "docs/zh/lessons/2.5.md" in usage_error(main, ["lesson", "2.5", "--language", "zh"], capsys)
    assert lesson_opened == []
    assert "course-torch lesson" not in said([])
    assert to_open("the sign is turned around (notes 2.5)", "en") == []


@pytest.fixture
def commands(lesson_opened: list[str], tmp_path: Path, monkeypatch: Monkeypatch) -> list[list[str]]:
    """The commands that a checkout without the lessons runs. They fail if the file `fails` is there."""
    commands: list[list[str]] = []
    site = tmp_path / "course_torch" / "site"
    (tmp_path / "tools").mkdir()
    (tmp_path / "tools" / "build_site.py").touch()

    def run(command: list[str], *, cwd: Path) -> CompletedProcess[str]:
        commands.append(command[1:])
        if command[-1] == "tools.build_site":
            (cwd / "en").rename(site)
            shutil.copytree(site, site / "en")
        return CompletedProcess(command, int((cwd / "fails").exists()))

    site.parent.mkdir()
    monkeypatch.setattr(lessons, "SITE", site)
    monkeypatch.setattr("subprocess.run", run)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    return commands


def answer(monkeypatch: Monkeypatch, said: str | None) -> None:
    """What the user types; None for Ctrl-D."""

    def typed(question: str) -> str:
        if said is None:
            raise EOFError
        return said

    monkeypatch.setattr("builtins.input", typed)


@pytest.mark.parametrize("has_tools", [True, False])
def test_a_checkout_builds_the_lessons_if_the_user_agrees(
    has_tools: bool, commands: list[list[str]], lesson_opened: list[str], monkeypatch: Monkeypatch
) -> None:
    answer(monkeypatch, "")
    monkeypatch.setattr("course_torch.commands.show.lesson.find_spec", lambda name: has_tools or None)
    assert main(["lesson", "2.5"]) == 0
    assert commands == [*([] if has_tools else [TOOLS]), BUILD]
    assert lesson_opened == [(lessons.SITE / "en/lessons/2.5.html").as_uri()]


def test_a_checkout_builds_nothing_against_the_user_and_a_failure_is_named(
    commands: list[list[str]], lesson_opened: list[str], monkeypatch: Monkeypatch, tmp_path: Path, capsys: Capsys
) -> None:
    for said in ("n", None):  # None: Ctrl-D
        answer(monkeypatch, said)
        assert usage_error(main, ["lesson"], capsys).endswith("in a terminal this command builds them\n")
    answer(monkeypatch, "y")
    with monkeypatch.context() as patch:
        patch.setattr("sys.stdin.isatty", lambda: False)
        assert "in a terminal" in usage_error(main, ["lesson"], capsys)
    assert commands == []
    (tmp_path / "fails").touch()
    assert "python -m tools.build_site failed" in usage_error(main, ["lesson"], capsys)
    assert lesson_opened == []


def test_a_figure_is_written_as_png_and_svg_and_without_a_name_all_are(
    tmp_path: Path, monkeypatch: Monkeypatch, said: Said
) -> None:
    folder = tmp_path / "deep" / "er"
    assert "computation_graph in " in said(["figures", "--only", "computation_graph", "--out", str(folder)])
    assert {path.name for path in folder.iterdir()} == {"computation_graph.png", "computation_graph.svg"}
    monkeypatch.setattr(
        "course_torch.reports.gallery.GALLERY", dict.fromkeys(("one", "two"), Entry(NOTHING, lambda language: Figure()))
    )
    assert main(["figures", "--out", str(tmp_path / "all")]) == 0
    assert {path.name for path in (tmp_path / "all").iterdir()} == {"one.png", "one.svg", "two.png", "two.svg"}


def test_the_names_of_all_figures_are_listed_with_a_line_each(here: Path, said: Said) -> None:
    lines = said(["figures", "--list"]).splitlines()
    assert [line.split()[0] for line in lines] == [*GALLERY]
    assert all(len(line.split()) > 4 and len(line) <= 80 for line in lines)
    assert list(here.iterdir()) == []


def test_the_list_has_a_line_for_each_config_and_a_name_prints_its_file(said: Said) -> None:
    lines = said(["configs"]).splitlines()
    assert [line.split()[0] for line in lines] == sorted(path.stem for path in CONFIGS.iterdir())
    shown = dict(line.split(maxsplit=1) for line in lines)
    assert shown["digits"] == "Ten classes of handwritten digits: softmax, minibatches, momentum."
    assert said(["configs", "planar_shallow"]) == (CONFIGS / "planar_shallow.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize("command", ["shapes", "compare", "trace"])
def test_a_command_finds_a_config_by_its_name(command: str) -> None:
    assert main([command, "--config", "planar_shallow"]) == 0
    assert main([command, "--config=planar_shallow.yaml"]) == 0


NETWORK = "model: {layer_sizes: [2, 4, 1]}\ndata: {name: planar}\n"
TRAINING = {
    "options": "trainer: {max_epochs: 3}\ncheckpoint_seconds: 5\nthreads: 2",
    "a command as logger": "trainer: {logger: {class_path: os.system, init_args: {command: touch written}}}",
    "a callback": "trainer: {callbacks: [{class_path: planted.Planted}]}",
    "dotted keys": "trainer.callbacks: [planted.Planted]\ntrainer.logger.class_path: planted.Planted",
    "a class as seconds": "checkpoint_seconds: {class_path: planted.Planted}",
}


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: Monkeypatch) -> None:
    """A module that writes the file `written` when it is imported."""
    (tmp_path / "planted.py").write_text("open('written', 'w')\nclass Planted: pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("planted")
@pytest.mark.parametrize("training", TRAINING.values(), ids=TRAINING.keys())
def test_training_options_of_a_config_are_neither_checked_nor_imported(training: str) -> None:
    Path("config.yaml").write_text(NETWORK + training)
    assert main(["shapes", "--config", "config.yaml"]) == 0
    assert "planted" not in sys.modules
    assert not Path("written").exists()


def page_of(made_of: str) -> str:
    """A page in short: what the command reads and writes of one."""
    head = f'<html lang="en" data-lessons="">\n{SOURCES.format(hash=made_of)}\n'
    return head + GIVEN.format(data="{}")


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

    def page(made_of: str, *, prove: bool) -> str:
        assert prove != stored_page.as_installed()
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


@pytest.mark.parametrize("installed", [True, False])
def test_only_the_sources_of_a_wheel_need_no_proof(
    installed: bool, page_opened: list[str], recorded: list[str], monkeypatch: Monkeypatch
) -> None:
    monkeypatch.setattr(stored_page, "as_installed", lambda: installed)
    assert main(["playground"]) == 0
    assert len(recorded) == 1


def test_without_a_cache_the_page_is_a_temporary_file(
    page_opened: list[str], recorded: list[str], monkeypatch: Monkeypatch, tmp_path: Path
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    assert main(["playground"]) == 0
    assert not page_opened[0].startswith((tmp_path / "file").as_uri())
    assert SOURCES.format(hash=recorded[0]) in Path(page_opened[0].removeprefix("file://")).read_text(encoding="utf-8")


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


def with_a_size_from_a_tensor(total: Tensor, m: float) -> Tensor:
    return total.reshape(-1).view(total.shape) / m


@pytest.mark.usefixtures("page_opened")
@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_formula_that_no_page_can_hold_is_named_in_one_line(capsys: Capsys, language: str) -> None:
    with patch("course_torch.formulas.layers.average", with_a_size_from_a_tensor):
        assert main(["playground", "--language", language]) == 1
    _, line = capsys.readouterr().err.splitlines()
    assert "linear_backward (layers.py:" in line
    assert "view: found size=" in line
