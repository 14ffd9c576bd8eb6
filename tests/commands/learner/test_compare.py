"""`course-torch compare`: every config, a broken pass, a learner's pass, and each form of the report."""

import json
import re
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.commands.main import main
from course_torch.data.table import load_data_set
from course_torch.formulas import layers
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.solution import solution
from course_torch.verification.report import GradientReport
from tests.support.fixture_types import Capsys, Monkeypatch, Said

CONFIGS = sorted((Path(__file__).parents[3] / "configs").glob("*.yaml"))
SMALL = ["--model.layer_sizes", "[2, 4, 1]", "--data.name", "planar"]


@pytest.mark.sweep(6)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("config", CONFIGS, ids=lambda path: path.stem)
def test_every_config_has_right_gradients(config: Path, dtype: str, request: pytest.FixtureRequest, said: Said) -> None:
    """No layer has 13 units, so no axis can be taken for that of the examples."""
    root = []
    if config.stem.startswith("cats"):
        root = ["--data.root", str(request.getfixturevalue("cats_folder"))]
    if config.stem == "fashion_mnist":
        request.getfixturevalue("fashion_mnist_folder")
    assert "tensors are equal" in said(
        ["compare", "--config", str(config), "--dtype", dtype, "--examples", "13", *root]
    )


def test_a_large_split_is_judged_by_evenly_spaced_examples(monkeypatch: Monkeypatch, said: Said) -> None:
    """The flower has 400 examples: the first 200 of class 0, the others of class 1."""
    judged: list[tuple[Tensor, Tensor]] = []

    def recorded(network: DeepNetwork, X: Tensor, Y: Tensor, **options: Any) -> GradientReport:
        judged.append((X, Y))
        return compare_gradients(network, X, Y, **options)

    monkeypatch.setattr("course_torch.commands.learner.compare.compare_gradients", recorded)
    assert "m = 4 of 400" in said(["compare", *SMALL, "--examples", "4"])
    ((X, Y),) = judged
    assert torch.equal(X, load_data_set("planar").train.X[[0, 133, 266, 399]].double())
    assert Y.flatten().tolist() == [0, 0, 1, 1]


def test_a_broken_backward_pass_is_located_and_explained_with_exit_code_1(
    monkeypatch: Monkeypatch, said: Said, tmp_path: Path
) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: -dZ @ W)
    file = tmp_path / "rows.json"
    shown = said(["compare", *SMALL, "--json", str(file)], code=1)
    assert "first wrong: dA[1]" in shown
    assert "the sign is turned around" in shown
    report = json.loads(file.read_text())
    assert report["diagnosis"]["causes"] == ["sign"]
    rows = {row["name"]: row for row in report["tensors"]}
    assert rows["dW[2]"]["formulas"]["relative"] < 1e-12
    assert rows["dA[1]"]["formulas"]["relative"] == pytest.approx(1)
    assert rows["dA[1]"]["formulas"]["factor"] == pytest.approx(-1)


def test_the_finding_is_folded_at_words_on_a_terminal_and_whole_in_a_pipe(
    monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: -dZ @ W)
    monkeypatch.setenv("COLUMNS", "80")
    main(["compare", *SMALL])
    (whole,) = (line for line in capsys.readouterr().out.splitlines() if line.startswith("first wrong: "))
    monkeypatch.setenv("FORCE_COLOR", "1")
    main(["compare", *SMALL])
    shown = capsys.readouterr().out
    *folded, lesson = shown[shown.index("first wrong: ") :].splitlines()
    assert len(whole) > 80 >= max(map(len, folded))
    assert " ".join(line.rstrip() for line in folded) == whole
    assert lesson == "To read on: course-torch lesson 2.5"


@pytest.mark.smoke
@pytest.mark.parametrize("option", ["--mine", "--model.gradients"])
def test_a_learners_file_needs_no_options_and_is_named(option: str, tmp_path: Path, said: Said) -> None:
    (tmp_path / "a[bold].py").write_text(solution("logistic", "numpy", "columns"))  # brackets are no markup
    text = said(["compare", option, str(tmp_path / "a[bold].py")])
    assert "gradients by a[bold].py of 2-1, output sigmoid, loss sigmoid_cross_entropy, float64 on cpu, m = 400" in text
    assert "yours: autograd" in text
    assert "formulas:" not in text


