"""The parameters of a layer, and the options of a network: defaults, ranges, two updates of each optimizer by hand."""

from dataclasses import asdict

import pytest
import torch

from course_torch import DeepNetwork, LayerParameters
from course_torch.network.config import OPTIMIZERS, NetworkConfig


@pytest.mark.parametrize(("name", "std"), [("zeros", 0.0), ("small", 0.01), ("lecun", 0.05), ("he", 0.05 * 2**0.5)])
def test_standard_deviation_of_w_for_400_inputs(name: str, std: float, generator: torch.Generator) -> None:
    layer = LayerParameters(400, 500, initialization=name, generator=generator)
    assert layer.W.std().item() == pytest.approx(std, rel=0.02)
    assert layer.W.mean().item() == pytest.approx(0, abs=0.001)
    assert (layer.b == 0).all()


def test_the_leaky_slope_is_a_parameter_only_if_it_is_learned() -> None:
    """What is learned stands in the order of the gradients. The activation of the output layer has no slope."""
    fixed = DeepNetwork([3, 4, 1], "leaky_relu")
    learned = DeepNetwork([3, 4, 1], "leaky_relu", slope=0.1, learn_slope=True)
    assert [name for name, _ in fixed.named_parameters()] == ["layers.0.W", "layers.0.b", "layers.1.W", "layers.1.b"]
    assert (fixed.layers[0].slope, learned.layers[0].slope) == (torch.tensor(0.01), torch.tensor(0.1))
    for network, names in ((fixed, ("W", "b")), (learned, ("W", "b", "slope"))):
        first, last = network.layers
        tensors = [getattr(first, name) for name in names]
        assert all(a is b for a, b in zip(first.learned(), tensors, strict=True))
        assert set(first.state_dict()) == {"W", "b", "slope"}
        assert (last.slope, len(last.learned())) == (None, 2)


RATE, START, GRADIENTS_OF_TWO_STEPS = 0.1, 2.0, (4.0, -1.0)
SECOND_OF_ADAM = 4 / (4 + 1e-8) + (0.9 * 0.4 - 0.1) / 0.19 / (((0.999 * 0.016 + 0.001) / 0.001999) ** 0.5 + 1e-8)
BY_HAND = {
    "gradient_descent": [2 - 0.1 * 4, 2 - 0.1 * 4 + 0.1 * 1],
    "momentum": [2 - 0.1 * 4, 2 - 0.1 * 4 - 0.1 * (0.9 * 4 - 1)],
    "adam": [START - RATE * 4 / (4 + 1e-8), START - RATE * SECOND_OF_ADAM],
}


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_updates_of_each_optimizer_by_hand(name: str) -> None:
    """W = 2, dW = 4 and then -1, α = 0.1. Momentum: v = 0.9 v + dW and W -= α v, from v = 0.

    Adam: the means m = 0.9 m + 0.1 dW and s = 0.999 s + 0.001 dW², over 1 - 0.9^t and 1 - 0.999^t; no weight decays.
    """
    assert BY_HAND.keys() == OPTIMIZERS.keys()
    config = NetworkConfig([1, 1], optimizer=name, learning_rate=RATE)
    network = config.network().double()
    optimizer, W = config.optimizer_of(network.parameters()), network.layers[0].W
    with torch.no_grad():
        W.fill_(START)
    for dW, expected in zip(GRADIENTS_OF_TWO_STEPS, BY_HAND[name], strict=True):
        W.grad = torch.full_like(W, dW)
        optimizer.step()
        assert W.item() == pytest.approx(expected, rel=1e-12)


def test_options_reach_the_network_and_the_seed_its_generator() -> None:
    config = NetworkConfig([3, 4, 2], "leaky_relu", "softmax", "he", slope=0.25, learn_slope=True, seed=5)
    network = config.network()
    names = network.hidden_activation.name, network.output.name
    assert (network.layer_sizes, *names) == ([3, 4, 2], "leaky_relu", "softmax")
    assert network.layers[0].slope.item() == 0.25
    assert network.layers[0].slope.requires_grad
    generator = torch.Generator().manual_seed(5)
    for layer, (n_out, n_in) in zip(network.layers, ((4, 3), (2, 4)), strict=True):
        expected = torch.empty(n_out, n_in).normal_(generator=generator) * (2 / n_in) ** 0.5
        torch.testing.assert_close(layer.W.detach(), expected)


def test_numpy_draws_the_initial_parameters_that_the_assignment_prints() -> None:
    """`initialize_parameters(3, 2, 1)` of the course, with np.random.seed(1), prints these eight digits."""
    network = NetworkConfig([3, 2, 1], initialization="small", seed=1, generator="numpy").network()
    printed = [[[0.01624345, -0.00611756, -0.00528172], [-0.01072969, 0.00865408, -0.02301539]]]
    printed += [[[0.01744812, -0.00761207]]]
    for layer, W in zip(network.layers, printed, strict=True):
        torch.testing.assert_close(layer.W.detach(), torch.tensor(W), rtol=0, atol=1e-8)
        assert not layer.b.any()


def test_the_defaults_are_those_of_the_first_run_and_the_help_describes_every_option() -> None:
    defaults = asdict(NetworkConfig())
    assert defaults == {
        **{"layer_sizes": (12288, 40, 20, 10, 1), "hidden_activation": "relu", "output": "sigmoid"},
        **{"initialization": "lecun", "seed": 1, "generator": "torch", "slope": 0.01, "learn_slope": False},
        **{"gradients": "manual", "optimizer": "gradient_descent", "learning_rate": 0.02},
    }
    assert all(f"{option}: " in (NetworkConfig.__doc__ or "") for option in defaults)
