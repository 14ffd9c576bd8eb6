"""`course-torch trace`: every step as text and as JSON, beside a learner's pass, and its exceptions."""

import json
import re
from pathlib import Path

import pytest
from rich.cells import cell_len

from course_torch.commands.main import main
from course_torch.data import planar
from course_torch.mistakes.solution import solution
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Said

MINE = solution("deep", "numpy", "columns")
NO_MEAN = MINE.replace("dZ @ A_prev.T / m", "dZ @ A_prev.T")


def line_of(words: str) -> int:
    """The line of the learner's file in which the words stand."""
    return MINE[: MINE.index(words)].count("\n") + 1


WRONG_LINE = line_of("dZ @ A_prev.T / m")


@pytest.fixture
def folder(here: Path) -> Path:
    (here / "deep.py").write_text(MINE)
    return here


def test_every_step_in_80_columns(said: Said) -> None:
    text = said(["trace", "--updates", "1"])
    assert "2-4-1, tanh, sigmoid, m = 5\n" in text
    assert "dW[2] (1, 4)  ✓ autograd" in text
    assert "  10  dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ\n" in text
    assert "called in network/gradient_descent.py:" in text
    assert text.endswith("25 steps in 1 update; by autograd 7 of 7 derivatives are equal\n")
    assert max(map(len, text.splitlines())) <= 80
    assert text.count("\n") == len(text.splitlines())


def test_three_updates_as_json(folder: Path, said: Said) -> None:
    assert said(["trace", "--json", "trace.json"]) == ""
    record = json.loads((folder / "trace.json").read_text())
    assert record["network"]["layer_sizes"] == [2, 4, 1]
    assert record["network"]["parameters"] == 17
    assert (record["m"], record["updates"], record["learning_rate"]) == (5, 3, 1.2)
    assert record["data"] == {"name": "planar", "class_names": ["red", "blue"]}
    assert len(record["steps"]) == 75
    assert [each["number"] for each in record["steps"]] == list(range(75))
    assert [each["id"] for each in record["tensors"]] == list(range(len(record["tensors"])))


@pytest.mark.slow
def test_the_text_in_chinese(folder: Path, said: Said) -> None:
    (folder / "deep.py").write_text(NO_MEAN)
    text = said(["trace", "--mine", "deep.py", "--updates", "1", "--language", "zh"], code=1)
    assert "\n第 1 次更新，反向\n" in text
    assert "第 2 层，linear_backward，调用处 formulas/layers.py:" in text
    assert "deep.py 中第一个出错的张量：dW[2]\n" in text
    assert "\n1 次更新共 25 步；7 个导数中有 7 个与 autograd 相等\n" in text
    assert f"deep.py：第一个出错的张量是dW[2]，在第1次更新，第{WRONG_LINE}行。可能的原因：" in re.sub(r"\s", "", text)
    assert max(map(cell_len, text.splitlines())) <= 80
    english = re.compile(r"\b(layer|called|in:|out:|yours|first|wrong|update \d|forward,|probably|Probably|equal)\b")
    assert english.findall(text) == []


def test_a_config_is_read_as_train_py_reads_it(folder: Path, said: Said) -> None:
    (folder / "digits.yaml").write_text(
        "model: {layer_sizes: [64, 10, 10], output: softmax}\ndata: {name: digits}\ntrainer: {max_epochs: 3}\n"
    )
    text = said(["trace", "--config", "digits.yaml", "--updates", "1"])
    assert "64-10-10, relu, softmax, m = 5\n" in text, "relu is the default of train.py"
    assert "… 4 more rows" in text
    assert max(map(len, text.splitlines())) <= 80


def test_an_option_of_the_network_changes_the_flowers_network(said: Said) -> None:
    assert "2-4-1, relu, sigmoid, m = 3\n" in said(
        ["trace", "--updates", "1", "--model.hidden_activation", "relu", "--examples", "3"]
    )


@pytest.mark.slow
@pytest.mark.usefixtures("folder")
def test_a_right_pass_beside_the_reference(said: Said) -> None:
    text = said(["trace", "--mine", "deep.py", "--updates", "2"])
    assert "2-4-1, relu, sigmoid" in text, "the hidden activation of chapter deep"
    assert text.count("✓ yours") == 2 * 5, "J, dW and db of two layers"
    assert "first wrong" not in text
    assert text.endswith("deep.py: J and all its gradients are equal to those of the formulas\n")


@pytest.mark.smoke
def test_the_first_wrong_tensor_of_a_wrong_pass(folder: Path, said: Said) -> None:
    (folder / "deep.py").write_text(NO_MEAN)
    text = said(["trace", "--mine", "deep.py", "--updates", "1", "--text", "--json", "trace.json"], code=1)
    assert text.count("first wrong in deep.py: dW[2]\n") == 1
    cause = "the sum over the examples is not divided by m (notes 1.5)"
    end = f"deep.py: first wrong dW[2] in update 1, line {WRONG_LINE}, probably {cause} "
    end += "To read on: course-torch lesson 1.5"
    assert " ".join(text.split()).endswith(end), "the learner's file has the last word"
    assert f"deep.py, line {WRONG_LINE}: dW = dZ @ A_prev.T\n" in text
    assert "Probably: the sum over the examples is not divided by m (notes 1.5)" in text
    record = json.loads((folder / "trace.json").read_text())
    wrong = record["own"]["first_wrong"]
    assert record["tensors"][wrong["tensor"]]["own"]["verdict"] == "different"
    assert wrong["causes"] == ["no 1/m"]


@pytest.mark.slow
def test_the_page_says_on_the_terminal_what_is_wrong(folder: Path, said: Said) -> None:
    (folder / "deep.py").write_text(NO_MEAN)
    said, lesson = said(["trace", "--mine", "deep.py", "--updates", "1", "--out", "trace.html"], code=1).splitlines()[
        -2:
    ]
    assert said.startswith(f"deep.py: first wrong dW[2] in update 1, line {WRONG_LINE}, probably")
    assert lesson == "To read on: course-torch lesson 1.5"


@pytest.mark.slow
def test_a_pass_that_fails_is_not_called_unloadable(folder: Path, capsys: Capsys) -> None:
    (folder / "deep.py").write_text(MINE.replace("W.T @ dZ", "W @ dZ"))
    error = usage_error(main, ["trace", "--mine", "deep.py"], capsys)
    place = f"deep.py:{line_of('W.T @ dZ')}"
    assert f"deep.py: in its forward and backward pass it raises ValueError in {place}: matmul" in error


def test_names_of_other_people_are_plain_text(folder: Path, capsys: Capsys, monkeypatch: Monkeypatch) -> None:
    monkeypatch.setattr(planar, "CLASS_NAMES", ("<script>[bold]", "\x1b[2Jblue"))
    assert main(["trace", "--updates", "1", "--text", "--json", "trace.json"]) == 0, "both forms"
    assert "data: planar (<script>[bold], \\x1b[2Jblue)\n" in capsys.readouterr().out
    record = json.loads((folder / "trace.json").read_text())
    assert record["data"]["class_names"] == ["<script>[bold]", "\x1b[2Jblue"]


def test_every_other_exception_keeps_its_traceback(monkeypatch: Monkeypatch) -> None:
    def wrong(*_: object, **options: object) -> None:
        raise KeyError("a bug of the program")

    monkeypatch.setattr("course_torch.tracing.trace.trace", wrong)
    with pytest.raises(KeyError, match="a bug of the program"):
        main(["trace"])
