"""The LightningModule of a DeepNetwork. It contains no formula."""

from collections.abc import Callable, Sequence
from functools import partial
from math import isfinite
from operator import attrgetter
from typing import Any, cast

import lightning
import torch
from torch import Tensor

from course_torch.errors import InputError, check_name, check_seed, one_of
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.average import average
from course_torch.formulas.outputs import OUTPUTS
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.batches import Batch

OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "gradient_descent": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "adam": torch.optim.Adam,
}
GRADIENTS = {"manual": attrgetter("cost"), "autograd": attrgetter("autograd_cost")}
"""Name -> the network's cost, whose backward pass runs the course's formulas or autograd.

The attribute is looked up on the network in every step, because the user may have replaced it by a compiled function.
"""


class NetworkModule(lightning.LightningModule):
    """A DeepNetwork with its optimizer and its logged metrics.

    Raises InputError if an argument is out of range or names nothing in its table.

    Args:
        layer_sizes: number of features, then the width of each layer: [n_x, n_1, …, n_y]
        hidden_activation: {activations}
        output: {outputs}
        initialization: zeros, small (0.01 · randn), lecun (randn / sqrt(n_in)) or he (randn · sqrt(2 / n_in))
        slope: slope of leaky_relu for Z < 0
        learn_slope: whether each hidden layer learns its slope
        gradients: manual (the course's formulas) or autograd
        optimizer: gradient_descent, momentum (0.9) or adam
        learning_rate: α, above 0, at most 1e6
        seed: seed of the initial parameters
    """

    def __init__(
        self,
        layer_sizes: Sequence[int] = (12288, 40, 20, 10, 1),
        hidden_activation: str = "relu",
        output: str = "sigmoid",
        initialization: str = "lecun",
        slope: float = 0.01,
        learn_slope: bool = False,
        gradients: str = "manual",
        optimizer: str = "gradient_descent",
        learning_rate: float = 0.02,
        seed: int = 1,
    ) -> None:
        super().__init__()
        check_name("gradients", gradients, GRADIENTS)
        check_name("optimizer", optimizer, OPTIMIZERS)
        if not 0 < learning_rate <= 1e6:
            raise InputError(f"learning_rate: found {learning_rate}, expected a number above 0, at most 1e6")
        if not isfinite(slope):
            raise InputError(f"slope: found {slope}, expected a finite number")
        check_seed("model.seed", seed)
        self.save_hyperparameters()
        self.network = DeepNetwork(
            layer_sizes,
            hidden_activation,
            output,
            initialization=initialization,
            slope=slope,
            learn_slope=learn_slope,
            generator=torch.Generator().manual_seed(seed),
        )
        self.batch_cost = self.update_cost = torch.zeros(())

    def forward(self, X: Tensor) -> Tensor:
        return self.network(X)

    def training_step(self, batch: Batch, batch_index: int) -> Tensor:
        J = GRADIENTS[self.hparams["gradients"]](self.network)(*batch)
        micro_batch = batch_index % self.trainer.accumulate_grad_batches
        self.batch_cost = J.detach()
        self.update_cost = self.batch_cost + (self.update_cost if micro_batch > 0 else 0)
        self.log("train/cost", average(self.update_cost, micro_batch + 1), prog_bar=True, sync_dist=True, batch_size=1)
        return J

    def on_validation_start(self) -> None:
        """Keep the labels of the whole split: R² divides by their variance, not by the variance of a batch."""
        self.validation_Y = cast(Any, self.trainer).datamodule.data_set.validation.Y.to(self.device)

    def validation_step(self, batch: Batch, batch_index: int) -> None:
        X, Y, m = batch
        caches, output = self.network.caches(X), self.network.output
        metrics = {
            "validation/cost": output.cost(caches[-1].Z, Y, m),
            f"validation/{output.score}": average(output.scores(caches[-1].A, Y, self.validation_Y).sum(), m),
        }
        # m already contains the weights of uneven shards, so each rank has the same weight in Lightning's mean.
        self.log_dict(metrics, sync_dist=True, batch_size=round(m * self.trainer.world_size))

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return OPTIMIZERS[self.hparams["optimizer"]](self.parameters(), lr=self.hparams["learning_rate"])

    def on_load_checkpoint(self, checkpoint: dict[str, Any]) -> None:
        """Convert the network to the dtype of the checkpoint: Lightning loads parameters before it sets the dtype."""
        self.to(next(iter(checkpoint["state_dict"].values())).dtype)


# The help of train.py and of the commands is this docstring.
NetworkModule.__doc__ = (NetworkModule.__doc__ or "").format(
    activations=one_of(ACTIVATIONS), outputs=one_of(f"{output.name} ({output.answers})" for output in OUTPUTS.values())
)
