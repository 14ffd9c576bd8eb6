"""Gradients of a training: the report of CompareGradients, broken formulas, and a learner's own passes."""

import re
from collections.abc import Callable
from dataclasses import replace
from io import StringIO
from itertools import count, islice
from math import inf
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
import rich
import torch
from lightning import Callback, LightningModule, Trainer
from rich.console import Console
from rich.progress import Progress
from torch import Tensor

from course_torch import DeepNetwork, compare_gradients
from course_torch.commands.main import main as course_torch
from course_torch.formulas import activations, layers
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.mistakes.solution import solution
from course_torch.training.cli import main
from course_torch.training.compare_gradients import CompareGradients, show, steps_to_judge
from course_torch.verification.networks import training_step
from tests.conftest import usage_error
from tests.support.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import SMALL, assert_same_parameters, metrics_of


def test_the_largest_relative_error_is_logged_every_n_steps_and_once_for_an_accumulated_update(train: Train) -> None:
    """Every 25 steps: at steps 0 and 25 of 40."""
    often = ["--trainer.callbacks+=CompareGradients", "--trainer.callbacks.every_n_steps=25"]
    errors = metrics_of(train("--trainer.callbacks", "[]", *often), "gradients/relative_error")
    assert len(errors) == 2
    assert all(0 <= error < 1e-8 for error in errors)
    accumulated = train("--data.batch_size", "100", "--trainer.accumulate_grad_batches", "2", *often)
    assert len(metrics_of(accumulated, "gradients/relative_error")) == 1


@pytest.mark.parametrize(
    ("first", "updates", "every", "steps"),
    [
        (0, 100, None, [0, 25, 50, 75, 99]),
        (0, 10_000, None, [0, 2500, 5000, 7500, 9999]),
        (60, 100, None, [75, 99]),
        (0, 2, None, [0, 1]),
        (0, 1, None, [0]),
        (0, inf, None, [0, 9, 99, 999, 9999]),
        (500, inf, None, [999, 9999]),
        (0, 100, 30, [0, 30, 60, 90, 120]),
        (31, inf, 30, [60, 90, 120]),
    ],
)
def test_the_first_update_the_quarters_and_the_last_are_judged(
    first: int, updates: float, every: int | None, steps: list[int]
) -> None:
    assert list(islice(steps_to_judge(first, updates, every), len(steps))) == steps


@pytest.mark.parametrize(
    ("options", "line"),
    [
        ([], "gradients: 20 tensors in 5 updates equal autograd's; the farthest off is d"),
        (["--language", "zh"], "梯度：5 次更新里的 20 个张量与 autograd 的相等；差得最多的是 d"),
        (["--model.gradients", "autograd"], "gradients: not compared, because autograd computed them"),
        (["--compare_gradients", "false"], ""),
    ],
)
def test_a_training_ends_with_what_was_compared(options: list[str], line: str, train: Train, capsys: Capsys) -> None:
    train(*options)
    last = capsys.readouterr().out.splitlines()
    assert any(each.startswith(line) for each in last) if line else not any("gradients" in each for each in last)


def test_a_right_training_computes_the_bounds_of_rounding_at_the_first_update_and_where_terms_cancel(
    train: Train, monkeypatch: Monkeypatch
) -> None:
    bounds = Mock(wraps=training_step.standard_errors)
    monkeypatch.setattr(training_step, "standard_errors", bounds)
    folder = train()
    assert len(metrics_of(folder, "gradients/relative_error")) == 5
    assert 1 <= bounds.call_count <= 2


