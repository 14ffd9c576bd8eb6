"""What a config holds of the network: sizes, activations, initial parameters, and the optimizer (notes 3.3)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from math import isfinite
from operator import attrgetter

import numpy as np
import torch
from torch import nn

from course_torch.errors import check_learning_rate, check_name, check_seed, one_of, unexpected
from course_torch.formulas.activations import ACTIVATIONS
from course_torch.formulas.outputs import OUTPUTS
from course_torch.language import Text
from course_torch.network.deep_network import DeepNetwork
from course_torch.network.parameters import Generator

GENERATORS: dict[str, Callable[[int], Generator]] = {
    "torch": lambda seed: torch.Generator().manual_seed(seed),
    "numpy": np.random.RandomState,
}
"""Name -> function that makes the generator of a seed."""
OPTIMIZERS: dict[str, Callable[..., torch.optim.Optimizer]] = {
    "gradient_descent": torch.optim.SGD,
    "momentum": partial(torch.optim.SGD, momentum=0.9),
    "adam": torch.optim.Adam,
}
"""Name -> optimizer of torch, which takes the parameters and `lr`."""
OWN = (".py", ".ipynb")
"""Endings of a learner's file, whose own backward pass `--model.gradients` may name."""
GRADIENTS = {"manual": attrgetter("cost"), "autograd": attrgetter("autograd_cost")}
"""Name -> the network's cost, whose backward pass runs the course's formulas or autograd.

The attribute is looked up on the network in every step, because the user may have replaced it by a compiled function.
"""


@dataclass(frozen=True)
class NetworkConfig:
    """A DeepNetwork with its optimizer.

    Raises InputError if an argument is out of range or names nothing in its table.

    Args:
        layer_sizes: number of features, then the width of each layer: [n_x, n_1, …, n_y]
        hidden_activation: {activations}
        output: {outputs}
        initialization: zeros, small (0.01 · randn), lecun (randn / sqrt(n_in)) or he (randn · sqrt(2 / n_in))
        slope: slope of leaky_relu for Z < 0
        learn_slope: whether each hidden layer learns its slope
        gradients: manual (the course's formulas), autograd, or the file of an exercise (.py, .ipynb), whose own
            forward and backward pass then trains
        optimizer: gradient_descent, momentum (0.9) or adam
        learning_rate: α, above 0, at most 1e6
        seed: seed of the initial parameters
        generator: torch, or numpy: NumPy's legacy generator, from which the course's assignments draw W layer by layer
    """

    layer_sizes: Sequence[int] = (12288, 40, 20, 10, 1)
    hidden_activation: str = "relu"
    output: str = "sigmoid"
    initialization: str = "lecun"
    slope: float = 0.01
    learn_slope: bool = False
    gradients: str = "manual"
    optimizer: str = "gradient_descent"
    learning_rate: float = 0.02
    seed: int = 1
    generator: str = "torch"

    def __post_init__(self) -> None:
        if not self.gradients.endswith(OWN):
            check_name("gradients", self.gradients, GRADIENTS)
        check_name("optimizer", self.optimizer, OPTIMIZERS)
        check_learning_rate(self.learning_rate)
        if not isfinite(self.slope):
            raise unexpected("slope", self.slope, Text("a finite number", "有限的数"))
        check_seed("model.seed", self.seed)
        check_name("generator", self.generator, GENERATORS)

    def network(self) -> DeepNetwork:
        """Build the network with its initial parameters. Raises InputError for invalid sizes and unknown names."""
        return DeepNetwork(
            self.layer_sizes,
            self.hidden_activation,
            self.output,
            initialization=self.initialization,
            slope=self.slope,
            learn_slope=self.learn_slope,
            generator=GENERATORS[self.generator](self.seed),
        )

    def optimizer_of(self, parameters: Iterable[nn.Parameter]) -> torch.optim.Optimizer:
        """Build the optimizer of these parameters."""
        return OPTIMIZERS[self.optimizer](parameters, lr=self.learning_rate)


# The help of train.py and of the commands is this docstring.
NetworkConfig.__doc__ = (NetworkConfig.__doc__ or "").format(
    activations=one_of(ACTIVATIONS).en,
    outputs=one_of(f"{output.name} ({output.answers})" for output in OUTPUTS.values()).en,
)
FLOWER_NETWORK = NetworkConfig(layer_sizes=(2, 4, 1), hidden_activation="tanh", learning_rate=1.2)
"""The course's network for the flower."""
