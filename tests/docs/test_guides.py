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
from course_torch.data.source import Source
from course_torch.data.table import DATA_SETS, check_fit, load_data_set
from course_torch.formulas import average, computation_graph
from course_torch.reports.gallery import GALLERY
from course_torch.training import results
from tests.docs import texts

DATA = texts.both("docs/data")
TRAINED, OWN_LOADER, SCRIPT, LOADER, ENTRY, TEST = texts.code_blocks(DATA[0], "python")


def test_the_example_of_a_new_set_passes_its_test_and_fits_its_network(monkeypatch: pytest.MonkeyPatch) -> None:
    names: dict = {}
    exec(LOADER + TEST, names)
    for name, loader in eval(f"{{{ENTRY.strip()}}}", names).items():
        monkeypatch.setitem(DATA_SETS, name, loader)
    (test,) = (value for name, value in names.items() if name.startswith("test_"))
    test()
    for text in DATA:
        (name, sizes) = re.findall(r"--data\.name (\w+) --model\.layer_sizes '\[(.*)\]'", text)[-1]
        data = load_data_set(name)
        assert list(data.splits) == ["train", "validation", "test"]
        check_fit(name, data, DeepNetwork([int(size) for size in sizes.split(",")]))


def test_the_network_of_the_page_learns_the_moons(capsys: pytest.CaptureFixture[str]) -> None:
    exec(TRAINED, {})
    assert float(capsys.readouterr().out.removeprefix("test accuracy ")) > 0.95


def test_an_own_loader_gets_its_options_and_its_set_trains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(table, "DATA_SETS", dict(DATA_SETS))
    names: dict = {}
    exec("import torch\nfrom course_torch.data.table import load_data_set\n" + OWN_LOADER, names)
    stripes = names["stripes"]
    assert {name: split.m for name, split in stripes.splits.items()} == {"train": 300, "test": 300}
    x, Y = stripes.train.X[:, :1], stripes.train.Y
    assert torch.equal(((x >= 0.25) & (x < 0.5)) | (x >= 0.75), Y.bool())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(results, "draw", lambda *arguments: None)
    short = SCRIPT.replace('"[2, 8, 1]"', '"[2, 8, 1]", "--max_epochs", "1", "--accelerator", "cpu"')
    exec(short, {"__name__": "__main__"})
    assert "results of the last parameters (after 100 updates)" in capsys.readouterr().out


def test_the_keywords_of_the_page_are_the_options_of_the_sets() -> None:
    for text in DATA:
        (sentence,) = re.findall(r"`batch_size`(?:: |）：)(.*?)[.。]", text, flags=re.DOTALL)
        assert re.findall(r"`(\w+)`", sentence) == [each for each in (*asdict(Source()), "center") if each != "name"]


def test_the_code_that_the_section_of_data_names_exists() -> None:
    """The same names in both languages (tests/test_readme.py)."""
    section = texts.prose(DATA[0].partition("\n## How to add a data set")[2].partition("\n## ")[0])
    source = "\n".join(path.read_text(encoding="utf-8") for path in (texts.ROOT / "course_torch").rglob("*.py"))
    names = re.findall(r"`(?:\w+\.)?(\w+)`", section)
    assert {"DataSet", "check_data_set", "check_fit", "stratified_split"} <= set(names)
    assert [name for name in names if not re.search(rf"\b{name}\b", source)] == []


FIRST_RUN = texts.both("docs/first_run")[0]


def test_the_splits_are_those_of_the_file() -> None:
    with np.load(bundled.FILE) as file:
        splits = [file["part"] == number for number in range(3)]
        counts = [(split.sum(), len(set(file["motif"][split])), file["is_animal"][split].sum()) for split in splits]
    assert [row[1:] for row in texts.tables(FIRST_RUN)[0]] == [list(map(str, row)) for row in counts]


def test_the_eigenvalues_are_those_of_the_features() -> None:
    data = load_data_set("pictures")
    found = []
    for centered in (False, True):
        X = replace(data, centered=centered).features(data.train.X, torch.float64)
        largest = torch.linalg.eigvalsh(X @ X.T / len(X))[-1].item()
        found.append([f"{largest:.0f}", f"{8 / largest:.2g}" if not centered else f"{8 / largest:.3g}"])
    assert [row[1:] for row in texts.tables(FIRST_RUN)[1]] == found
    assert data.mean is not None
    assert f"{data.mean.square().sum():.0f} of the 3564" in FIRST_RUN


TEXT = texts.text_of("en", "guides/notation.md")
TENSORS, NUMBERS, MARKS = texts.tables(TEXT)
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
    (layer_l,) = texts.code_blocks(TEXT, "python")
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


def test_numbers_and_marks_are_those_of_the_network_and_every_tensor_is_there(names: dict[str, object]) -> None:
    values = {row[0]: eval(code(row[2])[0], {**names, "learning_rate": 0, "nudge": 0}) for row in NUMBERS}
    assert list(values.values()) == [M, 5, 3, 4, 2, 3, 0, 0]
    code_names = " ".join(row[4] for row in TENSORS)
    assert all(f".{name}`" in code_names for name in ("W", "b", "A_prev", "Z", "A", "dZ", "dA_prev", "dW", "db"))
    for *_, cell in MARKS:
        for mark in code(cell):
            eval(f"Y{mark}" if mark.startswith("[") else mark, names)
    assert "learning_rate" in signature(gradient_descent).parameters
    assert "nudge" in signature(computation_graph.slope_from_both_sides).parameters


