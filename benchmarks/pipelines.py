"""Time Lightning's overhead for a step, and an epoch of minibatches against the usual pipeline and a bare loop."""

from collections.abc import Iterator
from typing import Any

import lightning
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset
from torchvision.transforms import ToTensor

from benchmarks.timing import Workload, alternated
from course_torch.data.data_set import DataSet
from course_torch.data.split import Split
from course_torch.training.data_module import Batch, CourseData
from course_torch.training.module import NetworkModule
from course_torch.training.settings import TRAINER_DEFAULTS

EPOCH = Workload("an epoch of 60,000 × 784", (784, 32, 1), "relu", 60_000, 1)
BATCH_SIZE = 64
STEPS = 1000


class Given(CourseData):
    """The project's data module for given examples."""

    def __init__(self, data: DataSet, batch_size: int | None) -> None:
        super().__init__(batch_size=batch_size)
        self.__dict__["data_set"] = data  # fill the cached property of CourseData


class OneByOne(Dataset):
    """A usual Dataset like torchvision's MNIST: each example is a PIL image that ToTensor converts to [0, 1]."""

    def __init__(self, X: Tensor, Y: Tensor) -> None:
        self.pictures, self.Y = X.reshape(-1, 28, 28).numpy(), Y
        self.transform = ToTensor()

    def __len__(self) -> int:
        return len(self.pictures)

    def __getitem__(self, i: int) -> tuple[Tensor, Tensor]:
        return self.transform(Image.fromarray(self.pictures[i])).flatten(), self.Y[i]


def as_batch(examples: list[tuple[Tensor, Tensor]]) -> Batch:
    """Collate examples like torch's default collation, but into a Batch."""
    X, Y = zip(*examples, strict=True)
    return Batch(torch.stack(X), torch.stack(Y), len(X))


def fit(workload: Workload, data: lightning.LightningDataModule | DataLoader, epochs: int) -> None:
    """Train like train.py, but without logs, checkpoints and progress bar."""
    quiet = {"logger": False, "enable_checkpointing": False, "enable_progress_bar": False, "limit_val_batches": 0}
    settings: dict[str, Any] = {**TRAINER_DEFAULTS, **quiet, "max_epochs": epochs, "accelerator": "cpu"}
    lightning.Trainer(**settings, use_distributed_sampler=False).fit(module(workload), data)


def module(workload: Workload) -> NetworkModule:
    return NetworkModule(workload.layer_sizes, workload.hidden_activation)


def bare_loop(network: NetworkModule, batches: Iterator[tuple[Tensor, Tensor]]) -> None:
    optimizer = network.configure_optimizers()
    for X, Y in batches:
        optimizer.zero_grad()
        network.network.cost(X, Y).backward()
        optimizer.step()


def lightning_overhead(workload: Workload) -> dict[str, float]:
    X, Y = workload.examples(torch.float32)
    data = DataSet(Split(X, Y), ("no", "yes"))
    ways = {
        "Lightning": lambda: fit(workload, Given(data, None), STEPS // 100),
        "bare loop": lambda: bare_loop(module(workload), ((X, Y) for _ in range(STEPS))),
    }
    return {way: seconds / STEPS for way, seconds in alternated(ways).items()}


def epoch_times() -> dict[str, float]:
    """Measure the seconds of an epoch with the data module, with Dataset and DataLoader, and in a bare loop."""
    X, Y = EPOCH.examples(torch.float32)
    X = (255 * X).to(torch.uint8)
    data = DataSet(Split(X, Y), ("no", "yes"), scale=255)
    usual = DataLoader(OneByOne(X, Y), batch_size=BATCH_SIZE, shuffle=True, collate_fn=as_batch)

    def minibatches() -> Iterator[tuple[Tensor, Tensor]]:
        for rows in torch.randperm(len(X)).split(BATCH_SIZE):
            yield X[rows].float() / 255, Y[rows]

    return alternated(
        {
            "data module": lambda: fit(EPOCH, Given(data, BATCH_SIZE), 1),
            "usual pipeline": lambda: fit(EPOCH, usual, 1),
            "bare loop": lambda: bare_loop(module(EPOCH), minibatches()),
        }
    )


def pipeline_times(workload: Workload) -> dict[str, dict[str, float]]:
    """Return title -> seconds of each way: a step of the workload, and an epoch of minibatches."""
    return {f"a step on {workload.name}": lightning_overhead(workload), EPOCH.name: epoch_times()}
