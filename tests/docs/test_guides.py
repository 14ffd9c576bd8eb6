"""The guides: their code runs, and their numbers, names and paths are those of the package."""

import re
from dataclasses import asdict, replace
from inspect import signature
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_torch import DeepNetwork, gradient_descent
from course_torch.data import bundled, table
from course_torch.data.data_set import DataSet
from course_torch.data.source import Source
from course_torch.data.table import DATA_SETS, load_data_set
from course_torch.formulas import average, slopes
from course_torch.reports.gallery import GALLERY
from course_torch.training import results
from course_torch.training.data_module import CourseData
from tests.docs.test_lessons import CHINESE, OTHER_TERMS
from tests.docs.texts import ROOT, code_blocks, module_of_extension, pages_of, prose, tables, text_of
from tests.test_readme import SECTIONS

DATA = pages_of("data")
TRAINED, OWN_LOADER, SCRIPT, LOADER, ENTRY, TEST = code_blocks(next(iter(DATA.values())), "python")
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
    for text in DATA.values():
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


def test_both_pages_of_data_have_the_same_code() -> None:
    english, chinese = (code_blocks(text) for text in DATA.values())
    assert english == chinese


def test_the_keywords_of_the_page_are_the_options_of_the_sets() -> None:
    for text in DATA.values():
        (sentence,) = re.findall(r"`batch_size`(?:: |）：)(.*?)[.。]", text, flags=re.DOTALL)
        assert re.findall(r"`(\w+)`", sentence) == [*asdict(Source()), "center"]


@pytest.mark.parametrize("name", DATA)
def test_the_code_that_the_section_names_exists(name: str) -> None:
    (text,) = (each for each in DATA[name].split("\n## ") if each.startswith(TITLES[name]))
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "course_torch").rglob("*.py"))
    section = prose(text)
    names = re.findall(r"`(?:\w+\.)?(\w+)`", section)
    assert {"DataSet", "check_data_set", "check_fit", "stratified_split"} <= set(names)
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []


FIRST_RUN, FIRST_RUN_ZH = pages_of("first_run").values()


def numbers(text: str) -> list[str]:
    return sorted(re.findall(r"\d+(?:\.\d+)?", re.sub(r"!\[.*?\]\(.*?\)", "", text, flags=re.DOTALL)))


def test_both_languages_state_the_same_numbers() -> None:
    english, chinese = tables(FIRST_RUN), tables(FIRST_RUN_ZH)
    assert [[numbers(cell) for cell in row] for table in english for row in table] == [
        [numbers(cell) for cell in row] for table in chinese for row in table
    ]
    assert set(numbers(FIRST_RUN)) == set(numbers(FIRST_RUN_ZH))


def test_the_splits_are_those_of_the_file() -> None:
    with np.load(bundled.FILE) as file:
        splits = [file["part"] == number for number in range(3)]
        expected = [
            [str(split.sum()), str(len(set(file["motif"][split]))), str(file["is_animal"][split].sum())]
            for split in splits
        ]
    assert [row[1:] for row in tables(FIRST_RUN)[0]] == expected


def test_the_eigenvalues_are_those_of_the_features() -> None:
    data = load_data_set("pictures")
    found = []
    for centered in (False, True):
        X = replace(data, centered=centered).features(data.train.X, torch.float64)
        largest = torch.linalg.eigvalsh(X @ X.T / len(X))[-1].item()
        found.append([f"{largest:.0f}", f"{8 / largest:.2g}" if not centered else f"{8 / largest:.3g}"])
    assert [row[1:] for row in tables(FIRST_RUN)[1]] == found
    assert data.mean is not None
    assert f"{data.mean.square().sum():.0f} of the 3564" in FIRST_RUN


TEXT = text_of("en", "guides/notation.md")
TENSORS, NUMBERS, MARKS = tables(TEXT)
SIZES = [5, 4, 3, 2]
M = 7
SAME = ["$W^{[l]}$", "$dW^{[l]}$"]
"""The tensors that have the same shape in both layouts, although they have two axes."""


@pytest.fixture
def names() -> dict[str, object]:
    """What the code of the tables may name: a network whose sizes all differ, and its layer l = 2."""
    generator = torch.Generator().manual_seed(1)
    net = DeepNetwork(SIZES, "leaky_relu", learn_slope=True, generator=generator)
    X, Y = torch.randn(M, SIZES[0], generator=generator), torch.ones(M, SIZES[-1])
    sizes = {"m": M, "n_x": SIZES[0], "n_l": SIZES[2], "n_in": SIZES[1], "n_y": SIZES[3]}
    tensors = {"X": X, "Y": Y, "Z": net.caches(X)[-1].Z, "dZ": net.backward_steps(X, Y)[-1].dZ}
    products = {"P": torch.ones(2, 2), "Q": torch.ones(2, 2), "total": tensors["Z"].sum(dim=0)}
    indices = {"net": net, "l": 2, "i": 3, "j": 1}
    names = {"torch": torch, "average": average.average, **indices, **sizes, **tensors, **products}
    (layer_l,) = code_blocks(TEXT, "python")
    exec(layer_l, names)
    return names


def code(cell: str) -> list[str]:
    return re.findall("`([^`]+)`", cell)


def shape_in(cell: str, names: dict[str, object]) -> tuple[int, ...]:
    return eval(cell.strip("$").replace("n_{l-1}", "n_in"), names)