def test_a_formula_that_becomes_wrong_later_is_found_at_the_next_judged_update(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """Of 40 updates those with the numbers 0, 10, 20, 30 and 39 are judged."""
    right, calls = layers.linear_backward, count()

    def wrong_from_update_12_on(*arguments: Any) -> tuple[Tensor, Tensor]:
        dW, db = right(*arguments)
        return (1.0001 if next(calls) > 30 else 1) * dW, db

    monkeypatch.setattr(layers, "linear_backward", wrong_from_update_12_on)
    folder = train(code=1)
    assert "step 20: gradients differ, training stops" in capsys.readouterr().out
    assert len(metrics_of(folder, "gradients/relative_error")) == 3


def test_a_wrong_gradient_stops_training_with_the_report(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    folder = train("--max_epochs", "50", code=1)
    assert len(metrics_of(folder, "gradients/relative_error")) == 1
    shown = capsys.readouterr().out
    assert "step 0: gradients differ" in shown
    assert "first wrong: dZ[1]" in shown
    assert "g'(Z) is missing" in shown


def test_a_wrong_forward_pass_stops_training_with_the_sentence_alone(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    """b counts twice, so that autograd's db is twice the formula's: no gradient is to blame."""
    monkeypatch.setattr(layers, "linear", lambda A_prev, W, b: torch.addmm(2 * b, A_prev, W.T))
    train("--trainer.enable_progress_bar", "false", code=1)
    _, report = capsys.readouterr().out.split("step 0: ")
    title, sentence, *results, last = report.splitlines()
    assert title == "the forward pass is wrong, training stops"
    assert sentence.startswith("first wrong: Z[1] in the forward pass, computed by")
    assert results[0].startswith("run folder: ")
    assert last == "the forward pass is wrong: training was stopped, see the report above"
    assert "differ" not in report


def test_the_report_fits_a_terminal_and_stands_above_the_progress_bar(
    monkeypatch: Monkeypatch, generator: torch.Generator
) -> None:
    terminal = StringIO()
    console = Console(file=terminal, force_terminal=True, width=80)
    monkeypatch.setattr(rich, "_console", console)
    network = DeepNetwork([2, 4, 1], "tanh", dtype=torch.float64, generator=generator)
    X = torch.randn(5, 2, dtype=torch.float64, generator=generator)
    with Progress(console=console, auto_refresh=False) as bar:
        bar.add_task("epoch 1")
        bar.refresh()
        show(compare_gradients(network, X, (X[:, :1] > 0).long()), "step 0: gradients differ")
    plain = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", terminal.getvalue().replace("\r\x1b[2K", "\r"))
    # What a terminal shows of a line is the text after its last carriage return.
    lines = [line.rpartition("\r")[2].rstrip() for line in plain.replace("\r\n", "\n").split("\n")]
    assert max(map(len, lines)) <= 80
    (title,) = (line for line in lines if "gradients differ" in line)
    assert title.strip() == "step 0: gradients differ"


class ChangeGradients(Callback):
    """Multiply every gradient after the backward pass, as a faulty hook would."""

    def on_after_backward(self, trainer: Trainer, pl_module: LightningModule) -> None:
        for parameter in pl_module.parameters():
            parameter.grad.mul_(1.001)


@pytest.mark.parametrize("options", [[], ["--trainer.gradient_clip_val", "1e-3"], ["--precision", "bf16-mixed"]])
def test_the_gradients_are_compared_before_clipping(options: list[str], train: Train, capsys: Capsys) -> None:
    assert metrics_of(train(*options), "gradients/relative_error")
    assert "gradients differ" not in capsys.readouterr().out


@pytest.mark.parametrize("accumulated", [[], ["--data.batch_size", "100", "--trainer.accumulate_grad_batches", "2"]])
def test_a_gradient_that_changes_after_the_formulas_stops_training(
    accumulated: list[str], train: Train, capsys: Capsys
) -> None:
    train(*accumulated, f"--trainer.callbacks+={__name__}.ChangeGradients", "--allow-code", code=1)
    shown = capsys.readouterr().out
    assert "step 0: gradients differ, training stops" in shown
    assert "different, though the formulas agree with autograd: dW[" in shown


def test_every_0_steps_is_rejected() -> None:
    with pytest.raises(ValueError, match="every_n_steps: found 0, expected at least 1"):
        CompareGradients(every_n_steps=0)


def tanh_derivative_from_A(A: Tensor) -> Tensor:
    raise ValueError("mine")


BROKEN: list[tuple[str, Callable[..., object], str]] = [
    # a function of the layers or a field of tanh, what takes its place, what raises
    ("linear_backward_input", lambda dZ, W: None, "backward_propagation raises AssertionError (propagation.py:"),
    # a ValueError of a formula is no wrong setting
    ("derivative_by", tanh_derivative_from_A, "raises ValueError: mine (activations.py:"),
    ("function", lambda Z: activations.tanh(Z) @ Z, "raises RuntimeError: mat1 and mat2 shapes cannot be multiplied"),
]


@pytest.mark.parametrize(("name", "wrong", "sentence"), BROKEN)
def test_a_formula_that_raises_ends_in_one_line_and_leaves_no_run(
    name: str, wrong: Callable[..., object], sentence: str, here: Path, capsys: Capsys, monkeypatch: Monkeypatch
) -> None:
    if hasattr(layers, name):
        monkeypatch.setattr(layers, name, wrong)
    else:
        monkeypatch.setitem(ACTIVATIONS, "tanh", replace(ACTIVATIONS["tanh"], **{name: wrong}))
    assert main(SMALL) == 1
    assert not Path("lightning_logs").exists()
    line = capsys.readouterr().err.splitlines()[-1]
    assert sentence in line
    assert line.endswith("; course-torch compare judges the formulas of a network")


RELU = ["--model.hidden_activation", "relu", "--max_steps", "60"]


@pytest.mark.slow
def test_from_the_first_line_to_the_trained_network(train: Train, capsys: Capsys) -> None:
    """The whole way of a learner: a file, no function written, one after the other right, and a network trained."""
    assert course_torch(["exercise", "deep", "--library", "numpy", "--layout", "columns"]) == 0
    path, solved = Path("deep.py"), solution("deep", "numpy", "columns")
    head, *stubs = path.read_text(encoding="utf-8").split("\n\n\ndef ")
    _, *functions = solved.split("\n\n\ndef ")
    order = [stub.partition("(")[0] for stub in stubs]
    for done in (0, 1, 8, len(functions)):
        written = {each.partition("(")[0]: each for each in functions[:done]}
        text = "\n\n\ndef ".join([head, *(written.get(name, stub) for name, stub in zip(order, stubs, strict=True))])
        path.write_text(text.rstrip() + "\n", encoding="utf-8")
        capsys.readouterr()
        assert course_torch(["check", "deep.py"]) == (0 if done == len(functions) else 1)
        said = f"all {done} functions are right" if done == len(functions) else f"{done} of {len(stubs)} right"
        assert said in capsys.readouterr().out
    own = train(*RELU, "--model.gradients", "deep.py")
    manual = train(*RELU)
    assert_same_parameters(own, manual)
    assert metrics_of(own, "train/cost") == pytest.approx(metrics_of(manual, "train/cost"), rel=1e-10)
    assert "gradients: deep.py" in (own / "config.yaml").read_text()


@pytest.mark.slow
def test_a_wrong_pass_trains_nothing(here: Path, capsys: Capsys) -> None:
    text = solution("deep", "numpy", "rows").replace("A_prev / m", "A_prev")
    Path("deep.py").write_text(text, encoding="utf-8")
    error = usage_error(main, [*SMALL, *RELU, "--model.gradients", "deep.py"], capsys)
    assert "deep.py: linear_backward: dW is 7 times the right one" in error
    assert not Path("lightning_logs").exists()
