"""The LightningModule of a DeepNetwork. It contains no formula."""

import inspect
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import torch
from lightning import Callback
from lightning.pytorch.callbacks import EarlyStopping
from torch import Tensor
from torch.optim import Optimizer

from course_torch.data.split import Batch
from course_torch.formulas.average import average
from course_torch.formulas.outputs import explained_variance
from course_torch.network.config import GRADIENTS, OWN, NetworkConfig
from course_torch.training.data_module import CourseData
from course_torch.training.lightning_private import QuickModule, forget_logged

if TYPE_CHECKING:
    from course_torch.exercises.learners_pass import LearnersPass

TRAIN_COST = "train/cost"


def as_batch(batch: Sequence[Any]) -> Batch:
    """The batch of a loader of (X, Y), whose m is its number of rows, or a Batch of CourseData as it is."""
    if isinstance(batch, Batch):
        return batch
    X, Y = batch
    return Batch(X, Y, len(X))


class NetworkModule(QuickModule):
    """A DeepNetwork with its optimizer and its logged metrics. The arguments are those of NetworkConfig.

    Every loader of (X, Y) trains, validates and tests the network: X (m, n_x) holds features, Y (m, n_y) labels. A
    loader of X, or of X and more, predicts Ŷ. The module logs train/cost, and for validation and test cost and score.
    """

    __signature__ = inspect.signature(NetworkConfig)  # for help()

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__()
        self.config = NetworkConfig(*arguments, **options)
        self.save_hyperparameters(asdict(self.config))
        self.network = self.config.network()
        gradients = self.config.gradients
        self.own_pass: LearnersPass | None = None
        if gradients.endswith(OWN):
            # Most runs have no learner's file, and loading the checker takes a tenth of a second.
            from course_torch.exercises import learners_pass as learners

            self.own_pass = learners.LearnersPass(Path(gradients), self.network)
        self.update_costs: list[Tensor] = []  # of the micro-batches of the update, the last of the batch at hand
        self.split_labels: list[Tensor] = []  # of each loader of the split that is scored
        self.read_every_cost = True
        self.cost_logged = False  # whether the last update logged its cost

    def forward(self, X: Tensor) -> Tensor:
        return self.network(X)

    def on_train_start(self) -> None:
        self.read_every_cost = may_read_any_cost(cast(Any, self.trainer).callbacks)

    def training_step(self, batch: Sequence[Any], batch_index: int) -> Tensor:
        J = self._cost(*batch)
        self.update_costs.append(J.detach())
        return J

    def on_before_optimizer_step(self, optimizer: Optimizer) -> None:
        """Log the mean cost over the micro-batches, if it is read: logging takes longer than a small step."""
        previous, self.cost_logged = self.cost_logged, self.cost_is_read
        if self.cost_logged:
            J = average(sum(self.update_costs[1:], self.update_costs[0]), len(self.update_costs))
            self.log(TRAIN_COST, J, prog_bar=True, sync_dist=True, batch_size=1)
        elif previous:
            forget_logged(self.trainer)
        self.update_costs.clear()

    @property
    def cost_is_read(self) -> bool:
        """Whether a logger or a callback reads the cost of this update. The answer is the same on all ranks."""
        trainer = cast(Any, self.trainer)
        every = trainer.log_every_n_steps
        regular = every > 0 and (trainer.global_step + 1) % every == 0
        return regular or self.read_every_cost or bool(trainer.should_stop or trainer.fast_dev_run)

    @property
    def _cost(self) -> Callable[..., Tensor]:
        """The cost, whose backward pass is that of `--model.gradients`."""
        if self.own_pass is not None:
            return partial(self.own_pass.cost, self.network)
        return GRADIENTS[self.config.gradients](self.network)

    def on_validation_start(self) -> None:
        self._keep_labels("validation", cast(Any, self.trainer).val_dataloaders)

    def on_test_start(self) -> None:
        self._keep_labels("test", cast(Any, self.trainer).test_dataloaders)

    def _keep_labels(self, split: str, loaders: Any) -> None:
        """Keep the labels of each loader's whole split: R² divides by their variance, not by that of a batch."""
        self.split_labels, data = [], cast(Any, self.trainer).datamodule
        if isinstance(data, CourseData):
            self.split_labels = [getattr(data.data_set, split).Y.to(self.device)]
        elif self.network.output.scores is explained_variance:
            each = loaders if isinstance(loaders, list) else [loaders]
            self.split_labels = [torch.cat([Y for _, Y in loader]).to(self.device) for loader in each]

    def validation_step(self, batch: Sequence[Any], batch_index: int, dataloader_idx: int = 0) -> None:
        self._log_metrics("validation", as_batch(batch), dataloader_idx)

    def test_step(self, batch: Sequence[Any], batch_index: int, dataloader_idx: int = 0) -> None:
        self._log_metrics("test", as_batch(batch), dataloader_idx)

    def _log_metrics(self, split: str, batch: Batch, loader: int) -> None:
        X, Y, m = batch
        caches, output = self.network.caches(X), self.network.output
        of_split = self.split_labels[loader] if self.split_labels else Y  # only R² reads the labels of the split
        metrics = {
            f"{split}/cost": output.cost(caches[-1].Z, Y, m),
            f"{split}/{output.score}": average(output.scores(caches[-1].A, Y, of_split).sum(), m),
        }
        # m already contains the weights of uneven shards, so each rank has the same weight in Lightning's mean.
        self.log_dict(metrics, sync_dist=True, batch_size=round(m * self.trainer.world_size))

    def predict_step(self, batch: Tensor | Sequence[Tensor], batch_index: int, dataloader_idx: int = 0) -> Tensor:
        """Ŷ = A[L] (m, n_y): probabilities, or real numbers if the output is identity."""
        return self(batch if isinstance(batch, Tensor) else batch[0])

    def configure_optimizers(self) -> Optimizer:
        return self.config.optimizer_of(self.parameters())

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Convert the network to the dtype of the checkpoint: Lightning loads parameters before it sets the dtype."""
        self.to(next(iter(checkpoint["state_dict"].values())).dtype)


def may_read_any_cost(callbacks: Iterable[Callback]) -> bool:
    """Whether a callback may read the cost at any update: not this project's, nor EarlyStopping of another metric."""
    return not all(
        type(each).__module__.startswith("course_torch.")
        or (type(each) is EarlyStopping and each.monitor != TRAIN_COST)
        for each in callbacks
    )
