"""docs/data.md: the example of a new data set works as the page says."""

import re

import pytest

from course_torch import DeepNetwork
from course_torch.data.table import DATA_SETS, load_data_set
from course_torch.training.data_module import CourseData
from tests.docs.page import ROOT, code_blocks, pages_of, prose

PAGES = pages_of("data")
LOADER, ENTRY, TEST = code_blocks(next(iter(PAGES.values())), "python")


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
        (name, sizes) = re.findall(r"--data\.name (\w+) --model\.layer_sizes '\[(.*)\]'", text)[0]
        assert list(load_data_set(name).splits) == ["train", "validation", "test"]
        CourseData(name).check_fit(DeepNetwork([int(size) for size in sizes.split(",")]))


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_the_code_that_the_section_names_exists(text: str) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "course_torch").rglob("*.py"))
    section = prose(text.split("\n## ")[1])
    names = re.findall(r"`(?:\w+\.)?(\w+)`", section)
    assert {"DataSet", "check_data_set", "check_fit", "stratified_split"} <= set(names)
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []
