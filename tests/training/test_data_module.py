"""Minibatches and shards give exact means; training on centred features and real labels."""

import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
import torch
import yaml
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from course_torch import DeepNetwork
from course_torch.checkpoint import load_trained
from course_torch.data.split import Split
from course_torch.data.table import load_data_set
from course_torch.training.data_module import CourseData, Minibatches, Shard
from tests.conftest import wait_until
from tests.support.fixture_types import Capsys, Train
from tests.training.conftest import (
    CONFIGS,
    EXAMPLES,
    SMALL,
    TRAIN,
    assert_same_parameters,
    assert_same_run,
    metrics_of,
    parameters_of,
    run_ranks,
)


def batches_of(epoch: int, shard: Shard, seed: int = 1, examples: int = 23, batch_size: int = 5) -> list:
    sampler = Minibatches(examples, batch_size, seed, shard)
    sampler.set_epoch(epoch)
    return list(sampler)


def test_each_epoch_has_every_example_once_in_an_order_of_seed_and_epoch() -> None:
    """23 examples in batches of 5: the last batch has 3."""
    epochs = [batches_of(epoch, Shard(), seed) for epoch, seed in ((0, 1), (1, 1), (1, 2))]
    assert [m for _, m in epochs[0]] == [5, 5, 5, 5, 3]
    assert len(Minibatches(23, 5, 1, Shard())) == 5
    orders = [torch.cat([rows for rows, _ in epoch]).tolist() for epoch in epochs]
    assert all(sorted(order) == list(range(23)) for order in orders)
    assert len({tuple(order) for order in orders}) == 3
    assert torch.cat([rows for rows, _ in batches_of(1, Shard(), 2)]).tolist() == orders[2]


@pytest.mark.parametrize("world_size", [1, 2, 3, 7])
def test_the_shards_of_all_ranks_form_each_batch_and_the_mean_over_ranks_is_exact(world_size: int) -> None:
    """The mean over ranks is exact if Σ over ranks of (rows of the rank / m) = world_size, for any shard sizes."""
    ranks = [batches_of(0, Shard(rank, world_size)) for rank in range(world_size)]
    for whole, *shards in zip(batches_of(0, Shard()), *ranks, strict=True):
        assert torch.equal(torch.cat([rows for rows, _ in shards]), whole[0])
        assert sum(len(rows) / m for rows, m in shards) == pytest.approx(world_size)


@pytest.mark.slow
def test_a_run_stopped_within_an_epoch_resumes_to_the_result_of_an_uninterrupted_run(
    train: Train, folder_options: list[str]
) -> None:
    whole = train(config=folder_options)
    resumed = train("--max_steps", "13", config=folder_options)
    assert train("--max_steps", "-1", config=["--resume", str(resumed)]) == resumed
    assert_same_run(resumed, whole)


@pytest.mark.slow
def test_two_ranks_train_on_minibatches_of_pictures_like_one_process(
    tmp_path: Path, train: Train, folder_options: list[str]
) -> None:
    one = train(config=[*SMALL, *folder_options])
    two = run_ranks(tmp_path / "two", 2, *folder_options)
    assert_same_parameters(two, one)
    for name in ("validation/cost", "validation/accuracy"):
        assert metrics_of(two, name) == pytest.approx(metrics_of(one, name), rel=1e-6), name


@pytest.mark.slow
def test_sigterm_ends_a_run_with_its_results(tmp_path: Path, folder_options: list[str]) -> None:
    """The signal goes to the whole process group, as at a shutdown."""
    command = [sys.executable, str(TRAIN), *folder_options, "--max_epochs", "100000"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        wait_until((tmp_path / "lightning_logs" / "version_0" / "checkpoints" / "best.ckpt").exists, 60)
        os.killpg(process.pid, signal.SIGTERM)
        shown, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, error) == (143, "")
    assert "│ test" in shown


DEFAULT = ["--accelerator", "cpu", "--trainer.log_every_n_steps", "1"]


@pytest.mark.slow
def test_the_default_cost_falls_at_every_step_and_without_centring_it_does_not(train: Train) -> None:
    costs = metrics_of(train("--max_steps", "60", config=DEFAULT), "train/cost")
    assert len(costs) == 60
    assert all(after < before for before, after in pairwise(costs))
    jumping = metrics_of(train("--max_steps", "20", "--data.center", "false", config=DEFAULT), "train/cost")
    assert any(after > before for before, after in pairwise(jumping))


@pytest.mark.slow
def test_one_batch_of_all_rows_is_a_step_on_the_whole_split(train: Train, folder_options: list[str]) -> None:
    """The rows come in another order, so that the sums differ by rounding errors."""
    step = ["--max_steps", "1", "--trainer.log_every_n_steps", "1", "--precision", "64"]
    whole = train("--data.batch_size", "null", *step, config=folder_options)
    batch = train("--data.batch_size", str(EXAMPLES), *step, config=folder_options)
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
    """In 8 of the config's 30 epochs."""
    folder = train("--max_epochs", "8", config=["--config", str(CONFIG), "--accelerator", "cpu"])
    assert yaml.safe_load((folder / "config.yaml").read_text())["model"]["gradients"] == "manual"
    assert metrics_of(folder, "final/test_accuracy")[0] >= 0.88
