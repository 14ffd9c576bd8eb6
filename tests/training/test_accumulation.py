"""Accumulated gradients equal the gradients of one larger batch; gradient clipping equals a hand-written version."""

from pathlib import Path

import pytest
import torch

from course_torch.data.data_set import features
from course_torch.data.table import load_data_set
from course_torch.training.module import NetworkModule
from tests.conftest import assert_equal
from tests.fixture_types import Train
from tests.training.conftest import metrics_of, parameters_of
from tests.training.test_processes import run_ranks


@pytest.mark.parametrize(
    ("size", "micro_batches"),
    [
        ("50", 4),  # 400 examples: two updates of four micro-batches of 50
        ("64", 2),  # three updates of 128, and one of 16 in two micro-batches of 8
        ("30", 3),  # four updates of 90, and one of 40 in micro-batches of 14, 13 and 13
        ("1", 150),  # the last update of 100 examples has 50 empty micro-batches
        ("null", 3),  # 400 = 134 + 133 + 133
    ],
)
def test_k_micro_batches_train_like_one_batch_of_k_times_the_size(train: Train, size: str, micro_batches: int) -> None:
    """Parameters agree within the rounding error of float64; number of updates and logged costs agree too."""
    larger = size if size == "null" else str(int(size) * micro_batches)
    whole = ["--trainer.limit_train_batches", "1.0", "--max_steps", "20"]
    accumulated = train("--data.batch_size", size, "--trainer.accumulate_grad_batches", str(micro_batches), *whole)
    at_once = train("--data.batch_size", larger, *whole)
    for name, parameter in parameters_of(at_once).items():
        assert_equal(name, parameters_of(accumulated)[name], parameter, rtol=1e-12, atol=1e-12)
    steps = [
        torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)["global_step"]
        for folder in (accumulated, at_once)
    ]
    assert steps[0] == steps[1]
    costs = [metrics_of(folder, "train/cost") for folder in (accumulated, at_once)]
    assert costs[0] == pytest.approx(costs[1], rel=1e-6)  # Lightning logs in float32


def test_manual_and_autograd_gradients_accumulate_to_the_same_parameters(train: Train) -> None:
    options = ["--data.batch_size", "64", "--trainer.accumulate_grad_batches", "2"]
    manual, autograd = (parameters_of(train(*options, "--model.gradients", name)) for name in ("manual", "autograd"))
    for name in manual:
        assert_equal(name, manual[name], autograd[name], rtol=1e-12, atol=1e-12)


def test_two_ranks_accumulate_to_the_parameters_of_one_process(train: Train, tmp_path: Path) -> None:
    options = [
        "--data.batch_size",
        "27",
        "--trainer.accumulate_grad_batches",
        "2",
        "--trainer.gradient_clip_val",
        "0.1",
    ]
    one, two = parameters_of(train(*options)), parameters_of(run_ranks(tmp_path / "two", 2, *options))
    for name in one:
        assert_equal(name, two[name], one[name], rtol=1e-10, atol=1e-10)


def test_a_short_run_with_accumulation_is_validated_once(train: Train) -> None:
    options = ["--max_steps", "20", "--trainer.accumulate_grad_batches", "2"]
    folder = train(*options, config=["--model.layer_sizes", "[12288, 2, 1]"])
    assert len(metrics_of(folder, "validation/cost")) == 1
    assert torch.load(folder / "checkpoints" / "last.ckpt", weights_only=True)["global_step"] == 20


@pytest.mark.parametrize("algorithm", ["norm", "value"])
def test_clipping_equals_a_hand_written_clipping_of_the_manual_gradients(train: Train, algorithm: str) -> None:
    """One step W -= α dW: all gradients together are scaled to norm 0.001, or each entry is clamped to ±0.001."""
    bound = 0.001
    clip = ["--trainer.gradient_clip_val", str(bound), "--trainer.gradient_clip_algorithm", algorithm]
    parameters = parameters_of(train("--max_steps", "1", *clip))
    network = NetworkModule([2, 4, 1], "tanh", initialization="small").network.double()
    X, Y = load_data_set("planar").train
    gradients = [
        each for layer in network.manual_gradients(features(X, 1, torch.float64), Y) for each in (layer.dW, layer.db)
    ]
    norm = torch.cat([each.flatten() for each in gradients]).norm()
    assert all(each > 2 * bound for each in (norm, max(gradient.abs().max() for gradient in gradients)))
    for (name, parameter), gradient in zip(network.named_parameters(), gradients, strict=True):
        # torch adds 1e-6 to the norm to avoid a division by 0.
        clipped = gradient * bound / (norm + 1e-6) if algorithm == "norm" else gradient.clamp(-bound, bound)
        assert_equal(name, parameters[f"network.{name}"], parameter.detach() - 1.2 * clipped)