@pytest.mark.parametrize("row", TENSORS, ids=lambda row: row[0])
def test_a_tensor_has_the_shapes_of_the_table(row: list[str], names: dict[str, object]) -> None:
    _, _, rows, columns, (name,) = (*row[:4], code(row[4]))
    shape = tuple(eval(name, names).shape)
    assert shape == shape_in(rows, names)
    turned = (1, M) if shape == (M,) else shape[::-1]
    assert shape_in(columns, names) == (shape if row[0] in SAME else turned)


def test_every_tensor_of_a_pass_is_in_the_table(names: dict[str, object]) -> None:
    code_names = " ".join(row[4] for row in TENSORS)
    assert all(f".{name}`" in code_names for name in ("W", "b", "A_prev", "Z", "A", "dZ", "dA_prev", "dW", "db"))


def test_the_numbers_are_those_of_the_network(names: dict[str, object]) -> None:
    values = {row[0]: eval(code(row[2])[0], {**names, "learning_rate": 0, "nudge": 0}) for row in NUMBERS}
    assert list(values.values()) == [M, 5, 3, 4, 2, 3, 0, 0]
    assert "learning_rate" in signature(gradient_descent).parameters
    assert "nudge" in signature(slopes.slope_from_both_sides).parameters


def test_the_marks_are_python(names: dict[str, object]) -> None:
    for *_, cell in MARKS:
        for each in code(cell):
            eval(f"Y{each}" if each.startswith("[") else each, names)


LINE = re.compile(r"^\d+\. `([\w/.]+)`((?:.|\n(?!\d+\. |\n))*)", re.MULTILINE)
FILES = {path: re.findall(r"`([^`]+)`", words) for path, words in LINE.findall(text_of("en", "guides/reading.md"))}
"""Path -> the names in its sentences."""


@pytest.mark.parametrize("path", FILES)
def test_a_file_has_what_the_page_names(path: str) -> None:
    source = (ROOT / path).read_text(encoding="utf-8")
    assert FILES[path]
    assert [name for name in FILES[path] if not re.search(rf"\b{re.escape(name)}", source)] == []


@pytest.mark.parametrize("path", FILES)
def test_a_file_has_a_test_of_the_same_name(path: str) -> None:
    *folder, name = path.removeprefix("course_torch/").split("/")
    assert (ROOT / "tests" / "/".join(folder) / f"test_{name}").is_file()


def test_a_file_uses_only_files_above_it() -> None:
    above: set[str] = set()
    for path in FILES:
        modules = re.findall(
            r"^from (course_torch[\w.]+) import", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE
        )
        used = {f"{module.replace('.', '/')}.py" for module in modules}
        assert used & FILES.keys() <= above, path
        above.add(path)


def test_there_are_ten_files_of_at_most_200_lines() -> None:
    lengths = [len((ROOT / path).read_text(encoding="utf-8").splitlines()) for path in FILES]
    assert len(lengths) == 10
    assert max(lengths) <= 200


def test_the_other_paths_exist() -> None:
    paths = re.findall(r"`([\w/.]+/[\w/.]*)`", text_of("en", "guides/reading.md"))
    assert set(FILES) < set(paths)
    assert all((ROOT / path).exists() for path in paths)


PAGES = pages_of("training")


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_the_code_of_the_page_draws_its_figures(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = code_blocks(text, "python")
    names: dict = {}
    exec(code, names)
    assert [iteration for iteration, _ in names["history"].curve] == list(range(0, 2000, 100))
    for name, width in (("curve.png", 800), ("boundary.png", 800)):
        with Image.open(name) as figure:
            assert figure.width == width


@pytest.mark.parametrize("text", PAGES.values(), ids=PAGES)
def test_the_page_draws_a_figure_of_the_gallery(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (line,) = re.findall(r"`(GALLERY\[.*?)`", text)
    exec(line, {"GALLERY": GALLERY})
    with Image.open("activations.png") as figure:
        assert figure.width >= 800


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_gradients_of_each_example(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = re.findall(
        r"^```python\n(.*?)^```$", text_of(language, "guides/promises.md"), re.MULTILINE | re.DOTALL
    )
    exec(program, {"__name__": "__main__"})
    assert capsys.readouterr().out == "True\nTrue\n"


TERMS = module_of_extension("_terms").TERMS
terms = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name.en)


@terms
def test_a_term_has_a_sentence_in_each_language(term: tuple) -> None:
    name, section, meaning = term
    assert section in ["", *SECTIONS]
    assert re.findall(f"[{CHINESE}]", name.en + meaning.en) == []
    assert re.findall(f"[{CHINESE}]", meaning.zh)
    assert (meaning.en[-1], meaning.zh[-1]) == (".", "。")
    assert re.findall(f"[{CHINESE}][,;:!?.]", meaning.zh) == []
    assert set(re.findall(r"\$[^$]+\$|`[^`]+`", meaning.en)) == set(re.findall(r"\$[^$]+\$|`[^`]+`", meaning.zh))


@terms
def test_a_term_uses_no_term_that_the_notes_do_not_use(term: tuple) -> None:
    text = (term[0].zh + term[2].zh).replace("计算流程图", "")
    assert [other for other in OTHER_TERMS if other in text] == []


def test_a_term_occurs_once() -> None:
    for names in ([term.name.en for term in TERMS], [term.name.zh for term in TERMS]):
        assert len(set(names)) == len(names)


def test_the_terms_of_the_notes_are_there() -> None:
    assert set(OTHER_TERMS.values()) <= {term.name.zh for term in TERMS}


def test_the_terms_follow_the_notes_and_every_section_has_one() -> None:
    sections = [term.section for term in TERMS if term.section]
    assert sections == sorted(sections)
    assert sorted(set(sections)) == SECTIONS
