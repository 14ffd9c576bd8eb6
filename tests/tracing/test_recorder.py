"""The recorder sees every formula, and leaves nothing behind."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

import pytest
import torch

from course_torch import trace
from course_torch.formulas import layers
from course_torch.tracing.recorder import Recorder, recording
from tests.conftest import Problem

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
backward 1     tanh_derivative
backward 1   linear_step
backward 1     linear_backward
backward 1       average
backward 1       average
update 1 update
update 1 update
update 2 update
update 2 update
"""


def test_the_suite_runs_under_the_checks_of_shapes() -> None:
    assert hasattr(layers.linear, "__wrapped__"), "otherwise the tests below would not see the decorated functions"


def test_every_formula_of_both_passes_and_the_update(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 4, 1), m=5, hidden_activation="tanh"))
    calls = [f"{each.phase} {each.layer} {'  ' * each.depth}{each.source.split('.')[1]}" for each in record.steps]
    assert calls == SHALLOW.split("\n")[1:-1]


def test_the_calls_are_the_same_without_the_checks_of_shapes(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "course_torch", "trace", "--updates", "2", "--json", str(tmp_path / "t.json")]
    subprocess.run(command, check=True, capture_output=True)
    steps = json.loads((tmp_path / "t.json").read_text())["steps"]
    assert [each["source"].split(".")[1] for each in steps] == [
        line.split()[2] for line in SHALLOW.split("\n")[1:-1]
    ] * 2


def test_every_step_names_the_line_that_calls_it(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 4, 3, 1), m=5, hidden_activation="leaky_relu", learn_slope=True))
    assert {record.sources[source].file for source, _ in (each.called_from for each in record.steps)} == {
        *("network/propagation.py", "network/gradient_descent.py"),
        *("formulas/layers.py", "formulas/costs.py"),
    }
    for step in record.steps:
        caller, line = record.sources[step.called_from[0]], step.called_from[1]
        text = caller.text.split("\n")[line - caller.first_line]
        function = step.source.split(".")[1]
        words = {"leaky_relu": "activation.value", "leaky_relu_derivative": "activation.backward"}
        words |= {"sigmoid": "output.value", "sigmoid_cross_entropy": "output.cost"}
        words |= {"cross_entropy_derivative": "output.derivative"}
        words |= {"leaky_relu_slope_derivative": "activation.slope_derivative"}
        assert words.get(function, f"{function}(") in text


def test_the_source_is_the_function_of_the_package(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 4, 1), m=5))
    source = record.sources["layers.linear_backward_input"]
    assert source.file == "formulas/layers.py"
    assert source.text.startswith("def linear_backward_input(dZ")
    assert source.text.endswith("return dZ @ W")


def test_the_previous_profiler_is_back_also_after_an_exception() -> None:
    def profiler(*event: object) -> None: ...

    before = sys.getprofile()
    try:
        sys.setprofile(profiler)
        with pytest.raises(ZeroDivisionError), recording(Recorder()):
            1 / 0  # noqa: B018
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(before)


def test_a_formula_that_fails_ends_the_trace_with_its_own_error(make_problem: Callable[..., Problem]) -> None:
    with patch.object(layers, "linear_backward_input", side_effect=OverflowError), pytest.raises(OverflowError):
        trace(*make_problem((2, 4, 1), m=5))
    assert not isinstance(sys.getprofile(), Recorder)


def test_the_checks_of_labels_and_methods_of_the_tables_are_no_steps(make_problem: Callable[..., Problem]) -> None:
    record = trace(*make_problem((2, 4, 1), m=5), updates=2)
    assert not {"outputs.check_probabilities", "activation.value", "output.cost"} & {
        each.source for each in record.steps
    }


def test_tensors_are_copied_when_they_are_seen() -> None:
    recorder, W = Recorder(), torch.ones(2)
    before = recorder.snapshot(W)
    W.sub_(1)
    assert before.values.tolist() == [1, 1]
    assert recorder.snapshot(W).values.tolist() == [0, 0]
