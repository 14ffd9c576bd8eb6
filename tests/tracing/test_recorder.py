"""The recorder sees every formula and leaves nothing behind; the first line of a docstring is formula and prose."""

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest

from course_torch import trace
from course_torch.formulas import activations, layers
from course_torch.tracing.formula_text import CHINESE, FORMULAS, FormulaText, formula_text
from course_torch.tracing.recorder import Recorder, recording
from tests.conftest import MakeProblem
from tests.support.fixture_types import Monkeypatch

WORDS = "exp log max min cosh var if else in tanh sigmoid relu leaky_relu slope dslope dg mean total score table rows "
WORDS += "nudge alpha prev out grad_input"
"""Words that a formula may contain beside symbols."""
SHALLOW = """
forward 1 block
forward 1   linear
forward 1   tanh
forward 2 linear
forward 2 sigmoid
forward 2 sigmoid_cross_entropy
forward 2 cost
forward 2   average
backward 2 cross_entropy_derivative
backward 2 linear_step
backward 2   linear_backward
backward 2     average
backward 2     average
backward 2   linear_backward_input
backward 1 block_backward
backward 1   activation_backward
backward 1     tanh_derivative_from_A
backward 1   linear_step
backward 1     linear_backward
backward 1       average
backward 1       average
update 1 update
update 1 update
update 2 update
update 2 update
"""


def test_every_formula_of_both_passes_and_the_update_with_its_source(make_problem: MakeProblem) -> None:
    assert hasattr(layers.linear, "__wrapped__"), "without the checks of shapes no function would be decorated here"
    record = trace(*make_problem((2, 4, 1), m=5, hidden_activation="tanh"))
    calls = [f"{step.phase} {step.layer} {'  ' * step.depth}{step.source.split('.')[1]}" for step in record.steps]
    assert calls == SHALLOW.split("\n")[1:-1]
    source = record.sources["layers.linear_backward_input"]
    assert source.file == "formulas/layers.py"
    assert source.text.startswith("def linear_backward_input(dZ")
    assert source.text.endswith("return dZ @ W")
    unseen = {"outputs.check_probabilities", "activation.value", "output.cost"}
    assert not unseen & {step.source for step in trace(*make_problem((2, 4, 1), m=5), updates=2).steps}


@pytest.mark.slow
def test_the_calls_are_the_same_without_the_checks_of_shapes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "course_torch", "trace", "--updates", "2", "--json", str(tmp_path / "t.json")]
    subprocess.run(command, check=True, capture_output=True)
    steps = json.loads((tmp_path / "t.json").read_text())["steps"]
    functions = [line.split()[2] for line in SHALLOW.split("\n")[1:-1]]
    assert [step["source"].split(".")[1] for step in steps] == functions * 2


def test_every_step_names_the_line_that_calls_it(make_problem: MakeProblem) -> None:
    record = trace(*make_problem((2, 4, 3, 1), m=5, hidden_activation="leaky_relu", learn_slope=True))
    files = ("network/propagation.py", "network/gradient_descent.py", "formulas/layers.py", "formulas/costs.py")
    assert {record.sources[step.called_from.source].file for step in record.steps} == set(files)
    for step in record.steps:
        caller, line = record.sources[step.called_from.source], step.called_from.line
        text = caller.text.split("\n")[line - caller.first_line]
        function = step.source.split(".")[1]
        words = {"leaky_relu": "activation.value", "leaky_relu_derivative": "activation.backward"}
        words |= {"sigmoid": "output.value", "sigmoid_cross_entropy": "output.cost"}
        words |= {"cross_entropy_derivative": "output.derivative"}
        words |= {"leaky_relu_slope_derivative": "activation.slope_derivative"}
        assert words.get(function, f"{function}(") in text


def test_the_previous_profiler_is_back_also_after_an_exception(make_problem: MakeProblem) -> None:
    def profiler(*event: object) -> None: ...

    before = sys.getprofile()
    try:
        sys.setprofile(profiler)
        with pytest.raises(ZeroDivisionError), recording(Recorder()):
            1 / 0  # noqa: B018
        assert sys.getprofile() is profiler
        with patch.object(layers, "linear_backward_input", side_effect=OverflowError), pytest.raises(OverflowError):
            trace(*make_problem((2, 4, 1), m=5))
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


@pytest.mark.parametrize("function", FORMULAS.values(), ids=lambda function: function.__name__)
def test_the_first_line_is_a_formula_and_prose(function: Callable) -> None:
    formula, prose = formula_text(function)
    words = {word.removesuffix("_prev") for word in re.findall(r"[A-Za-z][A-Za-z_]{2,}|(?<=_)[a-z]{2,}", formula)}
    symbols = {word for word in words if re.fullmatch(r"d?[A-Za-zŷ]{1,2}(_[a-z])?", word)}
    assert words - symbols <= {*WORDS.split()}
    assert re.fullmatch(r"[^:]+\.", prose), "sentences without a second colon"


def test_every_public_function_is_a_formula() -> None:
    names = {function.__name__ for function in FORMULAS.values()}
    assert {"linear", "block", "tanh", "cost", "average", "update", "forward", "slope_by_nudge", "softmax"} <= names
    assert not {"<lambda>", "value", "derivative", "time_steps"} & names


def test_the_formula_the_prose_and_the_symbols_of_the_results() -> None:
    formula, prose = "dW = (1/m) dZᵀ A_prev, db = (1/m) Σ_i dZ", "the derivatives of the cost J by W and b."
    assert formula_text(layers.linear_backward) == FormulaText(formula, prose)
    assert formula_text(layers.linear).symbols == ["Z"]
    assert formula_text(layers.block_backward).symbols == ["dZ", "dW", "db", "dA_prev"]
    assert formula_text(activations.tanh_derivative_from_A).symbols == ["g'(Z)"]
    assert formula_text(activations.leaky_relu_slope_derivative).symbols == ["dg/dslope"]


def test_the_chinese_prose_of_a_formula_names_the_same_sections_of_the_notes() -> None:
    assert set(CHINESE) <= {formula_text(function).prose for function in FORMULAS.values()}
    assert all(re.search(r"[\u4e00-\u9fff]", prose) and prose.endswith("。") for prose in CHINESE.values())
    for prose, translated in CHINESE.items():
        english = re.findall(r"\d\.\d", " ".join(re.findall(r"notes [\d., and]+", prose)))
        chinese = re.findall(r"\d\.\d", " ".join(re.findall(r"笔记 [\d.]+", translated)))
        assert english == chinese, prose


def test_a_formula_without_chinese_prose_is_traced_in_english(
    make_problem: MakeProblem, monkeypatch: Monkeypatch
) -> None:
    prose = formula_text(layers.linear).prose
    monkeypatch.delitem(CHINESE, prose)
    assert trace(*make_problem((2, 1), m=5)).sources["layers.linear"].prose == {"en": prose, "zh": prose}