OWN_FUNCTION = """import torch

class Layer(torch.autograd.Function):
    @staticmethod
    def forward(ctx, x, w):
        ctx.save_for_backward(x, w)
        return x @ w.T

    @staticmethod
    def backward(ctx, grad_output):
        x, w = ctx.saved_tensors
        return grad_output @ w, grad_output.T @ x{mistake}

def square(x):
    return x ** 2

def square_backward(grad_output, x):
    return 2 * x * grad_output
{inputs}
"""
TWO = "def inputs():\n    return torch.linspace(-1, 1, 15).reshape(5, 3), torch.linspace(-2, 1, 12).reshape(4, 3)\n"
ONE = "def inputs():\n    return torch.linspace(-1, 1, 15)\n"


@pytest.mark.parametrize(
    ("name", "mistake", "inputs", "code", "line"),
    [
        ("Layer", "", TWO, 0, "all 2 tensors are equal (judged: 2 by central differences)"),
        ("Layer", "", f"{TWO}\ndef plain(x, w):\n    return x @ w.T\n", 0, "judged: 2 by autograd, 2 by central"),
        ("Layer", " / len(x)", TWO, 1, "the gradient of w is wrong in all 12 entries"),
        ("square", "", ONE, 0, "the tensor is equal (judged: 1 by central differences)"),
    ],
)
def test_a_function_of_ones_own_is_judged_on_the_inputs_of_its_file(
    name: str, mistake: str, inputs: str, code: int, line: str, tmp_path: Path, capsys: Capsys
) -> None:
    (tmp_path / "mine.py").write_text(OWN_FUNCTION.format(mistake=mistake, inputs=inputs))
    assert main(["compare", f"{tmp_path}/mine.py:{name}", "--json", str(tmp_path / "rows.json")]) == code
    printed = capsys.readouterr().out
    assert f"gradients of mine.py:{name} on cpu" in printed
    assert line in printed
    assert json.loads((tmp_path / "rows.json").read_text())["agrees"] == (code == 0)


def test_a_device_that_the_machine_lacks_ends_in_one_line(tmp_path: Path, capsys: Capsys) -> None:
    (tmp_path / "mine.py").write_text(OWN_FUNCTION.format(mistake="", inputs=TWO))
    assert main(["compare", f"{tmp_path}/mine.py:Layer", "--device", "xpu"]) == 2
    told = capsys.readouterr().err
    assert "device: found 'xpu', which this machine cannot use" in told
    assert told.count("\n") == 1


