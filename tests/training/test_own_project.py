"""NetworkModule in a Lightning project of its own: any loaders of (X, Y), with numbers worked out another way."""

import inspect
from dataclasses import fields
from pathlib import Path

import pytest
import torch
from lightning import Trainer
from torch.utils.data import DataLoader, TensorDataset

from course_torch import NetworkModule
from course_torch.network.config import NetworkConfig
from course_torch.training.data_module import CourseData
from tests.docs.texts import both, code_blocks
from tests.support.fixture_types import Capsys, Monkeypatch

pytestmark = pytest.mark.filterwarnings("ignore:.*does not have many workers", "ignore:.*log_every_n_steps")
ENGLISH, CHINESE = both("docs/lightning")


def trainer_in(folder: Path, **options: object) -> Trainer:
    quiet = {"enable_progress_bar": False, "enable_model_summary": False, "enable_checkpointing": False}
    return Trainer(accelerator="cpu", logger=False, default_root_dir=folder, **quiet, **options)


def examples(m: int, seed: int = 1) -> TensorDataset:
    X = torch.randn(m, 2, generator=torch.Generator().manual_seed(seed))
    return TensorDataset(X, X[:, :1] * X[:, 1:] + 0.5)


def test_the_signature_is_that_of_a_config() -> None:
    assert inspect.signature(NetworkModule) == inspect.signature(NetworkConfig)
    assert list(inspect.signature(NetworkModule).parameters) == [field.name for field in fields(NetworkConfig)]


@pytest.mark.slow
def test_the_programs_of_the_page_print_what_its_comments_say(
    tmp_path: Path, monkeypatch: Monkeypatch, capsys: Capsys
) -> None:
    monkeypatch.chdir(tmp_path)
    for code in code_blocks(ENGLISH, "python"):
        exec(code, {"__name__": "__main__"})
    printed = capsys.readouterr().out.splitlines()
    assert [line for line in printed if line in ("True", "False")] == ["True", "True"]
    (metrics,) = tmp_path.rglob("metrics.csv")
    head = metrics.read_text().splitlines()[0].split(",")
    assert {"train/cost", "validation/cost", "validation/accuracy", "largest_weight"} <= set(head)


def test_validation_divides_by_the_rows_of_each_batch_and_r2_is_that_of_the_split(tmp_path: Path) -> None:
    module, data = NetworkModule([2, 3, 1], "tanh", "identity"), examples(10)
    (found,) = trainer_in(tmp_path).validate(module, DataLoader(data, batch_size=4), verbose=False)
    X, Y = data.tensors
    errors = (module(X) - Y).square().sum().item()
    assert found["validation/cost"] == pytest.approx(errors / 2 / 10, rel=1e-5)
    assert found["validation/R2"] == pytest.approx(1 - errors / (Y - Y.mean()).square().sum().item(), rel=1e-5)


def test_several_loaders_have_an_r2_each(tmp_path: Path) -> None:
    module, splits = NetworkModule([2, 3, 1], "tanh", "identity"), [examples(6, 1), examples(8, 2)]
    found = trainer_in(tmp_path).test(module, [DataLoader(each, batch_size=3) for each in splits], verbose=False)
    for i, (metrics, (X, Y)) in enumerate(zip(found, (each.tensors for each in splits), strict=True)):
        r2 = 1 - (module(X) - Y).square().sum() / (Y - Y.mean()).square().sum()
        assert metrics[f"test/R2/dataloader_idx_{i}"] == pytest.approx(r2.item(), rel=1e-5)


@pytest.mark.parametrize("of_pairs", [False, True])
def test_prediction_takes_loaders_of_x_and_of_pairs(of_pairs: bool, tmp_path: Path) -> None:
    module, data = NetworkModule([2, 3, 1], "tanh"), examples(5)
    loader = DataLoader(data if of_pairs else TensorDataset(data.tensors[0]), batch_size=2)
    found = torch.cat(trainer_in(tmp_path).predict(module, loader))
    torch.testing.assert_close(found, module(data.tensors[0]).detach())


def test_training_takes_the_steps_of_gradient_descent(tmp_path: Path) -> None:
    module, data = NetworkModule([2, 3, 1], "tanh", "identity", learning_rate=0.1), examples(6)
    network = NetworkConfig([2, 3, 1], "tanh", "identity").network()
    loaders = DataLoader(data, batch_size=3), DataLoader(data, batch_size=6)
    trainer_in(tmp_path, max_epochs=2).fit(module, *loaders)
    X, Y = data.tensors
    for rows in [slice(0, 3), slice(3, 6)] * 2:
        gradients = torch.autograd.grad(network.autograd_cost(X[rows], Y[rows]), list(network.parameters()))
        with torch.no_grad():
            for parameter, gradient in zip(network.parameters(), gradients, strict=True):
                parameter -= 0.1 * gradient
    for own, expected in zip(module.network.parameters(), network.parameters(), strict=True):
        torch.testing.assert_close(own, expected)


def test_labels_of_an_earlier_split_are_forgotten(tmp_path: Path) -> None:
    """A module that has judged the project's own data judges two other loaders."""
    module = NetworkModule([64, 10], output="softmax")
    trainer_in(tmp_path).validate(module, datamodule=CourseData("digits"), verbose=False)
    X, classes = torch.zeros(4, 64), torch.eye(10)
    likely = int(module(X)[0].argmax())
    loaders = [
        DataLoader(TensorDataset(X, classes[[label] * 4]), batch_size=4) for label in (likely, (likely + 1) % 10)
    ]
    found = trainer_in(tmp_path).test(module, loaders, verbose=False)
    scores = [metrics[f"test/accuracy/dataloader_idx_{i}"] for i, metrics in enumerate(found)]
    assert sorted(scores) == [0, 1]
