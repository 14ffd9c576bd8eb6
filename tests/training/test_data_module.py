"""Minibatches and shards: exact means over ranks and micro-batches; pictures on disk train like pictures in memory."""

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from course_torch.data.split import Batch, Split
from course_torch.training.cli import main
from course_torch.training.data_module import CourseData, Minibatches, Shard
from tests.conftest import usage_error
from tests.fixture_types import Capsys, Monkeypatch, Train
from tests.training.conftest import EXAMPLES, TRAIN, assert_same_parameters, assert_same_run, metrics_of, parameters_of


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


def test_the_shard_of_a_single_process_is_a_view_of_the_split() -> None:
    split = Split(torch.arange(10).reshape(5, 2), torch.ones(5, 1))
    batch = Shard().of(split)
    assert batch.X.data_ptr() == split.X.data_ptr()
    assert [len(Shard(rank, 3).of(split).X) for rank in range(3)] == [1, 2, 2]
    assert Shard(0, 3).of(split).m == pytest.approx(5 / 3)


def test_a_batch_moves_to_the_device_with_its_m() -> None:
    batch = Batch(torch.ones(2, 3), torch.ones(2, 1), 1.5)
    moved = CourseData("planar").transfer_batch_to_device(batch, torch.device("meta"), 0)
    assert (moved.X.device.type, moved.Y.device.type, moved.m) == ("meta", "meta", 1.5)


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
def test_validation_in_uneven_chunks_is_the_mean_over_all_examples(
    train: Train, folder_options: list[str], monkeypatch: Monkeypatch
) -> None:
    """18 examples in chunks of 7, 7 and 4."""
    whole = train("--data.memory", "1", config=folder_options)
    monkeypatch.setattr("course_torch.data.picture_files.CHUNK", 7)
    chunked = train(config=folder_options)
    for name in ("validation/cost", "validation/accuracy"):
        assert metrics_of(chunked, name) == pytest.approx(metrics_of(whole, name), rel=1e-5), name


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
    one = train(*("--precision", "64"), config=folder_options)
    command = [sys.executable, str(TRAIN), *folder_options, "--precision", "64", "--devices", "2", "--strategy", "ddp"]
    (tmp_path / "two").mkdir()
    subprocess.run(command, cwd=tmp_path / "two", check=True, capture_output=True, timeout=240)
    two = tmp_path / "two" / "lightning_logs" / "version_0"
    assert_same_parameters(two, one)
    for name in ("validation/cost", "validation/accuracy"):
        assert metrics_of(two, name) == pytest.approx(metrics_of(one, name), rel=1e-6), name


@pytest.mark.slow
@pytest.mark.parametrize("batch", [0, 8])
@pytest.mark.parametrize("workers", ["0", "2"])
def test_a_picture_that_cannot_be_decoded_ends_training_with_an_error_that_names_it(
    here: Path, folder_options: list[str], batch: int, workers: str, capsys: Capsys
) -> None:
    """The picture is in the first batch or in the last batch."""
    data = CourseData("folder", str(here / "root"), batch_size=10, picture_size=4, memory=0)
    rows, _ = list(Minibatches(EXAMPLES, 10, 1, Shard()))[batch]
    path = Path(data.data_set.train.paths[rows[-1]])
    path.write_text("no picture")
    error = usage_error(main, [*folder_options, "--data.workers", workers], capsys)
    assert error == f"train.py: error: {path}: not a picture\n"
    assert not multiprocessing.active_children()


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_sigint_and_sigterm_end_the_main_process_and_its_workers(
    tmp_path: Path, folder_options: list[str], number: signal.Signals
) -> None:
    """The signal goes to the whole process group, as from a terminal or at a shutdown."""
    command = [sys.executable, str(TRAIN), *folder_options, "--max_epochs", "100000"]
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        validated = tmp_path / "lightning_logs" / "version_0" / "checkpoints" / "best.ckpt"  # all workers have started
        deadline = time.monotonic() + 60
        while not validated.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        os.killpg(process.pid, number)
        shown, error = process.communicate(timeout=60)
    finally:
        process.kill()
    assert (process.returncode, error) == (0, "")
    assert "│ test" in shown
    with pytest.raises(ProcessLookupError):
        os.killpg(process.pid, 0)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_set(tmp_path: Path) -> None:
    """4000 decoded pictures of 256×256×3 need 750 MiB as bytes and 3000 MiB as floats; 40 need a hundredth of it."""
    numbers = np.random.default_rng(1)
    source = tmp_path / "a.jpg"
    Image.fromarray(numbers.integers(0, 256, (16, 16, 3), dtype=np.uint8)).resize((256, 256)).save(source)
    peaks = {}
    for m in (40, 4000):
        for i in range(m):
            folder = tmp_path / f"{m}" / f"{i % 2}"
            folder.mkdir(parents=True, exist_ok=True)
            os.link(source, folder / f"{i}.jpg")
        options = [
            *("--accelerator", "cpu", "--max_epochs", "1", "--model.layer_sizes", f"[{256 * 256 * 3}, 1]"),
            *("--data.name", "folder", "--data.root", str(tmp_path / f"{m}"), "--data.picture_size", "256"),
            *("--data.batch_size", "20", "--data.memory", "0.001", "--data.workers", "2"),
        ]
        code = f"import resource, sys; sys.path.insert(0, {str(TRAIN.parent)!r})\n"
        code += "from course_torch.training.cli import main\n"
        code += f"assert main({options!r}) == 0\n"
        code += (
            "print(*(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)))"
        )
        (tmp_path / f"run{m}").mkdir()
        done = subprocess.run(
            [sys.executable, "-c", code], cwd=tmp_path / f"run{m}", check=True, capture_output=True, text=True
        )
        peaks[m] = [int(kilobytes) / 1024 for kilobytes in done.stdout.splitlines()[-1].split()]
    growth = [large - small for large, small in zip(peaks[4000], peaks[40], strict=True)]
    assert all(each < 150 for each in growth), f"peaks in MiB of the main process and of a worker: {peaks}"
