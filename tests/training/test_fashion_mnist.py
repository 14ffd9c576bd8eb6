"""Train on the real Fashion-MNIST, if Debian's package dataset-fashion-mnist is installed."""

from pathlib import Path

import pytest
import torch
import yaml

from course_torch import DeepNetwork, compare_gradients
from course_torch.data.data_set import features
from course_torch.data.source import Source
from course_torch.data.table import load_data_set
from tests.fixture_types import Train
from tests.training.conftest import CONFIGS, metrics_of

CONFIG = CONFIGS / "fashion_mnist.yaml"


@pytest.mark.slow
def test_the_hand_written_backward_pass_reaches_88_percent_on_fashion_mnist(
    train: Train, fashion_mnist_folder: Path
) -> None:
    folder = train(config=["--config", str(CONFIG), "--accelerator", "cpu"])
    assert yaml.safe_load((folder / "config.yaml").read_text())["model"]["gradients"] == "manual"
    assert metrics_of(folder, "final/test_accuracy")[0] >= 0.88


def test_the_gradients_of_the_configs_network_are_right_on_real_pictures(
    fashion_mnist_folder: Path, generator: torch.Generator
) -> None:
    model = yaml.safe_load(CONFIG.read_text())["model"]
    network = DeepNetwork(
        model["layer_sizes"],
        output=model["output"],
        initialization=model["initialization"],
        dtype=torch.float64,
        generator=generator,
    )
    data = load_data_set("fashion_mnist", Source(str(fashion_mnist_folder)))
    X, Y = data.test.X[:200], data.test.Y[:200]
    report = compare_gradients(network, features(X, data.scale, torch.float64), Y)
    assert report.agrees
    assert len(report.tensors) == 8
