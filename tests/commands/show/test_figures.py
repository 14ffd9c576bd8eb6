"""`course-torch figures`: the figures of the notes as files, and the list of their names."""

from pathlib import Path

from matplotlib.figure import Figure

from course_torch.commands.main import main
from course_torch.language import NOTHING
from course_torch.reports.gallery import GALLERY, Entry
from tests.support.fixture_types import Monkeypatch, Said


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