@pytest.mark.parametrize(
    ("function", "inputs", "line"),
    [
        ("mine.py", TWO, "found 'mine.py', expected FILE.py:NAME, such as mine.py:MyFunction"),
        ("none.py:Layer", TWO, "found 'none.py', expected a file that exists"),
        ("mine.py:Layr", TWO, "found 'Layr', expected an autograd.Function, a module or a function (Layer)"),
        ("mine.py:Layer", "", "mine.py: found no function inputs(), expected one that returns the inputs of Layer"),
        ("mine.py:Layer", ONE, "mine.py: Layer(…) raises TypeError: "),
        ("mine.py:Layer", "1 / 0", "mine.py: the file raises ZeroDivisionError: division by zero (line 19)"),
        ("mine.py:Layer", "def inputs():\n    return 3", "found no tensor of real numbers"),
    ],
)
def test_a_function_that_cannot_be_judged_ends_in_one_line(
    function: str, inputs: str, line: str, tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("mine.py").write_text(OWN_FUNCTION.format(mistake="", inputs=inputs))
    assert main(["compare", function]) == 2
    told = capsys.readouterr().err
    assert line in told
    assert "line 0" not in told
    assert told.count("\n") == 1


def test_a_file_imports_its_neighbours_when_it_is_loaded_and_when_it_is_called(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path.parent)
    path = list(sys.path)
    (tmp_path / "slope_of_square.py").write_text("def slope(x):\n    return 2 * x\n")
    (tmp_path / "size_of_input.py").write_text("M = 4\n")
    (tmp_path / "mine.py").write_text(
        "import torch\nfrom slope_of_square import slope\n\n"
        "def square(x):\n    return x ** 2\n\n"
        "def square_backward(grad_output, x):\n    return slope(x) * grad_output\n\n"
        "def inputs():\n    from size_of_input import M\n    return torch.linspace(-1, 1, M)\n"
    )
    assert main(["compare", f"{tmp_path.name}/mine.py:square"]) == 0
    assert "the tensor is equal" in capsys.readouterr().out
    assert sys.path == path


def test_a_terminal_shows_a_progress_bar_for_many_entries(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    (tmp_path / "mine.py").write_text(OWN_FUNCTION.format(mistake="", inputs=TWO))
    for most, shown in ((27, False), (26, True)):
        monkeypatch.setattr("course_torch.verification.functions.explain_gradients.ENTRIES", most)
        assert main(["compare", f"{tmp_path}/mine.py:Layer"]) == 0
        assert ("judging" in capsys.readouterr().err) == shown


@pytest.mark.parametrize(
    ("options", "title"),
    [
        (["--model.hidden_activation", "tanh"], "2-3-1, hidden tanh, output sigmoid, loss sigmoid_cross_entropy, f"),
        (
            ["--model.layer_sizes", "[64, 3, 10]", "--model.output", "softmax", "--data.name", "digits"],
            "64-3-10, hidden relu, output softmax, loss softmax_cross_entropy, float64 on cpu, m = ",
        ),
    ],
)
def test_the_title_names_the_formulas_that_are_judged(
    options: list[str], title: str, tmp_path: Path, said: Said
) -> None:
    page, figure = tmp_path / "report.html", tmp_path / "errors.svg"
    shared = ["--data.name", "planar", "--model.layer_sizes", "[2, 3, 1]"]
    shown = said(["compare", *shared, *options, "--html", str(page), "--figure", str(figure)])
    assert f"gradients of {title}" in " ".join(shown.split())
    assert f"<h1>gradients of {title}" in page.read_text()
    assert "://" not in re.sub(r"base64,[^\"]*", "", page.read_text()), "the page asks no other machine"
    assert "svg" in figure.read_text()


def test_a_formula_that_the_network_does_not_use_is_not_judged(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setitem(ACTIVATIONS, "sigmoid", replace(ACTIVATIONS["sigmoid"], derivative_by=lambda A: A))
    assert "hidden tanh" in said(["compare", "--config", "planar_shallow"])


def test_a_wrong_forward_pass_is_reported_without_a_table(tmp_path: Path, monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], function=lambda Z: Z.tanh() / 2))
    files = {name: tmp_path / f"report.{name}" for name in ("html", "json", "png")}
    given = ["--html", str(files["html"]), "--json", str(files["json"]), "--figure", str(files["png"])]
    title, line = said(["compare", "--config", "planar_shallow", *given], code=1).splitlines()
    assert title.startswith("gradients of 2-4-1, hidden tanh")
    assert line.startswith("first wrong: A[1] in the forward pass")
    assert "A[1] in the forward pass" in files["html"].read_text()
    assert json.loads(files["json"].read_text())["forward"]["tensor"] == "A[1]"
    assert files["png"].stat().st_size > 0


@pytest.mark.slow
@pytest.mark.parametrize(("options", "heading"), [([], "你的"), (["--language", "en"], "yours")])
def test_the_report_on_a_chinese_file_is_in_chinese(
    options: list[str], heading: str, tmp_path: Path, monkeypatch: Monkeypatch, said: Said
) -> None:
    monkeypatch.chdir(tmp_path)
    text = solution("deep", "numpy", "rows").replace("dZ.T @ A_prev / m", "dZ.T @ A_prev")
    Path("deep.py").write_text(f'LANGUAGE = "zh"\n{text}', encoding="utf-8")
    assert heading in said(["compare", "--mine", "deep.py", "--html", "report.html", *options], code=1)
    assert f'<th scope="col">{heading}' in Path("report.html").read_text(encoding="utf-8")


def test_a_wrong_formula_of_the_package_is_explained_in_chinese(monkeypatch: Monkeypatch, said: Said) -> None:
    monkeypatch.setattr(layers, "linear_backward_input", lambda dZ, W: W @ dZ)
    line = said(["compare", *SMALL, "--language", "zh"], code=1).splitlines()[-1]
    assert line.startswith("反向传播在 dA[1] 处中断：<lambda>(dZ (400, 1), W (1, 4)) 抛出 RuntimeError: ")
    assert "用 autograd 检查了 3 个" in line
