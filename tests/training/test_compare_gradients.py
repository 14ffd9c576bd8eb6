"""The report during training."""

from collections.abc import Callable
from pathlib import Path

import pytest

from course_torch.formulas import layers
from course_torch.training.compare_gradients import CompareGradients
from tests.training.conftest import metrics_of

Train = Callable[..., Path]


def test_the_largest_relative_error_is_logged_every_n_steps(train: Train) -> None:
    """planar_shallow.yaml has it on, every 500 steps: steps 0 and 500 of 600."""
    errors = metrics_of(train("--max_epochs", "6"), "gradients/relative_error")
    assert len(errors) == 2
    assert all(0 <= error < 1e-8 for error in errors)


def test_an_update_of_several_batches_is_judged_once(train: Train) -> None:
    folder = train("--data.batch_size", "100", "--trainer.accumulate_grad_batches", "2")
    assert len(metrics_of(folder, "gradients/relative_error")) == 1


def test_it_is_off_unless_asked_for(train: Train) -> None:
    folder = train("--max_epochs", "1", config=["--model.layer_sizes", "[12288, 2, 1]"])
    assert metrics_of(folder, "gradients/relative_error") == []


def test_a_wrong_gradient_stops_training_with_the_report(
    train: Train, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(layers, "activation_backward", lambda dA, cache, activation, slope: dA)
    folder = train("--max_epochs", "50", code=1)
    assert len(metrics_of(folder, "gradients/relative_error")) == 1
    assert len(metrics_of(folder, "train/cost")) <= 1
    shown = capsys.readouterr().out
    assert "first wrong: dZ[1]" in shown
    assert "g'(Z) is missing" in shown


def test_it_refuses_never() -> None:
    with pytest.raises(ValueError, match="every_n_steps: found 0, expected at least 1"):
        CompareGradients(every_n_steps=0)