LINE = re.compile(r"^\d+\. `([\w/.]+)`((?:.|\n(?!\d+\. |\n))*)", re.MULTILINE)
FILES = {
    path: re.findall(r"`([^`]+)`", words) for path, words in LINE.findall(texts.text_of("en", "guides/reading.md"))
}
"""Path -> the names in its sentences."""


@pytest.mark.parametrize("path", FILES)
def test_a_file_is_short_and_has_what_the_page_names_and_a_test_of_its_name(path: str) -> None:
    source = (texts.ROOT / path).read_text(encoding="utf-8")
    assert FILES[path]
    assert [name for name in FILES[path] if not re.search(rf"\b{re.escape(name)}", source)] == []
    *folder, name = path.removeprefix("course_torch/").split("/")
    assert (texts.ROOT / "tests" / "/".join(folder) / f"test_{name}").is_file()
    assert len(source.splitlines()) <= 260


def test_each_of_the_ten_files_uses_only_files_above_it_and_other_paths_exist() -> None:
    above: set[str] = set()
    for path in FILES:
        source = (texts.ROOT / path).read_text(encoding="utf-8")
        modules = re.findall(r"^from (course_torch[\w.]+) import", source, re.MULTILINE)
        used = {f"{module.replace('.', '/')}.py" for module in modules}
        assert used & FILES.keys() <= above, path
        above.add(path)
    paths = re.findall(r"`([\w/.]+/[\w/.]*)`", texts.text_of("en", "guides/reading.md"))
    assert set(FILES) < set(paths)
    assert all((texts.ROOT / path).exists() for path in paths)
    assert len(FILES) == 10


TRAINING = texts.both("docs/training")[0]


def test_the_code_about_training_draws_its_figures(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (code,) = texts.code_blocks(TRAINING, "python")
    names: dict = {"GALLERY": GALLERY}
    exec(code, names)
    assert [iteration for iteration, _ in names["history"].curve] == list(range(0, 2000, 100))
    (line,) = re.findall(r"`(GALLERY\[.*?)`", TRAINING)
    exec(line, names)
    for name, widths in (("curve.png", [800]), ("boundary.png", [800]), ("activations.png", range(800, 10_000))):
        with Image.open(name) as figure:
            assert figure.width in widths


def test_the_gradients_of_each_example(language: str, capsys: pytest.CaptureFixture[str]) -> None:
    (program,) = texts.code_blocks(texts.text_of(language, "guides/promises.md"), "python")
    exec(program, {"__name__": "__main__"})
    assert capsys.readouterr().out == "True\nTrue\n"


def test_the_multiplications_of_the_gram_form_are_counted(language: str) -> None:
    """K is symmetric: `gram_matrix` computes its left half and the lower right quarter."""
    text = texts.both("docs/gram")[language == "zh"]
    m, n, steps, half = 209, 12288, 2000, 105
    plain, loop, K, ends = 2 * steps * m * n, steps * m * m, (m * half + (m - half) ** 2) * n, 2 * m * n
    million = [plain, loop, K, ends, loop + K + ends]
    places = {"en": ["{} million"] * 5, "zh": ["从 {} 减", "减到 {}，", "K 要 {}，", "W 要 {}，", "合计 {}，"]}
    shown = [place.format(f"{n / 1e6:,.0f}") for place, n in zip(places[language], million, strict=True)]
    assert [each for each in shown if each not in text] == []
    assert f"{plain / loop:.0f}" in text
    twentieth = {"en": "a twentieth of these", "zh": "其中的二十分之一"}
    assert round(plain / sum(million[1:4]), -1) == 20
    assert twentieth[language] in text


TERMS = texts.module_of_extension("_terms").TERMS
OTHERS = [texts.other_names.ENGLISH, texts.other_names.CHINESE]
terms = pytest.mark.parametrize("term", TERMS, ids=lambda term: term.name.en)


@terms
def test_a_term_has_a_sentence_in_each_language(term: tuple) -> None:
    name, section, meaning = term
    assert section in ["", *texts.SECTIONS]
    assert re.findall(f"[{texts.CHINESE}]", name.en + meaning.en) == []
    assert re.findall(f"[{texts.CHINESE}]", meaning.zh)
    assert (meaning.en[-1], meaning.zh[-1]) == (".", "。")
    assert texts.wrong_chinese(f"{name.zh}。{meaning.zh}") == []
    assert set(re.findall(r"\$[^$]+\$|`[^`]+`", meaning.en)) == set(re.findall(r"\$[^$]+\$|`[^`]+`", meaning.zh))


def test_a_term_occurs_once_the_terms_follow_the_notes_and_every_section_has_one() -> None:
    for names, others in zip(zip(*(term.name for term in TERMS), strict=True), OTHERS, strict=True):
        assert len(set(names)) == len(names)
        assert set(others.values()) <= {part for name in names for part in re.split("[,、] ?", name)}
        assert not others.keys() & set(names)
    sections = [term.section for term in TERMS if term.section]
    assert sections == sorted(sections)
    assert sorted(set(sections)) == texts.SECTIONS
