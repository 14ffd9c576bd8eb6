"""Training on centred features, on real labels, where R² takes the place of the accuracy, and on Fashion-MNIST."""

from itertools import pairwise
from pathlib import Path

import pytest
import torch
import yaml
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from course_torch import DeepNetwork
from course_torch.data.split import Split, slices
from course_torch.data.table import load_data_set
from course_torch.exchange.trained_network import load_trained, read_checkpoint
from course_torch.training.cli import main
from course_torch.training.data_module import CourseData
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import CONFIGS, EXAMPLES, SMALL, metrics_of, parameters_of

LAST = Path("checkpoints", "last.ckpt")
DEFAULT = ["--accelerator", "cpu", "--trainer.log_every_n_steps", "1"]


@pytest.mark.slow
def test_the_default_cost_falls_at_every_step_and_without_centring_it_does_not(train: Train) -> None:
    costs = metrics_of(train("--max_steps", "60", config=DEFAULT), "train/cost")
    assert len(costs) == 60
    assert all(after < before for before, after in pairwise(costs))
    jumping = metrics_of(train("--max_steps", "20", "--data.center", "false", config=DEFAULT), "train/cost")
    assert any(after > before for before, after in pairwise(jumping))


@pytest.mark.slow
@pytest.mark.parametrize("memory", ["0", "1"])
def test_one_batch_of_all_rows_is_a_step_on_the_whole_split(
    memory: str, train: Train, folder_options: list[str]
) -> None:
    """The rows come in another order, so that the sums differ by rounding errors."""
    step = ["--max_steps", "1", "--trainer.log_every_n_steps", "1", "--precision", "64"]
    whole = train("--data.memory", "1", "--data.batch_size", "null", *step, config=folder_options)
    batch = train("--data.memory", memory, "--data.batch_size", str(EXAMPLES), *step, config=folder_options)
    for name, value in parameters_of(whole).items():
        torch.testing.assert_close(parameters_of(batch)[name], value)
    for name in ("train/cost", "validation/cost", "final/test_cost"):
        assert metrics_of(batch, name) == pytest.approx(metrics_of(whole, name)), name


@pytest.mark.parametrize("batch_size", ["null", "400"])
def test_points_are_centred_once(batch_size: str, train: Train) -> None:
    """Floating-point rows are features before they reach the device: nothing may be subtracted there again."""
    step = ["--max_steps", "1", "--trainer.log_every_n_steps", "1"]
    (cost,) = metrics_of(train("--data.center", "true", "--data.batch_size", batch_size, *step), "train/cost")
    data = CourseData("planar").data_set
    start = torch.Generator().manual_seed(1)
    network = DeepNetwork([2, 4, 1], "tanh", initialization="small", generator=start).double()
    X = data.train.X - data.train.X.mean(dim=0)
    assert cost == pytest.approx(network.cost(X, data.train.Y).item(), rel=1e-12)


def test_the_checkpoint_keeps_the_mean(train: Train) -> None:
    checkpoint = train("--data.center", "true", "--max_steps", "1") / LAST
    mean = CourseData("planar").data_set.train.X.mean(dim=0, keepdim=True)
    torch.testing.assert_close(load_trained(checkpoint).mean, mean)
    assert load_trained(train("--max_steps", "1") / LAST).mean is None


def test_checkpoints_of_versions_without_an_option_load_with_its_default(train: Train) -> None:
    path = train("--max_steps", "1") / LAST
    checkpoint = read_checkpoint(path)
    del checkpoint["CourseData"]["mean"], checkpoint["datamodule_hyper_parameters"]["center"]
    del checkpoint["hyper_parameters"]["generator"]
    torch.save(checkpoint, path)
    assert load_trained(path).mean is None
    assert main([*SMALL, "--resume", str(path.parents[1]), "--max_steps", "2"]) == 0


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


@pytest.mark.slow
def test_a_network_that_learns_nothing_is_told_without_classes(train: Train, capsys: Capsys) -> None:
    """The standardised labels have the variance 1, so the cost of their mean is 0.5. From zeros only b[L] moves."""
    train("--model.initialization", "zeros", "--data.batch_size", "null", "--max_epochs", "4", config=DIABETES)
    (warning,) = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning")]
    assert warning.startswith("warning: the cost stays at 0.5000, the lowest cost of one answer for all examples; try")


@pytest.mark.usefixtures("figures")
def test_pictures_can_be_trained_by_the_squared_error(train: Train) -> None:
    """There is no class in an answer, so no picture is called mislabelled."""
    small = ["--model.learning_rate", "1e-5", "--max_steps", "2"]
    folder = train("--model.output", "identity", *small, config=["--accelerator", "cpu"])
    assert not (folder / "mislabelled.png").exists()


@pytest.mark.slow
def test_the_config_beats_least_squares(train: Train) -> None:
    """Ordinary least squares reaches R² = 0.29 on the validation split and 0.46 on the test split."""
    folder, data = train(config=DIABETES), load_data_set("diabetes")
    least_squares = LinearRegression().fit(data.train.X.numpy(), data.train.Y.numpy())
    for name in ("validation", "test"):
        split = data.splits[name]
        assert metrics_of(folder, f"final/{name}_R2")[0] > least_squares.score(split.X.numpy(), split.Y.numpy())


CONFIG = CONFIGS / "fashion_mnist.yaml"


@pytest.mark.slow
def test_the_hand_written_backward_pass_reaches_88_percent_on_fashion_mnist(
    train: Train, fashion_mnist_folder: Path
) -> None:
    folder = train(config=["--config", str(CONFIG), "--accelerator", "cpu"])
    assert yaml.safe_load((folder / "config.yaml").read_text())["model"]["gradients"] == "manual"
    assert metrics_of(folder, "final/test_accuracy")[0] >= 0.88
