"""The symptoms of a training that learns nothing: raw pixels, a wrong first cost, dead layers and a cost that stays."""

from math import isclose
from typing import Any

import torch
from jaxtyping import Float, Num
from lightning import Callback, Trainer
from lightning.pytorch.utilities import rank_zero_only
from torch import Tensor
from torch.optim import Optimizer

from course_torch.console import warn
from course_torch.data.data_set import features
from course_torch.data.split import Batch
from course_torch.data.table import separate_classes
from course_torch.float64 import exact
from course_torch.formulas.outputs import Output
from course_torch.network.deep_network import DeepNetwork
from course_torch.training.data_module import CourseData
from course_torch.training.module import NetworkModule

RAW = 16  # integer features above this value look like pixels that were not divided by 255
PLATEAU_EPOCHS = 3
PLATEAU = 2e-3  # warn if the mean cost of PLATEAU_EPOCHS epochs is this close to the base-rate cost, as a fraction
PLATEAU_UPDATES = 50  # updates before this warning: small initial weights need some to leave the base-rate cost
RECENT = 32  # examples for which a layer must be dead: a micro-batch of one example says nothing


@torch.no_grad()
def dead_layers(network: DeepNetwork, X: Float[Tensor, "m n_x"]) -> list[int]:
    """Find the hidden layers in which g'(Z) is 0 for every unit and example, so that no gradient passes (notes 2.4)."""
    g, layers = network.hidden_activation, zip(network.layers, network.caches(X)[:-1], strict=False)
    return [l for l, (layer, cache) in enumerate(layers, 1) if not g.derivative(cache.Z, cache.A, layer.slope).any()]


def looks_like_raw_pixels(X: Float[Tensor, "m n_x"]) -> bool:
    """Whether all features are nonnegative integers and some exceed RAW."""
    return bool(X.max() > RAW and X.min() >= 0 and (X.round() == X).all())


def undecided_cost(Y: Num[Tensor, "m n_y"], output: Output, m: float | None = None) -> float:
    """J at Z = 0: ln 2 for each sigmoid output, ln n_y for softmax, half the mean square of Y for squared error."""
    return output.cost(torch.zeros(Y.shape, dtype=torch.float64), exact(Y), m).item()


def base_rate_cost(Y: Num[Tensor, "m n_y"], output: Output) -> float:
    """J of the best prediction that ignores X: entropy of the class frequencies, or half the variance of Y."""
    return output.cost(output.best_constant(Y).expand(Y.shape), Y).item()


class WarnOfSymptoms(Callback):
    """Print each symptom and its likely cause on stderr, only once."""

    def __init__(self, data: CourseData) -> None:
        self.data = data
        self.warnings: set[str] = set()
        self.raw_pixels = False
        self.costs: Tensor | float = 0.0  # sum over the batches of the epoch
        self.undecided = 0.0  # sum of the costs at Z = 0 over the batches of the first update
        self.recent = torch.empty(0)  # the last batch, or the last RECENT rows of smaller batches
        self.plateau = 0  # number of epochs in a row at the base-rate cost

    def on_train_start(self, trainer: Trainer, pl_module: Any) -> None:
        """Check the output, and the first training rows before they are centred: centred pixels are not integers."""
        data = self.data.data_set
        X = features(data.train.rows(data.train.chunks[0]).X, data.scale, torch.float32)
        if line := separate_classes(data, pl_module.network):
            self._warn(line)
        self.raw_pixels = trainer.global_step == 0 and looks_like_raw_pixels(X)
        if self.raw_pixels:
            self._warn(f"features are whole numbers up to {X.max():g}: were the pictures not divided by 255?")

    def on_train_batch_start(self, trainer: Trainer, pl_module: Any, batch: Batch, batch_idx: int) -> None:
        self.batch = batch
        small = len(self.recent) > 0 and len(batch.X) < RECENT
        self.recent = torch.cat([self.recent, batch.X])[-RECENT:] if small else batch.X

    def on_before_backward(self, trainer: Trainer, pl_module: Any, loss: Tensor) -> None:
        assert isinstance(pl_module, NetworkModule)
        self.costs = self.costs + pl_module.update_costs[-1]
        if trainer.global_step == 0:
            self.undecided += undecided_cost(self.batch.Y, pl_module.network.output, self.batch.m)

    def on_before_optimizer_step(self, trainer: Trainer, pl_module: Any, optimizer: Optimizer) -> None:
        """Check the cost of the first update. The cost of a micro-batch varies too much: it may have one example."""
        if trainer.global_step == 0 and not self.raw_pixels and self.undecided > 0:
            micro_batches = trainer.accumulate_grad_batches
            cost, expected = self.costs / micro_batches, self.undecided / micro_batches
            if not expected / 2 < cost < expected * 2:
                likely = f"features (up to {self.recent.abs().max():.3g}) or initial weights are too large"
                self._warn(f"the first cost is {cost:.4g}, expected near {expected:.4g}: {likely}")

    def on_train_epoch_end(self, trainer: Trainer, pl_module: Any) -> None:
        assert isinstance(pl_module, NetworkModule)
        if dead := dead_layers(pl_module.network, self.recent) if len(self.recent) > 0 else []:
            layers = ", ".join(map(str, dead))
            rate = f"--model.learning_rate {pl_module.hparams['learning_rate'] / 10:g}"
            remedies = f"try {rate}, --model.initialization he or --model.hidden_activation leaky_relu"
            self._warn(
                f"dead layers ({layers}): g'(Z) is 0 in every unit for every example of the last batches; {remedies}"
            )
        base_rate = base_rate_cost(self.data.data_set.train.Y, pl_module.network.output)
        near = isclose(self.costs / int(trainer.num_training_batches), base_rate, rel_tol=PLATEAU)
        self.plateau, self.costs = self.plateau + 1 if near else 0, 0.0
        if self.plateau >= PLATEAU_EPOCHS and trainer.global_step >= PLATEAU_UPDATES:
            same = f"the cost stays at {base_rate:.4f}, the lowest cost of one answer for all examples"
            self._warn(f"{same}; try another --model.initialization or --model.learning_rate")

    @rank_zero_only
    def _warn(self, line: str) -> None:
        if line not in self.warnings:
            self.warnings.add(line)
            warn(line)
