"""Minibatches and shards give exact means, wherever the pictures are; training on centred features and real labels."""

import multiprocessing
import os
import signal
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
import torch
import yaml
from PIL import Image
from sklearn.linear_model import LinearRegression
from sklearn.metrics import r2_score

from course_torch import DeepNetwork
from course_torch.data.split import Split, slices
from course_torch.data.table import load_data_set
from course_torch.exchange.trained_network import load_trained
from course_torch.training.cli import main
from course_torch.training.data_module import CourseData, Minibatches, Shard
from tests.conftest import usage_error, wait_until
from tests.support.fixture_types import Capsys, Monkeypatch, Train
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
@pytest.mark.parametrize("changes", [["--data.memory", "1"], ["--data.workers", "0"], ["--data.workers", "1"]])
def test_memory_and_workers_do_not_change_the_results(
    train: Train, folder_options: list[str], changes: list[str]
) -> None:
    first, second = train(config=folder_options), train(*changes, config=folder_options)
    assert all(torch.equal(value, parameters_of(second)[name]) for name, value in parameters_of(first).items())
    assert metrics_of(first, "train/cost") == metrics_of(second, "train/cost")
    for name in ("validation/cost", "validation/accuracy", "final/test_cost", "final/train_accuracy"):
        assert metrics_of(first, name) == pytest.approx(metrics_of(second, name), rel=1e-5), name
    assert not multiprocessing.active_children()


@pytest.mark.slow
def test_a_run_stopped_within_an_epoch_resumes_to_the_result_of_an_uninterrupted_run(
    train: Train, folder_options: list[str]
) -> None:
    """The workers have loaded later batches when the run stops."""
    whole = train(config=folder_options)
    resumed = train("--max_steps", "13", config=folder_options)
    assert train("--max_steps", "-1", config=["--resume", str(resumed)]) == resumed
    assert_same_run(resumed, whole)


@pytest.mark.slow
def test_two_ranks_load_their_shards_from_disk_and_train_like_one_process(
    tmp_path: Path, train: Train, folder_options: list[str]
) -> None:
    one = train(config=[*SMALL, *folder_options])
    two = run_ranks(tmp_path / "two", 2, *folder_options)
    assert_same_parameters(two, one)
    for name in ("validation/cost", "validation/accuracy"):
        assert metrics_of(two, name) == pytest.approx(metrics_of(one, name), rel=1e-6), name


@pytest.mark.slow
@pytest.mark.parametrize("place", ["first batch", "last batch", "validation"])
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_picture_that_cannot_be_decoded_ends_training_with_an_error_that_names_it(
    here: Path, folder_options: list[str], place: str, workers: str, capsys: Capsys
) -> None:
    data = CourseData("folder", str(here / "root"), batch_size=10, picture_size=4, memory=0).data_set
    first, *_, last = Minibatches(EXAMPLES, 10, 1, Shard())
    rows = {"first batch": first, "last batch": last}
    path = data.train.paths[rows[place][0][-1]] if place in rows else data.validation.paths[0]
    Path(path).write_text("no picture")
    error = usage_error(main, [*folder_options, "--data.workers", workers], capsys)
    assert error == f"train.py: error: {path}: not a picture\n"
    assert not multiprocessing.active_children()


STARTED_WITH_SIGTERM = """
import os, signal
from course_torch.data.split import by_workers
os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGTERM))
assert list(by_workers(abs, [-1, -2, -3], 2)) == [1, 2, 3]
"""


@pytest.mark.slow
def test_a_sigterm_at_the_start_of_a_worker_leaves_it_to_the_main_process() -> None:
    subprocess.run([sys.executable, "-c", STARTED_WITH_SIGTERM], cwd=TRAIN.parent, check=True, timeout=60)


@pytest.mark.slow
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 0), (signal.SIGTERM, 143)])
def test_sigint_and_sigterm_end_the_main_process_and_its_workers(
    tmp_path: Path, folder_options: list[str], number: signal.Signals, code: int
) -> None:
    """The signal goes to the whole process group, as from a terminal or at a shutdown."""
    command = [sys.executable, str(TRAIN), *folder_options, "--max_epochs", "100000"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        wait_until((tmp_path / "lightning_logs" / "version_0" / "checkpoints" / "best.ckpt").exists, 60)
        os.killpg(process.pid, number)
        shown, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, error) == (code, "")
    assert "│ test" in shown
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


MEASURED = """
import resource, sys
sys.path.insert(0, sys.argv[1])
from course_torch.training.cli import main
assert main(sys.argv[2:]) == 0
print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))
"""


@pytest.mark.slow
def test_memory_does_not_grow_with_the_set(tmp_path: Path) -> None:
    """900 decoded pictures of 256×256×3 more need 169 MiB more as bytes and 675 MiB more as floats."""
    numbers = np.random.default_rng(1)
    source = tmp_path / "a.jpg"
    Image.fromarray(numbers.integers(0, 256, (16, 16, 3), dtype=np.uint8)).resize((256, 256)).save(source)
    peaks = {}
    for m in (100, 1000):
        for i in range(m):
            folder = tmp_path / f"{m}" / f"{i % 2}"
            folder.mkdir(parents=True, exist_ok=True)
            os.link(source, folder / f"{i}.jpg")
        options = [
            *("--accelerator", "cpu", "--max_epochs", "1", "--model.layer_sizes", f"[{256 * 256 * 3}, 1]"),
            *("--data.name", "folder", "--data.root", str(tmp_path / f"{m}"), "--data.picture_size", "256"),
            *("--data.batch_size", "20", "--data.memory", "0.001", "--data.workers", "2"),
        ]
        (tmp_path / f"run{m}").mkdir()
        command = [sys.executable, "-c", MEASURED, str(TRAIN.parent), *options]
        done = subprocess.run(command, cwd=tmp_path / f"run{m}", check=True, capture_output=True, text=True)
        peaks[m] = [int(kilobytes) / 1024 for kilobytes in done.stdout.splitlines()[-1].split()]
    growth = [large - small for large, small in zip(peaks[1000], peaks[100], strict=True)]
    assert all(each < 150 for each in growth), f"peaks in MiB of the main process and of a worker: {peaks}"


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


def test_cost_and_r2_of_a_split_that_is_read_in_batches_are_those_of_the_whole(
    train: Train, monkeypatch: Monkeypatch
) -> None:
    """73 examples in chunks of 30, 30 and 13."""
    whole = train(config=SHORT)
    data = load_data_set("diabetes")
    assert data.validation is not None
    monkeypatch.setattr(data.validation, "stays_on_disk", True)
    monkeypatch.setattr(Split, "chunks", property(lambda split: slices(split.m, 30)))
    monkeypatch.setattr(CourseData, "data_set", data)
    batches = train(config=SHORT)
    for name, tolerance in (("validation/R2", 1e-9), ("validation/cost", 1e-5)):
        assert metrics_of(batches, name) == pytest.approx(metrics_of(whole, name), rel=tolerance), name


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
