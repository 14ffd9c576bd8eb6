"""The callback CompareGradients: the gradient report during training."""

import re
from io import StringIO

import pytest
import rich
import torch
from lightning import Callback, LightningModule, Trainer
from rich.console import Console
from rich.progress import Progress

from course_torch import DeepNetwork, compare_gradients
from course_torch.formulas import layers
from course_torch.training.compare_gradients import CompareGradients, show
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import metrics_of


def test_the_largest_relative_error_is_logged_every_n_steps(train: Train) -> None:
    """Every 25 steps: at steps 0 and 25 of 40."""
    often = ["--trainer.callbacks+=CompareGradients", "--trainer.callbacks.every_n_steps=25"]
    errors = metrics_of(train("--trainer.callbacks", "[]", *often), "gradients/relative_error")
    assert len(errors) == 2
    assert all(0 <= error < 1e-8 for error in errors)


def test_an_accumulated_update_is_compared_once(train: Train) -> None:
    folder = train("--data.batch_size", "100", "--trainer.accumulate_grad_batches", "2")
    assert len(metrics_of(folder, "gradients/relative_error")) == 1


def test_a_wrong_gradient_stops_training_with_the_report(
    train: Train, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    folder = train("--max_epochs", "50", code=1)
    assert len(metrics_of(folder, "gradients/relative_error")) == 1
    assert len(metrics_of(folder, "train/cost")) <= 1
    shown = capsys.readouterr().out
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


def test_the_report_fits_a_terminal_and_stands_above_the_progress_bar(monkeypatch: Monkeypatch) -> None:
    terminal = StringIO()
    console = Console(file=terminal, force_terminal=True, width=80)
    monkeypatch.setattr(rich, "_console", console)
    generator = torch.Generator().manual_seed(1)
    network = DeepNetwork([2, 4, 1], "tanh", dtype=torch.float64, generator=generator)
    X = torch.randn(5, 2, dtype=torch.float64, generator=generator)
    with Progress(console=console, auto_refresh=False) as bar:
        bar.add_task("epoch 1")
        bar.refresh()
        show(compare_gradients(network, X, (X[:, :1] > 0).long()), "step 0: gradients differ")
    plain = re.sub(r"\x1b\[[\d;?]*[a-zA-Z]", "", terminal.getvalue().replace("\r\x1b[2K", "\r"))
    lines = [line.rpartition("\r")[2].rstrip() for line in plain.replace("\r\n", "\n").split("\n")]
    assert max(map(len, lines)) <= 80
    (title,) = (line for line in lines if "gradients differ" in line)
    assert title.strip() == "step 0: gradients differ"


class ChangeGradients(Callback):
    """Multiply every gradient after the backward pass, as a faulty hook would."""

    def __init__(self, factor: float = 3.0) -> None:
        self.factor = factor

    def on_after_backward(self, trainer: Trainer, pl_module: LightningModule) -> None:
        for parameter in pl_module.parameters():
            parameter.grad.mul_(self.factor)


CHANGED = [
    "--trainer.callbacks+=tests.training.test_compare_gradients.ChangeGradients",
    "--trainer.callbacks.factor=1.001",
    "--allow-code",
]


@pytest.mark.parametrize("options", [[], ["--trainer.gradient_clip_val", "1e-3"], ["--precision", "bf16-mixed"]])
def test_the_gradients_are_compared_before_clipping(options: list[str], train: Train, capsys: Capsys) -> None:
    assert metrics_of(train(*options), "gradients/relative_error")
    assert "gradients differ" not in capsys.readouterr().out


@pytest.mark.parametrize("accumulated", [[], ["--data.batch_size", "100", "--trainer.accumulate_grad_batches", "2"]])
def test_a_gradient_that_changes_after_the_formulas_stops_training(
    accumulated: list[str], train: Train, capsys: Capsys
) -> None:
    folder = train(*accumulated, *CHANGED, code=1)
    assert len(metrics_of(folder, "train/cost")) <= 1
    shown = capsys.readouterr().out
    assert "gradients differ, training stops" in shown
    assert "different, though the formulas agree with autograd: dW[" in shown


def test_every_0_steps_is_rejected() -> None:
    with pytest.raises(ValueError, match="every_n_steps: found 0, expected at least 1"):
        CompareGradients(every_n_steps=0)
