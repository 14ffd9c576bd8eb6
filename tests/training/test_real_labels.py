"""Training on real labels: R² takes the place of the accuracy, and nothing speaks of classes."""

from pathlib import Path

import pytest
import torch
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from course_torch.data.split import Split, slices
from course_torch.data.table import load_data_set
from course_torch.exchange.trained_network import load_trained
from course_torch.training.data_module import CourseData
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, metrics_of

DIABETES = ["--config", str(CONFIGS / "diabetes.yaml"), "--accelerator", "cpu", "--precision", "64"]
SHORT = [*DIABETES, "--max_epochs", "2"]


def r2_of(checkpoint: Path, split: Split) -> float:
    """R² by scikit-learn, in the unit of the measured values."""
    trained = load_trained(checkpoint)
    network, quantity = trained.network, trained.quantity
    assert quantity is not None
    with torch.no_grad():
        A = network(split.X)
    return float(r2_score(quantity.values(split.Y.double()).numpy(), quantity.values(A).numpy()))


@pytest.mark.usefixtures("figures")
def test_the_score_that_is_logged_and_shown_is_r2(train: Train, capsys: Capsys) -> None:
    folder, data = train(config=SHORT), load_data_set("diabetes")
    shown = capsys.readouterr()
    assert "warning" not in shown.err
    assert "accuracy" not in shown.out + (folder / "metrics.csv").read_text()
    assert "R2" in shown.out
    for name, split in data.splits.items():
        assert metrics_of(folder, f"final/{name}_R2") == pytest.approx([r2_of(folder / "checkpoints/best.ckpt", split)])
    assert metrics_of(folder, "validation/R2")[-1] == pytest.approx(
        r2_of(folder / "checkpoints/last.ckpt", data.validation)
    )


def test_r2_of_a_split_that_is_read_in_batches_is_that_of_the_whole(train: Train, monkeypatch: Monkeypatch) -> None:
    whole = metrics_of(train(config=SHORT), "validation/R2")
    data = load_data_set("diabetes")
    assert data.validation is not None
    monkeypatch.setattr(data.validation, "stays_on_disk", True)
    monkeypatch.setattr(Split, "chunks", property(lambda split: slices(split.m, 30)))
    monkeypatch.setattr(CourseData, "data_set", data)
    assert metrics_of(train(config=SHORT), "validation/R2") == pytest.approx(whole, rel=1e-9)


def test_a_network_that_learns_nothing_is_told_without_classes(train: Train, capsys: Capsys) -> None:
    """The standardised labels have the variance 1, so the cost of their mean is 0.5. From zeros only b[L] moves."""
    train("--model.initialization", "zeros", "--data.batch_size", "null", "--max_epochs", "4", config=DIABETES)
    (warning,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning")]
    assert warning.startswith("warning: the cost stays at 0.5000, the lowest cost of one answer for all examples; try")


@pytest.mark.usefixtures("figures")
def test_pictures_can_be_trained_by_the_squared_error(train: Train) -> None:
    """There is no class in an answer, so no picture is called mislabelled."""
    folder = train(
        "--model.output",
        "identity",
        "--model.learning_rate",
        "1e-5",
        "--max_steps",
        "2",
        config=["--accelerator", "cpu"],
    )
    assert not (folder / "mislabelled.png").exists()


@pytest.mark.slow
def test_the_config_beats_least_squares(train: Train) -> None:
    """Ordinary least squares reaches R² = 0.29 on the validation split and 0.46 on the test split."""
    folder, data = train(config=DIABETES), load_data_set("diabetes")
    least_squares = LinearRegression().fit(data.train.X.numpy(), data.train.Y.numpy())
    for name in ("validation", "test"):
        split = data.splits[name]
        assert metrics_of(folder, f"final/{name}_R2")[0] > least_squares.score(split.X.numpy(), split.Y.numpy())
