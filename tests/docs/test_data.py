"""docs/data.md: the example of a new data set works as the page says."""

import re
from dataclasses import asdict
from pathlib import Path

import pytest

from course_torch import DeepNetwork
from course_torch.data import table
from course_torch.data.data_set import DataSet
from course_torch.data.source import Source
from course_torch.data.table import DATA_SETS, load_data_set
from course_torch.training import results
from course_torch.training.data_module import CourseData
from tests.docs.page import ROOT, code_blocks, pages_of, prose

PAGES = pages_of("data")
TRAINED, OWN_LOADER, SCRIPT, LOADER, ENTRY, TEST = code_blocks(next(iter(PAGES.values())), "python")
TITLES = {"data.md": "How to add a data set", "data.zh-CN.md": "怎样添加数据集"}


@pytest.fixture
def example(monkeypatch: pytest.MonkeyPatch) -> dict:
    """The names that the code of the page defines, after its entry is in the table."""
    names: dict = {}
    exec(LOADER + TEST, names)
    for name, loader in eval(f"{{{ENTRY.strip()}}}", names).items():
        monkeypatch.setitem(DATA_SETS, name, loader)
    return names


def test_the_test_of_the_page_passes(example: dict) -> None:
    (test,) = (value for name, value in example.items() if name.startswith("test_"))
    test()


def test_the_set_loads_by_its_name_and_fits_the_network_of_the_page(example: dict) -> None:
    for text in PAGES.values():
        (name, sizes) = re.findall(r"--data\.name (\w+) --model\.layer_sizes '\[(.*)\]'", text)[-1]
        assert list(load_data_set(name).splits) == ["train", "validation", "test"]
        CourseData(name).check_fit(DeepNetwork([int(size) for size in sizes.split(",")]))


def test_the_network_of_the_page_learns_the_moons(capsys: pytest.CaptureFixture[str]) -> None:
    exec(TRAINED, {})
    assert float(capsys.readouterr().out.removeprefix("test accuracy ")) > 0.95


@pytest.fixture
def stripes(monkeypatch: pytest.MonkeyPatch) -> DataSet:
    """The set that the page loads by its own loader, whose name is in the table."""
    monkeypatch.setattr(table, "DATA_SETS", dict(DATA_SETS))
    names: dict = {}
    exec("import torch\nfrom course_torch.data.table import load_data_set\n" + OWN_LOADER, names)
    return names["stripes"]


def test_the_loader_of_the_page_gets_its_options(stripes: DataSet) -> None:
    assert {name: split.m for name, split in stripes.splits.items()} == {"train": 300, "test": 300}
    X, Y = stripes.train
    assert all(
        (0.25 <= x < 0.5 or x >= 0.75) == bool(y) for x, y in zip(X[:, 0].tolist(), Y[:, 0].tolist(), strict=True)
    )


def test_the_script_of_the_page_trains(
    stripes: DataSet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(results, "draw", lambda *arguments: None)
    short = SCRIPT.replace('"[2, 8, 1]"', '"[2, 8, 1]", "--max_epochs", "1", "--accelerator", "cpu"')
    exec(short, {"__name__": "__main__"})
    assert "results of the last parameters (after 100 updates)" in capsys.readouterr().out


def test_both_pages_have_the_same_code() -> None:
    english, chinese = (code_blocks(text) for text in PAGES.values())
    assert english == chinese


def test_the_keywords_of_the_page_are_the_options_of_the_sets() -> None:
    for text in PAGES.values():
        (sentence,) = re.findall(r"`batch_size`(?:: |）：)(.*?)[.。]", text, flags=re.DOTALL)
        assert re.findall(r"`(\w+)`", sentence) == [*asdict(Source()), "center"]


@pytest.mark.parametrize("name", PAGES)
def test_the_code_that_the_section_names_exists(name: str) -> None:
    (text,) = (each for each in PAGES[name].split("\n## ") if each.startswith(TITLES[name]))
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "course_torch").rglob("*.py"))
    section = prose(text)
    names = re.findall(r"`(?:\w+\.)?(\w+)`", section)
    assert {"DataSet", "check_data_set", "check_fit", "stratified_split"} <= set(names)
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
