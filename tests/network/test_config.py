"""The options of a network: their defaults, ranges and meaning, and two updates of each optimizer by hand."""

from dataclasses import asdict

import pytest
import torch

from course_torch.errors import InputError
from course_torch.network.config import NetworkConfig
from course_torch.network.optimizers import OPTIMIZERS

RATE, START, GRADIENTS_OF_TWO_STEPS = 0.1, 2.0, (4.0, -1.0)
ADAM = [
    START - RATE * 4 / (4 + 1e-8),
    START - RATE * (4 / (4 + 1e-8) + (0.9 * 0.4 - 0.1) / 0.19 / (((0.999 * 0.016 + 0.001) / 0.001999) ** 0.5 + 1e-8)),
]
BY_HAND = {
    "gradient_descent": [2 - 0.1 * 4, 2 - 0.1 * 4 + 0.1 * 1],
    "momentum": [2 - 0.1 * 4, 2 - 0.1 * 4 - 0.1 * (0.9 * 4 - 1)],
    "adam": ADAM,
}


def test_every_optimizer_has_numbers_by_hand() -> None:
    assert set(BY_HAND) == set(OPTIMIZERS)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_two_updates_of_each_optimizer_by_hand(name: str) -> None:
    """W = 2, dW = 4 and then -1, α = 0.1. Momentum: v = 0.9 v + dW and W -= α v, from v = 0.

    Adam: the means m = 0.9 m + 0.1 dW and s = 0.999 s + 0.001 dW², over 1 - 0.9^t and 1 - 0.999^t; no weight decays.
    """
    config = NetworkConfig([1, 1], optimizer=name, learning_rate=RATE)
    network = config.network().double()
    optimizer, W = config.optimizer_of(network.parameters()), network.layers[0].W
    with torch.no_grad():
        W.fill_(START)
    for dW, expected in zip(GRADIENTS_OF_TWO_STEPS, BY_HAND[name], strict=True):
        W.grad = torch.full_like(W, dW)
        optimizer.step()
        assert W.item() == pytest.approx(expected, rel=1e-12)


@pytest.mark.parametrize("learning_rate", [0.0, -1.0, 1.1e6, float("nan"), float("inf")])
def test_a_learning_rate_out_of_range_is_rejected(learning_rate: float) -> None:
    with pytest.raises(InputError, match=f"learning_rate: found {learning_rate}, expected"):
        NetworkConfig([1, 1], learning_rate=learning_rate)


def test_the_largest_learning_rate_is_accepted() -> None:
    assert NetworkConfig([1, 1], learning_rate=1e6).learning_rate == 1e6


@pytest.mark.parametrize("slope", [float("nan"), float("-inf")])
def test_a_slope_that_is_no_number_is_rejected(slope: float) -> None:
    with pytest.raises(InputError, match=f"slope: found {slope}, expected a finite number"):
        NetworkConfig([1, 1], "leaky_relu", slope=slope)


def test_options_reach_the_network_and_the_seed_its_generator() -> None:
    config = NetworkConfig([3, 4, 2], "leaky_relu", "softmax", "he", slope=0.25, learn_slope=True, seed=5)
    network = config.network()
    assert (network.layer_sizes, network.hidden_activation.name, network.output.name) == (
        [3, 4, 2],
        "leaky_relu",
        "softmax",
    )
    assert network.layers[0].slope.item() == 0.25
    assert network.layers[0].slope.requires_grad
    expected = torch.empty(4, 3).normal_(generator=torch.Generator().manual_seed(5)) * (2 / 3) ** 0.5
    torch.testing.assert_close(network.layers[0].W.detach(), expected)


def test_numpy_draws_the_initial_parameters_that_the_assignment_prints() -> None:
    """`initialize_parameters(3, 2, 1)` of the course, with np.random.seed(1), prints these eight digits."""
    network = NetworkConfig([3, 2, 1], initialization="small", seed=1, generator="numpy").network()
    printed = [[[0.01624345, -0.00611756, -0.00528172], [-0.01072969, 0.00865408, -0.02301539]]]
    printed += [[[0.01744812, -0.00761207]]]
    for layer, W in zip(network.layers, printed, strict=True):
        torch.testing.assert_close(layer.W.detach(), torch.tensor(W), rtol=0, atol=1e-8)
        assert not layer.b.any()


def test_the_defaults_are_those_of_the_first_run() -> None:
    assert asdict(NetworkConfig()) == {
        "layer_sizes": (12288, 40, 20, 10, 1),
        "hidden_activation": "relu",
        "output": "sigmoid",
        "initialization": "lecun",
        "slope": 0.01,
        "learn_slope": False,
        "gradients": "manual",
        "optimizer": "gradient_descent",
        "learning_rate": 0.02,
        "seed": 1,
        "generator": "torch",
    }


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ({"gradients": "by hand"}, "gradients: found 'by hand', expected one of manual"),
        ({"optimizer": "adamw"}, "optimizer: found 'adamw', expected one of gradient_descent"),
        ({"seed": -1}, "seed: found -1, expected 0 to 2147483647"),
        ({"generator": "random"}, "generator: found 'random', expected one of torch, numpy"),
    ],
)
def test_an_option_that_is_not_offered_is_rejected(option: dict[str, object], message: str) -> None:
    with pytest.raises(InputError, match=message):
        NetworkConfig([1, 1], **option)


def test_every_option_is_described_for_the_help() -> None:
    assert all(f"{option}: " in (NetworkConfig.__doc__ or "") for option in asdict(NetworkConfig()))
